import Aggregation
import Bounded
import GatewayCore
import GradientCodec
import Wire

/// A gateway message as a test looks at it: a copy, with its vectors unpacked.
enum Seen: Equatable {
    struct Policy: Equatable {
        var version: UInt64
        /// The parameters, bit by bit; nil when the message has none.
        var parameters: [UInt32]?
        var answer: Wire.Policy.Answer?
        var isRollback = false
        var normaliser: [UInt32]?
        /// The version that the parameters are the difference from.
        var base: UInt64?
        var gateReference: Float = 0
        /// y, bit by bit, and whether the parameters are those of the version before.
        var consensus: [UInt32]?
        var refines = false
        var critic: Critic?
    }

    struct Critic: Equatable {
        var codec: VectorCodec
        var parameters: [UInt32]
        var targetMean: Double
        var targetScale: Double
    }

    struct Welcome: Equatable {
        var policy: Policy?
        var isWaiting: Bool
        var lastAppliedSequence: UInt64
        var newestVersion: UInt64
    }

    case welcome(Welcome)
    case policy(Policy)
    case announce(UInt64)
    case collect(UInt64)
    case rest(UInt64, milliseconds: UInt32)
    case reject(RejectReason, epoch: UInt64, sequence: UInt64, retryAfterMilliseconds: UInt32)
}

/// A stored version as a test looks at it: a copy.
struct Stored: Equatable {
    var version: UInt64
    var base: UInt64
    var delay: UInt64
    var agent: Int
    var identity: UpdateIdentity
    var parameters: [Double]
    var direction: [Double]
    var state: [Double]
    var samplingPoint: [UInt32]
    var normaliser: [UInt32]
    var observations: [Double]
    var totals: GatewayTotals
    /// Every mirror row, as it is in the store with this version.
    var mirrors: [Int: MirrorRow] = [:]
    /// The agent's row, as it goes into the store with this version.
    var epoch: UInt64
    var lastSequence: UInt64
    var row: KnownAgent
    var isReuse = false
    /// The rows of all who contributed to it.
    var rows: [KnownAgent] = []
    /// Which reports went into it: the number in the agent's key, and the report.
    var reports: [Report] = []

    struct Report: Equatable {
        var agent: Int
        var identity: UpdateIdentity
        var isReuse: Bool
        var isNotedSkip = false
        var batches = 1
    }

    static func == (left: Stored, right: Stored) -> Bool {
        left.version == right.version && left.base == right.base && left.agent == right.agent
            && left.identity == right.identity && left.parameters == right.parameters
            && left.direction == right.direction && left.state == right.state
            && left.samplingPoint == right.samplingPoint && left.normaliser == right.normaliser
            && left.observations == right.observations && left.lastSequence == right.lastSequence
    }
}

/// A mirror in the store as a test looks at it: a copy.
struct MirrorRow: Equatable {
    var key: AgentKey
    var epoch: UInt64
    var sequence: UInt64
    var precision: UplinkSettings.Mirror
    var data: [UInt8]
}

/// An action as a test looks at it: a copy.
enum Done: Equatable {
    case send(UInt32, Seen)
    case share([UInt32], Seen)
    case store(Stored)
    case notice(GatewayNotice)
}

/// A gateway's core on a bench: messages in by value, actions out by value, and a clock that is turned by hand.
final class Bench {
    static let fourParameters = PolicyShape(
        distribution: .gaussian, observationCount: 2, actionCount: 1, hiddenWidths: HiddenWidths())

    static func settings(
        shape: PolicyShape = fourParameters, normalises: Bool = false,
        _ change: (inout GatewaySettings) -> Void = { _ in }
    ) -> GatewaySettings {
        var settings = GatewaySettings(
            policy: PolicyDescription(
                shape: shape, logStdMinimum: -2.5, logStdMaximum: 2, normalisesObservations: normalises))
        settings.federationName = FixedText("bench")
        settings.federationID = 0xfed
        settings.agentsMaximum = 8
        settings.knownAgentsMaximum = 16
        settings.broadcast = .reply
        change(&settings)
        return settings
    }

    static func key(_ number: Int) -> AgentKey { AgentKey(words: (UInt64(number), 1, 2, 3)) }

    let settings: GatewaySettings
    var arena: Arena
    var core: GatewayCore
    var encoder: MessageEncoder
    var decoder: MessageDecoder
    var vectorDecoder: VectorDecoder
    var now = Instant(nanoseconds: 1_000_000_000)
    let reservedBytes: Int
    /// What the last event sent, as it goes over the wire.
    var frames: [(connection: UInt32, bytes: [UInt8])] = []
    /// The detail of the newest refusal.
    var lastDetail = ""
    /// The mirrors as the store has them with the newest version.
    var mirrors: [Int: MirrorRow] = [:]
    /// Every version that was handed to the store.
    var stored: [Stored] = []

    init(_ settings: GatewaySettings, initial: [Float] = [1, 2, 3, 4], starts: Bool = true) throws {
        self.settings = settings
        var coreArena = try Arena(limitBytes: 1 << 24)
        core = try GatewayCore(settings: settings, arena: &coreArena)
        reservedBytes = coreArena.reservedBytes
        coreArena.seal()
        arena = coreArena
        var own = try Arena(limitBytes: 1 << 24)
        let roomy = WireLimits(
            largestMessageBytes: settings.wireLimits.largestMessageBytes * 4 + 8192, parameterCountMaximum: 1 << 20)
        encoder = try MessageEncoder(limits: roomy, arena: &own)
        decoder = try MessageDecoder(limits: roomy, arena: &own)
        vectorDecoder = try VectorDecoder(
            largestCount: settings.policy.shape.parameterCount, layout: settings.policy.shape.matrixLayout, arena: &own)
        own.seal()
        messageArena = own
        if starts { core.start(from: vector(initial)) }
    }

    private var messageArena: Arena

    var hasStarted: Bool { core.hasStarted }
    var hasValidator: Bool { core.hasValidator }
    var isFinished: Bool { core.isFinished }
    var hasNothingLeft: Bool { core.hasNothingLeft }

    // MARK: - Events

    func advance(milliseconds: Int) { now = now.advanced(byMilliseconds: milliseconds) }

    @discardableResult
    func handle(_ event: GatewayEvent) -> [Done] {
        core.handle(event, at: now)
        frames = []
        var done: [Done] = []
        while let action = core.nextAction() { done.append(copy(action)) }
        for place in 0..<core.mirrorCount {
            guard let mirror = core.takeChangedMirror(at: place) else { continue }
            mirrors[place] = MirrorRow(
                key: mirror.key, epoch: mirror.epoch.number, sequence: mirror.sequence.number,
                precision: mirror.precision, data: Array(mirror.data))
        }
        for case .store(var version) in done {
            version.mirrors = mirrors
            stored.append(version)
        }
        return done
    }

    @discardableResult
    func deliver(_ message: AgentMessage, from connection: UInt32, key: AgentKey?) -> [Done] {
        let frame: [UInt8]
        do { frame = Array(try encoder.encode(message)) } catch { fatalError("a test's message: \(error)") }
        return deliver(frame, from: connection, key: key)
    }

    @discardableResult
    func deliver(_ frame: [UInt8], from connection: UInt32, key: AgentKey?) -> [Done] {
        frame.withUnsafeBytes { bytes in
            handle(.message(from: Connection(connection), key: key, bytes: bytes))
        }
    }

    @discardableResult
    func storeAll() -> [Done] { handle(.stored(upTo: core.version)) }

    // MARK: - Messages

    func hello(_ change: (inout Hello) -> Void = { _ in }) -> AgentMessage {
        var hello = Hello(shape: settings.policy.shape)
        hello.agentName = FixedText("agent")
        hello.bootEpoch = BootEpoch(1)
        hello.largestMessageBytes = UInt32(settings.wireLimits.largestMessageBytes)
        change(&hello)
        return .hello(hello)
    }

    func report(_ sequence: UInt64, base: UInt64, epoch: UInt64 = 1) -> Report {
        var report = Report()
        report.identity = UpdateIdentity(epoch: BootEpoch(epoch), sequence: UpdateSequence(sequence))
        report.baseVersion = PolicyVersion(base)
        report.trajectories = 1
        report.steps = 100
        report.gradientNorm = 1
        return report
    }

    func update(
        _ sequence: UInt64, base: UInt64, epoch: UInt64 = 1, _ gradient: [Float] = [1, 0, 0, 0],
        codec: VectorCodec = .denseFloat32, _ change: (inout Report) -> Void = { _ in }
    ) -> AgentMessage {
        var report = report(sequence, base: base, epoch: epoch)
        change(&report)
        return .update(Update(report: report, gradient: packed(gradient, codec)))
    }

    func packed(_ values: [Float], _ codec: VectorCodec = .denseFloat32) -> PackedVector {
        let bytes = UnsafeMutableRawBufferPointer.allocate(
            byteCount: codec.encodedByteCount(values.count), alignment: 16)
        if codec == .denseFloat32 {
            // Without the codec, which sends nothing that is not finite.
            for index in values.indices {
                bytes.storeBytes(of: values[index].bitPattern.littleEndian, toByteOffset: index * 4, as: UInt32.self)
            }
        } else {
            _ = try? codec.encode(vector(values), into: bytes)
        }
        return PackedVector(codec: codec, count: values.count, data: UnsafeRawBufferPointer(bytes))
    }

    func statistics(_ count: Double, mean: [Float], squaredDeviations: [Float]) -> ObservationStatistics {
        ObservationStatistics(
            count: count, mean: packed(mean).data, squaredDeviations: packed(squaredDeviations).data)
    }

    /// Welcomes agents 1 … `count` at connections of the same number.
    func join(_ count: Int) {
        for agent in 1...count { deliver(hello(), from: UInt32(agent), key: Self.key(agent)) }
    }

    func vector(_ values: [Float]) -> Vector {
        let memory = UnsafeMutablePointer<Float>.allocate(capacity: max(values.count, 1))
        memory.initialize(from: values, count: values.count)
        return Vector(base: memory, count: values.count)
    }

    // MARK: - Copies

    private func copy(_ action: GatewayAction) -> Done {
        switch action {
        case .send(let connection, let bytes):
            frames.append((connection.number, Array(bytes)))
            return .send(connection.number, seen(bytes))
        case .share(let connections, let bytes):
            for connection in connections { frames.append((connection.number, Array(bytes))) }
            return .share(connections.map(\.number), seen(bytes))
        case .store(let version): return .store(copy(version))
        case .notify(let notice): return .notice(notice)
        }
    }

    private func copy(_ version: AppliedVersion) -> Stored {
        guard let last = version.contributions.last else { fatalError("a version that nobody made") }
        let row = core.agent(at: last.agent).agent
        return Stored(
            version: version.version.number, base: last.baseVersion.number, delay: last.delay,
            agent: last.agent, identity: last.identity, parameters: Array(version.parameters),
            direction: Array(version.direction), state: Array(version.state),
            samplingPoint: bits(version.samplingPoint),
            normaliser: (Array(version.normaliserMean) + Array(version.normaliserScale)).map(\.bitPattern),
            observations: [version.observationCount] + Array(version.observationMean)
                + Array(version.observationSquaredDeviations),
            totals: version.totals, epoch: row.epoch.number, lastSequence: row.lastSequence.number, row: row,
            isReuse: last.isReuse,
            rows: version.contributions.map { core.agent(at: $0.agent).agent },
            reports: version.contributions.map {
                Stored.Report(
                    agent: Int(core.agent(at: $0.agent).agent.key.words.0), identity: $0.identity, isReuse: $0.isReuse,
                    isNotedSkip: $0.isNotedSkip, batches: Int($0.report.batches))
            })
    }

    func seen(_ bytes: UnsafeRawBufferPointer) -> Seen {
        do {
            switch try decoder.decodeGatewayMessage(bytes) {
            case .welcome(let welcome):
                return .welcome(
                    Seen.Welcome(
                        policy: welcome.policy.map(copy), isWaiting: welcome.isWaiting,
                        lastAppliedSequence: welcome.lastAppliedSequence.number,
                        newestVersion: welcome.newestVersion.number))
            case .policy(let policy): return .policy(copy(policy))
            case .announce(let announce): return .announce(announce.version.number)
            case .collect(let collect):
                let version = collect.version.number
                return collect.restMilliseconds == 0
                    ? .collect(version) : .rest(version, milliseconds: collect.restMilliseconds)
            case .reject(let reject):
                lastDetail = reject.detail.withBytes { String(decoding: $0, as: UTF8.self) }
                return .reject(
                    reject.reason, epoch: reject.epoch.number, sequence: reject.sequence.number,
                    retryAfterMilliseconds: reject.retryAfterMilliseconds)
            }
        } catch {
            fatalError("a message of the gateway that does not decode: \(error)")
        }
    }

    private func copy(_ policy: Policy) -> Seen.Policy {
        Seen.Policy(
            version: policy.version.number, parameters: policy.parameters.map(bits), answer: policy.answer,
            isRollback: policy.isRollback,
            normaliser: policy.normaliser.map { bits($0.mean) + bits($0.scale) }, base: policy.base?.number,
            gateReference: policy.gateReference, consensus: policy.consensus.map(bits), refines: policy.refines,
            critic: policy.critic.map {
                Seen.Critic(
                    codec: $0.parameters.codec, parameters: denseBits($0.parameters), targetMean: $0.targetMean,
                    targetScale: $0.targetScale)
            })
    }

    private func denseBits(_ packed: PackedVector) -> [UInt32] {
        let vector = vector([Float](repeating: 0, count: packed.count))
        do {
            try packed.codec.decode(
                count: packed.count, parameters: packed.parameters, data: packed.data, into: vector)
        } catch { fatalError("a critic that does not unpack: \(error)") }
        return vector.buffer.map(\.bitPattern)
    }

    private func bits(_ packed: PackedVector) -> [UInt32] {
        let vector = vector([Float](repeating: 0, count: packed.count))
        do {
            try vectorDecoder.decode(
                packed.codec, count: packed.count, parameters: packed.parameters, data: packed.data, into: vector)
        } catch { fatalError("a policy that does not unpack: \(error)") }
        return vector.buffer.map(\.bitPattern)
    }
}

extension [Done] {
    /// What was sent to `connection`, shared messages included.
    func sent(to connection: UInt32) -> [Seen] {
        compactMap {
            switch $0 {
            case .send(connection, let seen): seen
            case .share(let connections, let seen): connections.contains(connection) ? seen : nil
            default: nil
            }
        }
    }

    var notices: [GatewayNotice] { compactMap { if case .notice(let notice) = $0 { notice } else { nil } } }
    var storedVersions: [UInt64] { compactMap { if case .store(let stored) = $0 { stored.version } else { nil } } }

    /// The only refusal among what was sent to `connection`.
    func refusal(to connection: UInt32) -> RejectReason? {
        let sent = sent(to: connection)
        guard sent.count == 1, case .reject(let reason, _, _, _) = sent[0] else { return nil }
        return reason
    }

    /// The only answer among what was sent to `connection`.
    func answer(to connection: UInt32) -> Policy.Answer? {
        let sent = sent(to: connection)
        guard sent.count == 1, case .policy(let policy) = sent[0] else { return nil }
        return policy.answer
    }
}

func answer(_ sequence: UInt64, _ outcome: Outcome, epoch: UInt64 = 1) -> Policy.Answer {
    Policy.Answer(
        to: UpdateIdentity(epoch: BootEpoch(epoch), sequence: UpdateSequence(sequence)), outcome: outcome)
}
