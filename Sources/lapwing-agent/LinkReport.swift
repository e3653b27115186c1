import Bounded
import Configuration
import ZMQTransport

/// What is said about a connection that does not come about: at once, then once a minute; and when to give up.
struct LinkReport {
    private static let intervalMilliseconds = 60_000

    private let triesMaximum: Int
    private var failedHandshakes = 0
    private var quietUntil: Instant?
    /// Why to give up; nil while there is hope.
    private(set) var failure: HandshakeFailure?

    init(triesMaximum: Int) { self.triesMaximum = triesMaximum }

    /// Takes note of an event. A gateway that has welcomed this agent once is waited for, for ever.
    mutating func note(_ event: ConnectionEvent, wasWelcomed: Bool, _ configuration: AgentConfiguration) {
        switch event {
        case .handshakeSucceeded:
            failedHandshakes = 0
            quietUntil = nil
        case .handshakeFailed(let reason):
            failedHandshakes += 1
            if !wasWelcomed, triesMaximum > 0, failedHandshakes >= triesMaximum {
                failure = reason
            } else {
                say { writer in
                    writer.write("the handshake with ")
                    writer.write(configuration.gatewayEndpoint)
                    writer.write(" failed: ")
                    writer.write(reason.explanation)
                }
            }
        case .disconnected: say { writer in
            writer.write("lost the gateway at ")
            writer.write(configuration.gatewayEndpoint)
            writer.write("; trying again")
        }
        case .retrying: say { writer in
            writer.write("nobody answers at ")
            writer.write(configuration.gatewayEndpoint)
            writer.write("; trying again (is the gateway running, and its address and port right?)")
        }
        case .connecting, .connected, .redialled: break
        }
    }

    private mutating func say(_ body: (inout TextWriter) -> Void) {
        let now = Instant.now
        if let quietUntil, now < quietUntil { return }
        quietUntil = now.advanced(byMilliseconds: Self.intervalMilliseconds)
        withErrorWriter { writer in
            writer.write("lapwing-agent: ")
            body(&writer)
            writer.write("\n")
        }
    }
}

extension Failure {
    /// A handshake that failed as often as it may.
    init(handshake reason: HandshakeFailure, _ configuration: AgentConfiguration) {
        let code: ExitCode =
            switch reason {
            case .keyRefused, .keysDoNotFit, .closedByPeer: .permission
            case .mechanismMismatch, .protocolViolation: .protocolMismatch
            case .broken: .unavailable
            }
        self.init(code) { writer in
            writer.write("the CURVE handshake with ")
            writer.write(configuration.gatewayEndpoint)
            writer.write(" failed ")
            writer.write(configuration.handshakeTriesMaximum)
            writer.write(" times: ")
            writer.write(reason.explanation)
        }
    }
}
