import Foundation
import GRDB

/// A store, open for reading; the gateway that writes it may be running.
///
/// Each call reads one consistent moment, and checks every row that it reads against its checksum.
/// **Throws:** `StoreError` everywhere; a retry helps for none of them but `locked`.
public final class StoreReader: Sendable {
    /// The file.
    public let path: String
    /// What the store belongs to.
    public let federation: FederationRecord
    private let queue: DatabaseQueue

    /// **Throws:** `missing`, `notAStore`, `newerSchema`, `empty`, and what can be wrong with a damaged file.
    public init(path: String) throws(StoreError) {
        guard FileManager.default.fileExists(atPath: path) else { throw .missing(path: path) }
        var configuration = Configuration()
        configuration.readonly = true
        configuration.label = "lapwing store reader"
        configuration.busyMode = .timeout(5)
        let queue: DatabaseQueue
        do {
            queue = try DatabaseQueue(path: path, configuration: configuration)
            try queue.inDatabase { try StoreSchema.check($0, path: path) }
            guard try queue.inDatabase({ try $0.tableExists("federation") }) else {
                throw StoreError.empty(path: path)
            }
        } catch {
            throw .from(error, path: path)
        }
        guard let federation = try StoreContents(path: path, reader: queue).federation() else {
            throw .empty(path: path)
        }
        self.path = path
        self.federation = federation
        self.queue = queue
    }

    private var contents: StoreContents { StoreContents(path: path, reader: queue) }

    /// The newest version whose parameters are kept.
    public func newestVersion() throws(StoreError) -> UInt64 {
        guard let newest = try contents.newestVersion() else { throw .empty(path: path) }
        return newest
    }

    /// The policy of `version`, or the newest.
    public func policy(version: UInt64? = nil) throws(StoreError) -> StoredPolicy {
        if let version { return try contents.policy(version: version) }
        return try contents.policy(version: newestVersion())
    }

    /// The server rule's state at the last commit.
    public func state() throws(StoreError) -> StoredState {
        guard let state = try contents.state() else { throw .empty(path: path) }
        return state
    }

    /// Every agent that was ever welcomed, first seen first.
    public func agents() throws(StoreError) -> [AgentRecord] { try contents.agents() }

    /// The history, oldest first: one record for each applied update, with the returns behind it.
    public func versions(in range: ClosedRange<UInt64> = 0...UInt64.max) throws(StoreError) -> [VersionRecord] {
        var records: [VersionRecord] = []
        try contents.forEachVersion(in: range) { records.append($0) }
        return records
    }

    /// The agents' mirrors; those whose rows are damaged are left out.
    public func mirrors() throws(StoreError) -> [MirrorRecord] { try contents.mirrors { _ in } }

    /// Reads everything and checks everything, however much of it is damaged: every fault that there is.
    ///
    /// **Complexity:** the whole file once.
    public func faults() throws(StoreError) -> [StoreError] {
        var faults: [StoreError] = []
        try contents.verify { faults.append($0) }
        return faults
    }

    /// Reads everything and checks everything.
    ///
    /// **Throws:** the first fault.
    ///
    /// **Complexity:** the whole file once.
    public func verify() throws(StoreError) { if let first = try faults().first { throw first } }
}
