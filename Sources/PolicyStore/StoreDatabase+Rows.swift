import Bounded
import Foundation
import GRDB

/// One statement a table: the columns, their checksum and the row's key stand together.
extension Database {
    func write(_ record: FederationRecord) throws {
        var checksum = RowChecksum()
        let specification = record.specification.text
        for text in [record.name, record.environment, specification, record.configuration] { checksum.add(text) }
        for number in [record.configurationHash, record.seed, record.createdNanoseconds] { checksum.add(number) }
        try execute(
            sql: "INSERT OR REPLACE INTO federation VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?)",
            arguments: [
                record.name, record.environment, specification, record.configuration,
                Int64(bitPattern: record.configurationHash), Int64(bitPattern: record.seed),
                Int64(bitPattern: record.createdNanoseconds), checksum.value,
            ])
    }

    func insert(_ record: borrowing VersionRecord) throws {
        let agent = Blob.of(record.agent)
        var checksum = RowChecksum()
        checksum.add(record.version)
        checksum.add(agent)
        for number in [record.epoch, record.sequence, record.baseVersion, record.delay] { checksum.add(number) }
        for number in [record.trajectories, record.steps, record.episodes] { checksum.add(Int64(number)) }
        checksum.add(record.returnMean)
        checksum.add(record.returnSquaredDeviations)
        checksum.add(record.returnMinimum)
        checksum.add(record.returnMaximum)
        checksum.add(record.episodeStepsMean)
        checksum.add(record.gradientNorm)
        checksum.add(record.entropy)
        checksum.add(record.computeSeconds)
        for number in [record.bytesUp, record.bytesDown, record.timeNanoseconds] { checksum.add(number) }
        let statement = try cachedStatement(
            sql: "INSERT INTO versions VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
        statement.setUncheckedArguments([
            Int64(bitPattern: record.version), agent, Int64(bitPattern: record.epoch),
            Int64(bitPattern: record.sequence), Int64(bitPattern: record.baseVersion),
            Int64(bitPattern: record.delay), Int64(record.trajectories), Int64(record.steps), Int64(record.episodes),
            record.returnMean, record.returnSquaredDeviations, record.returnMinimum, record.returnMaximum,
            record.episodeStepsMean, record.gradientNorm, record.entropy, record.computeSeconds,
            Int64(bitPattern: record.bytesUp), Int64(bitPattern: record.bytesDown),
            Int64(bitPattern: record.timeNanoseconds), checksum.value,
        ])
        try statement.execute()
    }

    func insertParameters(version: UInt64, theta: Data, lookahead: Data, mean: Data, scale: Data) throws {
        var checksum = RowChecksum()
        checksum.add(version)
        for blob in [theta, lookahead, mean, scale] { checksum.add(blob) }
        let statement = try cachedStatement(sql: "INSERT OR REPLACE INTO parameters VALUES (?, ?, ?, ?, ?, ?)")
        statement.setUncheckedArguments([
            Int64(bitPattern: version), theta, lookahead, mean, scale, checksum.value,
        ])
        try statement.execute()
    }

    func writeState(
        version: UInt64, theta: Data, direction: Data, rule: Data, count: Double, mean: Data, squaredDeviations: Data
    ) throws {
        var checksum = RowChecksum()
        checksum.add(version)
        for blob in [theta, direction, rule] { checksum.add(blob) }
        checksum.add(count)
        for blob in [mean, squaredDeviations] { checksum.add(blob) }
        let statement = try cachedStatement(sql: "INSERT OR REPLACE INTO state VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?)")
        statement.setUncheckedArguments([
            Int64(bitPattern: version), theta, direction, rule, count, mean, squaredDeviations, checksum.value,
        ])
        try statement.execute()
    }

    func write(_ record: borrowing AgentRecord) throws {
        let key = Blob.of(record.key)
        let name = record.name.string
        let numbers = record.numbers
        var checksum = RowChecksum()
        checksum.add(key)
        checksum.add(name)
        for number in numbers { checksum.add(number) }
        let statement = try cachedStatement(
            sql: "INSERT OR REPLACE INTO agents VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
        var arguments: StatementArguments = [key, name]
        arguments += StatementArguments(numbers.map { Int64(bitPattern: $0) })
        arguments += [checksum.value]
        statement.setUncheckedArguments(arguments)
        try statement.execute()
    }
}

extension FixedText {
    var string: String { withBytes { String(decoding: $0, as: UTF8.self) } }
}

extension AgentRecord {
    /// The columns after the key and the name, in the order of the table.
    var numbers: [UInt64] {
        [
            epoch, lastSequence, updatesApplied, updatesRefused, duplicates, skips, steps, episodes, delaySum, bytesUp,
            bytesDown, firstSeenNanoseconds, lastSeenNanoseconds,
        ]
    }

    init?(key: AgentKey, name: String, numbers: [UInt64]) {
        guard numbers.count == 13 else { return nil }
        self.init()
        self.key = key
        var name = name
        self.name = name.withUTF8 { FixedText(bytes: $0) }
        epoch = numbers[0]
        lastSequence = numbers[1]
        updatesApplied = numbers[2]
        updatesRefused = numbers[3]
        duplicates = numbers[4]
        skips = numbers[5]
        steps = numbers[6]
        episodes = numbers[7]
        delaySum = numbers[8]
        bytesUp = numbers[9]
        bytesDown = numbers[10]
        firstSeenNanoseconds = numbers[11]
        lastSeenNanoseconds = numbers[12]
    }
}
