/// The server rule's state in somebody else's memory; valid during the call that it is handed to.
///
/// The members mean what they mean in `StoredState`.
public struct StateView {
    public var version: UInt64
    public var theta: UnsafeBufferPointer<Double>
    public var direction: UnsafeBufferPointer<Double>
    public var rule: UnsafeBufferPointer<Double>
    public var statisticsCount: Double
    public var statisticsMean: UnsafeBufferPointer<Double>
    public var statisticsSquaredDeviations: UnsafeBufferPointer<Double>
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
