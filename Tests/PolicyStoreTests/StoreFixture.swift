import Bounded
import Foundation
import GRDB
import PolicyStore

/// A folder of its own for each test, removed at the end, and a small federation to put into it.
final class StoreFixture {
    static let parameterCount = 7
    static let observationCount = 2
    static let ruleCount = 3

    let folder: URL
    var path: String { folder.appendingPathComponent("store.db").path }

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("lapwing-store-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    static let specification = StoredSpecification(
        distribution: "gaussian", observationCount: 2, actionCount: 1, hidden: [], logStdMinimum: -2.5,
        logStdMaximum: 0.5, observationNormalisation: true)

    static let federation = FederationRecord(
        identifier: 0xdead_beef_dead_beef, name: "meadow", environment: "pendulum",
        specification: specification, configuration: "[gateway]\nname = meadow\n",
        configurationHash: 0xfedc_ba98_7654_3210, seed: 7, createdNanoseconds: 1_700_000_000_000_000_000)

    static func policy(_ version: UInt64) -> StoredPolicy {
        StoredPolicy(
            version: version, theta: (0..<parameterCount).map { Float($0) + Float(version) / 8 },
            lookahead: (0..<parameterCount).map { -Float($0) - Float(version) / 8 },
            normaliserMean: [Float(version), 1], normaliserScale: [2, Float(version) + 0.5])
    }

    static func state(_ version: UInt64) -> StoredState {
        StoredState(
            version: version, theta: policy(version).theta.map(Double.init),
            direction: (0..<parameterCount).map { 1 / Double($0 + 3) + Double(version) },
            rule: [0.1, Double(version), 3], statisticsCount: Double(version) * 10, statisticsMean: [1 / 3, 2 / 3],
            statisticsSquaredDeviations: [5, Double(version)],
            totals: StoredTotals(steps: version * 1_000, episodes: version, bytesReceived: 9, bytesSent: .max))
    }

    static func record(_ version: UInt64) -> VersionRecord {
        var record = VersionRecord()
        record.version = version
        record.agent = key(UInt8(version % 3))
        record.epoch = 0x8000_0000_0000_0001
        record.sequence = version
        record.baseVersion = version - 1
        record.trajectories = 1
        record.steps = 1_000
        record.episodes = UInt32(version % 2)
        if record.episodes > 0 { record.returnMean = Double(version) * 1.5 }
        record.messageBytes = 128
        record.timeNanoseconds = 1_700_000_000_000_000_000 + version
        return record
    }

    static func agent(_ number: UInt8, sequence: UInt64) -> AgentRecord {
        var agent = AgentRecord()
        agent.key = key(number)
        agent.name = FixedText("heron")
        agent.epoch = 4
        agent.lastSequence = sequence
        agent.updatesApplied = sequence
        agent.refusals[5] = 2
        agent.firstSeenNanoseconds = UInt64(number)
        return agent
    }

    /// The mirror at `place` after the report that made `version`.
    static func mirror(_ place: UInt64, _ version: UInt64) -> MirrorRecord {
        MirrorRecord(
            place: place, key: key(UInt8(place)), epoch: 4, sequence: version, precision: 32,
            data: (0..<4 * parameterCount).map { UInt8(truncatingIfNeeded: UInt64($0) &* 7 &+ version &* 31 &+ place) })
    }

    static func key(_ number: UInt8) -> AgentKey { AgentKey(words: (UInt64(number) + 1, 2, 3, .max)) }

    /// A new store that has begun.
    func database(_ durability: Durability = .durable) throws -> StoreDatabase {
        let database = try StoreDatabase(path: path, durability: durability)
        if try database.federation() == nil {
            try database.begin(Self.federation, policy: Self.policy(0), state: Self.state(0))
        }
        return database
    }

    /// Changes the closed store with SQL.
    func alter(_ sql: String) throws {
        let queue = try DatabaseQueue(path: path)
        try queue.writeWithoutTransaction { try $0.execute(sql: sql) }
        try queue.close()
    }
}
