/// The server rule's state in somebody else's memory; valid during the call that it is handed to.
///
/// The members mean what they mean in `StoredState`.
public struct StateView {
    /// The version that the state belongs to.
    public var version: UInt64
    /// θ.
    public var theta: UnsafeBufferPointer<Double>
    /// d, the momentum.
    public var direction: UnsafeBufferPointer<Double>
    /// What else the server rule keeps.
    public var rule: UnsafeBufferPointer<Double>
    /// How many observations were merged.
    public var statisticsCount: Double
    /// Their mean.
    public var statisticsMean: UnsafeBufferPointer<Double>
    /// Their sums of squared deviations.
    public var statisticsSquaredDeviations: UnsafeBufferPointer<Double>
    /// Sums over all agents.
    public var totals: StoredTotals

    public init(
        version: UInt64, theta: UnsafeBufferPointer<Double>, direction: UnsafeBufferPointer<Double>,
        rule: UnsafeBufferPointer<Double>, statisticsCount: Double, statisticsMean: UnsafeBufferPointer<Double>,
        statisticsSquaredDeviations: UnsafeBufferPointer<Double>, totals: StoredTotals
    ) {
        self.version = version
        self.theta = theta
        self.direction = direction
        self.rule = rule
        self.statisticsCount = statisticsCount
        self.statisticsMean = statisticsMean
        self.statisticsSquaredDeviations = statisticsSquaredDeviations
        self.totals = totals
    }
}
