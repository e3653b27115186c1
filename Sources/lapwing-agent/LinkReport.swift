import Bounded
import Configuration
import ZMQTransport

/// What is said about a connection that does not come about: at once, then once a minute; and when to give up.
struct LinkReport {
    private static let intervalMilliseconds = 60_000

    let endpoint: FixedText
    let triesMaximum: Int
    private var failedHandshakes = 0
    private var quietUntil: Instant?
    /// Why to give up; nil while there is hope.
    private(set) var failure: HandshakeFailure?

    init(endpoint: FixedText, triesMaximum: Int) {
        self.endpoint = endpoint
        self.triesMaximum = triesMaximum
    }

    /// Takes note of an event. A gateway that has welcomed this agent once is waited for, for ever.
    mutating func note(_ event: ConnectionEvent, wasWelcomed: Bool) {
        switch event {
        case .handshakeSucceeded:
            failedHandshakes = 0
            quietUntil = nil
        case .handshakeFailed(let reason):
            failedHandshakes += 1
            if !wasWelcomed, triesMaximum > 0, failedHandshakes >= triesMaximum {
                failure = reason
            } else if wasWelcomed || triesMaximum == 0 {
                say("the handshake failed with ", reason.explanation)
            }
        case .disconnected: say("lost the gateway at ", "trying again")
        case .retrying:
            say("nobody answers at ", "trying again (is the gateway running, and its address and port right?)")
        case .connecting, .connected, .redialled: break
        }
    }

    private mutating func say(_ what: StaticString, _ remedy: StaticString) {
        let now = Instant.now
        if let quietUntil, now < quietUntil { return }
        quietUntil = now.advanced(byMilliseconds: Self.intervalMilliseconds)
        withErrorWriter { writer in
            writer.write("lapwing-agent: ")
            writer.write(what)
            writer.write(endpoint)
            writer.write("; ")
            writer.write(remedy)
            writer.write("\n")
        }
    }
}

extension Failure {
    /// A handshake that failed as often as it may.
    init(handshake reason: HandshakeFailure, _ link: LinkReport) {
        let code: ExitCode =
            switch reason {
            case .keyRefused, .keysDoNotFit, .closedByPeer: .permission
            case .mechanismMismatch, .protocolViolation: .protocolMismatch
            case .broken: .unavailable
            }
        self.init(code) { writer in
            writer.write("the CURVE handshake with ")
            writer.write(link.endpoint)
            writer.write(" failed ")
            writer.write(link.triesMaximum)
            writer.write(" times: ")
            writer.write(reason.explanation)
        }
    }
}
