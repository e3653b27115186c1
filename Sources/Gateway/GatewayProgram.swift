import Bounded
import Foundation
import Logging
import ServiceLifecycle
import UnixSignals

/// The gateway as a process: signals in, an exit code out.
public enum GatewayProgram {
    /// Runs a gateway until SIGTERM, SIGINT, the end of its work, or an error; SIGHUP reads the list of keys again.
    ///
    /// A second SIGTERM or SIGINT ends the process at once.
    /// **Throws:** `GatewayError`.
    public static func run(_ plan: GatewayPlan, format: EventFormat, logger: Logger) async throws {
        // A reader of events that goes away must not end the federation.
        signal(SIGPIPE, SIG_IGN)
        let server = GatewayServer(plan: plan, format: format, logger: logger)
        var quiet = Logger(label: "lapwing-gateway.lifecycle")
        quiet.logLevel = .error
        // Outside of the group, which ends its services before the gateway is done.
        let impatience = Task.detached {
            var count = 0
            for await signal in await UnixSignalsSequence(trapping: .sigterm, .sigint) {
                count += 1
                let code: ExitCode = signal == .sigint ? .interrupted : .terminated
                if count == 2 { _exit(code.rawValue) }
            }
        }
        defer { impatience.cancel() }
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [
                    .init(
                        service: server, successTerminationBehavior: .gracefullyShutdownGroup,
                        failureTerminationBehavior: .gracefullyShutdownGroup),
                    .init(service: KeyReloadService(control: server.control)),
                ],
                gracefulShutdownSignals: [.sigterm, .sigint], logger: quiet))
        try await group.run()
    }
}

/// Has the list of allowed keys read again at each SIGHUP.
struct KeyReloadService: Service, CustomStringConvertible {
    let control: LoopControl

    var description: String { "key reload" }

    func run() async throws {
        for await _ in await UnixSignalsSequence(trapping: .sighup).cancelOnGracefulShutdown() {
            control.reloadKeys()
        }
    }
}
