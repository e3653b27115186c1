import Bounded
import CSystem

/// Files that hold keys: lines `public-key = …` and, in a pair's file, `secret-key = …`, both in Z85.
///
/// Empty lines and lines that begin with `# ` are comments. Only its owner may read a file with a secret key.
public enum KeyFile {
    private static let publicWord: StaticString = "public-key"
    private static let secretWord: StaticString = "secret-key"

    private struct Contents: ~Copyable {
        var publicKey: AgentKey?
        var secretKey: AgentKey?
        var mode: UInt32 = 0
    }

    /// Reads the file of a key pair.
    ///
    /// **Throws:** `KeyFileError`; a retry does not help.
    public static func readPair(path: FixedText) throws(KeyFileError) -> KeyPair {
        let contents = try read(path)
        guard let secret = contents.secretKey else { throw .secretMissing(path: path) }
        guard contents.mode & 0o077 == 0 else { throw .tooOpen(path: path, mode: contents.mode & 0o777) }
        guard let pair = KeyPair.completing(secret: secret) else { throw .noEncryption }
        if let stated = contents.publicKey, stated != pair.publicKey.agentKey { throw .mismatch(path: path) }
        return pair
    }

    /// Reads the public key of somebody else.
    ///
    /// **Throws:** `KeyFileError`; a retry does not help.
    public static func readPublic(path: FixedText) throws(KeyFileError) -> PublicKey {
        let contents = try read(path)
        guard contents.secretKey == nil else { throw .secretWherePublicExpected(path: path) }
        guard let key = contents.publicKey else { throw .publicMissing(path: path) }
        return PublicKey(key)
    }

    /// Writes a new file with both halves, readable by its owner only, and returns once it is on the disk.
    ///
    /// **Throws:** `KeyFileError.exists` rather than overwrite anything.
    public static func writePair(_ pair: borrowing KeyPair, owner: FixedText, path: FixedText) throws(KeyFileError) {
        let secret = pair.secretKey.z85
        try write(path, mode: 0o600, owner: owner, publicKey: pair.publicKey, secret: secret)
    }

    /// Writes a new file with the public half alone.
    ///
    /// **Throws:** `KeyFileError.exists` rather than overwrite anything.
    public static func writePublic(_ key: PublicKey, owner: FixedText, path: FixedText) throws(KeyFileError) {
        try write(path, mode: 0o644, owner: owner, publicKey: key, secret: nil)
    }

    // MARK: - Reading

    private static func read(_ path: FixedText) throws(KeyFileError) -> Contents {
        guard var reader = LineReader(path: path) else { throw KeyFileError(code: lapwing_errno(), path: path) }
        var status = stat()
        guard fstat(reader.descriptor, &status) == 0 else { throw KeyFileError(code: lapwing_errno(), path: path) }
        guard lapwing_is_regular_file(status.st_mode) else { throw .notAFile(path: path) }
        var contents = Contents()
        contents.mode = status.st_mode
        while let line = reader.next() {
            guard !line.isCommentOrBlank else { continue }
            guard let (word, value) = line.splitAtEquals else {
                throw .malformed(path: path, line: reader.lineNumber, expected: "public-key = ... or secret-key = ...")
            }
            guard let key = AgentKey(z85: value) else {
                throw .malformed(path: path, line: reader.lineNumber, expected: "a key of 40 Z85 characters after =")
            }
            if word == publicWord, contents.publicKey == nil {
                contents.publicKey = key
            } else if word == secretWord, contents.secretKey == nil {
                contents.secretKey = key
            } else {
                throw .malformed(path: path, line: reader.lineNumber, expected: "one public-key and one secret-key")
            }
        }
        if let code = reader.failure { throw KeyFileError(code: code, path: path) }
        return contents
    }

    // MARK: - Writing

    private static func write(
        _ path: FixedText, mode: UInt32, owner: FixedText, publicKey: PublicKey, secret: FixedText?
    ) throws(KeyFileError) {
        let descriptor = path.withCString { lapwing_create_exclusively($0, mode) }
        guard descriptor >= 0 else { throw KeyFileError(code: lapwing_errno(), path: path) }
        let isWritten = withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 1024) { buffer -> Bool in
            var writer = TextWriter(descriptor: descriptor, buffer: buffer)
            writer.write(secret == nil ? "# Lapwing public key of " : "# Lapwing key pair of ")
            writer.write(owner)
            writer.write(secret == nil ? "\n" : ". Keep it secret: whoever has it can pretend to be its owner.\n")
            writeLine(publicWord, publicKey.z85, to: &writer)
            if let secret { writeLine(secretWord, secret, to: &writer) }
            writer.flush()
            return !writer.hasFailed
        }
        let isStored = isWritten && fsync(descriptor) == 0
        let code = lapwing_errno()
        close(descriptor)
        if !isStored {
            _ = path.withCString { unlink($0) }
            throw .inaccessible(path: path, code: code)
        }
    }

    private static func writeLine(_ word: StaticString, _ key: FixedText, to writer: inout TextWriter) {
        writer.write(word)
        writer.write(" = ")
        writer.write(key)
        writer.write("\n")
    }
}
