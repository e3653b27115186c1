/// How a Lapwing program ends, as its parent process sees it.
///
/// The numbers are those of `sysexits.h`. Causes and remedies stand in `docs/exit-codes.md`, which has the same table.
public enum ExitCode: Int32, Sendable {
    /// The work is done, or a first signal ended it cleanly.
    case success = 0
    /// A mistake on the command line.
    case usage = 64
    /// A file that was read is damaged, or of another kind or shape.
    case data = 65
    /// A file that was to be read does not exist.
    case missingInput = 66
    /// The other side cannot be reached, or refuses for now.
    case unavailable = 69
    /// A broken assumption inside the program.
    case internalError = 70
    /// The system refused memory, a thread or a socket.
    case system = 71
    /// A file that was to be written cannot be created.
    case cannotCreate = 73
    /// Reading or writing failed on the way.
    case inputOutput = 74
    /// Something is in use, and will be free later.
    case temporary = 75
    /// The other side speaks another protocol version, or has another policy shape.
    case protocolMismatch = 76
    /// A key or a permission was refused.
    case permission = 77
    /// A configuration key is unknown, mistyped, missing or out of range.
    case configuration = 78
    /// A second SIGINT cut the clean stop short.
    case interrupted = 130
    /// A second SIGTERM cut the clean stop short.
    case terminated = 143
}
