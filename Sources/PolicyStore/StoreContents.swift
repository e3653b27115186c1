import Bounded
import Foundation
import GRDB

/// What can be read from a store, by its gateway or beside it.
struct StoreContents {
    let path: String
    let reader: any DatabaseReader

    func read<Value>(_ body: (Database) throws -> Value) throws(StoreError) -> Value {
        do {
            return try reader.unsafeRead(body)
        } catch {
            throw .from(error, path: path)
        }
    }

    func federation() throws(StoreError) -> FederationRecord? {
        try read { database in
            try Row.fetchOne(database, sql: "SELECT * FROM federation").map {
                var reader = RowReader($0, path: path, table: "federation", name: "1")
                return try reader.federation()
            }
        }
    }

    func state() throws(StoreError) -> StoredState? {
        try read { database in
            try Row.fetchOne(database, sql: "SELECT * FROM state").map {
                var reader = RowReader($0, path: path, table: "state", name: "1")
                return try reader.state()
            }
        }
    }

    func agents() throws(StoreError) -> [AgentRecord] {
        try read { database in
            try Row.fetchAll(database, sql: "SELECT * FROM agents ORDER BY first_seen_ns, key").map { row in
                var reader = RowReader(row, path: path, table: "agents", namedBy: "name")
                return try reader.agent()
            }
        }
    }

    /// The newest version whose parameters are kept; nil in a store without a federation.
    func newestVersion() throws(StoreError) -> UInt64? {
        try read { try Int64.fetchOne($0, sql: "SELECT max(version) FROM parameters") }.map { UInt64(bitPattern: $0) }
    }

    func policy(version: UInt64) throws(StoreError) -> StoredPolicy {
        let found: StoredPolicy? = try read { database in
            let sql = "SELECT * FROM parameters WHERE version = ?"
            return try Row.fetchOne(database, sql: sql, arguments: [Int64(bitPattern: version)]).map {
                var reader = RowReader($0, path: path, table: "parameters", name: "\(version)")
                return try reader.policy()
            }
        }
        if let found { return found }
        guard let newest = try newestVersion() else { throw .empty(path: path) }
        guard version <= newest else { throw .noSuchVersion(path: path, version: version, newest: newest) }
        let nearest = try read { database in
            try Int64.fetchOne(
                database, sql: "SELECT version FROM parameters ORDER BY abs(version - ?) LIMIT 1",
                arguments: [Int64(bitPattern: version)])
        }
        throw .parametersNotKept(
            path: path, version: version, nearest: nearest.map { UInt64(bitPattern: $0) } ?? newest)
    }

    /// Hands the history to `body`, oldest first, one row at a time.
    func forEachVersion(
        in range: ClosedRange<UInt64>, _ body: (VersionRecord) throws -> Void
    ) throws(StoreError) {
        let sql = "SELECT * FROM versions WHERE version BETWEEN ? AND ? ORDER BY version"
        let limit = UInt64(Int64.max)
        let bounds = [Int64(min(range.lowerBound, limit)), Int64(min(range.upperBound, limit))]
        try read { database in
            let rows = try Row.fetchCursor(database, sql: sql, arguments: StatementArguments(bounds))
            while let row = try rows.next() {
                var reader = RowReader(row, path: path, table: "versions", namedBy: "version")
                try body(try reader.version())
            }
        }
    }

    /// The mirrors whose rows are whole; `report` is told of the others.
    func mirrors(reporting report: (StoreError) -> Void) throws(StoreError) -> [MirrorRecord] {
        var mirrors: [MirrorRecord] = []
        try forEachRow("mirrors", namedBy: "place", reporting: report) { mirrors.append(try $0.mirror()) }
        return mirrors
    }

    /// Hands each row of a table to `body`, in the order of its key; `report` is told of each that is damaged.
    private func forEachRow(
        _ table: String, namedBy column: String, reporting report: (StoreError) -> Void,
        _ body: (inout RowReader) throws -> Void
    ) throws(StoreError) {
        try read { database in
            guard try database.tableExists(table) else { return }
            let rows = try Row.fetchCursor(database, sql: "SELECT * FROM \(table) ORDER BY 1")
            while let row = try rows.next() {
                var reader = RowReader(row, path: path, table: table, namedBy: column)
                do { try body(&reader) } catch let fault as StoreError { report(fault) }
            }
        }
    }

    /// Reads every row of every table, and has SQLite check its own structure; `report` is told of each fault.
    ///
    /// **Throws:** what keeps it from reading on.
    func verify(reporting report: (StoreError) -> Void) throws(StoreError) {
        let structure = try read { try String.fetchOne($0, sql: "PRAGMA integrity_check(1)") }
        if structure != "ok" { report(.corrupt(path: path, detail: structure ?? "no report")) }
        try forEachRow("federation", namedBy: "id", reporting: report) { _ = try $0.federation() }
        try forEachRow("state", namedBy: "id", reporting: report) { _ = try $0.state() }
        try forEachRow("agents", namedBy: "name", reporting: report) { _ = try $0.agent() }
        try forEachRow("versions", namedBy: "version", reporting: report) { _ = try $0.version() }
        try forEachRow("parameters", namedBy: "version", reporting: report) { _ = try $0.policy() }
        try forEachRow("mirrors", namedBy: "place", reporting: report) { _ = try $0.mirror() }
    }
}
