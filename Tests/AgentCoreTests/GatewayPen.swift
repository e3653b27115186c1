import Bounded
import GradientCodec
import PolicyMath
import Testing
import Wire

@testable import AgentCore

/// What an agent sent, without the vectors.
enum SentMessage: Equatable {
    case hello(epoch: UInt64, newestVersion: UInt64?, lastSequence: UInt64)
    case update(sequence: UInt64, base: UInt64)
    case skip(sequence: UInt64, base: UInt64)
    case fetch(newestVersion: UInt64?)
    case goodbye(epoch: UInt64)
    case progress(base: UInt64, batches: Int)
    case unreadable
}

/// Writes a gateway's messages and reads an agent's.
final class GatewayPen {
    let specification: PolicySpecification
    let description: PolicyDescription
    private var arena: Arena
    private var encoder: MessageEncoder
    private var decoder: MessageDecoder
    private let data: UnsafeMutableRawBufferPointer
    private var vectors: VectorDecoder
    private let unpacked: Vector
    /// What a Welcome says of the way up.
    var uplink = UplinkSettings()

    /// What every parameter but the first is; nil: small numbers.
    var everyParameter: Float?

    /// The last update that was read: its report, and its gradient unpacked.
    private(set) var report: Report?
    private(set) var observations: (count: Double, mean: [Float])?
    private(set) var gradient: [Float] = []
    private(set) var codec = VectorCodec.denseFloat32
    private(set) var isInnovation = false
    /// The change of a shared critic in it, and its targets; nil: it had none.
    private(set) var critic: [Float]?
    private(set) var criticTargets: TargetStatistics?
    private(set) var criticCodec = VectorCodec.denseFloat32
    /// The shape of the critic that the last Hello spoke of; nil: of none.
    private(set) var helloCritic: HiddenWidths?
    private let criticData: UnsafeMutableRawBufferPointer

    /// `criticCount`: how many parameters a shared critic has.
    init(specification: PolicySpecification, criticCount: Int = 0) throws {
        self.specification = specification
        description = PolicyDescription(
            shape: PolicyShape(specification), logStdMinimum: specification.distribution == .gaussian ? -2.5 : 0,
            logStdMaximum: specification.distribution == .gaussian ? 2 : 0,
            normalisesObservations: specification.normalisesObservations)
        arena = try Arena(limitBytes: 8 << 20)
        let limits = WireLimits(policy: description.shape, criticCount: criticCount, agrees: true)
        criticData = UnsafeMutableRawBufferPointer(
            try arena.reserve(UInt8.self, count: 4 * criticCount, holder: "critic"))
        encoder = try MessageEncoder(limits: limits, arena: &arena)
        decoder = try MessageDecoder(limits: limits, arena: &arena)
        vectors = try VectorDecoder(
            largestCount: specification.parameterCount, layout: description.shape.matrixLayout, arena: &arena)
        unpacked = try arena.vector(specification.parameterCount, holder: "gradient")
        data = UnsafeMutableRawBufferPointer(
            try arena.reserve(UInt8.self, count: 4 * specification.parameterCount, holder: "parameters"))
    }

    // MARK: - Writing

    func write(_ message: GatewayMessage) -> [UInt8] {
        do {
            return Array(try encoder.encode(message))
        } catch {
            Issue.record("the test's message cannot be encoded: \(error.text.string)")
            return []
        }
    }

    var settings: FederationSettings {
        FederationSettings(
            uplink: uplink, stalenessMaximum: 8, largestMessageBytes: 1 << 20,
            heartbeatIntervalMilliseconds: 1_000)
    }

    func welcome(version: UInt64?, configure: (inout Welcome) -> Void = { _ in }) -> Welcome {
        var welcome = Welcome(specification: description, settings: settings)
        welcome.federationName = FixedText("tests")
        welcome.federationID = 77
        if let version {
            welcome.policy = policy(version: version)
            welcome.newestVersion = PolicyVersion(version)
        }
        configure(&welcome)
        return welcome
    }

    func policy(
        version: UInt64, parameters: Bool = true, answering sequence: UInt64? = nil, epoch: UInt64 = 3,
        _ outcome: Outcome = .applied
    ) -> Policy {
        var policy = Policy(version: PolicyVersion(version))
        if parameters { policy.parameters = packedParameters(version: version) }
        if let sequence {
            policy.answer = Policy.Answer(
                to: UpdateIdentity(epoch: BootEpoch(epoch), sequence: UpdateSequence(sequence)), outcome: outcome)
        }
        return policy
    }

    /// Parameters that tell which version they belong to: the first is the version's number.
    func packedParameters(version: UInt64) -> PackedVector {
        let floats = data.bindMemory(to: Float.self)
        for index in 0..<floats.count {
            floats[index] = index == 0 ? Float(version) : everyParameter ?? 0.01 * Float(index % 7)
        }
        return PackedVector(codec: .denseFloat32, count: floats.count, data: UnsafeRawBufferPointer(data))
    }

    /// Critic parameters that tell which version they belong to.
    func packedCritic(version: UInt64) -> PackedVector {
        let floats = criticData.bindMemory(to: Float.self)
        for index in 0..<floats.count { floats[index] = 0.001 * Float(version + 1) * Float(index % 11 - 5) }
        return PackedVector(codec: .denseFloat32, count: floats.count, data: UnsafeRawBufferPointer(criticData))
    }

    // MARK: - Reading

    func read(_ bytes: UnsafeRawBufferPointer) -> SentMessage {
        do {
            switch try decoder.decodeAgentMessage(bytes) {
            case .hello(let hello):
                helloCritic = hello.criticWidths
                return .hello(
                    epoch: hello.bootEpoch.number, newestVersion: hello.newestVersion?.number,
                    lastSequence: hello.lastSequence.number)
            case .update(let update):
                keep(update)
                return .update(
                    sequence: update.report.identity.sequence.number, base: update.report.baseVersion.number)
            case .fetch(let fetch): return .fetch(newestVersion: fetch.newestVersion?.number)
            case .goodbye(let goodbye): return .goodbye(epoch: goodbye.bootEpoch.number)
            case .progress(let progress):
                return .progress(base: progress.baseVersion.number, batches: Int(progress.batches))
            case .skip(let skip):
                report = skip.report
                return .skip(sequence: skip.report.identity.sequence.number, base: skip.report.baseVersion.number)
            }
        } catch {
            Issue.record("the agent sent what a gateway cannot read: \(error.text.string)")
            return .unreadable
        }
    }

    private func keep(_ update: Update) {
        report = update.report
        observations = update.report.observations.map { statistics in
            (statistics.count, (0..<statistics.elementCount).map { statistics.mean(at: $0) })
        }
        codec = update.gradient.codec
        isInnovation = update.isInnovation
        criticTargets = update.criticTargets
        critic = update.critic.map { packed in
            var numbers = [Float](repeating: 0, count: packed.count)
            criticCodec = packed.codec
            numbers.withUnsafeMutableBufferPointer { buffer in
                do {
                    try packed.codec.decode(
                        count: packed.count, parameters: packed.parameters, data: packed.data, into: Vector(buffer))
                } catch {
                    Issue.record("the agent sent a critic that cannot be unpacked: \(error)")
                }
            }
            return numbers
        }
        do {
            try vectors.decode(
                codec, count: update.gradient.count, parameters: update.gradient.parameters,
                data: update.gradient.data, into: unpacked)
            gradient = Array(unpacked.buffer)
        } catch {
            Issue.record("the agent sent a gradient that cannot be unpacked: \(error)")
        }
    }
}
