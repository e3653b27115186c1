import Bounded
import Foundation
import GradientCodec
import Wire
import ZMQTransport

/// An agent that does what a test tells it, over a real socket.
final class ScriptedAgent {
    /// What came from the gateway, copied.
    enum Answer: Equatable {
        case welcome(version: UInt64?, lastApplied: UInt64, isWaiting: Bool)
        case policy(version: UInt64, outcome: Outcome?, sequence: UInt64?, parameters: [Float])
        case announce(UInt64)
        case collect(UInt64)
        case reject(RejectReason, sequence: UInt64)
    }

    let name: String
    var epoch: UInt64
    private let arena: AgentArena
    private var socket: AgentSocket
    private var encoder: MessageEncoder
    private var decoder: MessageDecoder
    private var lastBase: UInt64?
    /// The shared critic that was received last, and what its targets are scaled by.
    private(set) var lastCritic: [Float]?
    private(set) var lastTargetScale: Double?
    private var buffer = [UInt8](repeating: 0, count: 1 << 16)

    /// Connects without keys.
    convenience init(_ name: String, to endpoint: String, epoch: UInt64 = 1, criticCount: Int = 0) throws {
        try self.init(name, to: endpoint, epoch: epoch, criticCount: criticCount, security: .insecure)
    }

    /// Connects with a key pair of its own.
    convenience init(
        _ name: String, to endpoint: String, epoch: UInt64 = 1, own: consuming KeyPair, gateway: PublicKey
    ) throws {
        try self.init(name, to: endpoint, epoch: epoch, security: .curve(own: own, gateway: gateway))
    }

    private init(
        _ name: String, to endpoint: String, epoch: UInt64, criticCount: Int = 0,
        security: consuming AgentSocket.Security
    ) throws {
        let arena = try AgentArena()
        let limits = WireLimits(policy: Self.shape, criticCount: criticCount)
        self.name = name
        self.epoch = epoch
        self.arena = arena
        encoder = try MessageEncoder(limits: limits, arena: &arena.arena)
        decoder = try MessageDecoder(limits: limits, arena: &arena.arena)
        var socketLimits = SocketLimits()
        socketLimits.reconnectIntervalMilliseconds = 20
        socketLimits.reconnectIntervalMaximumMilliseconds = 100
        socket = try AgentSocket(
            endpoint: TestFolder.text(endpoint), security: security, limits: socketLimits, arena: &arena.arena)
    }

    static var shape: PolicyShape { RunningGateway.shape }

    /// What the socket last saw of a handshake that did not come about.
    var lastFailure: HandshakeFailure? { socket.lastFailure }

    // MARK: - Sending

    func hello(shape: PolicyShape = ScriptedAgent.shape, critic widths: [Int]? = nil) throws {
        var hello = Hello(shape: shape)
        hello.agentName = TestFolder.text(name)
        hello.bootEpoch = BootEpoch(epoch)
        hello.largestMessageBytes = UInt32(buffer.count)
        hello.criticWidths = widths.map { widths in
            var layers = HiddenWidths()
            for width in widths { _ = layers.append(width) }
            return layers
        }
        try send(.hello(hello))
    }

    func update(
        _ sequence: UInt64, base: UInt64,
        gradient: [Float] = [Float](repeating: 0.5, count: RunningGateway.parameterCount),
        isInnovation: Bool = false, mirror: [Float]? = nil
    ) throws {
        try gradient.withUnsafeBytes { bytes in
            var update = Update(
                report: report(sequence, base: base, mirror: mirror),
                gradient: PackedVector(codec: .denseFloat32, count: gradient.count, data: bytes))
            update.isInnovation = isInnovation
            try send(.update(update))
        }
    }

    /// The same with the change of a shared critic.
    func update(_ sequence: UInt64, base: UInt64, critic: [Float], targets: TargetStatistics) throws {
        let gradient = [Float](repeating: 0.5, count: RunningGateway.parameterCount)
        try gradient.withUnsafeBytes { bytes in
            try critic.withUnsafeBytes { change in
                var update = Update(
                    report: report(sequence, base: base, mirror: nil),
                    gradient: PackedVector(codec: .denseFloat32, count: gradient.count, data: bytes),
                    critic: PackedVector(codec: .denseFloat32, count: critic.count, data: change))
                update.criticTargets = targets
                try send(.update(update))
            }
        }
    }

    func skip(_ sequence: UInt64, base: UInt64, mirror: [Float]?) throws {
        var report = report(sequence, base: base, mirror: mirror)
        report.gateValue = 0.5
        report.gateThreshold = 2
        try send(.skip(Skip(report: report)))
    }

    private func report(_ sequence: UInt64, base: UInt64, mirror: [Float]?) -> Report {
        var report = Report()
        report.identity = UpdateIdentity(epoch: BootEpoch(epoch), sequence: UpdateSequence(sequence))
        report.baseVersion = PolicyVersion(base)
        report.trajectories = 1
        report.steps = 100
        report.returns.episodes = 1
        report.returns.mean = Double(sequence) * 10
        report.returns.minimum = Float(sequence) * 10
        report.returns.maximum = Float(sequence) * 10
        report.returns.meanSteps = 100
        report.mirrorChecksum = mirror.map { $0.withUnsafeBytes { Report.mirrorChecksum(of: $0) } } ?? 0
        return report
    }

    func fetch(held version: UInt64) throws {
        try send(.fetch(Fetch(newestVersion: PolicyVersion(version))))
    }

    /// The version that the next policy is the difference from; nil when it is whole.
    func receiveBase() throws -> UInt64? {
        _ = try receive()
        return lastBase
    }

    func goodbye() throws { try send(.goodbye(Goodbye(bootEpoch: BootEpoch(epoch), reason: FixedText("done")))) }

    private func send(_ message: AgentMessage) throws {
        let bytes = try encoder.encode(message)
        let deadline = Instant.now.advanced(byMilliseconds: 30_000)
        while Instant.now < deadline, try !socket.send(bytes) { try wait() }
    }

    // MARK: - Receiving

    /// The next message; nil when none came within half a minute, which only a broken gateway makes happen.
    func receive() throws -> Answer? {
        let deadline = Instant.now.advanced(byMilliseconds: 30_000)
        while Instant.now < deadline {
            if let count = try buffer.withUnsafeMutableBytes({ try socket.receive(into: $0) }) {
                return try buffer.withUnsafeBytes { bytes -> Answer in
                    let message = try decoder.decodeGatewayMessage(UnsafeRawBufferPointer(rebasing: bytes[..<count]))
                    if case .policy(let policy) = message {
                        lastBase = policy.base?.number
                        note(policy.critic)
                    }
                    if case .welcome(let welcome) = message { note(welcome.policy?.critic) }
                    return Answer(message)
                }
            }
            try wait()
        }
        return nil
    }

    private func note(_ critic: Policy.Critic?) {
        guard let critic else { return }
        lastCritic = Array(critic.parameters.data.bindMemory(to: Float.self))
        lastTargetScale = critic.targetScale
    }

    /// Lets the socket work until something is known about the handshake.
    func waitForFailure() throws -> HandshakeFailure? {
        let deadline = Instant.now.advanced(byMilliseconds: 30_000)
        while Instant.now < deadline, socket.lastFailure == nil { try wait() }
        return socket.lastFailure
    }

    private func wait() throws {
        try socket.wait(milliseconds: 50)
        while socket.nextEvent() != nil {}
    }
}

/// The memory of an agent's socket and codecs, which must outlive both.
final class AgentArena {
    var arena: Arena

    init() throws { arena = try Arena(limitBytes: 4 << 20) }
}

extension ScriptedAgent.Answer {
    init(_ message: GatewayMessage) {
        switch message {
        case .welcome(let welcome):
            self = .welcome(
                version: welcome.policy?.version.number, lastApplied: welcome.lastAppliedSequence.number,
                isWaiting: welcome.isWaiting)
        case .policy(let policy):
            var parameters: [Float] = []
            if let packed = policy.parameters, packed.codec == .denseFloat32 {
                parameters = Array(packed.data.bindMemory(to: Float.self))
            }
            self = .policy(
                version: policy.version.number, outcome: policy.answer?.outcome,
                sequence: policy.answer?.identity.sequence.number, parameters: parameters)
        case .announce(let announce): self = .announce(announce.version.number)
        case .collect(let collect): self = .collect(collect.version.number)
        case .reject(let reject): self = .reject(reject.reason, sequence: reject.sequence.number)
        }
    }

    /// The parameters of a policy; empty for everything else.
    var parameters: [Float] {
        if case .policy(_, _, _, let parameters) = self { return parameters }
        return []
    }
}
