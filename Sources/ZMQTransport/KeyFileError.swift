import Bounded
import CSystem

/// Why a file of keys could not be read or written; each has a one-line text with cause and remedy.
public indirect enum KeyFileError: Error, Sendable {
    /// There is no such file.
    case missing(path: FixedText)
    /// The system does not let this user read or write the file, or fails to.
    case inaccessible(path: FixedText, code: Int32)
    /// The path is a folder or a device.
    case notAFile(path: FixedText)
    /// Others may read the secret key.
    case tooOpen(path: FixedText, mode: UInt32)
    /// A line is no key: not 40 characters of Z85, or an unknown word.
    case malformed(path: FixedText, line: Int, expected: StaticString)
    /// The file has no secret key, and one is needed: probably the public file was named.
    case secretMissing(path: FixedText)
    /// The file has a secret key where a public one is expected: it should not leave its owner.
    case secretWherePublicExpected(path: FixedText)
    /// The file has no public key.
    case publicMissing(path: FixedText)
    /// The public key in the file is not that of the secret key.
    case mismatch(path: FixedText)
    /// A file of that name exists, and keys are never overwritten.
    case exists(path: FixedText)
    /// libzmq has no CURVE.
    case noEncryption

    /// Turns the system's error number into an error.
    init(code: Int32, path: FixedText) {
        switch code {
        case ENOENT, ENOTDIR: self = .missing(path: path)
        case EEXIST: self = .exists(path: path)
        case EISDIR: self = .notAFile(path: path)
        default: self = .inaccessible(path: path, code: code)
        }
    }

    /// Writes the error as one line, cause and remedy, without a line end.
    public func write(to writer: inout TextWriter) {
        switch self {
        case .missing(let path):
            writer.write(path)
            writer.write(": no such key file; make one with \"lapwing-agent keys new\" or \"lapwing keys new\", ")
            writer.write("or correct the path")
        case .inaccessible(let path, let code):
            writer.write(path)
            writer.write(": ")
            if let text = strerror(code) { writer.write(cString: text) }
            writer.write("; let this user read it")
        case .notAFile(let path):
            writer.write(path)
            writer.write(": not a regular file; name the key file itself")
        case .tooOpen(let path, let mode):
            writer.write(path)
            writer.write(": others may read this secret key (mode 0")
            writeOctal(mode, to: &writer)
            writer.write("); run chmod 600 on it, and draw new keys if it was exposed")
        case .malformed(let path, let line, let expected):
            writer.write(path)
            writer.write(byte: 0x3a)
            writer.write(line)
            writer.write(": expected ")
            writer.write(expected)
        case .secretMissing(let path):
            writer.write(path)
            writer.write(": holds no secret key; name the file of the key pair, not the public one")
        case .secretWherePublicExpected(let path):
            writer.write(path)
            writer.write(": holds a secret key where a public one is expected; name the .pub file, and keep this one")
        case .publicMissing(let path):
            writer.write(path)
            writer.write(": holds no public key; it needs a line \"public-key = ...\"")
        case .mismatch(let path):
            writer.write(path)
            writer.write(": its public key does not belong to its secret key; restore the file or make a new pair")
        case .exists(let path):
            writer.write(path)
            writer.write(": exists already, and keys are never overwritten; choose another name or remove it")
        case .noEncryption:
            writer.write("this libzmq has no CURVE encryption; install one that was built with it (Debian's libzmq5)")
        }
    }

    private func writeOctal(_ mode: UInt32, to writer: inout TextWriter) {
        writer.write(byte: UInt8(0x30 + (mode >> 6 & 7)))
        writer.write(byte: UInt8(0x30 + (mode >> 3 & 7)))
        writer.write(byte: UInt8(0x30 + (mode & 7)))
    }

    /// How a program that stops because of this error ends.
    public var exitCode: ExitCode {
        switch self {
        case .missing: .missingInput
        case .inaccessible, .tooOpen: .permission
        case .notAFile, .malformed, .secretMissing, .secretWherePublicExpected, .publicMissing, .mismatch: .data
        case .exists: .cannotCreate
        case .noEncryption: .system
        }
    }
}

#if !hasFeature(Embedded)
extension KeyFileError: CustomStringConvertible {
    public var description: String { describe { writer in write(to: &writer) } }
}
#endif
