/// Memory that settings of the uplink ask for beyond what was reserved.
public enum UplinkMemory: Sendable {
    /// The codec keeps more from vector to vector.
    case codec
    /// What the codec left out has to be kept.
    case feedback
    /// A running mean of the gradients has to be kept.
    case nodeMomentum
    /// What was sent last has to be kept.
    case mirror
    /// The gate needs the gradient's variance, or its value at other parameters.
    case gate

    /// The key of the section `[uplink]` that reserves it.
    public var key: StaticString {
        switch self {
        case .codec: "codec"
        case .feedback: "feedback"
        case .nodeMomentum: "node_momentum"
        case .mirror: "mirror"
        case .gate: "skip_rule"
        }
    }
}
