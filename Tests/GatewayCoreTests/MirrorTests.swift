import Aggregation
import Bounded
import GatewayCore
import GradientCodec
import Testing
import Wire

@Suite("Mirrors")
struct MirrorTests {
    /// What a mirror holds of a vector.
    static func rounded(_ vector: [Float], _ precision: UplinkSettings.Mirror) -> [Float] {
        precision == .float16 ? vector.map { Float(Float16($0)) } : vector
    }

    @Test(
        "an innovation is added to the mirror, and the sum is applied",
        arguments: [UplinkSettings.Mirror.float32, .float16])
    func innovation(precision: UplinkSettings.Mirror) throws {
        let bench = try Bench(Bench.mirroring(precision))
        bench.join(1)
        let reference = try ReferenceServer(bench)
        var generator = RandomGenerator(seed: 4)
        var mirror: [Float]?
        for sequence in UInt64(1)...20 {
            let vector = (0..<4).map { _ in Float(generator.normal()) }
            let isInnovation = sequence > 1 && sequence % 5 != 0
            bench.deliver(
                bench.update(sequence, base: sequence - 1, vector, mirror: mirror, isInnovation: isInnovation), from: 1,
                key: Bench.key(1))
            let sum = isInnovation ? zip(mirror ?? [], vector).map { $0 + $1 } : vector
            mirror = Self.rounded(sum, precision)
            reference.apply(isInnovation ? mirror ?? [] : sum, base: sequence - 1)
            bench.storeAll()
            #expect(bench.stored.last?.parameters == reference.parameters)
            #expect(bench.mirror(of: Bench.key(1)) == mirror)
        }
        #expect(bench.core.version.number == 20)
    }

    @Test("a skip with reuse makes a version of the mirror, answered as reused when the store has it, and once")
    func reuse() throws {
        let bench = try Bench(Bench.mirroring { $0.uplink.gate.rule = .lapg })
        bench.join(1)
        let reference = try ReferenceServer(bench)
        let vector: [Float] = [1, -2, 3, 0.5]
        bench.deliver(bench.whole(1, base: 0, vector), from: 1, key: Bench.key(1))
        reference.apply(vector, base: 0)
        bench.storeAll()
        let skip = bench.skip(2, base: 1, mirror: vector)
        #expect(bench.deliver(skip, from: 1, key: Bench.key(1)).storedVersions == [2])
        #expect(bench.deliver(skip, from: 1, key: Bench.key(1)).sent(to: 1) == [], "it waits for the store")
        reference.apply(vector, base: 1)
        #expect(bench.stored.last?.parameters == reference.parameters)
        #expect(bench.storeAll().answer(to: 1) == answer(2, .reused))
        #expect(bench.deliver(skip, from: 1, key: Bench.key(1)).answer(to: 1) == answer(2, .duplicate))
        let counters = bench.core.agent(at: 0).agent.counters
        #expect(counters.applied == 2 && counters.reused == 1 && counters.skips == 0 && counters.duplicates == 2)
        #expect(bench.core.version.number == 2)
    }

    @Test("a skip is only noted where nothing is to be reused, or there is no mirror yet")
    func noted() throws {
        for action in [UplinkSettings.SkipAction.nothing, .reuse] {
            let bench = try Bench(Bench.mirroring { $0.uplink.skipAction = action })
            bench.join(1)
            if action == .nothing {
                bench.deliver(
                    bench.whole(1, base: 0, [1, 2, 3, 4]), from: 1, key: Bench.key(1))
                bench.storeAll()
            }
            let version = bench.core.version
            let mirror: [Float]? = action == .nothing ? [1, 2, 3, 4] : nil
            let done = bench.deliver(bench.skip(2, base: 0, mirror: mirror), from: 1, key: Bench.key(1))
            #expect(done.answer(to: 1) == answer(2, .noted))
            let identity = UpdateIdentity(epoch: BootEpoch(1), sequence: UpdateSequence(2))
            #expect(done.notices == [.skipped(agent: 0, identity, value: 0.5, threshold: 2)])
            #expect(bench.core.version == version)
        }
    }

    @Test("what rests on another mirror is refused, and changes nothing but counters")
    func mismatch() throws {
        let bench = try Bench(Bench.mirroring())
        bench.join(1)
        let innovation = bench.innovation(1, base: 0, [1, 1, 1, 1], on: nil)
        #expect(bench.deliver(innovation, from: 1, key: Bench.key(1)).refusal(to: 1) == .mirror)
        bench.deliver(bench.whole(2, base: 0, [1, 2, 3, 4]), from: 1, key: Bench.key(1))
        bench.storeAll()
        for wrong in [[1, 2, 3, 5], nil] as [[Float]?] {
            for message in [
                bench.innovation(3, base: 1, [1, 1, 1, 1], on: wrong),
                bench.skip(3, base: 1, mirror: wrong),
            ] {
                let done = bench.deliver(message, from: 1, key: Bench.key(1))
                #expect(done.refusal(to: 1) == .mirror)
                #expect(done.storedVersions == [])
            }
        }
        #expect(bench.core.version.number == 1)
        #expect(bench.mirror(of: Bench.key(1)) == [1, 2, 3, 4])
        #expect(bench.core.agent(at: 0).agent.counters.refused(.mirror) == 5)
        // The same sequence is still free: nothing was remembered of it.
        let right = bench.innovation(3, base: 1, [1, 0, 0, 0], on: [1, 2, 3, 4])
        #expect(bench.deliver(right, from: 1, key: Bench.key(1)).storedVersions == [2])
        #expect(bench.mirror(of: Bench.key(1)) == [2, 2, 3, 4])
    }

    @Test("an absolute update is taken whatever mirror its sender has, and the difference counted")
    func absolute() throws {
        let bench = try Bench(Bench.mirroring())
        bench.join(1)
        bench.deliver(bench.whole(1, base: 0, [1, 2, 3, 4]), from: 1, key: Bench.key(1))
        bench.deliver(
            bench.whole(2, base: 0, [5, 6, 7, 8], mirror: [9, 9, 9, 9]), from: 1, key: Bench.key(1))
        #expect(bench.mirror(of: Bench.key(1)) == [5, 6, 7, 8])
        #expect(bench.core.agent(at: 0).agent.counters.mirrorMismatches == 1)
    }

    @Test("a gradient that the rule refuses leaves the mirror as it was")
    func refusedByRule() throws {
        let bench = try Bench(
            Bench.mirroring {
                var rule = AFedPGSettings()
                rule.gradientNorm.limit = 10
                $0.rule = .afedpg(rule)
            })
        bench.join(1)
        bench.deliver(bench.whole(1, base: 0, [1, 2, 3, 4]), from: 1, key: Bench.key(1))
        bench.storeAll()
        for isInnovation in [true, false] {
            let long = bench.update(2, base: 1, [90, 0, 0, 0], mirror: [1, 2, 3, 4], isInnovation: isInnovation)
            #expect(bench.deliver(long, from: 1, key: Bench.key(1)).refusal(to: 1) == .norm)
            #expect(bench.mirror(of: Bench.key(1)) == [1, 2, 3, 4])
        }
        let next = bench.innovation(3, base: 1, [1, 0, 0, 0], on: [1, 2, 3, 4])
        #expect(bench.deliver(next, from: 1, key: Bench.key(1)).storedVersions == [2])
    }

    @Test("a new boot of an agent starts without a mirror")
    func newBoot() throws {
        let bench = try Bench(Bench.mirroring())
        bench.join(1)
        bench.deliver(bench.whole(1, base: 0, [1, 2, 3, 4]), from: 1, key: Bench.key(1))
        bench.storeAll()
        bench.deliver(bench.hello { $0.bootEpoch = BootEpoch(2) }, from: 2, key: Bench.key(1))
        let old = bench.innovation(1, base: 1, epoch: 2, [1, 0, 0, 0], on: [1, 2, 3, 4])
        #expect(bench.deliver(old, from: 2, key: Bench.key(1)).refusal(to: 2) == .mirror)
        let first = bench.skip(2, base: 1, epoch: 2, mirror: nil)
        #expect(bench.deliver(first, from: 2, key: Bench.key(1)).answer(to: 2) == answer(2, .noted, epoch: 2))
    }

    @Test("when all places are taken, the agent that has been away for longest loses its mirror, and is told so")
    func eviction() throws {
        let bench = try Bench(Bench.mirroring { $0.agentsMaximum = 2 })
        for agent in 1...3 {
            bench.advance(milliseconds: 10)
            bench.deliver(bench.hello(), from: UInt32(agent), key: Bench.key(agent))
            bench.deliver(
                bench.whole(1, base: 0, [Float(agent), 0, 0, 1]), from: UInt32(agent),
                key: Bench.key(agent))
            bench.storeAll()
            // The second stays away longer than the first.
            if agent == 2 {
                bench.handle(.connectionGone(Connection(2)))
                bench.advance(milliseconds: 10)
                bench.deliver(.fetch(Fetch(newestVersion: nil)), from: 1, key: Bench.key(1))
                bench.handle(.connectionGone(Connection(1)))
            }
        }
        #expect(bench.mirror(of: Bench.key(1)) == [1, 0, 0, 1])
        #expect(bench.mirror(of: Bench.key(2)) == nil)
        #expect(bench.mirror(of: Bench.key(3)) == [3, 0, 0, 1])
        bench.deliver(bench.hello(), from: 12, key: Bench.key(2))
        let late = bench.innovation(2, base: 3, [1, 0, 0, 0], on: [2, 0, 0, 1])
        #expect(bench.deliver(late, from: 12, key: Bench.key(2)).refusal(to: 12) == .mirror)
        // Whole, it takes the place of the first, which is away.
        bench.deliver(bench.whole(3, base: 3, [2, 2, 2, 2]), from: 12, key: Bench.key(2))
        #expect(bench.mirror(of: Bench.key(2)) == [2, 2, 2, 2])
        #expect(bench.mirror(of: Bench.key(1)) == nil)
    }

    @Test(
        "mirrors survive a restart, also one between store and acknowledgement",
        arguments: [UplinkSettings.Mirror.float32, .float16])
    func restart(precision: UplinkSettings.Mirror) throws {
        let bench = try Bench(Bench.mirroring(precision))
        bench.join(2)
        let first = Self.rounded([1.1, 2, 3, 4], precision)
        bench.deliver(bench.whole(1, base: 0, first), from: 1, key: Bench.key(1))
        bench.storeAll()
        let innovation = bench.innovation(2, base: 1, [0.5, 0, 0, 0], on: first)
        bench.deliver(innovation, from: 1, key: Bench.key(1))
        let second = Self.rounded([first[0] + 0.5, first[1], first[2], first[3]], precision)

        // The store has it, the agent does not know: the repetition is answered, and both sides are at the new mirror.
        let acknowledged = try bench.restarted(upTo: 2)
        acknowledged.join(1)
        #expect(acknowledged.deliver(innovation, from: 1, key: Bench.key(1)).answer(to: 1) == answer(2, .duplicate))
        let third = acknowledged.innovation(3, base: 2, [1, 1, 1, 1], on: second)
        #expect(acknowledged.deliver(third, from: 1, key: Bench.key(1)).storedVersions == [3])

        // The store has it not: the repetition rests on the old mirror, which is the one that came back.
        let lost = try bench.restarted(upTo: 1)
        lost.join(1)
        #expect(lost.deliver(innovation, from: 1, key: Bench.key(1)).storedVersions == [2])
        #expect(lost.mirror(of: Bench.key(1)) == second)
        #expect(lost.stored.last?.parameters == bench.stored.last?.parameters)
    }

    @Test("a mirror that the store has lost leads to one refusal, not to another policy")
    func lostRow() throws {
        let bench = try Bench(Bench.mirroring())
        bench.join(1)
        bench.deliver(bench.whole(1, base: 0, [1, 2, 3, 4]), from: 1, key: Bench.key(1))
        bench.storeAll()
        for index in bench.stored.indices { bench.stored[index].mirrors = [:] }
        let again = try bench.restarted(upTo: 1)
        again.join(1)
        let innovation = again.innovation(2, base: 1, [1, 0, 0, 0], on: [1, 2, 3, 4])
        #expect(again.deliver(innovation, from: 1, key: Bench.key(1)).refusal(to: 1) == .mirror)
        let whole = again.whole(3, base: 1, [2, 2, 3, 4])
        #expect(again.deliver(whole, from: 1, key: Bench.key(1)).storedVersions == [2])
    }

    @Test("mirrors take what was reserved for them: a vector a place, half of it in half precision, nothing without")
    func memory() throws {
        func bytes(_ precision: UplinkSettings.Mirror) throws -> Int {
            var arena = try Arena(limitBytes: 1 << 24)
            _ = try GatewayCore(settings: Bench.mirroring(precision) {
                if precision == .none { $0.uplink.feedback = .none }
                $0.agentsMaximum = 16
            }, arena: &arena)
            for index in 0..<arena.plan.count where FixedText(arena.plan[index].holder) == "mirrors" {
                return arena.plan[index].byteCount
            }
            return 0
        }
        #expect(try bytes(.none) == 0)
        #expect(try bytes(.float32) >= 16 * 4 * 5)
        #expect(try bytes(.float16) < bytes(.float32))
    }
}
