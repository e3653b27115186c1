/// A policy θ as it was at one moment.
struct PolicySnapshot: Equatable, Sendable {
    var parameters: [Float]
    /// Both empty unless the policy normalises observations.
    var normaliserMean: [Float]
    var normaliserScale: [Float]
}
