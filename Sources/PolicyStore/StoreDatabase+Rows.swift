import Bounded
import Foundation
import GRDB

/// One statement a table: the columns, their checksum and the row's key stand together.
extension Database {
    func write(_ record: FederationRecord) throws {
        var checksum = RowChecksum()
        let specification = record.specification.text
        checksum.add(record.identifier)
        for text in [record.name, record.environment, specification, record.configuration] { checksum.add(text) }
        for number in [record.configurationHash, record.seed, record.createdNanoseconds] { checksum.add(number) }
        try execute(
            sql: "INSERT OR REPLACE INTO federation VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            arguments: [
                Int64(bitPattern: record.identifier), record.name, record.environment, specification,
                record.configuration,
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
        for number in [record.messageBytes, record.stepsTotal, record.timeNanoseconds] { checksum.add(number) }
        let statement = try cachedStatement(
            sql: "INSERT INTO versions VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
        statement.setUncheckedArguments([
            Int64(bitPattern: record.version), agent, Int64(bitPattern: record.epoch),
            Int64(bitPattern: record.sequence), Int64(bitPattern: record.baseVersion),
            Int64(bitPattern: record.delay), Int64(record.trajectories), Int64(record.steps), Int64(record.episodes),
            record.returnMean, record.returnSquaredDeviations, record.returnMinimum, record.returnMaximum,
            record.episodeStepsMean, record.gradientNorm, record.entropy, record.computeSeconds,
            Int64(bitPattern: record.messageBytes), Int64(bitPattern: record.stepsTotal),
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
        version: UInt64, theta: Data, direction: Data, rule: Data, count: Double, mean: Data, squaredDeviations: Data,
        totals: StoredTotals
    ) throws {
        var checksum = RowChecksum()
        checksum.add(version)
        for blob in [theta, direction, rule] { checksum.add(blob) }
        checksum.add(count)
        for blob in [mean, squaredDeviations] { checksum.add(blob) }
        for number in [totals.steps, totals.episodes, totals.bytesReceived, totals.bytesSent] { checksum.add(number) }
        let statement = try cachedStatement(
            sql: "INSERT OR REPLACE INTO state VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
        statement.setUncheckedArguments([
            Int64(bitPattern: version), theta, direction, rule, count, mean, squaredDeviations,
            Int64(bitPattern: totals.steps), Int64(bitPattern: totals.episodes),
            Int64(bitPattern: totals.bytesReceived), Int64(bitPattern: totals.bytesSent), checksum.value,
        ])
        try statement.execute()
    }

    func write(_ record: borrowing AgentRecord) throws {
        let key = Blob.of(record.key)
        let name = record.name.string
        let refusals = withUnsafeBytes(of: record.refusals) { Data($0) }
        let counts = [
            record.epoch, record.lastSequence, record.lastWasSkip ? 1 : 0, record.updatesApplied, record.duplicates,
            record.skips, record.steps, record.episodes, record.delaySum, record.delayMaximum, record.bytesReceived,
            record.bytesSent,
        ]
        let times = [record.firstSeenNanoseconds, record.lastSeenNanoseconds]
        let mirrorCounts = [record.skipsReused, record.mirrorMismatches]
        var checksum = RowChecksum()
        checksum.add(key)
        checksum.add(name)
        for number in counts { checksum.add(number) }
        checksum.add(refusals)
        for number in times + mirrorCounts { checksum.add(number) }
        let statement = try cachedStatement(
            sql: "INSERT OR REPLACE INTO agents VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
        var arguments: StatementArguments = [key, name]
        arguments += StatementArguments(counts.map { Int64(bitPattern: $0) })
        arguments += [refusals]
        arguments += StatementArguments(times.map { Int64(bitPattern: $0) })
        arguments += [checksum.value]
        arguments += StatementArguments(mirrorCounts.map { Int64(bitPattern: $0) })
        statement.setUncheckedArguments(arguments)
        try statement.execute()
    }

    func write(_ mirror: MirrorGroup.Entry, data: Data) throws {
        let key = Blob.of(mirror.key)
        var checksum = RowChecksum()
        checksum.add(Int64(mirror.place))
        checksum.add(key)
        for number in [mirror.epoch, mirror.sequence] { checksum.add(number) }
        checksum.add(Int64(mirror.precision))
        checksum.add(data)
        let statement = try cachedStatement(sql: "INSERT OR REPLACE INTO mirrors VALUES (?, ?, ?, ?, ?, ?, ?)")
        statement.setUncheckedArguments([
            Int64(mirror.place), key, Int64(bitPattern: mirror.epoch), Int64(bitPattern: mirror.sequence),
            Int64(mirror.precision), data, checksum.value,
        ])
        try statement.execute()
    }

    /// Drops the parameters of versions that are no longer to be kept.
    ///
    /// **Complexity:** at most twice as many rows as the group brought, so that a store with a long past shrinks in
    /// steps.
    func prune(_ group: RecordGroup) throws {
        let kept = group.settings.keptVersions
        guard kept > 0, group.versionCount > 0, group.stateVersion >= kept else { return }
        let statement = try cachedStatement(
            sql: """
                DELETE FROM parameters WHERE version IN
                (SELECT version FROM parameters WHERE version <= ? ORDER BY version LIMIT ?)
                """)
        statement.setUncheckedArguments([
            Int64(clamping: group.stateVersion - kept), Int64(2 * group.versionCount),
        ])
        try statement.execute()
    }
}

extension FixedText {
    var string: String { withBytes { String(decoding: $0, as: UTF8.self) } }
}
