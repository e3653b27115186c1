import AgentCore
import Bounded
import Configuration
import CSystem
import ZMQTransport

/// The one thread of the agent: slices of sampling between looks at the socket.
struct AgentLoop: ~Copyable {
    /// The longest wait, so that the clock of status lines and redials is looked at.
    private static let longestWaitMilliseconds = 1_000

    var assembly: Assembly
    var socket: AgentSocket
    let name: FixedText
    let asJSON: Bool
    private let statusIntervalMilliseconds: Int
    let startedAt: Instant
    private var pacing: SlicePacing
    private var statusAt: Instant
    var link: LinkReport

    init(
        assembly: consuming Assembly, socket: consuming AgentSocket, configuration: borrowing AgentConfiguration,
        asJSON: Bool
    ) {
        self.assembly = assembly
        self.socket = socket
        name = configuration.name
        self.asJSON = asJSON
        startedAt = .now
        pacing = SlicePacing(sliceMilliseconds: configuration.sliceMilliseconds)
        statusIntervalMilliseconds = configuration.statusIntervalSeconds * 1_000
        statusAt = Instant.now.advanced(byMilliseconds: statusIntervalMilliseconds)
        link = LinkReport(endpoint: configuration.gatewayEndpoint, triesMaximum: configuration.handshakeTriesMaximum)
        self.assembly.core.frameCost = self.socket.frameCost
    }

    /// Runs until there is a reason to end, and says goodbye.
    mutating func run() throws(Failure) -> ExitCode {
        report("started", at: startedAt)
        var welcomes: UInt64 = 0
        while assembly.core.ending == nil {
            try serveSocket()
            if assembly.core.counters.welcomes != welcomes {
                welcomes = assembly.core.counters.welcomes
                report("welcomed", at: .now)
            }
            if lapwing_stop_signal() != 0 {
                assembly.core.stop()
            } else if assembly.core.wantsWork {
                work()
            } else {
                try wait()
            }
            try reportStatusIfDue()
        }
        try serveSocket()
        return try finish()
    }

    // MARK: - The socket

    private mutating func serveSocket() throws(Failure) {
        do throws(TransportError) {
            try socket.wait(milliseconds: 0)
            try takeEvents()
            while let count = try socket.receive(into: assembly.incoming) {
                assembly.core.received(
                    UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(assembly.incoming)[0..<count]), at: .now)
            }
            while let bytes = assembly.core.outgoing(at: .now) {
                if try socket.send(bytes) {
                    assembly.core.sent(at: .now)
                } else {
                    assembly.core.wouldBlock(at: .now)
                }
            }
        } catch {
            throw Failure(error)
        }
        if let failure = link.failure { throw Failure(handshake: failure, link) }
    }

    private mutating func takeEvents() throws(TransportError) {
        while let event = socket.nextEvent() {
            switch event {
            case .handshakeSucceeded: assembly.core.connected(at: .now)
            case .disconnected: assembly.core.disconnected(at: .now)
            default: break
            }
            link.note(event, wasWelcomed: assembly.core.counters.welcomes > 0)
        }
    }

    private mutating func wait() throws(Failure) {
        let now = Instant.now
        var milliseconds = Self.longestWaitMilliseconds
        if let deadline = assembly.core.deadline() {
            milliseconds = min(milliseconds, deadline.milliseconds(since: now) + 1)
        }
        milliseconds = min(milliseconds, statusAt.milliseconds(since: now) + 1)
        do throws(TransportError) {
            try socket.wait(milliseconds: milliseconds)
        } catch {
            throw Failure(error)
        }
    }

    // MARK: - The work

    private mutating func work() {
        let began = Instant.now
        let samples = assembly.core.isSampling
        assembly.core.work(steps: pacing.steps, at: began)
        if samples { pacing.took(Instant.now.nanoseconds - began.nanoseconds) }
    }

    private mutating func reportStatusIfDue() throws(Failure) {
        let now = Instant.now
        guard now >= statusAt else { return }
        statusAt = now.advanced(byMilliseconds: statusIntervalMilliseconds)
        assembly.core.freeMemoryBytes = lapwing_free_memory_bytes()
        report("status", at: now)
    }

    private mutating func finish() throws(Failure) -> ExitCode {
        report("stopped", at: .now)
        guard let ending = assembly.core.ending else { return .internalError }
        switch ending {
        case .told: return .success
        case .gatewayDone:
            withErrorWriter { $0.write("lapwing-agent: the gateway is done with this federation\n") }
            return .success
        default: throw Failure(ending)
        }
    }
}
