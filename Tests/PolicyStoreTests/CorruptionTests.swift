import Foundation
import PolicyStore
import Testing

/// A column of the store, and an expression that changes what it holds.
struct Damage: CustomStringConvertible, Sendable {
    let table: String
    let column: String
    let expression: String

    var description: String { "\(table).\(column)" }

    static func number(_ table: String, _ column: String) -> Damage {
        Damage(table: table, column: column, expression: "coalesce(\(column), 0) + 1")
    }

    static func text(_ table: String, _ column: String) -> Damage {
        Damage(table: table, column: column, expression: "replace(\(column), 'e', 'f')")
    }

    static let all: [Damage] =
        ["name", "environment", "configuration"].map { text("federation", $0) }
        + ["identifier", "configuration_hash", "seed", "created_ns"].map { number("federation", $0) }
        + [
            "epoch", "sequence", "base_version", "delay", "trajectories", "steps", "episodes", "return_mean",
            "return_squared_deviations", "return_minimum", "return_maximum", "episode_steps_mean", "gradient_norm",
            "entropy", "compute_seconds", "message_bytes", "steps_total", "time_ns", "checksum",
        ].map { number("versions", $0) }
        + [number("state", "version"), number("state", "statistics_count"), number("state", "bytes_sent")]
        + [text("agents", "name")]
        + ["epoch", "sequence", "precision", "checksum"].map { number("mirrors", $0) }
        + ["skips_reused", "mirror_mismatches"].map { number("agents", $0) }
        + ["epoch", "last_sequence", "updates_applied", "delay_sum", "last_seen_ns"].map { number("agents", $0) }
}

@Suite("Damaged store")
struct CorruptionTests {
    let fixture: StoreFixture

    init() throws {
        fixture = try StoreFixture()
        let database = try fixture.database()
        let harness = WriterHarness(database)
        for _ in 0..<3 {
            harness.append()
            harness.noteMirror()
        }
        harness.commit()
        harness.writer.finish()
        try database.close()
    }

    @Test("a changed number or text is found, and its table and row are named", arguments: Damage.all)
    func columns(damage: Damage) throws {
        try fixture.alter("UPDATE \(damage.table) SET \(damage.column) = \(damage.expression)")
        do {
            try StoreReader(path: fixture.path).verify()
            Issue.record("a changed \(damage) was not noticed")
        } catch StoreError.checksumMismatch(let path, let table, let row) {
            #expect(path == fixture.path)
            #expect(table == damage.table)
            #expect(!row.isEmpty)
        }
    }

    @Test(
        "one flipped bit of a vector on the disk is found, and its table and row are named",
        arguments: [
            "theta 3", "lookahead 1", "mean 2", "scale 0", "state theta", "direction", "rule", "deviations", "mirror",
        ])
    func flippedBit(part: String) throws {
        let state = StoreFixture.state(3)
        let (table, row, bytes): (String, String, [UInt8]) =
            switch part {
            case "theta 3": ("parameters", "3", raw(StoreFixture.policy(3).theta))
            case "lookahead 1": ("parameters", "1", raw(StoreFixture.policy(1).lookahead))
            case "mean 2":
                ("parameters", "2", raw(StoreFixture.policy(2).normaliserMean + StoreFixture.policy(2).normaliserScale))
            case "scale 0":
                ("parameters", "0", raw(StoreFixture.policy(0).normaliserMean + StoreFixture.policy(0).normaliserScale))
            case "state theta": ("state", "1", raw(state.theta))
            case "direction": ("state", "1", raw(state.direction))
            case "mirror": ("mirrors", "1", StoreFixture.mirror(1, 1).data)
            case "rule": ("state", "1", raw(state.rule))
            default: ("state", "1", raw(state.statisticsSquaredDeviations))
            }
        var file = try Data(contentsOf: URL(fileURLWithPath: fixture.path))
        let range = try #require(file.range(of: Data(bytes), options: .backwards))
        file[range.upperBound - 1] ^= 0x10
        try file.write(to: URL(fileURLWithPath: fixture.path))
        #expect(throws: StoreError.checksumMismatch(path: fixture.path, table: table, row: row)) {
            try StoreReader(path: fixture.path).verify()
        }
        if table == "state" {
            #expect(throws: StoreError.checksumMismatch(path: fixture.path, table: table, row: row)) {
                try StoreDatabase(path: fixture.path, durability: .durable).state()
            }
        }
    }

    @Test("verifying goes on behind a damaged row, and names every one of them")
    func everyFault() throws {
        try fixture.alter("UPDATE parameters SET theta = substr(theta, 1, 9) WHERE version = 1")
        try fixture.alter("UPDATE mirrors SET sequence = 9 WHERE place = 2")
        try fixture.alter("UPDATE versions SET steps = steps + 1 WHERE version > 1")
        let faults = try StoreReader(path: fixture.path).faults().map(\.description)
        #expect(faults.count == 4)
        for name in ["parameters, row 1", "mirrors, row 2", "versions, row 2", "versions, row 3"] {
            #expect(faults.contains { $0.contains(name) }, "\(name)")
        }
    }

    @Test("a damaged mirror is named and left out; the others come back")
    func damagedMirror() throws {
        try fixture.alter("UPDATE mirrors SET data = zeroblob(length(data)) WHERE place = 1")
        var faults: [StoreError] = []
        let mirrors = try StoreDatabase(path: fixture.path, durability: .durable).mirrors { faults.append($0) }
        #expect(faults == [.checksumMismatch(path: fixture.path, table: "mirrors", row: "1")])
        #expect(mirrors == [StoreFixture.mirror(0, 3), StoreFixture.mirror(2, 2)])
    }

    @Test("a cut vector is found")
    func cutBlob() throws {
        try fixture.alter("UPDATE parameters SET theta = substr(theta, 1, 9) WHERE version = 2")
        #expect(throws: StoreError.self) { try StoreReader(path: fixture.path).policy(version: 2) }
        #expect(throws: Never.self) { try StoreReader(path: fixture.path).policy(version: 1) }
    }

    @Test("a file that is no database is refused and left alone")
    func notADatabase() throws {
        let text = Data(String(repeating: "no database, but long enough to be read as one. ", count: 40).utf8)
        try text.write(to: URL(fileURLWithPath: fixture.path))
        #expect(throws: StoreError.notAStore(path: fixture.path, applicationIdentifier: nil)) {
            try StoreDatabase(path: fixture.path, durability: .durable)
        }
        #expect(try Data(contentsOf: URL(fileURLWithPath: fixture.path)) == text)
    }

    @Test("another program's database is refused and left alone")
    func otherApplication() throws {
        try fixture.alter("PRAGMA application_id = 252006674")
        #expect(throws: StoreError.notAStore(path: fixture.path, applicationIdentifier: 252_006_674)) {
            try StoreDatabase(path: fixture.path, durability: .durable)
        }
        #expect(throws: StoreError.notAStore(path: fixture.path, applicationIdentifier: 252_006_674)) {
            try StoreReader(path: fixture.path)
        }
    }

    @Test("a newer program's store is refused, with both schema numbers")
    func newerSchema() throws {
        try fixture.alter("PRAGMA user_version = 99")
        #expect(throws: StoreError.newerSchema(path: fixture.path, found: 99, supported: 2)) {
            try StoreDatabase(path: fixture.path, durability: .durable)
        }
    }

    @Test("a torn write-ahead file loses whole commits from the end, and nothing else")
    func tornTail() throws {
        let database = try fixture.database()
        let harness = WriterHarness(database, from: 3)
        harness.append()
        harness.commit()
        let log = URL(fileURLWithPath: fixture.path + "-wal")
        let whole = try Data(contentsOf: log)
        harness.append()
        harness.commit()
        let longer = try Data(contentsOf: log)
        // What power loss can leave: the file as it was, and half of the last commit behind it.
        let copy = fixture.folder.appendingPathComponent("after-power-loss.db")
        try FileManager.default.copyItem(at: URL(fileURLWithPath: fixture.path), to: copy)
        let torn = longer.prefix(max(whole.count, (whole.count + longer.count) / 2))
        try torn.write(to: URL(fileURLWithPath: copy.path + "-wal"))
        let reopened = try StoreDatabase(path: copy.path, durability: .durable)
        let version = try #require(try reopened.state()).version
        #expect(version == 4 || longer.count == whole.count)
        #expect(try reopened.state() == StoreFixture.state(version))
        #expect(try StoreReader(path: copy.path).newestVersion() == version)
        try StoreReader(path: copy.path).verify()
        harness.writer.finish()
    }

    @Test("arbitrary bytes in place of any page end in a named error, never in a trap", arguments: 0..<32)
    func arbitraryPages(seed: UInt64) throws {
        var generator = Seeded(state: seed)
        var file = try Data(contentsOf: URL(fileURLWithPath: fixture.path))
        for _ in 0..<4 {
            let offset = Int(generator.next() % UInt64(file.count))
            file[offset] = UInt8(truncatingIfNeeded: generator.next())
        }
        try file.write(to: URL(fileURLWithPath: fixture.path))
        do throws(StoreError) {
            let reader = try StoreReader(path: fixture.path)
            try reader.verify()
            // The bytes hit a part of a page that nothing uses.
        } catch {
            #expect(error.description.hasPrefix(fixture.path), "seed \(seed)")
        }
    }

    private func raw<Element>(_ elements: [Element]) -> [UInt8] { elements.withUnsafeBytes { Array($0) } }
}

/// splitmix64.
struct Seeded: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }
}
