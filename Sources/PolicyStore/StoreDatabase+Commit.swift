import GRDB

extension StoreDatabase {
    /// Writes a group in one transaction.
    ///
    /// **Throws:** nothing of the group is in the store then; a retry helps for `diskFull`.
    func commit(_ group: RecordGroup) throws(StoreError) {
        try write { database in
            for index in 0..<group.versionCount {
                let record = group.version(index)
                try database.insert(record)
                let isNewest = index == group.versionCount - 1
                guard group.keepsEveryVersion || isNewest else { continue }
                let blobs = group.blobs(slot: group.keepsEveryVersion ? index : 0)
                try database.insertParameters(
                    version: record.version, theta: blobs.theta, lookahead: blobs.lookahead, mean: blobs.mean,
                    scale: blobs.scale)
            }
            if group.versionCount > 0 {
                let blobs = group.stateBlobs()
                try database.writeState(
                    version: group.stateVersion, theta: blobs.theta, direction: blobs.direction, rule: blobs.rule,
                    count: group.statisticsCount, mean: blobs.mean, squaredDeviations: blobs.squaredDeviations,
                    totals: group.totals)
            }
            for index in 0..<group.agentCount { try database.write(group.agent(index)) }
            for index in 0..<group.mirrors.count {
                let mirror = group.mirrors.mirror(index)
                try database.write(mirror.entry, data: mirror.data)
            }
            try database.prune(group)
        }
    }
}
