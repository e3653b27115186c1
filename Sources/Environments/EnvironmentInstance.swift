import Bounded

/// An environment chosen by name: one of the built-in tasks, or one of a plug-in's.
///
/// It adds to the bare task what every user needs: a seeded reset, the time limit (`truncated`), and a check that what
/// goes in and comes out is finite. `reset` or `setState` comes before the first `step`. After an end the next call is
/// normally a `reset`; to step on is allowed, and replays of recordings do.
///
/// **Memory:** a built-in task's state, reserved as "environment" in the arena, which must outlive the instance. A
/// plug-in allocates for itself when it is opened.
public struct EnvironmentInstance: ~Copyable {
    enum Task {
        case cartPole(UnsafeMutablePointer<CartPole>)
        case pendulum(UnsafeMutablePointer<Pendulum>)
        case acrobot(UnsafeMutablePointer<Acrobot>)
        case mountainCarContinuous(UnsafeMutablePointer<MountainCarContinuous>)
        case swimmer(UnsafeMutablePointer<Swimmer>)
        case invertedPendulum(UnsafeMutablePointer<InvertedPendulum>)
        case cooperativeNavigation(UnsafeMutablePointer<CooperativeNavigation>)
        case plugin(PluginEnvironment)
    }

    private let task: Task
    private var elapsedSteps = 0
    /// What every reward is multiplied with before it is handed out; for adversaries of simulations, 1 for all others.
    public var rewardFactor = 1.0
    /// Shape, ranges and limits.
    public let description: EnvironmentDescription

    /// Opens `name`.
    ///
    /// - Parameters:
    ///   - plugin: the library to open it in; empty for a built-in task.
    ///   - options: what the task is told, for example `models=/usr/share/mujoco-models`; of the built-in tasks only
    ///     `cooperative-navigation` takes any.
    ///
    /// **Throws:** every case up to `refused`, and `memory`. A retry does not help.
    public init(
        name: FixedText, plugin: FixedText = FixedText(), options: FixedText = FixedText(), arena: inout Arena
    ) throws(EnvironmentError) {
        if plugin.isEmpty {
            guard let builtIn = BuiltInTask(name: name) else {
                throw .unknownTask(name: name, plugin: plugin, known: BuiltInTask.names)
            }
            guard options.isEmpty || builtIn == .cooperativeNavigation else { throw .optionsNotTaken(task: name) }
            task = try Self.reserve(builtIn, options, &arena)
            description = Self.description(of: task)
        } else {
            let opened = try PluginEnvironment(path: plugin, task: name, options: options)
            do throws(EnvironmentError) {
                description = try opened.describe(task: name, path: plugin)
            } catch {
                opened.close()
                throw error
            }
            task = .plugin(opened)
        }
    }

    deinit {
        if case .plugin(let opened) = task { opened.close() }
    }

    /// Starts an episode; the same seed gives the same episode for the same actions, on every machine.
    ///
    /// **Throws:** `failed`, `notFinite`.
    public mutating func reset(
        seed: UInt64, observation: UnsafeMutableBufferPointer<Double>
    ) throws(EnvironmentError) {
        try checkCount(observation.count, description.observationCount, "an observation")
        elapsedSteps = 0
        var generator = RandomGenerator(seed: seed)
        switch task {
        case .cartPole(let place): Self.reset(place, &generator, observation)
        case .pendulum(let place): Self.reset(place, &generator, observation)
        case .acrobot(let place): Self.reset(place, &generator, observation)
        case .mountainCarContinuous(let place): Self.reset(place, &generator, observation)
        case .swimmer(let place): Self.reset(place, &generator, observation)
        case .invertedPendulum(let place): Self.reset(place, &generator, observation)
        case .cooperativeNavigation(let place): Self.reset(place, &generator, observation)
        case .plugin(let opened): try opened.reset(seed: seed, observation: observation, task: description.name)
        }
        try checkFinite(observation)
    }

    /// Puts the task into `state` exactly, and starts counting steps anew.
    ///
    /// **Shape:** `description.stateCount` numbers: positions, then velocities; for classic control its state vector.
    /// **Throws:** `stateNotSettable`, `wrongCount`, `outOfRange`, `failed`, `notFinite`.
    public mutating func setState(
        _ state: UnsafeBufferPointer<Double>, observation: UnsafeMutableBufferPointer<Double>
    ) throws(EnvironmentError) {
        guard description.stateCount > 0 else { throw .stateNotSettable(task: description.name) }
        try checkCount(state.count, description.stateCount, "a state")
        try checkCount(observation.count, description.observationCount, "an observation")
        guard Self.areFinite(state) else { throw .outOfRange(task: description.name, what: "state") }
        elapsedSteps = 0
        switch task {
        case .cartPole(let place): Self.setState(place, state, observation)
        case .pendulum(let place): Self.setState(place, state, observation)
        case .acrobot(let place): Self.setState(place, state, observation)
        case .mountainCarContinuous(let place): Self.setState(place, state, observation)
        case .swimmer(let place): Self.setState(place, state, observation)
        case .invertedPendulum(let place): Self.setState(place, state, observation)
        case .cooperativeNavigation(let place): Self.setState(place, state, observation)
        case .plugin(let opened): try opened.setState(state, observation: observation, task: description.name)
        }
        try checkFinite(observation)
    }

    /// Acts once.
    ///
    /// **Shape:** `action` has `description.actionNumbers` numbers; nothing is clipped here but by the task itself.
    /// **Throws:** `wrongCount`, `outOfRange`, `failed`, `notFinite`; after the last two, `reset`.
    public mutating func step(
        action: UnsafeBufferPointer<Double>, observation: UnsafeMutableBufferPointer<Double>
    ) throws(EnvironmentError) -> Transition {
        try checkCount(observation.count, description.observationCount, "an observation")
        try check(action: action)
        let transition: Transition
        switch task {
        case .cartPole(let place): transition = Self.step(place, action, observation)
        case .pendulum(let place): transition = Self.step(place, action, observation)
        case .acrobot(let place): transition = Self.step(place, action, observation)
        case .mountainCarContinuous(let place): transition = Self.step(place, action, observation)
        case .swimmer(let place): transition = Self.step(place, action, observation)
        case .invertedPendulum(let place): transition = Self.step(place, action, observation)
        case .cooperativeNavigation(let place): transition = Self.step(place, action, observation)
        case .plugin(let opened):
            transition = try opened.step(action: action, observation: observation, task: description.name)
        }
        return try finish(transition, observation)
    }

    /// Checks what a step has given, and adds what the bare task does not know: the time limit, the factor of rewards.
    private mutating func finish(
        _ bare: Transition, _ observation: UnsafeMutableBufferPointer<Double>
    ) throws(EnvironmentError) -> Transition {
        var transition = bare
        try checkFinite(observation)
        transition.reward *= rewardFactor
        guard transition.reward.isFinite else { throw .notFinite(task: description.name, what: "reward") }
        elapsedSteps &+= 1
        if description.stepLimit > 0, elapsedSteps >= description.stepLimit { transition.truncated = true }
        return transition
    }

    // MARK: - Two side by side

    /// Whether `move` takes both of them at once: two swimmers.
    public static func arePaired(_ first: inout Self, _ second: inout Self) -> Bool {
        if case .swimmer = first.task, case .swimmer = second.task { return true }
        return false
    }

    /// The first half of `step`: checks the action.
    ///
    /// **Throws:** `wrongCount`, `outOfRange`; the task stays where it is.
    public mutating func begin(action: UnsafeBufferPointer<Double>) throws(EnvironmentError) {
        try check(action: action)
    }

    /// The middle of `step` for two that are paired, after `begin`: each ends where it would by itself, to the bit.
    public static func move(
        _ first: inout Self, _ second: inout Self,
        actions: (UnsafeBufferPointer<Double>, UnsafeBufferPointer<Double>)
    ) -> (Transition, Transition) {
        guard case .swimmer(let one) = first.task, case .swimmer(let other) = second.task else {
            preconditionFailure("two tasks that are not paired")
        }
        return Swimmer.step(one, other, actions: actions)
    }

    /// The second half of `step`, after `move`.
    ///
    /// **Throws:** `notFinite`; then `reset`.
    public mutating func end(
        _ bare: Transition, observation: UnsafeMutableBufferPointer<Double>
    ) throws(EnvironmentError) -> Transition {
        guard case .swimmer(let place) = task else { preconditionFailure("a task that is not paired") }
        place.pointee.observe(into: observation)
        return try finish(bare, observation)
    }
}
