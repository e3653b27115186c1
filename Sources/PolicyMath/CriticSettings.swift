/// The small value network that an agent trains, for itself or with its federation.
public struct CriticSettings: Equatable, Sendable, BitwiseCopyable {
    /// The tanh layers.
    public var hiddenWidths: LayerWidths
    /// Adam's step.
    public var learningRate: Float
    /// Passes over each batch.
    public var epochs: Int
    /// Samples a step of Adam.
    public var minibatch: Int
    /// Whether a federation may share it: memory is reserved for what goes to and fro.
    public var isShared = false

    public init(
        hiddenWidths: LayerWidths = LayerWidths(64, 64), learningRate: Float = 1e-3, epochs: Int = 5,
        minibatch: Int = 64
    ) {
        self.hiddenWidths = hiddenWidths
        self.learningRate = learningRate
        self.epochs = epochs
        self.minibatch = minibatch
    }

    var conflict: StaticString? {
        guard learningRate > 0, learningRate.isFinite else { return "critic_learning_rate must be positive" }
        guard epochs >= 1 else { return "critic_epochs must be at least 1" }
        guard minibatch >= 1 else { return "critic_minibatch must be at least 1" }
        return nil
    }
}
