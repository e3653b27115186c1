/// How an agent's gradients travel to the gateway: codec, feedback, mirror and gate.
public struct UplinkSettings: Equatable, Sendable {
    /// In which precision both sides keep the vector that the agent last sent.
    public enum Mirror: UInt32, Sendable {
        /// It is not kept.
        case none = 0
        /// Four bytes an element.
        case float32 = 1
        /// Two bytes an element; both sides round alike.
        case float16 = 2
    }

    /// What a gateway does when an agent's gate stayed shut.
    public enum SkipAction: UInt32, Sendable {
        /// Nothing: the agent gets the newest policy.
        case nothing = 0
        /// It applies the agent's mirror once more (lazily aggregated gradients).
        case reuse = 1
    }

    /// How vectors are packed.
    public var codec = CodecSettings()
    /// What becomes of what the codec left out.
    public var feedback = Feedback.none
    /// η of EF21 with momentum: how much of a new gradient goes into the vector that innovations follow; 1: all of it.
    public var nodeMomentum: Float = 1
    /// How mirrors are kept.
    public var mirror = Mirror.none
    /// When a gradient is worth sending.
    public var gate = GateSettings()
    /// What a skip leads to.
    public var skipAction = SkipAction.reuse

    /// Dense float32, every gradient sent.
    public init() {}

    /// The defaults, with every gradient packed by `codec`.
    public static func sending(_ codec: VectorCodec) -> UplinkSettings {
        var settings = UplinkSettings()
        settings.codec.codec = codec
        return settings
    }

    /// Whether every field is in its range, and they go together.
    public var isUsable: Bool {
        codec.isUsable && gate.isUsable && nodeMomentum > 0 && nodeMomentum <= 1 && (!needsMirror || mirror != .none)
    }

    /// Whether both sides must remember what was sent last.
    public var needsMirror: Bool {
        feedback == .innovation || gate.rule != .none
    }
}
