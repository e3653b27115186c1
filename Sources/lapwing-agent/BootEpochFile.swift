import Bounded
import CSystem

/// How often this agent has started, kept on disk: `boot-epoch` in its state directory.
///
/// The gateway tells a restart from a repetition by it, so it is on the disk before the first Hello: written to another
/// file, synced, renamed over the old one, and the directory synced.
enum BootEpochFile {
    /// Reads the epoch, raises it by one, and returns it once it is durable.
    ///
    /// A directory that does not exist is made (its parent has to exist). **Throws:** `Failure`.
    static func advance(in directory: FixedText) throws(Failure) -> BootEpoch {
        if directory.withCString({ mkdir($0, 0o700) }) != 0, lapwing_errno() != EEXIST {
            throw failed("cannot make the state directory ", directory, .cannotCreate)
        }
        var path = directory
        path.append("/boot-epoch")
        var temporary = path
        temporary.append(".new")
        guard !temporary.wasCut else {
            throw Failure(.configuration, "the path of the state directory is too long", "shorten state_directory")
        }
        let epoch = BootEpoch(try read(path) + 1)
        try write(epoch, to: temporary)
        guard path.withCString({ new in temporary.withCString { rename($0, new) } }) == 0, sync(directory: directory)
        else { throw failed("cannot write ", path, .inputOutput) }
        return epoch
    }

    /// The number in the file; 0 when there is no file.
    private static func read(_ path: FixedText) throws(Failure) -> UInt64 {
        let descriptor = path.withCString { lapwing_open_for_reading($0) }
        guard descriptor >= 0 else {
            if lapwing_errno() == ENOENT { return 0 }
            throw failed("cannot read ", path, lapwing_errno() == EACCES ? .permission : .inputOutput)
        }
        defer { close(descriptor) }
        var epoch: UInt64 = 0
        var digits = 0
        var isDamaged = false
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 32) { buffer in
            let count = CSystem.read(descriptor, buffer.baseAddress, buffer.count)
            for index in 0..<max(0, count) {
                let byte = buffer[index]
                if byte == 0x0a, index == count - 1 { continue }
                guard byte >= 0x30, byte <= 0x39, digits < 18 else {
                    isDamaged = true
                    return
                }
                epoch = epoch * 10 + UInt64(byte - 0x30)
                digits += 1
            }
        }
        guard !isDamaged, digits > 0 else {
            var cause = FixedText("the boot epoch is damaged: ")
            cause.append(path)
            throw Failure(
                .data, cause, FixedText("write a number into it that is above every epoch the gateway has seen"))
        }
        return epoch
    }

    private static func write(_ epoch: BootEpoch, to path: FixedText) throws(Failure) {
        let descriptor = path.withCString { lapwing_create($0, 0o600) }
        guard descriptor >= 0 else { throw failed("cannot create ", path, .cannotCreate) }
        defer { close(descriptor) }
        var text = FixedText()
        text.append(UInt(epoch.number))
        text.append("\n")
        let isWritten = text.withBytes { CSystem.write(descriptor, $0.baseAddress, $0.count) == $0.count }
        guard isWritten, fsync(descriptor) == 0 else { throw failed("cannot write ", path, .inputOutput) }
    }

    private static func sync(directory: FixedText) -> Bool {
        let descriptor = directory.withCString { lapwing_open_for_reading($0) }
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        return fsync(descriptor) == 0
    }

    private static func failed(_ what: StaticString, _ path: FixedText, _ code: ExitCode) -> Failure {
        var cause = FixedText(what)
        cause.append(path)
        cause.append(": ")
        if let reason = strerror(lapwing_errno()) { cause.append(cString: reason) }
        return Failure(code, cause, FixedText("check the path, its permissions and the free space"))
    }
}
