import Foundation

/// The right of one gateway to write a store: an exclusive lock on a file beside it, released by the system when the
/// process ends in whatever way.
///
/// The lock is a file of its own so that readers (`lapwing policy`, `lapwing agents`) are never kept out, and because
/// closing any handle of the database file would drop the locks that SQLite itself holds on it.
final class StoreLock: Sendable {
    private let descriptor: Int32

    /// **Throws:** `StoreError.locked` when another process, or another store of this one, holds it.
    init(storePath: String) throws(StoreError) {
        let path = storePath + ".lock"
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            let code = errno
            switch code {
            case EACCES, EPERM: throw .permission(path: path)
            case EROFS: throw .readOnly(path: path)
            case ENOSPC: throw .diskFull(path: path)
            default: throw .cannotCreate(path: path, detail: String(cString: strerror(code)))
            }
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let holder = Self.readIdentifier(descriptor)
            close(descriptor)
            throw .locked(path: storePath, processIdentifier: holder)
        }
        self.descriptor = descriptor
        let identifier = "\(getpid())\n"
        _ = ftruncate(descriptor, 0)
        _ = identifier.withCString { pwrite(descriptor, $0, strlen($0), 0) }
    }

    deinit { close(descriptor) }

    /// Lets the next gateway in.
    func release() { _ = flock(descriptor, LOCK_UN) }

    private static func readIdentifier(_ descriptor: Int32) -> Int32? {
        var text = [UInt8](repeating: 0, count: 16)
        let length = pread(descriptor, &text, text.count, 0)
        guard length > 0 else { return nil }
        return Int32(String(decoding: text[..<length], as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines))
    }
}
