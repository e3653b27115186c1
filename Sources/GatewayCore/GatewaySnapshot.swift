import Bounded

/// Where to continue: the newest version in the store. What is empty is taken as zeros.
public struct GatewaySnapshot {
    /// The version.
    public var version: PolicyVersion
    /// The policy θ.
    public var parameters: UnsafeBufferPointer<Double>
    /// The momentum d.
    public var direction: UnsafeBufferPointer<Double>
    /// `AppliedVersion.state`.
    public var state: UnsafeBufferPointer<Double>
    /// How many observations are behind the normaliser.
    public var observationCount = 0.0
    /// Their mean; empty unless the policy normalises observations.
    public var observationMean = UnsafeBufferPointer<Double>(start: nil, count: 0)
    /// The sums of their squared deviations; empty unless the policy normalises observations.
    public var observationSquaredDeviations = UnsafeBufferPointer<Double>(start: nil, count: 0)
    /// Sums over all agents.
    public var totals = GatewayTotals()

    /// A snapshot without observation statistics.
    public init(
        version: PolicyVersion, parameters: UnsafeBufferPointer<Double>, direction: UnsafeBufferPointer<Double>,
        state: UnsafeBufferPointer<Double>
    ) {
        self.version = version
        self.parameters = parameters
        self.direction = direction
        self.state = state
    }
}
