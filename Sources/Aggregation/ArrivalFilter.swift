import Bounded

/// What gradients pass before an asynchronous rule sees them; the one place that knows which filters exist.
///
///     switch filter.screen(gradient, from: agent, baseVersion: k′, newest: k) {
///     case .passed, .combined: rule.apply(gradient: gradient, …)     the vector may have been changed in place
///     case .held: rule.hold(…)
///     case .waiting, .refused, .unusable: tell the sender
///     }
///     filter.note(update, samplingPoint: rule.state.samplingPoint)    after every version
public enum ArrivalFilter: ~Copyable {
    /// Everything passes as it is.
    case none
    /// Asks how fast gradients change.
    case kardam(LipschitzFilter)
    /// Combines buffers robustly.
    case basgd(BufferFilter)
    /// Compares with a trusted gradient.
    case zeno(ValidationFilter)

    /// Reserves the memory of the filter that `settings` names.
    public init(parameterCount: Int, settings: ArrivalFilterSettings, arena: inout Arena) throws(Arena.Refusal) {
        precondition(settings.isUsable, "filter settings out of range")
        switch settings.kind {
        case .none: self = .none
        case .kardam:
            self = .kardam(try LipschitzFilter(parameterCount: parameterCount, settings: settings, arena: &arena))
        case .basgd:
            self = .basgd(try BufferFilter(parameterCount: parameterCount, settings: settings, arena: &arena))
        case .zeno:
            self = .zeno(try ValidationFilter(parameterCount: parameterCount, settings: settings, arena: &arena))
        }
    }

    /// Begins at `version`, with nothing known of any agent; `restore` comes after it.
    public mutating func start(at version: PolicyVersion, samplingPoint: UnsafeBufferPointer<Double>) {
        switch consume self {
        case .none: self = .none
        case .kardam(var filter):
            filter.start(at: version, samplingPoint: samplingPoint)
            self = .kardam(filter)
        case .basgd(var filter):
            filter.start()
            self = .basgd(filter)
        case .zeno(var filter):
            filter.start()
            self = .zeno(filter)
        }
    }

    /// Judges a finite gradient of `agent`, and changes it where the filter says so.
    ///
    /// - Parameter isPresent: whether gradients can be expected of an agent that the filter knows from before.
    public mutating func screen(
        _ gradient: Vector, from agent: Int, baseVersion: PolicyVersion, newest: PolicyVersion,
        isPresent: (Int) -> Bool
    ) -> FilterVerdict {
        switch consume self {
        case .none:
            self = .none
            return .passed(gradientNorm: 0)
        case .kardam(var filter):
            let verdict = filter.screen(
                gradient, from: agent, baseVersion: baseVersion, newest: newest, isPresent: isPresent)
            self = .kardam(filter)
            return verdict
        case .basgd(var filter):
            let verdict = filter.screen(gradient, from: agent, round: newest.number)
            self = .basgd(filter)
            return verdict
        case .zeno(var filter):
            let verdict = filter.screen(gradient, newest: newest)
            self = .zeno(filter)
            return verdict
        }
    }

    /// Takes note of a version that was made of a gradient which passed.
    public mutating func note(_ update: AppliedUpdate, samplingPoint: UnsafeBufferPointer<Double>) {
        switch consume self {
        case .none: self = .none
        case .kardam(var filter):
            filter.note(update, samplingPoint: samplingPoint)
            self = .kardam(filter)
        case .basgd(let filter): self = .basgd(filter)
        case .zeno(let filter): self = .zeno(filter)
        }
    }

    /// Takes in a finite gradient that is trusted, sampled with `version`; false when it is of no use to the filter.
    public mutating func takeValidation(_ gradient: Vector, of version: PolicyVersion) -> Bool {
        switch consume self {
        case .none:
            self = .none
            return false
        case .kardam(let filter):
            self = .kardam(filter)
            return false
        case .basgd(let filter):
            self = .basgd(filter)
            return false
        case .zeno(var filter):
            let isTaken = filter.take(gradient, of: version)
            self = .zeno(filter)
            return isTaken
        }
    }

    /// How many numbers `write(state:)` needs: gradients that were acknowledged and are in no step yet, and what agents
    /// are judged by. A trusted gradient is not among them: everything waits for a new one.
    public var stateCount: Int {
        switch self {
        case .none: 0
        case .kardam(let filter): filter.stateCount
        case .basgd(let filter): filter.stateCount
        case .zeno: 0
        }
    }

    /// Writes what has to survive a restart.
    public func write(state: UnsafeMutableBufferPointer<Double>) {
        switch self {
        case .none: return
        case .kardam(let filter): filter.write(state: state)
        case .basgd(let filter): filter.write(state: state)
        case .zeno: return
        }
    }

    /// Takes back what `write(state:)` wrote; of another filter's, or one of other settings, nothing.
    public mutating func restore(state: UnsafeBufferPointer<Double>) {
        switch consume self {
        case .none: self = .none
        case .kardam(var filter):
            filter.restore(state: state)
            self = .kardam(filter)
        case .basgd(var filter):
            filter.restore(state: state)
            self = .basgd(filter)
        case .zeno(let filter): self = .zeno(filter)
        }
    }
}
