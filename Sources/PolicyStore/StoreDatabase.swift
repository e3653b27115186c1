import Bounded
import Foundation
import GRDB

/// The store of one federation, open for writing by the one gateway that owns it.
///
/// One SQLite file in write-ahead mode. Readers (`StoreReader`) work beside it at any time.
/// **Limit:** one writer; a second gateway is refused with `StoreError.locked`.
public final class StoreDatabase: Sendable {
    /// The file.
    public let path: String
    /// What a commit promises.
    public let durability: Durability
    let queue: DatabaseQueue
    private let lock: StoreLock

    /// Opens the store at `path`, or creates it, and brings it to the newest schema.
    ///
    /// **Throws:** everything that can be wrong with a file (`StoreError`); a retry helps for `locked` and `diskFull`.
    public init(path: String, durability: Durability) throws(StoreError) {
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        } catch {
            throw .cannotCreate(path: folder, detail: "the folder does not exist and cannot be made")
        }
        lock = try StoreLock(storePath: path)
        self.path = path
        self.durability = durability
        queue = try Self.open(path: path, durability: durability)
    }

    private static func open(path: String, durability: Durability) throws(StoreError) -> DatabaseQueue {
        var configuration = Configuration()
        configuration.label = "lapwing store"
        configuration.journalMode = .default
        // Somebody else may hold the store for a while, such as a backup; to give up costs agents more than to wait.
        configuration.busyMode = .timeout(60)
        configuration.prepareDatabase { database in
            try database.execute(sql: "PRAGMA page_size = \(StoreSchema.pageBytes)")
        }
        do {
            let queue = try DatabaseQueue(path: path, configuration: configuration)
            try queue.inDatabase { try StoreSchema.check($0, path: path) }
            try queue.inDatabase { database in
                _ = try String.fetchOne(database, sql: "PRAGMA journal_mode = WAL")
                try database.execute(sql: "PRAGMA synchronous = \(durability.synchronous)")
                try database.execute(sql: "PRAGMA wal_autocheckpoint = \(Self.checkpointPages)")
                let logBytes = 4 * Self.checkpointPages * StoreSchema.pageBytes
                try database.execute(sql: "PRAGMA journal_size_limit = \(logBytes)")
            }
            try StoreSchema.migrator(path: path).migrate(queue)
            return queue
        } catch {
            throw .from(error, path: path)
        }
    }

    /// The write-ahead file is folded into the database when it has grown by this many pages (16 MB).
    private static let checkpointPages = 1_024

    /// Sets the most pages that the file may have, so that a test can have its disk full.
    func limitPages(to count: Int) throws(StoreError) {
        do {
            try queue.inDatabase { _ = try Int.fetchOne($0, sql: "PRAGMA max_page_count = \(count)") }
        } catch {
            throw .from(error, path: path)
        }
    }

    /// Closes the database and lets the next gateway in; the write-ahead file is folded in and removed.
    public func close() throws(StoreError) {
        do { try queue.close() } catch { throw .from(error, path: path) }
        lock.release()
    }
}

extension StoreSchema {
    /// Refuses what is not a store, or is a store of a newer program, before anything is changed in it.
    static func check(_ database: Database, path: String) throws {
        let identifier = try Int32.fetchOne(database, sql: "PRAGMA application_id") ?? 0
        let version = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
        let tables = try Int.fetchOne(database, sql: "SELECT count(*) FROM sqlite_master") ?? 0
        if identifier == applicationIdentifier {
            guard version <= Self.version else {
                throw StoreError.newerSchema(path: path, found: version, supported: Self.version)
            }
        } else if identifier != 0 || tables > 0 {
            throw StoreError.notAStore(path: path, applicationIdentifier: identifier)
        }
    }
}
