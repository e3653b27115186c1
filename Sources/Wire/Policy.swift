import Bounded

/// A policy version, an acknowledgement, or both.
public struct Policy: Sendable {
    /// Which report this answers, and what became of it.
    public struct Answer: Equatable, Sendable {
        /// The report.
        public var identity: UpdateIdentity
        /// What became of it.
        public var outcome: Outcome

        public init(to identity: UpdateIdentity, outcome: Outcome) {
            self.identity = identity
            self.outcome = outcome
        }
    }

    /// The shift and scale of observations that belong to a version: (o − mean) · scale, clipped to ±10.
    public struct Normaliser: Sendable {
        /// What is subtracted from each element.
        public var mean: PackedVector
        /// What each element is then multiplied by.
        public var scale: PackedVector
        /// The observations behind it.
        public var count: Double

        public init(mean: PackedVector, scale: PackedVector, count: Double) {
            self.mean = mean
            self.scale = scale
            self.count = count
        }
    }

    /// The shared critic of a version: a value is output · `targetScale` + `targetMean`.
    public struct Critic: Sendable {
        /// Its parameters, whole, in a dense codec.
        public var parameters: PackedVector
        /// The mean of all targets so far.
        public var targetMean: Double
        /// Their standard deviation; 0 while there are none.
        public var targetScale: Double

        public init(parameters: PackedVector, targetMean: Double = 0, targetScale: Double = 0) {
            self.parameters = parameters
            self.targetMean = targetMean
            self.targetScale = targetScale
        }
    }

    /// The version that this is about.
    public var version: PolicyVersion
    /// The point to sample at (θ̃, the lookahead point); nil when `version` is what the agent holds already.
    public var parameters: PackedVector?
    /// The version that `parameters` is the difference from, which the agent must hold; nil: the parameters are whole.
    public var base: PolicyVersion?
    /// The report that this answers; nil for a broadcast and for the reply to a `Fetch`.
    public var answer: Answer?
    /// What the agent's gate compares with: a weighted sum of the squared norms of the last directions; 0 for none.
    public var gateReference: Float = 0
    /// Nil unless the specification asks for normalisation.
    public var normaliser: Normaliser?
    /// Nil unless the federation shares a critic, and the receiver has one; only with parameters.
    public var critic: Critic?
    /// Take this version even if it is older than the one held.
    public var isRollback = false
    /// y, the natural gradient that the federation agrees on so far; nil where it agrees on none.
    public var consensus: PackedVector?
    /// The parameters are those of the version before: what was sampled with it serves again.
    public var refines = false

    public init(version: PolicyVersion, parameters: PackedVector? = nil) {
        self.version = version
        self.parameters = parameters
    }
}
