import Bounded
import Testing
import Wire

@testable import AgentCore

@Suite("Batches, episodes and what is reported of them")
struct SamplerTests {
    @Test("whole: every batch begins with a fresh episode, and a cut one is in no return")
    func whole() throws {
        let rig = try ScriptedEnvironment.rig("length=15") { $0.batchSteps = 20 }
        rig.welcome()
        for sequence in 1...3 {
            _ = rig.update()
            let report = try #require(rig.pen.report)
            #expect(report.trajectories == 2)
            #expect(report.returns.episodes == 1)
            #expect(report.returns.mean == 15)
            #expect(report.returns.meanSteps == 15)
            rig.answer(UInt64(sequence), version: UInt64(sequence))
        }
        #expect(rig.counters.steps == 60)
        #expect(rig.counters.episodes == 3)
    }

    @Test("continued: an episode goes on over the cut, and its return is that of the whole episode")
    func continued() throws {
        let rig = try ScriptedEnvironment.rig("length=30") {
            $0.batchSteps = 20
            $0.episodes = .continued
        }
        rig.welcome()
        _ = rig.update()
        #expect(rig.pen.report?.returns.episodes == 0)
        rig.answer(1, version: 1)
        _ = rig.update()
        let report = try #require(rig.pen.report)
        #expect(report.returns.episodes == 1)
        #expect(report.returns.mean == 30)
        #expect(report.trajectories == 2)
    }

    @Test("carries out actions clipped to the environment's range, and reports raw observations")
    func clips() throws {
        let rig = try ScriptedEnvironment.rig("length=50") {
            $0.batchSteps = 50
            $0.normalisesObservations = true
        }
        rig.welcome()
        _ = rig.update()
        let observations = try #require(rig.pen.observations)
        #expect(observations.count == 50)
        // The steps 0 to 49 were acted on.
        #expect(observations.mean[0] == 24.5)
        #expect(abs(observations.mean[1]) <= 0.5)
    }

    @Test("sends the observations of a refused report again with the next one, and those of an applied one never")
    func ledger() throws {
        let rig = try ScriptedEnvironment.rig("") { $0.normalisesObservations = true }
        rig.welcome()
        _ = rig.update()
        var reject = Reject(reason: .norm)
        reject.epoch = BootEpoch(3)
        reject.sequence = UpdateSequence(1)
        rig.give(.reject(reject))
        _ = rig.update()
        #expect(rig.pen.observations?.count == 40)
        rig.answer(2, version: 1)
        _ = rig.update()
        #expect(rig.pen.observations?.count == 20)
    }

    @Test("drops a batch in which the environment diverges, counts it, and samples another")
    func divergesOnce() throws {
        let rig = try ScriptedEnvironment.rig("nan_from=10;nan_to=10")
        rig.welcome()
        #expect(rig.update() == .update(sequence: 1, base: 0))
        #expect(rig.counters.batchesBroken == 1)
        #expect(rig.ending == nil)
    }

    @Test("ends when the environment goes on diverging or failing", arguments: ["nan_from=10", "fail_from=10"])
    func divergesForEver(options: String) throws {
        let rig = try ScriptedEnvironment.rig(options)
        rig.welcome()
        #expect(rig.update() == nil)
        guard case .environment(let error, batches: 5)? = rig.ending else {
            Issue.record("goes on")
            return
        }
        #expect("\(error)".contains("scripted"))
    }

    @Test("draws the same numbers for the same seed and epoch, and others after a restart")
    func seeds() throws {
        func gradient(epoch: UInt64) throws -> [Float] {
            let rig = try AgentRig(epoch: epoch)
            rig.welcome(version: 1)
            _ = rig.update()
            return rig.pen.gradient
        }
        let first = try gradient(epoch: 3)
        #expect(first.contains { $0 != 0 })
        #expect(try gradient(epoch: 3) == first)
        #expect(try gradient(epoch: 4) != first)
    }

    @Test("plays discrete tasks")
    func discrete() throws {
        let rig = try AgentRig(environment: "cartpole") { $0.batchSteps = 100 }
        rig.welcome()
        #expect(rig.update() == .update(sequence: 1, base: 0))
        #expect(try #require(rig.pen.report).returns.episodes > 1)
    }

    @Test("reserves nothing after the start, whatever happens")
    func sealed() throws {
        let rig = try AgentRig()
        let reserved = rig.reservedBytes
        rig.welcome()
        for sequence in 1...5 {
            _ = rig.update()
            rig.answer(UInt64(sequence), version: UInt64(sequence))
        }
        #expect(rig.reservedBytes == reserved)
    }
}
