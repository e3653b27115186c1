import Bounded
import GatewayCore

extension Bench {
    /// A bench that continues from what a store has up to `version`, as after a crash; nothing else is known to it.
    ///
    /// With `changed` settings, as after an operator has written others into the file.
    func restarted(
        upTo version: UInt64, initial: [Float] = [1, 2, 3, 4], changed: GatewaySettings? = nil
    ) throws -> Bench {
        let next = try Bench(changed ?? settings, initial: initial, starts: false)
        next.now = now
        let disk = stored.filter { $0.version <= version }
        next.stored = disk
        guard let newest = disk.last else {
            next.core.start(from: next.vector(initial))
            return next
        }
        let fits = newest.parameters.withUnsafeBufferPointer { parameters in
            newest.direction.withUnsafeBufferPointer { direction in
                newest.state.withUnsafeBufferPointer { state in
                    newest.observations.withUnsafeBufferPointer { observations in
                        var snapshot = GatewaySnapshot(
                            version: PolicyVersion(newest.version), parameters: parameters, direction: direction,
                            state: state)
                        let half = (observations.count - 1) / 2
                        snapshot.observationCount = observations[0]
                        let (mean, squared) = (observations[1..<1 + half], observations[(1 + half)...])
                        snapshot.observationMean = UnsafeBufferPointer(rebasing: mean)
                        snapshot.observationSquaredDeviations = UnsafeBufferPointer(rebasing: squared)
                        snapshot.totals = newest.totals
                        return next.core.restore(snapshot)
                    }
                }
            }
        }
        guard fits else { throw RestartFailure() }
        // The newest row of each agent, oldest agents first; their indices are this process's own.
        var rows: [KnownAgent] = []
        for row in disk.flatMap(\.rows) {
            if let place = rows.firstIndex(where: { $0.key == row.key }) {
                rows[place] = row
            } else {
                rows.append(row)
            }
        }
        for row in rows {
            guard next.core.restore(agent: row) else { throw RestartFailure() }
        }
        newest.restoreMirrors(into: next)
        return next
    }

    struct RestartFailure: Error {}
}

extension Stored {
    /// Gives the mirrors back, as a gateway that starts does.
    func restoreMirrors(into bench: Bench) {
        for (place, row) in mirrors.sorted(by: { $0.key < $1.key }) {
            row.data.withUnsafeBytes { bytes in
                _ = bench.core.restore(
                    mirror: StoredMirror(
                        place: place, key: row.key, epoch: BootEpoch(row.epoch),
                        sequence: UpdateSequence(row.sequence), precision: row.precision, data: bytes))
            }
        }
        bench.mirrors = mirrors
    }
}
