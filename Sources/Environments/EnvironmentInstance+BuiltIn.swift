import Bounded

// The built-in tasks, one specialised copy of each function for each.

extension EnvironmentInstance {
    static func reserve(
        _ task: BuiltInTask, _ options: FixedText, _ arena: inout Arena
    ) throws(EnvironmentError) -> Task {
        switch task {
        case .cartPole: .cartPole(try start(&arena))
        case .pendulum: .pendulum(try start(&arena))
        case .acrobot: .acrobot(try start(&arena))
        case .mountainCarContinuous: .mountainCarContinuous(try start(&arena))
        case .swimmer: .swimmer(try start(&arena))
        case .invertedPendulum: .invertedPendulum(try start(&arena))
        case .cooperativeNavigation: .cooperativeNavigation(try startNavigation(options, &arena))
        }
    }

    /// Of a built-in task.
    static func description(of task: Task) -> EnvironmentDescription {
        switch task {
        case .cartPole: CartPole.description
        case .pendulum: Pendulum.description
        case .acrobot: Acrobot.description
        case .mountainCarContinuous: MountainCarContinuous.description
        case .swimmer: Swimmer.description
        case .invertedPendulum: InvertedPendulum.description
        case .cooperativeNavigation(let place): place.pointee.description
        case .plugin: preconditionFailure("a plug-in describes itself")
        }
    }

    private static func startNavigation(
        _ text: FixedText, _ arena: inout Arena
    ) throws(EnvironmentError) -> UnsafeMutablePointer<CooperativeNavigation> {
        guard let options = CooperativeNavigation.Options(text) else {
            throw .optionsNotUsable(task: FixedText("cooperative-navigation"), options: text)
        }
        let place: UnsafeMutablePointer<CooperativeNavigation> = try start(&arena)
        place.pointee.options = options
        return place
    }

    static func start<Built: Environment>(
        _ arena: inout Arena
    ) throws(EnvironmentError) -> UnsafeMutablePointer<Built> {
        let room = try room(MemoryLayout<Built>.stride, &arena)
        let place = room.bindMemory(to: Built.self, capacity: 1)
        place.initialize(to: Built())
        return place
    }

    /// Not generic, since each kind of task would have a copy of it.
    @inline(never)
    private static func room(
        _ byteCount: Int, _ arena: inout Arena
    ) throws(EnvironmentError) -> UnsafeMutableRawPointer {
        do throws(Arena.Refusal) {
            let buffer = try arena.reserve(UInt8.self, count: byteCount, holder: "environment")
            guard let place = buffer.baseAddress else { preconditionFailure("a reservation has an address") }
            return UnsafeMutableRawPointer(place)
        } catch {
            throw .memory(error)
        }
    }

    @inline(__always)
    static func reset<Built: Environment>(
        _ place: UnsafeMutablePointer<Built>, _ generator: inout RandomGenerator,
        _ observation: UnsafeMutableBufferPointer<Double>
    ) {
        place.pointee.reset(using: &generator)
        place.pointee.observe(into: observation)
    }

    @inline(__always)
    static func setState<Built: Environment>(
        _ place: UnsafeMutablePointer<Built>, _ state: UnsafeBufferPointer<Double>,
        _ observation: UnsafeMutableBufferPointer<Double>
    ) {
        place.pointee.setState(state)
        place.pointee.observe(into: observation)
    }

    @inline(__always)
    static func step<Built: Environment>(
        _ place: UnsafeMutablePointer<Built>, _ action: UnsafeBufferPointer<Double>,
        _ observation: UnsafeMutableBufferPointer<Double>
    ) -> Transition {
        let transition = place.pointee.step(action: action)
        place.pointee.observe(into: observation)
        return transition
    }
}
