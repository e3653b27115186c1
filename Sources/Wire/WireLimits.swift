import GradientCodec

/// The bounds that decoding and encoding hold a message to.
///
/// Both sides derive them from the policy that they train, so that a peer can make neither of them reserve more.
public struct WireLimits: Equatable, Sendable {
    /// The newest protocol version that this build speaks.
    public static let protocolVersion: UInt32 = 1
    /// The oldest protocol version that this build speaks.
    public static let oldestProtocolVersion: UInt32 = 1

    /// The longest name (agent, federation, environment, software version), in bytes.
    public static let nameBytesMaximum = 64
    /// The longest detail of a `Reject` and reason of a `Goodbye`, in bytes.
    public static let detailBytesMaximum = 200
    /// The most hidden layers of a policy.
    public static let hiddenLayersMaximum = 8
    /// The widest hidden layer.
    public static let hiddenWidthMaximum = 4_096
    /// The most elements of an observation.
    public static let observationCountMaximum = 16_384
    /// The most action dimensions or choices.
    public static let actionCountMaximum = 4_096
    /// The log standard deviation of an action, in nats, is within this distance of zero.
    public static let logStdMagnitudeMaximum: Float = 80
    /// The longest interval or delay, in milliseconds: an hour.
    public static let intervalMillisecondsMaximum: UInt32 = 3_600_000
    /// The most gradients behind one update.
    public static let batchesMaximum: UInt32 = 65_536
    /// What a peer must at least be able to receive, in bytes.
    public static let messageBytesMinimum = 512
    /// What any peer may claim to be able to receive, in bytes.
    public static let messageBytesMaximum = 1 << 30
    /// What every part of a message but its vectors takes at most, in bytes.
    public static let envelopeBytesMaximum = 1_024

    /// The longest message, in bytes, that is decoded or encoded.
    public let largestMessageBytes: Int
    /// The most elements in one vector.
    public let parameterCountMaximum: Int
    /// The most elements in a critic's.
    public let criticCountMaximum: Int

    /// Bounds by explicit numbers; a critic may be as large as a policy unless they say otherwise.
    public init(largestMessageBytes: Int, parameterCountMaximum: Int, criticCountMaximum: Int? = nil) {
        precondition(
            largestMessageBytes >= Self.messageBytesMinimum && largestMessageBytes <= Self.messageBytesMaximum,
            "a largest message outside 512 bytes to 1 GiB")
        precondition(
            parameterCountMaximum >= 1 && parameterCountMaximum <= VectorCodec.maximumCount,
            "a parameter count outside what the codecs take")
        self.largestMessageBytes = largestMessageBytes
        let criticCount = criticCountMaximum ?? parameterCountMaximum
        precondition(
            criticCount >= 1 && criticCount <= VectorCodec.maximumCount, "a critic beyond what the codecs take")
        self.parameterCountMaximum = parameterCountMaximum
        self.criticCountMaximum = criticCount
    }

    /// The bounds that fit every message about one policy: each of its vectors in float32.
    ///
    /// An update carries a gradient and observation statistics, a policy carries parameters and a normaliser; both are
    /// one vector of parameters and two of an observation's length, and with a shared critic of `criticCount`
    /// parameters that.
    ///
    /// - Parameter agrees: whether a natural gradient is agreed on, as long as the parameters, which comes with them.
    public init(policy shape: PolicyShape, criticCount: Int = 0, agrees: Bool = false) {
        let elements = (agrees ? 2 : 1) * shape.parameterCount + criticCount
        self.init(
            largestMessageBytes: Self.envelopeBytesMaximum + 4 * elements + 8 * shape.observationCount,
            parameterCountMaximum: shape.parameterCount, criticCountMaximum: max(criticCount, shape.parameterCount))
    }
}
