import GradientCodec

/// The value network that the agents of a federation train together.
///
/// It has tanh layers and one linear output, and its parameters lie in canonical order, like a policy's.
public struct CriticSharing: Equatable, Sendable {
    /// The hidden layers.
    public var hiddenWidths: HiddenWidths
    /// How an agent packs the change of its parameters; a dense codec.
    public var codec: VectorCodec

    public init(hiddenWidths: HiddenWidths, codec: VectorCodec = .denseFloat32) {
        self.hiddenWidths = hiddenWidths
        self.codec = codec
    }

    /// How many parameters a critic of `hiddenWidths` has over `observationCount` observations.
    public static func parameterCount(observationCount: Int, hiddenWidths: HiddenWidths) -> Int {
        // A policy with one choice is the same network.
        PolicyShape(
            distribution: .softmax, observationCount: observationCount, actionCount: 1, hiddenWidths: hiddenWidths
        ).parameterCount
    }
}
