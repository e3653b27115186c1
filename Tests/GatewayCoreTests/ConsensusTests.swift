import Aggregation
import Bounded
import GatewayCore
import GradientCodec
import Testing
import Wire

@Suite("A gateway whose agents agree on a vector")
struct ConsensusTests {
    static func settings(
        rounds: Int = 3, _ change: (inout GatewaySettings) -> Void = { _ in }
    ) -> GatewaySettings {
        var consensus = ConsensusSettings()
        consensus.rounds = rounds
        return Bench.settings {
            $0.rule = .rounds(
                .fednpgADMM(
                    consensus, stepSize: .constant(0.5), normalises: false, gradientNorm: GradientNormSettings()))
            $0.agentsMinimum = 2
            change(&$0)
        }
    }

    static func send(_ bench: Bench, _ sequence: UInt64, base: UInt64, refines: Bool) -> [Done] {
        var done: [Done] = []
        for agent in 1...2 {
            let vector: [Float] = agent == 1 ? [1, 2, Float(sequence), 0] : [3, 0, 0, Float(base)]
            done += bench.deliver(
                bench.update(sequence, base: base, vector) {
                    $0.curvature = 2
                    if refines { ($0.steps, $0.trajectories) = (0, 0) }
                }, from: UInt32(agent), key: Bench.key(agent))
        }
        return done + bench.storeAll()
    }

    static func policy(_ done: [Done], to connection: UInt32) -> Seen.Policy? {
        for case .policy(let policy) in done.sent(to: connection) { return policy }
        return nil
    }

    @Test("every version goes out with y, and says whether its parameters are those of the one before")
    func versions() throws {
        let bench = try Bench(Self.settings())
        bench.join(2)
        for round in 0..<7 {
            let done = Self.send(bench, UInt64(round + 1), base: UInt64(round), refines: round % 3 != 0)
            let policy = try #require(Self.policy(done, to: 1))
            let newest = try #require(bench.stored.last)
            #expect(policy.version == UInt64(round + 1))
            #expect(policy.refines == (round % 3 != 2))
            #expect(policy.consensus == newest.direction.map { Float($0).bitPattern }, "y is what is stored")
            #expect(newest.direction == [2, 1, Double(round + 1) / 2, Double(round) / 2])
            let before = round == 0 ? [1, 2, 3, 4] : bench.stored[round - 1].parameters
            if round % 3 == 2 {
                #expect(newest.parameters == (0..<4).map { before[$0] + 0.5 * newest.direction[$0] })
            } else {
                #expect(newest.parameters == before)
            }
        }
        #expect(bench.core.totals.steps == 3 * 200, "a batch that is used once more is not counted once more")
    }

    @Test("a gateway that is started again between rounds goes on with the same bytes", arguments: 1...5)
    func restart(after version: Int) throws {
        let calm = try Bench(Self.settings())
        calm.join(2)
        var cut = try Bench(Self.settings())
        cut.join(2)
        for round in 0..<7 {
            if round == version {
                cut = try cut.restarted(upTo: UInt64(version))
                for agent in 1...2 {
                    let done = cut.deliver(cut.hello(), from: UInt32(agent), key: Bench.key(agent))
                    guard case .welcome(let welcome)? = done.sent(to: UInt32(agent)).first else {
                        Issue.record("no Welcome")
                        return
                    }
                    let newest = try #require(calm.stored.last)
                    #expect(welcome.policy?.consensus == newest.direction.map { Float($0).bitPattern })
                    #expect(welcome.policy?.refines == (version % 3 != 0))
                }
            }
            let refines = round % 3 != 0
            let one = Self.send(calm, UInt64(round + 1), base: UInt64(round), refines: refines)
            let two = Self.send(cut, UInt64(round + 1), base: UInt64(round), refines: refines)
            #expect(calm.stored.last == cut.stored.last)
            #expect(Self.policy(one, to: 1) == Self.policy(two, to: 1))
        }
    }

    @Test("a report without steps is refused where no batch is to be used once more")
    func withoutSteps() throws {
        for rounds in [1, 3] {
            let bench = try Bench(Self.settings(rounds: rounds))
            bench.join(2)
            _ = Self.send(bench, 1, base: 0, refines: false)
            let done = bench.deliver(
                bench.update(2, base: 1) { ($0.steps, $0.trajectories) = (0, 0) }, from: 1, key: Bench.key(1))
            #expect(done.refusal(to: 1) == (rounds == 1 ? .malformed : nil))
        }
        let plain = try Bench(Bench.settings())
        plain.join(1)
        let done = plain.deliver(
            plain.update(1, base: 0) { ($0.steps, $0.trajectories) = (0, 0) }, from: 1, key: Bench.key(1))
        #expect(done.refusal(to: 1) == .malformed && plain.stored.isEmpty)
    }

    @Test("an agent without room for two vectors is told which key makes it")
    func withoutRoom() throws {
        let bench = try Bench(Self.settings())
        let limits = WireLimits(policy: bench.settings.policy.shape)
        let done = bench.deliver(
            bench.hello { $0.largestMessageBytes = UInt32(limits.largestMessageBytes - 1) }, from: 1, key: Bench.key(1))
        #expect(done.refusal(to: 1) == .messageSize)
        #expect(bench.lastDetail.contains("direction = consensus"))
    }

    @Test("y goes out in the downlink's codec, and in float32 beside a lattice", arguments: [true, false])
    func downlink(isLattice: Bool) throws {
        let bench = try Bench(
            Self.settings { $0.downlinkCodec = isLattice ? .lattice : .denseFloat16 })
        bench.deliver(
            bench.hello { $0.codecs.insert(isLattice ? .lattice : .denseFloat16) }, from: 1, key: Bench.key(1))
        bench.deliver(
            bench.hello { $0.codecs.insert(isLattice ? .lattice : .denseFloat16) }, from: 2, key: Bench.key(2))
        let done = Self.send(bench, 1, base: 0, refines: false)
        let policy = try #require(Self.policy(done, to: 1))
        #expect(policy.consensus == [2, 1, 0.5, 0].map { Float($0).bitPattern })
        if isLattice { #expect(policy.base == 0, "θ has not moved: its difference is next to nothing") }
    }

    @Test("settings under which vectors would not come whole are not usable")
    func usable() {
        #expect(Self.settings().isUsable)
        #expect(!Self.settings { $0.local.batches = 2 }.isUsable)
        #expect(!Self.settings { $0.uplink.mirror = .float32 }.isUsable)
        #expect(!Self.settings { $0.uplink.feedback = .error }.isUsable)
    }
}
