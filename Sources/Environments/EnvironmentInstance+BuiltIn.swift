import Bounded

// The built-in tasks, one specialised copy of each function for each.

extension EnvironmentInstance {
    static func reserve(
        _ task: BuiltInTask, _ options: FixedText, _ arena: inout Arena
    ) throws(EnvironmentError) -> (Task, EnvironmentDescription) {
        switch task {
        case .cartPole: (.cartPole(try start(&arena)), CartPole.description)
        case .pendulum: (.pendulum(try start(&arena)), Pendulum.description)
        case .acrobot: (.acrobot(try start(&arena)), Acrobot.description)
        case .mountainCarContinuous:
            (.mountainCarContinuous(try start(&arena)), MountainCarContinuous.description)
        case .swimmer: (.swimmer(try start(&arena)), Swimmer.description)
        case .invertedPendulum: (.invertedPendulum(try start(&arena)), InvertedPendulum.description)
        case .cooperativeNavigation: try startNavigation(options, &arena)
        }
    }

    private static func startNavigation(
        _ text: FixedText, _ arena: inout Arena
    ) throws(EnvironmentError) -> (Task, EnvironmentDescription) {
        guard let options = CooperativeNavigation.Options(text) else {
            throw .optionsNotUsable(task: FixedText("cooperative-navigation"), options: text)
        }
        let place: UnsafeMutablePointer<CooperativeNavigation> = try start(&arena)
        place.pointee.options = options
        return (.cooperativeNavigation(place), place.pointee.description)
    }

    static func start<Built: Environment>(
        _ arena: inout Arena
    ) throws(EnvironmentError) -> UnsafeMutablePointer<Built> {
        let place = try place(Built.self, &arena)
        place.initialize(to: Built())
        return place
    }

    static func place<Held: BitwiseCopyable>(
        _ type: Held.Type, _ arena: inout Arena
    ) throws(EnvironmentError) -> UnsafeMutablePointer<Held> {
        do throws(Arena.Refusal) {
            let buffer = try arena.reserve(type, count: 1, holder: "environment")
            guard let place = buffer.baseAddress else { preconditionFailure("a reservation has an address") }
            return place
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
