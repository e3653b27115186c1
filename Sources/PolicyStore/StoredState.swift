/// Everything that the server rule needs to go on where it stopped, bit for bit.
public struct StoredState: Equatable, Sendable {
    /// Which version it belongs to.
    public var version: UInt64
    /// θ.
    public var theta: [Double]
    /// d, the momentum.
    public var direction: [Double]
    /// What else the server rule asked to keep; its meaning is the rule's own.
    public var rule: [Double]
    /// The merged observation statistics; empty vectors without observation normalisation.
    public var statisticsCount: Double
    /// The mean of the merged observations.
    public var statisticsMean: [Double]
    /// Their sums of squared deviations.
    public var statisticsSquaredDeviations: [Double]
    /// Sums over all agents.
    public var totals: StoredTotals

    public init(
        version: UInt64, theta: [Double], direction: [Double], rule: [Double] = [], statisticsCount: Double = 0,
        statisticsMean: [Double] = [], statisticsSquaredDeviations: [Double] = [], totals: StoredTotals = StoredTotals()
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
