import Bounded

// The built-in tasks, one specialised copy of each function for each.

extension EnvironmentInstance {
    /// Reserves the state of a built-in task.
    ///
    /// One reservation serves all of them: each call that may throw is a copy of a large error.
    static func reserve(
        _ task: BuiltInTask, _ options: FixedText, _ arena: inout Arena
    ) throws(EnvironmentError) -> Task {
        var navigation: CooperativeNavigation.Options?
        if task == .cooperativeNavigation {
            navigation = CooperativeNavigation.Options(options)
            guard navigation != nil else { throw .optionsNotUsable(task: FixedText(task.name), options: options) }
        }
        let room = try room(byteCount(task), &arena)
        switch task {
        case .cartPole: return .cartPole(start(room))
        case .pendulum: return .pendulum(start(room))
        case .acrobot: return .acrobot(start(room))
        case .mountainCarContinuous: return .mountainCarContinuous(start(room))
        case .swimmer: return .swimmer(start(room))
        case .invertedPendulum: return .invertedPendulum(start(room))
        case .cooperativeNavigation:
            let place: UnsafeMutablePointer<CooperativeNavigation> = start(room)
            if let navigation { place.pointee.options = navigation }
            return .cooperativeNavigation(place)
        }
    }

    private static func byteCount(_ task: BuiltInTask) -> Int {
        switch task {
        case .cartPole: MemoryLayout<CartPole>.stride
        case .pendulum: MemoryLayout<Pendulum>.stride
        case .acrobot: MemoryLayout<Acrobot>.stride
        case .mountainCarContinuous: MemoryLayout<MountainCarContinuous>.stride
        case .swimmer: MemoryLayout<Swimmer>.stride
        case .invertedPendulum: MemoryLayout<InvertedPendulum>.stride
        case .cooperativeNavigation: MemoryLayout<CooperativeNavigation>.stride
        }
    }

    /// Of a built-in task.
    @inline(never)
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

    private static func start<Built: Environment>(_ room: UnsafeMutableRawPointer) -> UnsafeMutablePointer<Built> {
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
