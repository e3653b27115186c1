import Bounded
import Testing
import Wire

@testable import AgentCore
@testable import PolicyMath

extension AgentRig {
    /// An agent with memory for a consensus.
    static func agreeing() throws -> AgentRig {
        try AgentRig {
            $0.estimator.direction = .consensus
            $0.estimator.natural.damping = 0.5
        }
    }

    var dual: [Float] { core.sampler.estimator.consensus.map { Array($0.dual.buffer) } ?? [] }
    var solution: [Float] { core.sampler.estimator.natural.map { Array($0.solution.buffer) } ?? [] }
    var agreed: [Float] { Array(core.held.agreed.buffer) }

    func join() {
        welcome {
            $0.settings.stalenessMaximum = 0
            $0.settings.consensus = Consensus(penalty: 0.25, rounds: 3)
        }
    }

    /// A version whose y is `level` everywhere.
    func give(version: UInt64, level: Float, refines: Bool, answering sequence: UInt64? = nil) {
        var policy = pen.policy(version: version, answering: sequence)
        let values = UnsafeMutableBufferPointer<Float>.allocate(capacity: specification.parameterCount)
        defer { values.deallocate() }
        values.initialize(repeating: level)
        policy.consensus = PackedVector(
            codec: .denseFloat32, count: values.count, data: UnsafeRawBufferPointer(values))
        policy.refines = refines
        give(.policy(policy))
    }
}

@Suite("An agent that agrees with others")
struct AgreementTests {
    @Test("solves again with the same batch, and follows what its solution is in")
    func refines() throws {
        let rig = try AgentRig.agreeing()
        rig.join()
        #expect(rig.update() == .update(sequence: 1, base: 0))
        let (first, sent) = (rig.solution, try #require(rig.pen.report))
        #expect(sent.steps == 20 && sent.curvature > 0)
        #expect(rig.pen.gradient == first, "λ is zero at first")
        rig.give(version: 1, level: 0.125, refines: true, answering: 1)
        #expect(rig.update() == .update(sequence: 2, base: 1))
        let report = try #require(rig.pen.report)
        #expect(report.steps == 0 && report.trajectories == 0 && report.returns.episodes == 0)
        #expect(rig.counters.steps == 20)
        let dual = rig.dual
        for index in first.indices {
            #expect(abs(dual[index] - 0.25 * (first[index] - 0.125)) < 1e-6, "λ ← λ + ρ (y_i − y)")
            #expect(abs(rig.pen.gradient[index] - (rig.solution[index] + dual[index] / 0.25)) < 1e-5)
        }
        let second = rig.solution
        #expect(second != first)
        rig.give(version: 2, level: 0.25, refines: false, answering: 2)
        #expect(rig.update() == .update(sequence: 3, base: 2))
        #expect(rig.pen.report?.steps == 20 && rig.counters.steps == 40)
        for index in first.indices {
            #expect(abs(rig.dual[index] - dual[index] - 0.25 * (second[index] - 0.25)) < 1e-5, "λ is kept over steps")
        }
    }

    @Test("begins again at λ = 0 and samples, when its solution is not in the version that comes", arguments: 0..<4)
    func leftOut(what: Int) throws {
        let rig = try AgentRig.agreeing()
        rig.join()
        _ = rig.update()
        rig.give(version: 1, level: 0.125, refines: true, answering: 1)
        #expect(rig.update() == .update(sequence: 2, base: 1))
        #expect(rig.dual.contains { $0 != 0 })
        let identity = UpdateIdentity(epoch: BootEpoch(3), sequence: UpdateSequence(2))
        var reject = Reject(reason: what == 0 ? .norm : .stale)
        (reject.epoch, reject.sequence) = (identity.epoch, identity.sequence)
        switch what {
        case 0, 1:
            rig.give(.reject(reject))
            rig.give(version: 2, level: 0.5, refines: true)
        case 2: rig.give(version: 3, level: 0.5, refines: true, answering: 2)
        default:
            rig.give(.policy(rig.pen.policy(version: 1, answering: 2)))
            var rollback = rig.pen.policy(version: 0)
            rollback.isRollback = true
            rig.give(.policy(rollback))
            rig.give(version: 1, level: 0.5, refines: true)
        }
        let steps = rig.counters.steps
        rig.work()
        #expect(rig.counters.steps == steps + 20, "a fresh batch")
        #expect(rig.dual.allSatisfy { $0 == 0 })
        #expect(rig.agreed.allSatisfy { $0 == 0.5 })
    }

    @Test("a batch for a version whose solution was refused leaves λ as it is for that version")
    func again() throws {
        let rig = try AgentRig.agreeing()
        rig.join()
        _ = rig.update()
        rig.give(version: 1, level: 0.125, refines: true, answering: 1)
        _ = rig.update()
        let dual = rig.dual
        var reject = Reject(reason: .norm)
        (reject.epoch, reject.sequence) = (BootEpoch(3), UpdateSequence(2))
        rig.give(.reject(reject))
        #expect(rig.update() == .update(sequence: 3, base: 1))
        #expect(rig.pen.report?.steps == 20 && rig.dual == dual)
    }

    @Test("samples nothing while a solution waits to be answered")
    func waits() throws {
        let rig = try AgentRig.agreeing()
        rig.join()
        rig.work()
        rig.core.disconnected(at: rig.now)
        #expect(!rig.wantsWork, "the next y depends on what was sent")
    }

    @Test("an agent without memory for it ends where a vector is agreed on, and one with it where none is")
    func mismatch() throws {
        let plain = try AgentRig()
        plain.welcome { $0.settings.consensus = Consensus(penalty: 1) }
        guard case .direction(isAgreedOn: true)? = plain.ending else {
            Issue.record("went on: \(String(describing: plain.ending))")
            return
        }
        let agreeing = try AgentRig.agreeing()
        agreeing.welcome()
        guard case .direction(isAgreedOn: false)? = agreeing.ending else {
            Issue.record("went on: \(String(describing: agreeing.ending))")
            return
        }
        #expect(plain.planBytes(of: "consensus") == 0)
        #expect(agreeing.planBytes(of: "consensus") == 4 * ((agreeing.specification.parameterCount * 4 + 63) / 64 * 64))
    }
}
