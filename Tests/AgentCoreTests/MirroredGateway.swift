import Bounded
import GradientCodec
import Wire

@testable import AgentCore

/// A gateway for one agent that keeps its mirror, written apart from the real one, from PROTOCOL.md.
final class MirroredGateway {
    let pen: GatewayPen
    private(set) var version: UInt64 = 0
    private(set) var epoch: UInt64 = 0
    private(set) var lastSequence: UInt64 = 0
    private(set) var mirror: [Float]?
    /// What was applied of the present epoch, in order: the sequence, and the vector that entered the policy.
    private(set) var applied: [(sequence: UInt64, vector: [Float])] = []
    /// Skips for which the mirror was applied once more, of all epochs.
    private(set) var reused = 0
    private(set) var updates = 0
    private(set) var innovations = 0
    /// The sequences of this epoch that were refused for their mirror.
    private(set) var mismatches: Set<UInt64> = []
    private(set) var violations: [String] = []
    /// Refuses some updates for good.
    var isHarmful = true
    private var lastNoted: UInt64 = 0
    private var isWelcomed = false
    private var generator: RandomGenerator

    init(pen: GatewayPen, seed: UInt64) {
        self.pen = pen
        generator = RandomGenerator(seed: seed, stream: 5)
    }

    func applyForeign() { version += 1 }
    func connectionLost() { isWelcomed = false }

    /// The process ends and comes back with what was durable; mirrors may not have been.
    func restart(losesMirror: Bool) {
        isWelcomed = false
        if losesMirror { mirror = nil }
    }

    /// `agentMirror` is what the agent holds in truth: an innovation must never be taken on another one.
    func receive(_ bytes: [UInt8], agentMirror: [Float]?) -> [UInt8]? {
        switch bytes.withUnsafeBytes({ pen.read($0) }) {
        case .hello(let other, let newest, _):
            if other > epoch {
                epoch = other
                lastSequence = 0
                lastNoted = 0
                applied = []
                mismatches = []
            }
            isWelcomed = true
            return pen.write(
                .welcome(
                    pen.welcome(version: newest == version ? nil : version) {
                        $0.newestVersion = PolicyVersion(self.version)
                        $0.lastAppliedSequence = UpdateSequence(self.lastSequence)
                    }))
        case .update(let sequence, let base): return take(sequence, base, isSkip: false, agentMirror)
        case .skip(let sequence, let base): return take(sequence, base, isSkip: true, agentMirror)
        case .fetch(let newest):
            guard isWelcomed else { return nil }
            return pen.write(.policy(policy(parameters: newest != version)))
        case .goodbye, .progress, .unreadable: return nil
        }
    }

    private func take(_ sequence: UInt64, _ base: UInt64, isSkip: Bool, _ agentMirror: [Float]?) -> [UInt8] {
        let reuses = isSkip && pen.uplink.skipAction == .reuse
        guard isWelcomed else { return reject(.notWelcomed, sequence) }
        if sequence == lastSequence || sequence == lastNoted { return answer(sequence, .duplicate) }
        guard sequence > max(lastSequence, lastNoted) else { return reject(.sequence, sequence) }
        guard base <= version else { return reject(.futureVersion, sequence) }
        if isSkip, !reuses {
            lastNoted = sequence
            return answer(sequence, .noted)
        }
        if version - base > UInt64(pen.settings.stalenessMaximum) { return reject(.stale, sequence) }
        if generator.below(12) == 0 { return reject(.busy, sequence, retry: 50) }
        // What is refused for good is refused each time it comes.
        if isHarmful, ((sequence &* 0x9e37_79b9) >> 8) % 15 == 0 { return reject(.norm, sequence) }
        if reuses || pen.isInnovation {
            guard let mirror, pen.report?.mirrorChecksum == checksum(mirror) else {
                mismatches.insert(sequence)
                return reject(.mirror, sequence)
            }
            if mirror != agentMirror { violations.append("sequence \(sequence) was taken on another mirror") }
        }
        version += 1
        lastSequence = sequence
        if reuses {
            reused += 1
            return answer(sequence, .reused)
        }
        updates += 1
        apply(sequence)
        return answer(sequence, .applied)
    }

    private func apply(_ sequence: UInt64) {
        var vector = pen.gradient
        let kind = pen.uplink.mirror
        let rounded = { (x: [Float]) in
            kind == .float16 ? x.map { Float(Float16(max(-65_504, min(65_504, $0)))) } : x
        }
        if pen.isInnovation, let mirror {
            vector = rounded(zip(mirror, vector).map(+))
            innovations += 1
        }
        if kind != .none { mirror = rounded(vector) }
        applied.append((sequence, vector))
    }

    private func checksum(_ mirror: [Float]) -> UInt32 { mirror.withUnsafeBytes { Report.mirrorChecksum(of: $0) } }

    private func policy(parameters: Bool) -> Policy {
        var policy = pen.policy(version: version, parameters: parameters)
        policy.gateReference = 1e-6
        return policy
    }

    private func answer(_ sequence: UInt64, _ outcome: Outcome) -> [UInt8] {
        var policy = policy(parameters: true)
        policy.answer = Policy.Answer(
            to: UpdateIdentity(epoch: BootEpoch(epoch), sequence: UpdateSequence(sequence)), outcome: outcome)
        return pen.write(.policy(policy))
    }

    private func reject(_ reason: RejectReason, _ sequence: UInt64, retry: UInt32 = 0) -> [UInt8] {
        var reject = Reject(reason: reason)
        reject.epoch = BootEpoch(epoch)
        reject.sequence = UpdateSequence(sequence)
        reject.retryAfterMilliseconds = retry
        return pen.write(.reject(reject))
    }
}
