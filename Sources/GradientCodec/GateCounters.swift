/// How often a gate decided how.
public struct GateCounters: Equatable, Sendable {
    /// Gradients that the gate looked at.
    public var offered: UInt64 = 0
    /// Gradients that were not worth sending.
    public var skips: UInt64 = 0
    /// Gradients sent although the inequality had not asked for it.
    public var forced: UInt64 = 0
    /// Gradients that a gate in the shadow would not have sent.
    public var wouldHaveSkipped: UInt64 = 0

    /// All zero.
    public init() {}
}
