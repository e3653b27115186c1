import Bounded

/// The rule that folds gradients into the policy; the one place that knows which rules exist.
///
/// Every rule is a type of its own, with the same verbs: `start`, `apply` or `add` and `closeRound`, `write(state:)`,
/// `restore`.
public enum ServerRule: ~Copyable {
    /// One gradient, one step along a momentum.
    case afedpg(AFedPG)
    /// One gradient, or a buffer of them, one step.
    case arrivals(ArrivalRule)
    /// One gradient of every learner, one step.
    case rounds(RoundRule)

    /// Which rule, and what was chosen about it.
    public enum Settings: Equatable, Sendable {
        /// AFedPG, or vanilla, and its settings.
        case afedpg(AFedPGSettings)
        /// A3C, FedAsync or FedBuff, and their settings.
        case arrivals(ArrivalRuleSettings)
        /// LAPG, distributed policy gradient or FedPG, and their settings.
        case rounds(RoundRuleSettings)

        /// Whether every value is in its range.
        public var isUsable: Bool {
            switch self {
            case .afedpg(let settings): settings.isUsable
            case .arrivals(let settings): settings.isUsable
            case .rounds(let settings): settings.isUsable
            }
        }

        /// What a rule of rounds was told; nil with every other.
        public var rounds: RoundRuleSettings? {
            if case .rounds(let settings) = self { settings } else { nil }
        }

        /// Whether a step waits for a report of every learner.
        public var isSynchronous: Bool {
            switch self {
            case .afedpg, .arrivals: false
            case .rounds: true
            }
        }
    }

    /// What every rule shows of itself: views of its own memory, valid as long as its arena.
    public struct State {
        /// The policy θ, which is evaluated and deployed.
        public var parameters: UnsafeBufferPointer<Double>
        /// What the rule carries along: the direction d, the buffer of FedBuff, the mean squares of RMSProp.
        public var direction: UnsafeBufferPointer<Double>
        /// The point that agents sample at.
        public var samplingPoint: UnsafeBufferPointer<Double>
        /// How many changes have been applied.
        public var version: PolicyVersion
        /// The parameters are those of the version before, of which learners use their batches once more.
        public var refines = false
    }

    /// Reserves the state of the rule that `settings` names.
    public init(parameterCount: Int, settings: Settings, arena: inout Arena) throws(Arena.Refusal) {
        switch settings {
        case .afedpg(let settings):
            self = .afedpg(try AFedPG(parameterCount: parameterCount, settings: settings, arena: &arena))
        case .arrivals(let settings):
            self = .arrivals(try ArrivalRule(parameterCount: parameterCount, settings: settings, arena: &arena))
        case .rounds(let settings):
            self = .rounds(try RoundRule(parameterCount: parameterCount, settings: settings, arena: &arena))
        }
    }

    /// What the rule shows of itself.
    public var state: State {
        switch self {
        case .afedpg(let rule): Self.state(of: rule)
        case .arrivals(let rule):
            State(
                parameters: UnsafeBufferPointer(rule.parameters), direction: UnsafeBufferPointer(rule.accumulator),
                samplingPoint: UnsafeBufferPointer(rule.parameters), version: rule.version)
        case .rounds(let rule): Self.state(of: rule)
        }
    }

    private static func state(of rule: borrowing RoundRule) -> State {
        var state = state(of: rule.policy)
        state.refines = rule.refines
        return state
    }

    private static func state(of rule: borrowing AFedPG) -> State {
        State(
            parameters: UnsafeBufferPointer(rule.parameters), direction: UnsafeBufferPointer(rule.direction),
            samplingPoint: UnsafeBufferPointer(rule.lookahead), version: rule.version)
    }

    /// Starts from `initial`, at version 0.
    public mutating func start(from initial: Vector) {
        switch consume self {
        case .afedpg(var rule):
            rule.start(from: initial)
            self = .afedpg(rule)
        case .arrivals(var rule):
            rule.start(from: initial)
            self = .arrivals(rule)
        case .rounds(var rule):
            rule.start(from: initial)
            self = .rounds(rule)
        }
    }

    /// Folds `gradient`, sampled with `baseVersion`, into the policy. To a rule of rounds it is a whole round.
    public mutating func apply(gradient: Vector, baseVersion: PolicyVersion) -> ArrivalOutcome {
        switch consume self {
        case .afedpg(var rule):
            let outcome = rule.apply(gradient: gradient, baseVersion: baseVersion)
            self = .afedpg(rule)
            return outcome
        case .arrivals(var rule):
            let outcome = rule.apply(gradient: gradient, baseVersion: baseVersion)
            self = .arrivals(rule)
            return outcome
        case .rounds(var rule):
            let outcome = rule.applyRound(of: gradient, baseVersion: baseVersion)
            self = .rounds(rule)
            return outcome
        }
    }

    /// Makes a version of a gradient that a filter keeps for later: θ stays. Not for rules of rounds.
    public mutating func hold(gradientNorm: Double, baseVersion: PolicyVersion) -> AppliedUpdate {
        switch consume self {
        case .afedpg(var rule):
            let update = rule.hold(gradientNorm: gradientNorm, baseVersion: baseVersion)
            self = .afedpg(rule)
            return update
        case .arrivals(var rule):
            let update = rule.hold(gradientNorm: gradientNorm, baseVersion: baseVersion)
            self = .arrivals(rule)
            return update
        case .rounds: preconditionFailure("a gradient held back in a round")
        }
    }

    /// Adds a gradient of the present version to the round of a synchronous rule.
    public mutating func add(_ gradient: Vector, batches: UInt32 = 1, curvature: Float = 0) -> RoundArrival {
        switch consume self {
        case .afedpg: preconditionFailure("a round without a synchronous rule")
        case .arrivals: preconditionFailure("a round without a synchronous rule")
        case .rounds(var rule):
            let arrival = rule.add(gradient, batches: batches, curvature: curvature)
            self = .rounds(rule)
            return arrival
        }
    }

    /// Forgets the gradients of a synchronous rule's round.
    public mutating func abandonRound() {
        switch consume self {
        case .afedpg(let rule): self = .afedpg(rule)
        case .arrivals(let rule): self = .arrivals(rule)
        case .rounds(var rule):
            rule.abandonRound()
            self = .rounds(rule)
        }
    }

    /// Takes the step of a synchronous rule; `refused` learners sent nothing but what was refused.
    public mutating func closeRound(refused: Int = 0) -> AppliedUpdate {
        switch consume self {
        case .afedpg: preconditionFailure("a round without a synchronous rule")
        case .arrivals: preconditionFailure("a round without a synchronous rule")
        case .rounds(var rule):
            let update = rule.closeRound(refused: refused)
            self = .rounds(rule)
            return update
        }
    }

    /// The same for a gradient in double precision, as recorded arrivals bring it; nothing is rounded.
    public mutating func apply(
        gradient: UnsafeBufferPointer<Double>, baseVersion: PolicyVersion
    ) -> ArrivalOutcome {
        switch consume self {
        case .afedpg(var rule):
            let outcome = rule.apply(gradient: gradient, baseVersion: baseVersion)
            self = .afedpg(rule)
            return outcome
        case .arrivals(var rule):
            let outcome = rule.apply(gradient: gradient, baseVersion: baseVersion)
            self = .arrivals(rule)
            return outcome
        case .rounds(var rule):
            let outcome = rule.applyRound(of: gradient, baseVersion: baseVersion)
            self = .rounds(rule)
            return outcome
        }
    }

    /// How many numbers `write(state:)` needs.
    public var stateCount: Int {
        switch self {
        case .afedpg(let rule): rule.stateCount
        case .arrivals(let rule): rule.stateCount
        case .rounds(let rule): rule.stateCount
        }
    }

    /// Writes what has to survive a restart beside the parameters, the direction and the version.
    public func write(state: UnsafeMutableBufferPointer<Double>) {
        switch self {
        case .afedpg(let rule): rule.write(state: state)
        case .arrivals(let rule): rule.write(state: state)
        case .rounds(let rule): rule.write(state: state)
        }
    }

    /// Continues where a snapshot was taken; false when the snapshot does not fit.
    public mutating func restore(
        parameters: UnsafeBufferPointer<Double>, direction: UnsafeBufferPointer<Double>,
        state: UnsafeBufferPointer<Double>?, version: PolicyVersion
    ) -> Bool {
        switch consume self {
        case .afedpg(var rule):
            let fits = rule.restore(parameters: parameters, direction: direction, state: state, version: version)
            self = .afedpg(rule)
            return fits
        case .arrivals(var rule):
            let fits = rule.restore(parameters: parameters, accumulator: direction, state: state, version: version)
            self = .arrivals(rule)
            return fits
        case .rounds(var rule):
            let fits = rule.restore(parameters: parameters, direction: direction, state: state, version: version)
            self = .rounds(rule)
            return fits
        }
    }
}
