import Bounded
import Foundation
import GRDB

/// Why the store could not be opened, read or written.
///
/// Each `description` is one line: the file, what is wrong with it, and the remedy.
public enum StoreError: Error, Equatable, Sendable {
    /// There is no file at the path.
    case missing(path: String)
    /// The file, or the folder it is to be in, cannot be created.
    case cannotCreate(path: String, detail: String)
    /// The file is not a store of Lapwing; `applicationIdentifier` is what it says it is, nil when it is no database.
    case notAStore(path: String, applicationIdentifier: Int32?)
    /// A newer program wrote the store.
    case newerSchema(path: String, found: Int, supported: Int)
    /// The numbers of a row do not match the checksum that was stored with them.
    case checksumMismatch(path: String, table: String, row: String)
    /// A row lacks a part, or a part has the wrong length.
    case malformedRow(path: String, table: String, row: String, detail: String)
    /// The database's own structure is broken.
    case corrupt(path: String, detail: String)
    /// Another gateway has the store open. A retry helps once that one has stopped.
    case locked(path: String, processIdentifier: Int32?)
    /// The disk is full. A retry helps once there is space.
    case diskFull(path: String)
    /// The file or its file system is read-only.
    case readOnly(path: String)
    /// The process may not read or write the file.
    case permission(path: String)
    /// The device or the file system failed.
    case inputOutput(path: String, detail: String)
    /// The store holds no federation yet.
    case empty(path: String)
    /// The store's federation has another policy than the configuration asks for.
    case specificationChanged(path: String, stored: String, configured: String)
    /// No such version; `newest` is the newest that there is.
    case noSuchVersion(path: String, version: UInt64, newest: UInt64)
    /// The version is known, but its parameters were not kept; `nearest` is the nearest version whose were.
    case parametersNotKept(path: String, version: UInt64, nearest: UInt64)
    /// SQLite reported something that none of the above covers.
    case database(path: String, code: Int, detail: String)
}

extension StoreError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .missing(let path):
            "\(path): no such store; check the path, or let `lapwing-gateway run` create it"
        case .cannotCreate(let path, let detail):
            "\(path): the store cannot be created (\(detail)); check the folder and its permissions"
        case .notAStore(let path, .some(let identifier)):
            "\(path): not a Lapwing store (its application id is \(identifier)); name another file in [store] path"
        case .notAStore(let path, .none):
            "\(path): not a database; name another file in [store] path, or restore this one from a copy"
        case .newerSchema(let path, let found, let supported):
            "\(path): written by a newer Lapwing (schema \(found), this program knows \(supported)); "
                + "install the newer version"
        case .checksumMismatch(let path, let table, let row):
            "\(path): table \(table), row \(row): the checksum does not match, so its bytes have changed on the disk; "
                + "restore the store from a copy, or begin a new one"
        case .malformedRow(let path, let table, let row, let detail):
            "\(path): table \(table), row \(row): \(detail); restore the store from a copy, or begin a new one"
        case .corrupt(let path, let detail):
            "\(path): the database is damaged (\(detail)); restore it from a copy, or begin a new one"
        case .locked(let path, let process):
            "\(path): in use by another gateway" + (process.map { " (process \($0))" } ?? "")
                + "; stop that one, or give this one a store of its own"
        case .diskFull(let path):
            "\(path): the disk is full; free some space"
        case .readOnly(let path):
            "\(path): read-only; make the file and its file system writable"
        case .permission(let path):
            "\(path): permission denied; check the owner and mode of the file and its folder"
        case .inputOutput(let path, let detail):
            "\(path): reading or writing failed (\(detail)); check the device"
        case .empty(let path):
            "\(path): no federation in it yet; run the gateway on it first"
        case .specificationChanged(let path, let stored, let configured):
            "\(path): holds a federation of another policy (stored \(stored), configured \(configured)); "
                + "restore [policy], or give the new policy a store of its own"
        case .noSuchVersion(let path, let version, let newest):
            "\(path): there is no version \(version); the newest is \(newest)"
        case .parametersNotKept(let path, let version, let nearest):
            "\(path): the parameters of version \(version) were not kept (durability = volatile keeps those of "
                + "each commit, [store] keep_versions the newest); the nearest kept is \(nearest)"
        case .database(let path, let code, let detail):
            "\(path): SQLite reports \(detail) (\(code))"
        }
    }

    /// How a program ends that cannot go on because of this.
    public var exitCode: ExitCode {
        switch self {
        case .missing, .empty: .missingInput
        case .cannotCreate: .cannotCreate
        case .notAStore, .newerSchema, .checksumMismatch, .malformedRow, .corrupt: .data
        case .specificationChanged, .noSuchVersion, .parametersNotKept: .data
        case .locked: .temporary
        case .diskFull, .inputOutput: .inputOutput
        case .readOnly, .permission: .permission
        case .database: .internalError
        }
    }
}

extension StoreError {
    /// The one place where what GRDB throws becomes a store error.
    static func from(_ error: any Error, path: String) -> StoreError {
        if let error = error as? StoreError { return error }
        guard let error = error as? DatabaseError else {
            return .database(path: path, code: -1, detail: "\(error)")
        }
        let detail = error.message ?? "\(error.resultCode)"
        return switch error.resultCode {
        case .SQLITE_NOTADB: .notAStore(path: path, applicationIdentifier: nil)
        case .SQLITE_CORRUPT: .corrupt(path: path, detail: detail)
        case .SQLITE_FULL: .diskFull(path: path)
        case .SQLITE_READONLY: .readOnly(path: path)
        case .SQLITE_PERM, .SQLITE_AUTH: .permission(path: path)
        case .SQLITE_BUSY, .SQLITE_LOCKED: .locked(path: path, processIdentifier: nil)
        case .SQLITE_IOERR: .inputOutput(path: path, detail: detail)
        case .SQLITE_CANTOPEN:
            access(path, F_OK) == 0 && access(path, R_OK) != 0
                ? .permission(path: path) : .cannotCreate(path: path, detail: detail)
        default: .database(path: path, code: Int(error.extendedResultCode.rawValue), detail: detail)
        }
    }
}
