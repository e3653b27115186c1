import ArgumentParser
import Bounded
import Configuration
import Foundation
import Gateway
import Logging

/// `lapwing-gateway`: folds the agents' gradients into the shared policy, stores every version, and hands it out.
@main
struct LapwingGateway: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lapwing-gateway",
        abstract: "Fold the agents' gradients into the shared policy, store every version, and hand it out.",
        discussion: "Exit codes are listed in docs/exit-codes.md, events in docs/events.md.",
        version: "lapwing-gateway \(ProgramVersion.text)",
        subcommands: [Run.self, CheckConfig.self, Verify.self, Version.self])

    static func main() async {
        do {
            var command = try parseAsRoot()
            if var asynchronous = command as? AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch let error as GatewayError {
            end(error.description, error.exitCode)
        } catch let error as ConfigurationError {
            end(error.description, error.exitCode)
        } catch {
            exit(withError: error)
        }
    }

    private static func end(_ message: String, _ code: Bounded.ExitCode) {
        FileHandle.standardError.write(Data("lapwing-gateway: \(message)\n".utf8))
        Foundation.exit(code.rawValue)
    }
}
