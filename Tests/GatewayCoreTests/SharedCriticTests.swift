import Aggregation
import Bounded
import GatewayCore
import GradientCodec
import PolicyMath
import Testing
import Wire

@Suite("A shared critic")
struct SharedCriticTests {
    @Test("what an agent keeps back as too far from 0 is what a gateway would refuse")
    func magnitudes() { #expect(TargetStatistics.magnitudeMaximum == CriticMerge.targetMagnitudeMaximum) }

    /// Two observations, one hidden layer of three, one output: 2 · 3 + 3 + 3 + 1.
    static let count = 13

    static func settings(
        weight: Double = 0.5, rounds: Bool = false, _ change: (inout GatewaySettings) -> Void = { _ in }
    ) -> GatewaySettings {
        Bench.settings {
            var critic = SharedCriticSettings(hiddenWidths: LayerWidths([3]))
            critic.weight = weight
            critic.seed = 5
            $0.critic = critic
            if rounds {
                $0.rule = .rounds(.fedpg(AFedPGSettings()))
            }
            change(&$0)
        }
    }

    static func hello(on bench: Bench, widths: [Int]? = [3]) -> AgentMessage {
        bench.hello { hello in
            hello.criticWidths = widths.map { widths in
                var layers = HiddenWidths()
                for width in widths { _ = layers.append(width) }
                return layers
            }
        }
    }

    static func bench(_ settings: GatewaySettings, agents: Int) throws -> Bench {
        let bench = try Bench(settings)
        for agent in 1...agents { bench.deliver(hello(on: bench), from: UInt32(agent), key: Bench.key(agent)) }
        return bench
    }

    static func update(
        _ sequence: UInt64, base: UInt64, on bench: Bench, critic: [Float], targets: TargetStatistics? = nil,
        codec: VectorCodec = .denseFloat32, gradient: [Float] = [1, 0, 0, 0]
    ) -> AgentMessage {
        guard case .update(var update) = bench.update(sequence, base: base, gradient) else { fatalError("no update") }
        update.critic = bench.packed(critic, codec)
        update.criticTargets = targets
        return .update(update)
    }

    /// What agent 1 is sent when it asks for a policy.
    static func policy(of bench: Bench, agent: Int = 1) throws -> Seen.Policy {
        let sent = bench.deliver(.fetch(Fetch(newestVersion: nil)), from: UInt32(agent), key: Bench.key(agent))
        guard case .policy(let policy) = try #require(sent.sent(to: UInt32(agent)).first) else {
            throw Bench.RestartFailure()
        }
        return policy
    }

    static func initial(seed: UInt64 = 5) -> [Double] {
        let memory = UnsafeMutableBufferPointer<Float>.allocate(capacity: count)
        defer { memory.deallocate() }
        memory.initialize(repeating: 0)
        var generator = RandomGenerator(seed: seed, stream: 0x6372_6974_6963)
        initialiseCritic(
            parameters: Vector(memory), observationCount: 2, hiddenWidths: LayerWidths([3]), generator: &generator)
        return memory.map { Double($0) }
    }

    /// Targets, as sums that need no rule to be merged.
    struct Sums {
        var count = 0.0
        var sum = 0.0
        var squares = 0.0

        mutating func add(_ statistics: TargetStatistics) {
            count += statistics.count
            sum += statistics.count * statistics.mean
            squares += statistics.squaredDeviations + statistics.count * statistics.mean * statistics.mean
        }

        var mean: Double { count > 0 ? sum / count : 0 }
        var deviation: Double { count >= 2 ? (squares / count - mean * mean).squareRoot() : 0 }
    }

    static func draw(_ generator: inout RandomGenerator) -> (change: [Float], targets: TargetStatistics) {
        (
            (0..<count).map { _ in Float(generator.normal()) },
            TargetStatistics(
                count: Double(1 + generator.below(50)), mean: 3 + generator.normal(),
                squaredDeviations: 10 * generator.uniform())
        )
    }

    @Test("without rounds each change is added with its weight, once, however often the update comes, over restarts",
        arguments: [UInt64(1), 2, 3, 4])
    func arrivals(seed: UInt64) throws {
        var generator = RandomGenerator(seed: seed)
        let weight = 0.3
        var bench = try Self.bench(Self.settings(weight: weight), agents: 3)
        var reference = Self.initial()
        var sums = Sums()
        #expect(try Self.policy(of: bench).critic?.parameters == reference.map { Float($0).bitPattern })
        #expect(try Self.policy(of: bench).critic?.targetScale == 0)
        var sequences = [UInt64](repeating: 0, count: 4)
        for round in 0..<60 {
            let agent = 1 + generator.below(3)
            let (change, targets) = Self.draw(&generator)
            sequences[agent] += 1
            let base = bench.core.version.number
            let message = Self.update(
                sequences[agent], base: base, on: bench, critic: change, targets: targets)
            bench.deliver(message, from: UInt32(agent), key: Bench.key(agent))
            let fate = generator.below(6)
            if fate == 0 { bench.deliver(message, from: UInt32(agent), key: Bench.key(agent)) }
            if fate == 1 {
                // The store never got it: the agent sends it again to the gateway that starts over.
                bench = try bench.restarted(upTo: base)
                for agent in 1...3 { bench.deliver(Self.hello(on: bench), from: UInt32(agent), key: Bench.key(agent)) }
                bench.deliver(message, from: UInt32(agent), key: Bench.key(agent))
            }
            bench.storeAll()
            if fate == 2 {
                let before = try Self.policy(of: bench)
                bench = try bench.restarted(upTo: bench.core.version.number)
                for agent in 1...3 { bench.deliver(Self.hello(on: bench), from: UInt32(agent), key: Bench.key(agent)) }
                #expect(try Self.policy(of: bench) == before, "a version's bytes over a restart, seed \(seed)")
            }
            if fate == 3 { bench.deliver(message, from: UInt32(agent), key: Bench.key(agent)) }
            for index in reference.indices { reference[index] += weight * Double(change[index]) }
            sums.add(targets)
            let critic = try #require(try Self.policy(of: bench).critic)
            #expect(critic.parameters == reference.map { Float($0).bitPattern }, "round \(round), seed \(seed)")
            #expect(abs(critic.targetMean - sums.mean) < 1e-9, "seed \(seed)")
            #expect(abs(critic.targetScale - sums.deviation) < 1e-6 * max(1, sums.deviation), "seed \(seed)")
        }
    }

    @Test("in rounds the mean of the changes is added when the round closes, and of one that never closed nothing",
        arguments: [UInt64(1), 2, 3, 4])
    func rounds(seed: UInt64) throws {
        var generator = RandomGenerator(seed: seed)
        let weight = 0.8
        var bench = try Self.bench(Self.settings(weight: weight, rounds: true) { $0.agentsMinimum = 3 }, agents: 3)
        var reference = Self.initial()
        var sums = Sums()
        var sequence: UInt64 = 0
        for round in 0..<20 {
            sequence += 1
            var messages: [AgentMessage] = []
            var mean = [Double](repeating: 0, count: Self.count)
            // The third agent sends none now and then.
            let contributors = round % 3 == 0 ? 2 : 3
            for agent in 1...3 {
                let (change, targets) = Self.draw(&generator)
                guard agent <= contributors else {
                    messages.append(bench.update(sequence, base: UInt64(round)))
                    continue
                }
                messages.append(
                    Self.update(sequence, base: UInt64(round), on: bench, critic: change, targets: targets))
                for index in mean.indices { mean[index] += Double(change[index]) / Double(contributors) }
                sums.add(targets)
            }
            let before = try Self.policy(of: bench).critic
            bench.deliver(messages[0], from: 1, key: Bench.key(1))
            bench.deliver(messages[0], from: 1, key: Bench.key(1))
            bench.deliver(messages[1], from: 2, key: Bench.key(2))
            #expect(try Self.policy(of: bench).critic == before, "an open round changes nothing")
            if round % 4 == 1 {
                bench = try bench.restarted(upTo: UInt64(round))
                for agent in 1...3 { bench.deliver(Self.hello(on: bench), from: UInt32(agent), key: Bench.key(agent)) }
                for agent in 1...2 { bench.deliver(messages[agent - 1], from: UInt32(agent), key: Bench.key(agent)) }
            }
            bench.deliver(messages[2], from: 3, key: Bench.key(3))
            bench.storeAll()
            for index in reference.indices { reference[index] += weight * mean[index] }
            let critic = try #require(try Self.policy(of: bench).critic)
            let distance = zip(critic.parameters, reference).map { abs(Double(Float(bitPattern: $0)) - $1) }.max() ?? 1
            #expect(distance < 1e-5, "round \(round), seed \(seed)")
            #expect(abs(critic.targetMean - sums.mean) < 1e-9 && abs(critic.targetScale - sums.deviation) < 1e-6)
        }
        #expect(bench.core.version.number == 20)
    }

    static var refusals: [(String, RejectReason, (Bench) -> AgentMessage)] {
        let ones = [Float](repeating: 1, count: count)
        let most = Double(Float.greatestFiniteMagnitude)
        return [
            ("not a number", .notFinite, { update(1, base: 0, on: $0, critic: ones.dropLast() + [.nan]) }),
            ("infinite", .notFinite, { update(1, base: 0, on: $0, critic: [-.infinity] + ones.dropLast()) }),
            ("one too few", .shape, { update(1, base: 0, on: $0, critic: Array(ones.dropLast())) }),
            (
                "one too many, which is more than any vector has", .malformed,
                { update(1, base: 0, on: $0, critic: ones + [1]) }
            ),
            (
                "beyond single precision", .notFinite,
                { update(1, base: 0, on: $0, critic: [Float](repeating: Float(most), count: count)) }
            ),
            (
                "more targets than can be", .notFinite,
                { update(1, base: 0, on: $0, critic: ones, targets: TargetStatistics(count: 1e12)) }
            ),
            (
                "targets beyond reason", .notFinite,
                { update(1, base: 0, on: $0, critic: ones, targets: TargetStatistics(count: 2, mean: 1e200)) }
            ),
            (
                "in a codec that is not dense", .codec,
                { bench in
                    guard case .update(var message) = update(1, base: 0, on: bench, critic: ones) else {
                        fatalError("no update")
                    }
                    let (levels, base) = (bench.packed(ones).data, bench.packed([1]).data)
                    message.critic = PackedVector(
                        codec: .natural, count: count, parameters: UnsafeRawBufferPointer(rebasing: base[..<1]),
                        data: UnsafeRawBufferPointer(rebasing: levels[..<count]))
                    return .update(message)
                }
            ),
        ]
    }

    @Test("a change that is none is refused like a gradient that is none, and nothing has changed", arguments: 0..<8)
    func refused(which: Int) throws {
        let (name, reason, message) = Self.refusals[which]
        // With weight 2 even one of the largest floats leads beyond them.
        let bench = try Self.bench(Self.settings(weight: 2), agents: 1)
        let before = try Self.policy(of: bench)
        let done = bench.deliver(message(bench), from: 1, key: Bench.key(1))
        #expect(done.refusal(to: 1) == reason, "\(name)")
        #expect(done.storedVersions.isEmpty && bench.core.version.number == 0 && bench.core.criticChanges == 0)
        #expect(try Self.policy(of: bench) == before)
        // A gradient that is refused takes its critic along.
        let ones = [Float](repeating: 1, count: Self.count)
        let bad = Self.update(1, base: 0, on: bench, critic: ones, gradient: [.nan, 0, 0, 0])
        #expect(bench.deliver(bad, from: 1, key: Bench.key(1)).refusal(to: 1) == .notFinite)
        let future = Self.update(1, base: 7, on: bench, critic: ones)
        #expect(bench.deliver(future, from: 1, key: Bench.key(1)).refusal(to: 1) == .futureVersion)
        #expect(try Self.policy(of: bench) == before)
        bench.deliver(bench.update(1, base: 0), from: 1, key: Bench.key(1))
        bench.storeAll()
        #expect(try Self.policy(of: bench).critic == before.critic, "an update without a critic changes none")
        #expect(bench.core.version.number == 1)
    }

    @Test("an agent without a critic takes part, and is sent none; one with another is refused, both named")
    func admission() throws {
        let bench = try Bench(Self.settings { $0.broadcast = .push })
        bench.deliver(Self.hello(on: bench), from: 1, key: Bench.key(1))
        let joined = bench.deliver(Self.hello(on: bench, widths: nil), from: 2, key: Bench.key(2))
        guard case .welcome(let welcome) = try #require(joined.sent(to: 2).first) else { throw Bench.RestartFailure() }
        #expect(welcome.policy?.parameters != nil && welcome.policy?.critic == nil)
        let other = bench.deliver(Self.hello(on: bench, widths: [4, 3]), from: 3, key: Bench.key(3))
        #expect(other.refusal(to: 3) == .shape)
        #expect(bench.lastDetail == "the federation shares a critic, hidden 3; the agent's critic_hidden is 4-3")

        bench.deliver(bench.update(1, base: 0), from: 2, key: Bench.key(2))
        let pushed = bench.storeAll()
        guard case .policy(let own) = try #require(pushed.sent(to: 2).first),
            case .policy(let shared) = try #require(pushed.sent(to: 1).first)
        else { throw Bench.RestartFailure() }
        #expect(own.version == 1 && own.critic == nil && own.answer?.outcome == .applied)
        #expect(shared.version == 1 && shared.critic?.parameters.count == Self.count)
        #expect(pushed.sent(to: 1).count == 1 && pushed.sent(to: 2).count == 1)
        let change = [Float](repeating: 1, count: Self.count)
        bench.deliver(Self.update(1, base: 1, on: bench, critic: change), from: 1, key: Bench.key(1))
        let next = bench.storeAll()
        guard case .policy(let unasked) = try #require(next.sent(to: 2).first),
            case .policy(let answered) = try #require(next.sent(to: 1).first)
        else { throw Bench.RestartFailure() }
        #expect(unasked.version == 2 && unasked.critic == nil && unasked.answer == nil)
        #expect(answered.critic != nil && answered.answer?.outcome == .applied)
        #expect(next.sent(to: 1).count == 1 && next.sent(to: 2).count == 1)
    }

    @Test("an agent must be able to receive the policy with the critic, unless it takes none")
    func messageSize() throws {
        let settings = Self.settings()
        let bench = try Bench(settings)
        let small = UInt32(settings.wireLimits.largestMessageBytes - 4 * Self.count)
        guard case .hello(var hello) = Self.hello(on: bench) else { throw Bench.RestartFailure() }
        hello.largestMessageBytes = small
        #expect(bench.deliver(.hello(hello), from: 1, key: Bench.key(1)).refusal(to: 1) == .messageSize)
        hello.criticWidths = nil
        guard case .welcome = try #require(bench.deliver(.hello(hello), from: 1, key: Bench.key(1)).sent(to: 1).first)
        else { throw Bench.RestartFailure() }
    }

    @Test("in half precision down and up: what is sent is rounded, what is kept is not")
    func half() throws {
        let bench = try Self.bench(
            Self.settings(weight: 1) {
                $0.critic?.uplinkCodec = .denseFloat16
                $0.critic?.downlinkCodec = .denseFloat16
            }, agents: 1)
        let step = Float(0x1p-20)
        for round in 0..<64 {
            bench.deliver(
                Self.update(
                    UInt64(round + 1), base: UInt64(round), on: bench,
                    critic: [Float](repeating: step, count: Self.count), codec: .denseFloat16),
                from: 1, key: Bench.key(1))
            bench.storeAll()
        }
        let critic = try #require(try Self.policy(of: bench).critic)
        #expect(critic.codec == .denseFloat16)
        for (bits, initial) in zip(critic.parameters, Self.initial()) {
            #expect(Float(bitPattern: bits) == Float(Float16(Float(initial + 64 * Double(step)))))
        }
    }

    @Test("sharing that is switched on later begins with the critic of the seed; other layers begin anew")
    func switchedOn() throws {
        let off = try Bench(Bench.settings())
        off.join(1)
        off.deliver(off.update(1, base: 0), from: 1, key: Bench.key(1))
        off.storeAll()
        let on = try off.restarted(upTo: 1, changed: Self.settings())
        on.deliver(Self.hello(on: on), from: 1, key: Bench.key(1))
        #expect(try Self.policy(of: on).critic?.parameters == Self.initial().map { Float($0).bitPattern })
        on.deliver(
            Self.update(2, base: 1, on: on, critic: [Float](repeating: 1, count: Self.count)), from: 1,
            key: Bench.key(1))
        on.storeAll()
        let changed = Self.settings { $0.critic?.hiddenWidths = LayerWidths([4]) }
        let other = try on.restarted(upTo: 2, changed: changed)
        other.deliver(Self.hello(on: other, widths: [4]), from: 1, key: Bench.key(1))
        #expect(try Self.policy(of: other).critic?.parameters.count == 17)
        let back = try on.restarted(upTo: 2, changed: Bench.settings())
        back.join(1)
        #expect(try Self.policy(of: back).critic == nil)
    }

    @Test("a critic in a federation that shares none is ignored, and its memory is as it was")
    func off() throws {
        let bench = try Bench(Bench.settings())
        bench.join(1)
        let done = bench.deliver(
            Self.update(1, base: 0, on: bench, critic: [1, .nan]), from: 1, key: Bench.key(1))
        #expect(done.storedVersions == [1] && bench.core.criticChanges == 0)
        #expect(Bench.settings().criticCount == 0)
        #expect(Self.settings().criticCount == Self.count)
        #expect(try Bench(Self.settings()).reservedBytes > bench.reservedBytes)
    }
}
