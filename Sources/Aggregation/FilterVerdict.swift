/// What a filter says of a gradient.
public enum FilterVerdict: Equatable, Sendable {
    /// It goes on to the rule, perhaps shortened; `gradientNorm` is how long it was.
    case passed(gradientNorm: Double)
    /// It is in a buffer now, and the vector holds zeros or anything: the rule makes a version without a step.
    case held(gradientNorm: Double)
    /// The vector is the combination of all buffers now, which are empty again; it goes on to the rule.
    case combined(gradientNorm: Double)
    /// Nothing can be said before a trusted gradient has come, or one that is new enough.
    case waiting
    /// It is refused, and nothing will come of it.
    case refused(FilterRefusal)
    /// It is refused for what no rule takes either: its length, or numbers that are not finite.
    case unusable(AggregationRefusal)
}

/// Why a filter refused a gradient.
public enum FilterRefusal: UInt32, Sendable {
    /// Kardam: it differs more from the gradient before, for the step between them, than the agents' own gradients do.
    case lipschitz = 1
    /// Kardam: its sender has one of the last 2f gradients that passed.
    case frequency = 2
    /// Zeno++: it does not point where the trusted gradient does.
    case direction = 3

    /// The filter and its reason in words.
    public var text: StaticString {
        switch self {
        case .lipschitz: "kardam: it differs too much from the gradient before it"
        case .frequency: "kardam: its sender was let through too short a while ago"
        case .direction: "zeno: it points away from the validator's gradient"
        }
    }
}
