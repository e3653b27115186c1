import Bounded
import Foundation
@testable import PolicyStore
import Testing

@Suite("Store writer")
struct StoreWriterTests {
    let fixture: StoreFixture

    init() throws { fixture = try StoreFixture() }

    @Test("everything that waits is committed together, and its newest version is durable only then")
    func groups() throws {
        let database = try fixture.database()
        let harness = WriterHarness(database)
        for _ in 0..<6 { harness.append() }
        #expect(harness.writer.durableVersion == 0)
        #expect(try StoreReader(path: fixture.path).newestVersion() == 0)
        harness.commit()
        #expect(harness.writer.durableVersion == 6)
        #expect(harness.writer.commitCount == 1)
        #expect(harness.writer.isDrained)
        harness.writer.finish()
    }

    @Test("versions become durable in their order, and never before the store has them")
    func order() throws {
        let database = try fixture.database()
        let harness = WriterHarness(database, versionsPerCommit: 4)
        let reader = try StoreReader(path: fixture.path)
        var generator = Seeded(state: 11)
        var last: UInt64 = 0
        while harness.version < 200 {
            if harness.writer.hasRoom, generator.next() % 3 > 0 { harness.append() } else { harness.handOver() }
            let durable = harness.writer.durableVersion
            #expect(durable >= last)
            #expect(try reader.newestVersion() >= durable)
            last = durable
        }
        while !harness.writer.isDrained {
            harness.handOver(force: true)
            harness.waitForCommit()
        }
        harness.writer.finish()
        #expect(harness.writer.durableVersion == harness.version)
        #expect(try reader.versions().map(\.version) == Array(1...harness.version))
        try reader.verify()
    }

    @Test("a full group says so, and has room again after it was handed over")
    func backPressure() throws {
        let database = try fixture.database()
        let harness = WriterHarness(database, versionsPerCommit: 2)
        #expect(harness.writer.hasRoom)
        harness.append()
        harness.append()
        #expect(!harness.writer.hasRoom)
        harness.commit()
        #expect(harness.writer.hasRoom)
        harness.writer.finish()
    }

    @Test("a commit is not due before its interval is over, unless the gateway is ending")
    func interval() throws {
        let database = try fixture.database(.volatile)
        let harness = WriterHarness(database, interval: 1_000_000)
        harness.append()
        harness.commit()
        harness.append()
        #expect(!harness.writer.isDue(.now))
        #expect(harness.writer.hasPending)
        harness.handOver()
        #expect(harness.writer.durableVersion == 1)
        harness.commit()
        #expect(harness.writer.durableVersion == 2)
        harness.writer.finish()
    }

    @Test("what was not handed over when the process dies is not in the store, and nothing else is missing")
    func unwritten() throws {
        let database = try fixture.database()
        let harness = WriterHarness(database)
        harness.append()
        harness.commit()
        harness.append()
        harness.writer.finish()
        #expect(harness.writer.durableVersion == 1)
        try database.close()
        let reopened = try StoreDatabase(path: fixture.path, durability: .durable)
        #expect(try reopened.state() == StoreFixture.state(1))
        #expect(try reopened.agents().map(\.lastSequence) == [1])
    }

    @Test("a full disk is reported, tried again, and forgotten once there is room")
    func fullDisk() throws {
        let database = try fixture.database()
        let harness = WriterHarness(database, versionsPerCommit: 2_000)
        try database.limitPages(to: 12)
        for _ in 0..<2_000 { harness.append() }
        harness.handOver(force: true)
        harness.waitForCommit()
        #expect(harness.writer.status == .retrying(.diskFull(path: fixture.path)))
        #expect(harness.writer.durableVersion == 0)
        try database.limitPages(to: 1_000_000)
        while harness.writer.durableVersion < 2_000 { harness.waitForCommit() }
        #expect(harness.writer.status == .working)
        harness.writer.finish()
        #expect(try StoreReader(path: fixture.path).newestVersion() == 2_000)
    }

    @Test("a gateway can end while the disk is full; the store is as after the last commit")
    func endWithFullDisk() throws {
        let database = try fixture.database()
        let harness = WriterHarness(database, versionsPerCommit: 2_000)
        try database.limitPages(to: 12)
        for _ in 0..<2_000 { harness.append() }
        harness.handOver(force: true)
        harness.waitForCommit()
        harness.writer.finish()
        try database.close()
        let reader = try StoreReader(path: fixture.path)
        #expect(try reader.newestVersion() == 0)
        try reader.verify()
    }
}
