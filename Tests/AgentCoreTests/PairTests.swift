import Testing

@testable import AgentCore

@Suite("Two agents whose environment steps are taken side by side")
struct PairTests {
    /// An agent that has a policy and begins a batch.
    private static func swimmer(
        seed: UInt64, everyParameter: Float? = nil
    ) throws -> AgentRig {
        let rig = try AgentRig(environment: "swimmer") {
            $0.seed = seed
            $0.batchSteps = 50
            $0.clipsActions = everyParameter == nil
            $0.normalisesObservations = true
        }
        rig.pen.everyParameter = everyParameter
        rig.welcome()
        rig.core.work(steps: 0, at: rig.now)
        return rig
    }

    private static func share(_ first: AgentRig, _ second: AgentRig, steps: Int) {
        AgentCore.sample(&first.core, beside: &second.core, atMost: steps)
    }

    private static func canShare(_ first: AgentRig, _ second: AgentRig) -> Bool {
        AgentCore.canShareSteps(&first.core, &second.core)
    }

    @Test("come to the gradients that each comes to alone, to the bit, however the steps are shared out")
    func sameGradients() throws {
        let (first, second) = (try Self.swimmer(seed: 1), try Self.swimmer(seed: 2))
        let (firstAlone, secondAlone) = (try Self.swimmer(seed: 1), try Self.swimmer(seed: 2))
        for _ in 0..<3 {
            // The first is ahead, so that its batch is whole in the middle of what the other does.
            first.core.work(steps: 13, at: first.now)
            while Self.canShare(first, second) { Self.share(first, second, steps: 7) }
            #expect(!first.isSampling)
            #expect(second.counters.steps == first.counters.steps - 13)
            for rig in [first, second, firstAlone, secondAlone] { rig.work() }
            #expect(first.gradient.contains { $0 != 0 })
            #expect(first.gradient == firstAlone.gradient)
            #expect(second.gradient == secondAlone.gradient)
            #expect(first.gradient != second.gradient)
            for rig in [first, second, firstAlone, secondAlone] {
                _ = rig.take()
                rig.answer(rig.counters.updatesComputed, version: rig.counters.updatesComputed)
                rig.core.work(steps: 0, at: rig.now)
            }
            second.core.work(steps: 13, at: second.now)
            first.core.work(steps: 13, at: first.now)
            Self.share(second, first, steps: 1_000)
            for rig in [first, second, firstAlone, secondAlone] {
                rig.work()
                _ = rig.take()
                rig.answer(rig.counters.updatesComputed, version: rig.counters.updatesComputed)
                rig.core.work(steps: 0, at: rig.now)
            }
            #expect(first.gradient == firstAlone.gradient)
            #expect(second.gradient == secondAlone.gradient)
        }
    }

    @Test("leave the other to itself when one of them cannot act", arguments: [true, false])
    func oneCannotAct(isFirst: Bool) throws {
        let sound = try Self.swimmer(seed: 1)
        let alone = try Self.swimmer(seed: 1)
        let broken = try Self.swimmer(seed: 2, everyParameter: 3e38)
        if isFirst { Self.share(broken, sound, steps: 7) } else { Self.share(sound, broken, steps: 7) }
        #expect(broken.counters.batchesBroken == 1)
        #expect(!broken.isSampling)
        #expect(sound.counters.batchesBroken == 0)
        #expect(sound.counters.steps == (isFirst ? 0 : 1))
        sound.work()
        alone.work()
        #expect(sound.gradient == alone.gradient)
    }

    @Test("are two swimmers that sample, and no others")
    func whoShares() throws {
        let swimmer = try Self.swimmer(seed: 1)
        let other = try Self.swimmer(seed: 2)
        let pendulum = try AgentRig()
        pendulum.welcome()
        pendulum.core.work(steps: 0, at: pendulum.now)
        #expect(pendulum.isSampling)
        #expect(Self.canShare(swimmer, other))
        #expect(!Self.canShare(swimmer, pendulum))
        other.work()
        #expect(!Self.canShare(swimmer, other))
    }
}
