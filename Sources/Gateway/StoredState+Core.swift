import Bounded
import GatewayCore
import PolicyStore

extension StoredState {
    /// Copies the core's snapshot.
    init(_ snapshot: GatewaySnapshot) {
        self.init(
            version: snapshot.version.number, theta: Array(snapshot.parameters), direction: Array(snapshot.direction),
            rule: Array(snapshot.state), statisticsCount: snapshot.observationCount,
            statisticsMean: Array(snapshot.observationMean),
            statisticsSquaredDeviations: Array(snapshot.observationSquaredDeviations),
            totals: StoredTotals(snapshot.totals))
    }

    /// Brings the core to where this state was taken; false when it does not fit.
    func restore(_ core: inout GatewayCore) -> Bool {
        theta.withUnsafeBufferPointer { theta in
            direction.withUnsafeBufferPointer { direction in
                rule.withUnsafeBufferPointer { rule in
                    statisticsMean.withUnsafeBufferPointer { mean in
                        statisticsSquaredDeviations.withUnsafeBufferPointer { deviations in
                            var snapshot = GatewaySnapshot(
                                version: PolicyVersion(version), parameters: theta, direction: direction, state: rule)
                            snapshot.observationCount = statisticsCount
                            snapshot.observationMean = mean
                            snapshot.observationSquaredDeviations = deviations
                            snapshot.totals = GatewayTotals(totals)
                            return core.restore(snapshot)
                        }
                    }
                }
            }
        }
    }
}
