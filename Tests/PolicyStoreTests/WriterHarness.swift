import Bounded
import Dispatch
import PolicyStore

/// Plays the gateway's loop for a writer: appends versions, hands groups over, waits for the thread.
final class WriterHarness {
    let writer: StoreWriter
    private(set) var version: UInt64
    private let committed = DispatchSemaphore(value: 0)

    init(
        _ database: StoreDatabase, versionsPerCommit: Int = 16, interval: Int = 0, from version: UInt64 = 0,
        keptVersions: UInt64 = 0
    ) {
        let committed = self.committed
        var settings = WriterSettings(
            parameterCount: StoreFixture.parameterCount, observationCount: StoreFixture.observationCount,
            ruleCount: StoreFixture.ruleCount, versionsPerCommit: versionsPerCommit, agentCount: 4,
            commitIntervalMilliseconds: interval)
        settings.mirrorCount = 3
        settings.mirrorByteCount = 4 * StoreFixture.parameterCount
        settings.keptVersions = keptVersions
        writer = StoreWriter(database: database, settings: settings, onCommit: { committed.signal() })
        self.version = version
    }

    /// Appends the next version and what is then known of its agent.
    func append() {
        version += 1
        Self.withPolicy(version) { writer.append(StoreFixture.record(version), policy: $0) }
        let agent = UInt8(version % 3)
        writer.note(StoreFixture.agent(agent, sequence: version), slot: Int(agent))
    }

    /// Notes the mirror of the newest version's agent.
    func noteMirror() {
        let mirror = StoreFixture.mirror(version % 3, version)
        mirror.data.withUnsafeBytes { data in
            writer.note(
                MirrorView(
                    place: Int(mirror.place), key: mirror.key, epoch: mirror.epoch, sequence: mirror.sequence,
                    precision: mirror.precision, data: data))
        }
    }

    func handOver(now: Instant = .now, force: Bool = false) {
        Self.withPolicy(version) { policy in
            Self.withState(version) { writer.commit(now: now, state: $0, policy: policy, force: force) }
        }
    }

    func waitForCommit() { committed.wait() }

    func commit() {
        handOver(force: true)
        waitForCommit()
    }

    static func withPolicy(_ version: UInt64, _ body: (PolicyView) -> Void) {
        let policy = StoreFixture.policy(version)
        let theta = policy.theta.map(Double.init)
        let lookahead = policy.lookahead
        theta.withUnsafeBufferPointer { theta in
            lookahead.withUnsafeBufferPointer { lookahead in
                policy.normaliserMean.withUnsafeBufferPointer { mean in
                    policy.normaliserScale.withUnsafeBufferPointer { scale in
                        body(
                            PolicyView(
                                theta: theta, lookahead: lookahead, normaliserMean: mean, normaliserScale: scale))
                    }
                }
            }
        }
    }

    static func withState(_ version: UInt64, _ body: (StateView) -> Void) {
        let state = StoreFixture.state(version)
        state.theta.withUnsafeBufferPointer { theta in
            state.direction.withUnsafeBufferPointer { direction in
                state.rule.withUnsafeBufferPointer { rule in
                    state.statisticsMean.withUnsafeBufferPointer { mean in
                        state.statisticsSquaredDeviations.withUnsafeBufferPointer { deviations in
                            body(
                                StateView(
                                    version: version, theta: theta, direction: direction, rule: rule,
                                    statisticsCount: state.statisticsCount, statisticsMean: mean,
                                    statisticsSquaredDeviations: deviations, totals: state.totals))
                        }
                    }
                }
            }
        }
    }
}
