import Foundation
import GRDB
import Testing

@testable import PolicyStore

@Suite("Mirrors and old versions in the store")
struct MirrorStoreTests {
    let fixture: StoreFixture

    init() throws { fixture = try StoreFixture() }

    private func mirrors(_ database: StoreDatabase) throws -> [MirrorRecord] {
        try database.mirrors { Issue.record("a damaged row: \($0)") }
    }

    @Test(
        "mirrors come with the commit of the version that moved them, each as it was last noted",
        arguments: Durability.allCases)
    func commit(durability: Durability) throws {
        var database = try fixture.database(durability)
        let harness = WriterHarness(database)
        for _ in 0..<5 {
            harness.append()
            harness.noteMirror()
        }
        harness.commit()
        #expect(try mirrors(database) == Self.after([3, 4, 5]))
        // Only what has changed is written again.
        harness.append()
        harness.noteMirror()
        harness.commit()
        #expect(try mirrors(database) == Self.after([6, 4, 5]))
        // What was noted and not handed over goes with the process.
        harness.append()
        harness.noteMirror()
        harness.writer.finish()
        try database.close()
        database = try StoreDatabase(path: fixture.path, durability: durability)
        #expect(try mirrors(database).map(\.sequence) == [6, 4, 5])
        #expect(try StoreReader(path: fixture.path).mirrors().count == 3)
        try StoreReader(path: fixture.path).verify()
    }

    /// The mirrors of three agents, each after the version at its place.
    private static func after(_ versions: [UInt64]) -> [MirrorRecord] {
        versions.enumerated().map { StoreFixture.mirror(UInt64($0), $1) }
    }

    @Test("without mirrors nothing is written")
    func none() throws {
        let database = try fixture.database()
        let harness = WriterHarness(database)
        harness.append()
        harness.commit()
        harness.writer.finish()
        #expect(try mirrors(database).isEmpty)
    }

    @Test("a store of schema 1 is taken over: its agents are checked, kept, and checked again")
    func migration() throws {
        let agent = try olderStore(damaged: false)
        let reader = try StoreReader(path: fixture.path)
        #expect(try reader.agents().map(\.lastSequence) == [agent.lastSequence])
        #expect(try reader.mirrors().isEmpty)
        let database = try StoreDatabase(path: fixture.path, durability: .durable)
        #expect(try database.agents().map(\.refusals[5]) == [agent.refusals[5]])
        #expect(try database.agents().map(\.skipsReused) == [0])
        #expect(try mirrors(database).isEmpty)
        try StoreReader(path: fixture.path).verify()
    }

    @Test("a store of schema 1 with a damaged agent is refused, and stays as it is")
    func damagedMigration() throws {
        _ = try olderStore(damaged: true)
        for _ in 0..<2 {
            #expect(throws: StoreError.checksumMismatch(path: fixture.path, table: "agents", row: "heron")) {
                try StoreDatabase(path: fixture.path, durability: .durable)
            }
        }
    }

    /// A store as the program of schema 1 left it.
    private func olderStore(damaged: Bool) throws -> AgentRecord {
        let agent = StoreFixture.agent(1, sequence: 7)
        let queue = try DatabaseQueue(path: fixture.path)
        try StoreSchema.migrator(path: fixture.path).migrate(
            queue, upTo: "1 federation, versions, parameters, state, agents")
        try queue.write { database in
            try database.write(StoreFixture.federation)
            let key = Blob.of(agent.key)
            let refusals = withUnsafeBytes(of: agent.refusals) { Data($0) }
            let counts: [UInt64] = [agent.epoch, agent.lastSequence, 0, agent.updatesApplied, 0, 0, 0, 0, 0, 0, 0, 0]
            var checksum = RowChecksum()
            checksum.add(key)
            checksum.add("heron")
            for number in counts { checksum.add(number) }
            checksum.add(refusals)
            for number in [agent.firstSeenNanoseconds, agent.lastSeenNanoseconds] { checksum.add(number) }
            var arguments: StatementArguments = [key, "heron"]
            arguments += StatementArguments(counts.map { Int64(bitPattern: $0) })
            arguments += [
                refusals, Int64(agent.firstSeenNanoseconds), Int64(agent.lastSeenNanoseconds),
                checksum.value + (damaged ? 1 : 0),
            ]
            try database.execute(
                sql: "INSERT INTO agents VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                arguments: arguments)
        }
        try queue.close()
        return agent
    }

    @Test("only the parameters of the newest versions are kept; what came of each version stays")
    func pruning() throws {
        let database = try fixture.database()
        let harness = WriterHarness(database, keptVersions: 3)
        for _ in 0..<10 {
            harness.append()
            harness.commit()
        }
        harness.writer.finish()
        let reader = try StoreReader(path: fixture.path)
        for version in UInt64(8)...10 { #expect(try reader.policy(version: version) == StoreFixture.policy(version)) }
        #expect(throws: StoreError.parametersNotKept(path: fixture.path, version: 7, nearest: 8)) {
            try reader.policy(version: 7)
        }
        #expect(try reader.versions().count == 10)
        try reader.verify()
    }

    @Test("a store with a long past shrinks in steps: at most two old versions for each new one")
    func boundedPruning() throws {
        let database = try fixture.database()
        let full = WriterHarness(database)
        for _ in 0..<16 { full.append() }
        full.commit()
        full.writer.finish()
        let pruned = WriterHarness(database, from: 16, keptVersions: 4)
        pruned.append()
        pruned.commit()
        let reader = try StoreReader(path: fixture.path)
        #expect(throws: StoreError.self) { try reader.policy(version: 1) }
        #expect(try reader.policy(version: 2) == StoreFixture.policy(2))
        for _ in 0..<13 {
            pruned.append()
            pruned.commit()
        }
        pruned.writer.finish()
        #expect(throws: StoreError.parametersNotKept(path: fixture.path, version: 2, nearest: 27)) {
            try reader.policy(version: 2)
        }
        #expect(try reader.newestVersion() == 30)
    }
}
