import Bounded
import Foundation
import GRDB

/// Reads one row of a table, part by part, and checks its checksum at the end.
struct RowReader {
    let row: Row
    let path: String
    let table: String
    let name: String
    private var checksum = RowChecksum()

    init(_ row: Row, path: String, table: String, name: String) {
        self.row = row
        self.path = path
        self.table = table
        self.name = name
    }

    /// Names the row by what stands in `column`.
    init(_ row: Row, path: String, table: String, namedBy column: String) {
        let stored = row.hasColumn(column) ? row[column] as DatabaseValue : .null
        let name = String.fromDatabaseValue(stored) ?? Int64.fromDatabaseValue(stored).map { "\($0)" }
        self.init(row, path: path, table: table, name: name ?? "?")
    }

    func malformed(_ detail: String) -> StoreError {
        .malformedRow(path: path, table: table, row: name, detail: detail)
    }

    /// Row's own subscripts trap on a missing column, which a damaged schema page can bring about.
    private func stored(_ column: String) throws -> DatabaseValue {
        guard row.hasColumn(column) else { throw malformed("there is no column \(column)") }
        return row[column]
    }

    private func value<Value: DatabaseValueConvertible>(_ column: String, _ type: Value.Type) throws -> Value {
        guard let value = Value.fromDatabaseValue(try stored(column)) else {
            throw malformed("column \(column) is missing or of another type")
        }
        return value
    }

    mutating func unsigned(_ column: String) throws -> UInt64 {
        let value = try value(column, Int64.self)
        checksum.add(value)
        return UInt64(bitPattern: value)
    }

    mutating func narrow(_ column: String) throws -> UInt32 {
        guard let number = UInt32(exactly: try unsigned(column)) else { throw malformed("\(column) is out of range") }
        return number
    }

    /// Null reads as not a number.
    mutating func double(_ column: String) throws -> Double {
        let value = try stored(column).isNull ? Double.nan : try value(column, Double.self)
        checksum.add(value)
        return value
    }

    mutating func text(_ column: String) throws -> String {
        let value = try value(column, String.self)
        checksum.add(value)
        return value
    }

    mutating func blob<Element: BitwiseCopyable & ExpressibleByIntegerLiteral>(
        _ column: String, of type: Element.Type
    ) throws -> [Element] {
        let value = try value(column, Data.self)
        checksum.add(value)
        guard let elements = Blob.array(type, value) else { throw malformed("\(column) is cut") }
        return elements
    }

    mutating func key(_ column: String) throws -> AgentKey {
        let words = try blob(column, of: UInt64.self)
        guard words.count == 4 else { throw malformed("\(column) is not a key") }
        return AgentKey(words: (words[0], words[1], words[2], words[3]))
    }

    /// **Throws:** `StoreError.checksumMismatch`. To be called once every other column has been read.
    func verify() throws {
        guard Int64.fromDatabaseValue(try stored("checksum")) == checksum.value else {
            throw StoreError.checksumMismatch(path: path, table: table, row: name)
        }
    }
}

extension RowReader {
    mutating func federation() throws -> FederationRecord {
        let identifier = try unsigned("identifier")
        let name = try text("name")
        let environment = try text("environment")
        let specification = try text("specification")
        let configuration = try text("configuration")
        let hash = try unsigned("configuration_hash")
        let seed = try unsigned("seed")
        let created = try unsigned("created_ns")
        try verify()
        guard let shape = StoredSpecification(text: specification) else {
            throw malformed("the policy specification cannot be read")
        }
        return FederationRecord(
            identifier: identifier, name: name, environment: environment, specification: shape,
            configuration: configuration, configurationHash: hash, seed: seed, createdNanoseconds: created)
    }

    mutating func version() throws -> VersionRecord {
        var record = VersionRecord()
        record.version = try unsigned("version")
        record.agent = try key("agent")
        record.epoch = try unsigned("epoch")
        record.sequence = try unsigned("sequence")
        record.baseVersion = try unsigned("base_version")
        record.delay = try unsigned("delay")
        record.trajectories = try narrow("trajectories")
        record.steps = try narrow("steps")
        record.episodes = try narrow("episodes")
        record.returnMean = try double("return_mean")
        record.returnSquaredDeviations = try double("return_squared_deviations")
        record.returnMinimum = try double("return_minimum")
        record.returnMaximum = try double("return_maximum")
        record.episodeStepsMean = try double("episode_steps_mean")
        record.gradientNorm = try double("gradient_norm")
        record.entropy = try double("entropy")
        record.computeSeconds = try double("compute_seconds")
        record.messageBytes = try unsigned("message_bytes")
        record.stepsTotal = try unsigned("steps_total")
        record.timeNanoseconds = try unsigned("time_ns")
        try verify()
        return record
    }

    mutating func policy() throws -> StoredPolicy {
        let policy = StoredPolicy(
            version: try unsigned("version"), theta: try blob("theta", of: Float.self),
            lookahead: try blob("lookahead", of: Float.self),
            normaliserMean: try blob("normaliser_mean", of: Float.self),
            normaliserScale: try blob("normaliser_scale", of: Float.self))
        try verify()
        return policy
    }

    mutating func state() throws -> StoredState {
        let state = StoredState(
            version: try unsigned("version"), theta: try blob("theta", of: Double.self),
            direction: try blob("direction", of: Double.self), rule: try blob("rule", of: Double.self),
            statisticsCount: try double("statistics_count"),
            statisticsMean: try blob("statistics_mean", of: Double.self),
            statisticsSquaredDeviations: try blob("statistics_squared_deviations", of: Double.self),
            totals: StoredTotals(
                steps: try unsigned("steps"), episodes: try unsigned("episodes"),
                bytesReceived: try unsigned("bytes_received"), bytesSent: try unsigned("bytes_sent")))
        try verify()
        return state
    }

    /// `schema` is the one that the row was written under; by default what its columns say.
    mutating func agent(schema: Int? = nil) throws -> AgentRecord {
        var record = AgentRecord()
        record.key = try key("key")
        var name = try text("name")
        record.name = name.withUTF8 { FixedText(bytes: $0) }
        record.epoch = try unsigned("epoch")
        record.lastSequence = try unsigned("last_sequence")
        record.lastWasSkip = try unsigned("last_was_skip") != 0
        record.updatesApplied = try unsigned("updates_applied")
        record.duplicates = try unsigned("duplicates")
        record.skips = try unsigned("skips")
        record.steps = try unsigned("steps")
        record.episodes = try unsigned("episodes")
        record.delaySum = try unsigned("delay_sum")
        record.delayMaximum = try unsigned("delay_maximum")
        record.bytesReceived = try unsigned("bytes_received")
        record.bytesSent = try unsigned("bytes_sent")
        let refusals = try blob("refusals", of: UInt64.self)
        record.firstSeenNanoseconds = try unsigned("first_seen_ns")
        record.lastSeenNanoseconds = try unsigned("last_seen_ns")
        // Schema 1 has no mirrors, and did not count them.
        if schema != 1, row.hasColumn("skips_reused") {
            record.skipsReused = try unsigned("skips_reused")
            record.mirrorMismatches = try unsigned("mirror_mismatches")
        }
        try verify()
        for (index, count) in refusals.prefix(AgentRecord.reasonCount).enumerated() { record.refusals[index] = count }
        return record
    }

    mutating func mirror() throws -> MirrorRecord {
        let mirror = MirrorRecord(
            place: try unsigned("place"), key: try key("key"), epoch: try unsigned("epoch"),
            sequence: try unsigned("sequence"), precision: try narrow("precision"),
            data: try blob("data", of: UInt8.self))
        try verify()
        return mirror
    }
}
