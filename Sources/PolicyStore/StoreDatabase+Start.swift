import Bounded
import GRDB

extension StoreDatabase {
    private var contents: StoreContents { StoreContents(path: path, reader: queue) }

    /// The federation that the store belongs to; nil in a new store.
    public func federation() throws(StoreError) -> FederationRecord? { try contents.federation() }

    /// The server rule's state at the last commit; nil in a new store.
    public func state() throws(StoreError) -> StoredState? { try contents.state() }

    /// Every agent that was ever welcomed.
    public func agents() throws(StoreError) -> [AgentRecord] { try contents.agents() }

    /// The agents' mirrors; `report` is told of each row that is damaged, and those are left out.
    public func mirrors(reporting report: (StoreError) -> Void) throws(StoreError) -> [MirrorRecord] {
        try contents.mirrors(reporting: report)
    }

    /// The policy of `version`.
    public func policy(version: UInt64) throws(StoreError) -> StoredPolicy { try contents.policy(version: version) }

    /// Makes this the store of `federation`, at its first version.
    public func begin(
        _ federation: FederationRecord, policy: StoredPolicy, state: StoredState
    ) throws(StoreError) {
        try write { database in
            try database.write(federation)
            try database.insertParameters(
                version: policy.version, theta: Blob.of(policy.theta), lookahead: Blob.of(policy.lookahead),
                mean: Blob.of(policy.normaliserMean), scale: Blob.of(policy.normaliserScale))
            try database.writeState(
                version: state.version, theta: Blob.of(state.theta), direction: Blob.of(state.direction),
                rule: Blob.of(state.rule), count: state.statisticsCount, mean: Blob.of(state.statisticsMean),
                squaredDeviations: Blob.of(state.statisticsSquaredDeviations), totals: state.totals)
        }
    }

    /// Notes the configuration that the federation goes on with.
    ///
    /// **Throws:** `specificationChanged` when it is for another policy; what was learnt cannot go on with it.
    public func resume(with federation: FederationRecord) throws(StoreError) {
        guard let stored = try self.federation() else { throw .empty(path: path) }
        guard stored.specification == federation.specification else {
            throw .specificationChanged(
                path: path, stored: stored.specification.text, configured: federation.specification.text)
        }
        var record = federation
        record.identifier = stored.identifier
        record.createdNanoseconds = stored.createdNanoseconds
        record.seed = stored.seed
        guard record != stored else { return }
        try write { try $0.write(record) }
    }

    func write(_ body: (Database) throws -> Void) throws(StoreError) {
        do { try queue.write(body) } catch { throw .from(error, path: path) }
    }
}
