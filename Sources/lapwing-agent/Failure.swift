import Bounded
import Configuration
import Environments
import ZMQTransport

/// Why the program ends early: an exit code (docs/exit-codes.md), once its line stands on stderr.
struct Failure: Error {
    let code: ExitCode

    /// Prints `lapwing-agent: cause; remedy`.
    init(_ code: ExitCode, _ cause: FixedText, _ remedy: FixedText = FixedText()) {
        self.init(code) { writer in
            writer.write(cause)
            guard !remedy.isEmpty else { return }
            writer.write("; ")
            writer.write(remedy)
        }
    }

    init(_ code: ExitCode, _ cause: StaticString, _ remedy: StaticString) {
        self.init(code, FixedText(cause), FixedText(remedy))
    }

    init(_ error: ConfigurationError) {
        self.init(error.exitCode) { writer in error.write(to: &writer) }
    }

    init(_ error: TransportError) {
        self.init(error.exitCode) { writer in error.write(to: &writer) }
    }

    init(_ error: EnvironmentError) {
        self.init(error.exitCode, error.cause, error.remedy)
    }

    init(_ refusal: Arena.Refusal) {
        switch refusal {
        case .limitReached(let holder, let needed, let limit):
            self.init(.configuration) { writer in
                writer.write("the memory plan passes its limit: ")
                writer.write(holder)
                writer.write(" brings the sum to ")
                writer.write(needed)
                writer.write(" bytes, the limit is ")
                writer.write(limit)
                writer.write("; raise [agent] memory_limit_bytes, or lower batch_steps or the layer widths")
            }
        case .systemRefused(let limit):
            self.init(.system) { writer in
                writer.write("the system gave no ")
                writer.write(limit)
                writer.write(" bytes; lower [agent] memory_limit_bytes or free memory")
            }
        }
    }

    init(_ code: ExitCode, _ body: (inout TextWriter) -> Void) {
        self.code = code
        withErrorWriter { writer in
            writer.write("lapwing-agent: ")
            body(&writer)
            writer.write("\n")
        }
    }
}

extension EnvironmentError {
    /// How a program that stops because of this error ends.
    var exitCode: ExitCode {
        switch self {
        case .unknownTask, .optionsNotTaken, .optionsNotUsable, .memory: .configuration
        case .pluginMissing, .refused: .missingInput
        case .pluginNotLoaded, .notAPlugin, .pluginVersion, .pluginFaulty: .data
        case .failed, .notFinite, .stateNotSettable, .wrongCount, .outOfRange: .internalError
        }
    }
}
