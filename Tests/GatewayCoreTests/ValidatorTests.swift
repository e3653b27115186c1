import Aggregation
import Bounded
import GatewayCore
import GradientCodec
import Testing
import Wire

@Suite("The validating agent")
struct ValidatorTests {
    static let number = FilterTests.validator
    static let connection = UInt32(FilterTests.validator)

    static func bench(
        _ learners: Int, initial: [Float] = [1, 2, 3, 4], _ change: (inout GatewaySettings) -> Void = { _ in }
    ) throws -> Bench {
        let bench = try Bench(FilterTests.settings(.zeno, change), initial: initial)
        if learners > 0 { bench.join(learners) }
        return bench
    }

    @discardableResult
    static func joinValidator(_ bench: Bench) -> [Done] {
        bench.deliver(bench.hello(), from: connection, key: Bench.key(number))
    }

    /// Delivers a gradient of the validating agent.
    @discardableResult
    static func validate(_ bench: Bench, _ gradient: [Float], _ sequence: UInt64, base: UInt64) -> [Done] {
        FilterTests.deliver(gradient, sequence, from: number, base: base, on: bench)
    }

    @Test("its gradient makes no version: it is noted, and answered with the newest policy")
    func noted() throws {
        let bench = try Self.bench(1)
        Self.joinValidator(bench)
        let first = Self.validate(bench, [0, 3, 0, 4], 1, base: 0)
        #expect(first.answer(to: Self.connection) == answer(1, .noted))
        #expect(first.storedVersions.isEmpty && bench.core.version == .initial)
        let identity = UpdateIdentity(epoch: BootEpoch(1), sequence: UpdateSequence(1))
        #expect(first.notices == [.validated(agent: 1, identity)])
        FilterTests.deliver([0, 0, 0, 2], 1, from: 1, base: 0, on: bench)
        #expect(bench.stored.last?.parameters == [1, 2, 3, 9])
        bench.storeAll()
        guard case .policy(let policy) = Self.validate(bench, [0, 3, 0, 4], 2, base: 0).sent(to: Self.connection).first
        else {
            Issue.record("no policy")
            return
        }
        #expect(policy.version == 1 && policy.parameters != nil && policy.answer == answer(2, .noted))
        let again = Self.validate(bench, [0, 3, 0, 4], 2, base: 0)
        #expect(again.answer(to: Self.connection) == answer(2, .duplicate))
        #expect(bench.core.validationCount == 2)
    }

    @Test("until its first gradient has come everybody is sent back, and again behind one that is too old")
    func waiting() throws {
        let bench = try Self.bench(1) { $0.filter.zenoAgeMaximum = 1 }
        let early = FilterTests.deliver([1, 0, 0, 0], 1, from: 1, base: 0, on: bench)
        guard case .reject(.busy, epoch: 1, sequence: 1, let retry) = early.sent(to: 1).first else {
            Issue.record("not busy: \(early.sent(to: 1))")
            return
        }
        #expect(retry > 0)
        Self.joinValidator(bench)
        Self.validate(bench, [2, 0, 0, 0], 1, base: 0)
        for version in 0...1 as ClosedRange<UInt64> {
            FilterTests.deliver([1, 0, 0, 0], version + 1, from: 1, base: version, on: bench)
            bench.storeAll()
        }
        #expect(bench.stored.map(\.parameters) == [[3, 2, 3, 4], [5, 2, 3, 4]])
        let late = FilterTests.deliver([1, 0, 0, 0], 3, from: 1, base: 2, on: bench)
        #expect(late.refusal(to: 1) == .busy)
        Self.validate(bench, [-1, 0, 0, 0], 2, base: 2)
        let refused = FilterTests.deliver([1, 0, 0, 0], 3, from: 1, base: 2, on: bench)
        #expect(refused.refusal(to: 1) == .filtered)
        #expect(bench.lastDetail.contains("zeno"))
    }

    @Test("decides like the paper's score, over 400 random gradients of three learners", arguments: [1, 2])
    func reference(seed: Int) throws {
        let rho = 0.2
        let bench = try Self.bench(3, initial: [0, 0, 0, 0]) {
            $0.filter.zenoRho = rho
            $0.filter.zenoAgeMaximum = 1_000
        }
        Self.joinValidator(bench)
        var generator = RandomGenerator(seed: UInt64(seed), stream: 1_903_070)
        func draw(_ scale: Double) -> [Float] { (0..<4).map { _ in Float(scale * generator.normal()) } }
        var trusted = [Float](repeating: 0, count: 4)
        var theta = [Double](repeating: 0, count: 4)
        var version: UInt64 = 0
        var sequences = [UInt64](repeating: 0, count: 3)
        var refusals = 0
        for arrival in 0..<400 {
            if arrival % 7 == 0 {
                trusted = draw(1)
                Self.validate(bench, trusted, UInt64(arrival / 7 + 1), base: version)
            }
            let gradient = draw(5)
            let agent = generator.below(3)
            sequences[agent] += 1
            let done = FilterTests.deliver(gradient, sequences[agent], from: agent + 1, base: version, on: bench)
            // ⟨v, g̃⟩ − ρ‖g̃‖² ≥ 0 with g̃ = g ‖v‖/‖g‖, and a step of 1 along g̃.
            let length = trusted.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
            let own = gradient.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
            let scaled = gradient.map { Double($0) * length / own }
            let product = zip(trusted, scaled).reduce(0) { $0 + Double($1.0) * $1.1 }
            if product - rho * length * length >= 0 {
                version += 1
                for index in 0..<4 { theta[index] += scaled[index] }
                bench.storeAll()
            } else {
                refusals += 1
                guard case .reject(.filtered, _, _, _) = done.sent(to: UInt32(agent + 1)).first else {
                    Issue.record("arrival \(arrival): \(done), seed \(seed)")
                    return
                }
            }
            #expect(bench.core.version.number == version, "arrival \(arrival), seed \(seed)")
        }
        #expect(version > 60 && refusals > 60)
        let found = try #require(bench.stored.last?.parameters)
        for index in 0..<4 { #expect(abs(found[index] - theta[index]) < 1e-4, "seed \(seed)") }
    }

    @Test("who only calls itself what the validating agent is called, with a key of its own, is a learner")
    func impostor() throws {
        let bench = try Self.bench(0)
        let name: (inout Hello) -> Void = { $0.agentName = FixedText("validator") }
        bench.deliver(bench.hello(name), from: Self.connection, key: Bench.key(Self.number))
        bench.deliver(bench.hello(name), from: 1, key: Bench.key(1))
        #expect(bench.core.learnerCount == 1 && bench.core.welcomeCount == 2)
        Self.validate(bench, [1, 0, 0, 0], 1, base: 0)
        let done = FilterTests.deliver([-1, 0, 0, 0], 1, from: 1, base: 0, on: bench)
        #expect(done.refusal(to: 1) == .filtered)
        // Its opposite was not taken for what is trusted.
        FilterTests.deliver([3, 0, 0, 0], 2, from: 1, base: 0, on: bench)
        #expect(bench.stored.last?.parameters == [2, 2, 3, 4])
        // Another key on the validating agent's connection is another agent: it has to say hello.
        let taken = bench.deliver(bench.update(2, base: 0, [-1, 0, 0, 0]), from: Self.connection, key: Bench.key(2))
        #expect(taken.refusal(to: Self.connection) == .notWelcomed)
        #expect(bench.core.validationCount == 1)
    }

    @Test("without keys the name is what tells it, as it tells every agent")
    func insecure() throws {
        let bench = try Self.bench(0) {
            $0.isInsecure = true
            $0.validator = AgentKey(insecureName: FixedText("validator"))
        }
        bench.deliver(bench.hello { $0.agentName = FixedText("validator") }, from: 7, key: nil)
        #expect(bench.hasValidator)
        let done = bench.deliver(bench.update(1, base: 0, [1, 0, 0, 0]), from: 7, key: nil)
        #expect(done.answer(to: 7) == answer(1, .noted))
    }

    @Test("neither starts the work nor takes a learner's place, and has one when all are taken")
    func places() throws {
        let bench = try Self.bench(0) {
            $0.agentsMinimum = 2
            $0.agentsMaximum = 2
        }
        bench.join(1)
        Self.joinValidator(bench)
        #expect(!bench.hasStarted, "one learner of two")
        bench.deliver(bench.hello(), from: 2, key: Bench.key(2))
        #expect(bench.hasStarted && bench.core.learnerCount == 2 && bench.core.welcomeCount == 3)
        #expect(bench.deliver(bench.hello(), from: 3, key: Bench.key(3)).refusal(to: 3) == .full)
        bench.handle(.connectionGone(Connection(Self.connection)))
        #expect(!bench.hasValidator && bench.core.learnerCount == 2)
        #expect(bench.deliver(bench.hello(), from: 3, key: Bench.key(3)).refusal(to: 3) == .full)
        Self.joinValidator(bench)
        #expect(bench.hasValidator)
    }

    @Test("what it sampled is in no sum: not in steps and returns, not in the statistics of observations")
    func sums() throws {
        let bench = try Bench(
            Bench.settings(normalises: true) {
                $0.rule = .arrivals(.a3c(stepSize: .constant(1), scaling: .plain))
                $0.filter.kind = .zeno
                $0.validator = Bench.key(Self.number)
                $0.stepsMaximum = 150
                $0.targetReturn = 5
                $0.targetEpisodes = 1
            })
        bench.join(1)
        Self.joinValidator(bench)
        let statistics = bench.statistics(100, mean: [7, 7], squaredDeviations: [1, 1])
        for sequence in 1...3 as ClosedRange<UInt64> {
            let update = bench.update(sequence, base: 0, [1, 0, 0, 0]) {
                $0.returns.episodes = 4
                $0.returns.mean = 100
                $0.observations = statistics
            }
            bench.deliver(update, from: Self.connection, key: Bench.key(Self.number))
        }
        #expect(bench.core.totals.steps == 0 && bench.core.totals.episodes == 0)
        #expect(bench.core.completion == nil && bench.core.recentReturn == nil)
        #expect(bench.core.agent(at: 1).agent.counters.steps == 300)
        #expect(bench.core.agent(at: 1).agent.counters.applied == 0)
        FilterTests.deliver([1, 0, 0, 0], 1, from: 1, base: 0, on: bench)
        let observations = try #require(bench.stored.last?.observations)
        #expect(observations.allSatisfy { $0 == 0 })
    }

    @Test("is told to send everything, dense, in single batches, whatever learners are told")
    func settings() throws {
        let bench = try Self.bench(0) {
            $0.uplink = .sending(.uniform)
            $0.uplink.mirror = .float32
            $0.uplink.feedback = .innovation
            $0.local.batches = 3
        }
        func told(_ connection: UInt32) throws -> FederationSettings {
            let frame = try #require(bench.frames.first { $0.connection == connection })
            return try frame.bytes.withUnsafeBytes {
                guard case .welcome(let welcome) = try bench.decoder.decodeGatewayMessage($0) else {
                    throw Bench.RestartFailure()
                }
                return welcome.settings
            }
        }
        bench.join(1)
        let learner = try told(1)
        #expect(learner.uplink.codec.codec == .uniform && learner.local.batches == 3)
        let onlyDense = bench.hello { $0.codecs = CodecSet(bits: 1 << UInt32(VectorCodec.denseFloat32.rawValue)) }
        #expect(bench.deliver(onlyDense, from: 2, key: Bench.key(2)).refusal(to: 2) == .codec)
        bench.deliver(onlyDense, from: Self.connection, key: Bench.key(Self.number))
        let validator = try told(Self.connection)
        #expect(validator.uplink == UplinkSettings() && validator.local == LocalWork())
    }

    @Test("what it sends that is no gradient is refused, and what is trusted stays", arguments: [Float.nan, .infinity])
    func notFinite(value: Float) throws {
        let bench = try Self.bench(1)
        Self.joinValidator(bench)
        Self.validate(bench, [1, 0, 0, 0], 1, base: 0)
        let done = Self.validate(bench, [value, 0, 0, 0], 2, base: 0)
        #expect(done.refusal(to: Self.connection) == .notFinite)
        #expect(Self.validate(bench, [1, 0, 0], 3, base: 0).refusal(to: Self.connection) == .shape)
        #expect(Self.validate(bench, [1, 0, 0, 0], 4, base: 1).refusal(to: Self.connection) == .futureVersion)
        FilterTests.deliver([5, 0, 0, 0], 1, from: 1, base: 0, on: bench)
        #expect(bench.stored.last?.parameters == [2, 2, 3, 4])
    }

    @Test("leaves the mirror of what a learner sent alone, whatever the filter makes of the gradient")
    func mirror() throws {
        let bench = try Self.bench(1) {
            $0.uplink.mirror = .float32
            $0.uplink.feedback = .innovation
        }
        Self.joinValidator(bench)
        Self.validate(bench, [1, 0, 0, 0], 1, base: 0)
        let first: [Float] = [8, 0, 0, 0]
        bench.deliver(bench.whole(1, base: 0, first), from: 1, key: Bench.key(1))
        bench.storeAll()
        #expect(bench.mirror(of: Bench.key(1)) == first)
        #expect(bench.mirror(of: Bench.key(Self.number)) == nil)
        #expect(bench.stored.last?.parameters == [2, 2, 3, 4])
        // A refused difference does not move it either.
        let done = bench.deliver(bench.innovation(2, base: 1, [-16, 0, 0, 0], on: first), from: 1, key: Bench.key(1))
        #expect(done.refusal(to: 1) == .filtered)
        #expect(bench.mirror(of: Bench.key(1)) == first)
    }

    @Test("is needed by the filter, and of no use without it")
    func usable() {
        #expect(FilterTests.settings(.zeno).isUsable)
        #expect(!FilterTests.settings(.zeno) { $0.validator = nil }.isUsable)
        #expect(!FilterTests.settings(.kardam) { $0.validator = Bench.key(1) }.isUsable)
    }
}
