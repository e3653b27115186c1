import Bounded
import Foundation
import PolicyStore
import Testing

@Suite("Store")
struct StoreDatabaseTests {
    let fixture: StoreFixture

    init() throws { fixture = try StoreFixture() }

    @Test("a new store has no federation; one that has begun gives back what it was given")
    func begin() throws {
        let database = try StoreDatabase(path: fixture.path, durability: .durable)
        #expect(try database.federation() == nil)
        #expect(try database.state() == nil)
        try database.begin(StoreFixture.federation, policy: StoreFixture.policy(0), state: StoreFixture.state(0))
        #expect(try database.federation() == StoreFixture.federation)
        #expect(try database.state() == StoreFixture.state(0))
        #expect(try database.policy(version: 0) == StoreFixture.policy(0))
        #expect(try database.agents().isEmpty)
    }

    @Test("what was committed is there after a restart, bit for bit", arguments: Durability.allCases)
    func restart(durability: Durability) throws {
        var database = try fixture.database(durability)
        let first = WriterHarness(database)
        for _ in 0..<5 { first.append() }
        first.commit()
        first.writer.finish()
        try database.close()

        database = try StoreDatabase(path: fixture.path, durability: durability)
        #expect(try database.state() == StoreFixture.state(5))
        #expect(try database.policy(version: 5) == StoreFixture.policy(5))
        let agents = try database.agents()
        #expect(agents.map(\.lastSequence).sorted() == [3, 4, 5])
        #expect(agents.allSatisfy { $0.name == "heron" && $0.epoch == 4 && $0.refusals[5] == 2 })

        let second = WriterHarness(database, from: 5)
        second.append()
        second.commit()
        second.writer.finish()
        let reader = try StoreReader(path: fixture.path)
        let history = try reader.versions()
        #expect(history.map(\.version) == [1, 2, 3, 4, 5, 6])
        #expect(history[2].returnMean == 4.5)
        #expect(history[3].returnMean.isNaN)
        #expect(history[0].epoch == 0x8000_0000_0000_0001)
        #expect(try reader.versions(in: 2...3).map(\.sequence) == [2, 3])
        try reader.verify()
    }

    @Test("a volatile store keeps the history of all versions, the parameters of each commit's newest")
    func volatile() throws {
        let database = try fixture.database(.volatile)
        let harness = WriterHarness(database)
        for _ in 0..<3 { harness.append() }
        harness.commit()
        harness.writer.finish()
        let reader = try StoreReader(path: fixture.path)
        #expect(try reader.versions().count == 3)
        #expect(try reader.policy() == StoreFixture.policy(3))
        #expect(throws: StoreError.parametersNotKept(path: fixture.path, version: 2, nearest: 3)) {
            try reader.policy(version: 2)
        }
        #expect(throws: StoreError.noSuchVersion(path: fixture.path, version: 9, newest: 3)) {
            try reader.policy(version: 9)
        }
    }

    @Test("a second gateway is refused while the first has the store, and told which process it is")
    func twoGateways() throws {
        let path = fixture.path
        let first = try fixture.database()
        #expect(throws: StoreError.locked(path: path, processIdentifier: getpid())) {
            try StoreDatabase(path: path, durability: .durable)
        }
        try first.close()
        #expect(throws: Never.self) { try StoreDatabase(path: path, durability: .durable) }
    }

    @Test("a reader works while the gateway writes")
    func readerBeside() throws {
        let database = try fixture.database()
        let harness = WriterHarness(database)
        let reader = try StoreReader(path: fixture.path)
        #expect(try reader.newestVersion() == 0)
        harness.append()
        harness.commit()
        #expect(try reader.newestVersion() == 1)
        #expect(try reader.agents().count == 1)
        harness.writer.finish()
    }

    @Test("another policy is refused, another configuration is noted, the creation time stays")
    func resume() throws {
        let database = try fixture.database()
        var next = StoreFixture.federation
        next.configuration = "[gateway]\nname = heath\n"
        next.createdNanoseconds = 1
        try database.resume(with: next)
        #expect(try database.federation()?.configuration == next.configuration)
        #expect(try database.federation()?.createdNanoseconds == StoreFixture.federation.createdNanoseconds)
        next.specification.hidden = [4]
        #expect(throws: StoreError.self) { try database.resume(with: next) }
    }
}
