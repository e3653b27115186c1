import Bounded

/// What ends a command of `lapwing`: one line for a person, and the exit code that `docs/exit-codes.md` explains.
public struct TrainingError: Error, Equatable, CustomStringConvertible {
    /// How the program ends.
    public var code: ExitCode
    /// Cause and remedy, one line without a full stop at its end.
    public var message: String
    /// What a person may want to see below it, such as the tail of a log.
    public var details: [String]

    public init(_ code: ExitCode, _ message: String, details: [String] = []) {
        self.code = code
        self.message = message
        self.details = details
    }

    public var description: String { message }

    /// A file is damaged or of another kind; `line` counts from 1.
    static func data(_ path: String, line: Int? = nil, _ message: String) -> TrainingError {
        TrainingError(.data, "\(path)\(line.map { ":\($0)" } ?? ""): \(message)")
    }
}
