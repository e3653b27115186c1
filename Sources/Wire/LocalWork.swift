/// How much an agent does behind one update.
///
/// **Source:** local steps: McMahan et al., "Communication-Efficient Learning of Deep Networks from Decentralized Data"
/// (FedAvg, arXiv 1602.05629); collecting: Tyurin, Spiridonov, Rudenko (Rennala NIGT, arXiv 2509.24305).
public struct LocalWork: Equatable, Sendable, BitwiseCopyable {
    /// Gradients behind one update (K).
    public var batches: UInt32 = 1
    /// 0: the gradients are taken at the same parameters; above: the agent ascends by so much of each before the next
    /// (the local η).
    public var stepSize: Float = 0
    /// Whether it ascends by g/‖g‖ in place of g, and sends the mean of those.
    public var normalises = false
    /// Whether the agent goes on at the same parameters until the gateway asks for the mean; `batches` and `stepSize`
    /// then mean nothing.
    public var collects = false

    /// One gradient, one update.
    public init() {}

    /// Whether an update can stand for more than one gradient.
    public var accumulates: Bool { collects || batches > 1 }

    /// Whether the gradients behind an update are taken at different parameters.
    public var ascends: Bool { !collects && batches > 1 && stepSize > 0 }
}
