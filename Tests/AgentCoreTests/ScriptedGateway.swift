import Bounded
import Testing
import Wire

@testable import AgentCore

/// A gateway for one agent, written apart from the real one: it applies an update at most once, and says so.
final class ScriptedGateway {
    let pen: GatewayPen
    private(set) var version: UInt64 = 0
    private(set) var lastSequence: UInt64 = 0
    /// The sequences applied, in order.
    private(set) var applied: [UInt64] = []
    /// What each sequence carried when it was first seen.
    private(set) var payloads: [UInt64: [Float]] = [:]
    private(set) var violations: [String] = []
    private var isWelcomed = false
    private var generator: RandomGenerator

    init(pen: GatewayPen, seed: UInt64) {
        self.pen = pen
        generator = RandomGenerator(seed: seed, stream: 5)
    }

    /// Another agent's update was applied.
    func applyForeign() { version += 1 }

    func connectionLost() { isWelcomed = false }

    func announcement() -> [UInt8] { pen.write(.announce(Announce(version: PolicyVersion(version)))) }

    /// What is answered to one frame of the agent.
    func receive(_ bytes: [UInt8]) -> [UInt8]? {
        let message = bytes.withUnsafeBytes { pen.read($0) }
        switch message {
        case .hello(_, let newest, _):
            isWelcomed = true
            return pen.write(
                .welcome(
                    pen.welcome(version: newest == version ? nil : version) {
                        $0.newestVersion = PolicyVersion(self.version)
                        $0.lastAppliedSequence = UpdateSequence(self.lastSequence)
                    }))
        case .update(let sequence, let base):
            return receive(update: sequence, base: base)
        case .fetch(let newest):
            guard isWelcomed else { return nil }
            return pen.write(.policy(pen.policy(version: version, parameters: newest != version)))
        case .skip, .goodbye, .progress, .unreadable: return nil
        }
    }

    private func receive(update sequence: UInt64, base: UInt64) -> [UInt8] {
        if let first = payloads[sequence], first != pen.gradient {
            violations.append("sequence \(sequence) came with two different gradients")
        }
        payloads[sequence] = pen.gradient
        guard isWelcomed else { return reject(.notWelcomed, sequence) }
        if sequence == lastSequence { return answer(sequence, .duplicate) }
        guard sequence > lastSequence else { return reject(.sequence, sequence) }
        guard base <= version else {
            violations.append("sequence \(sequence) is based on version \(base), the newest is \(version)")
            return reject(.futureVersion, sequence)
        }
        if version - base > UInt64(pen.settings.stalenessMaximum) { return reject(.stale, sequence) }
        if generator.below(10) == 0 {
            var busy = Reject(reason: .busy)
            busy.epoch = BootEpoch(3)
            busy.sequence = UpdateSequence(sequence)
            busy.retryAfterMilliseconds = 50
            return pen.write(.reject(busy))
        }
        version += 1
        lastSequence = sequence
        applied.append(sequence)
        return answer(sequence, .applied)
    }

    private func answer(_ sequence: UInt64, _ outcome: Outcome) -> [UInt8] {
        pen.write(.policy(pen.policy(version: version, answering: sequence, outcome)))
    }

    private func reject(_ reason: RejectReason, _ sequence: UInt64) -> [UInt8] {
        var reject = Reject(reason: reason)
        reject.epoch = BootEpoch(3)
        reject.sequence = UpdateSequence(sequence)
        return pen.write(.reject(reject))
    }
}
