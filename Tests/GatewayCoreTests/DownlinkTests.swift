import Bounded
import GatewayCore
import GradientCodec
import Testing
import Wire

@Suite("Downlink")
struct DownlinkTests {
    static func lattice(_ change: (inout GatewaySettings) -> Void = { _ in }) -> GatewaySettings {
        var hidden = HiddenWidths()
        _ = hidden.append(8)
        return Bench.settings(
            shape: PolicyShape(distribution: .gaussian, observationCount: 3, actionCount: 1, hiddenWidths: hidden)
        ) {
            $0.downlinkCodec = .lattice
            $0.latticeExponent = -7
            $0.downlinkHistory = 4
            change(&$0)
        }
    }

    static func start(_ settings: GatewaySettings) throws -> Bench {
        var generator = RandomGenerator(seed: 8)
        let initial = (0..<settings.policy.shape.parameterCount).map { _ in Float(generator.normal()) }
        return try Bench(settings, initial: initial)
    }

    /// An agent that holds policies as it gets them.
    struct Holder {
        var version: UInt64?
        var point: [Float] = []
        var wholes = 0
        var differences = 0
        var mismatches = 0

        mutating func take(_ policy: Seen.Policy?) {
            guard let policy, let parameters = policy.parameters else { return }
            if let version, policy.version <= version, !policy.isRollback { return }
            let numbers = parameters.map { Float(bitPattern: $0) }
            if let base = policy.base {
                guard base == version else {
                    mismatches += 1
                    return
                }
                differences += 1
                point = zip(point, numbers).map { $0 + $1 }
            } else {
                wholes += 1
                point = numbers
            }
            version = policy.version
        }

        mutating func take(_ seen: [Seen]) {
            for message in seen {
                switch message {
                case .policy(let policy): take(policy)
                case .welcome(let welcome): take(welcome.policy)
                default: break
                }
            }
        }
    }

    static func gradient(_ bench: Bench, _ seed: UInt64) -> [Float] {
        var generator = RandomGenerator(seed: seed)
        return (0..<bench.settings.policy.shape.parameterCount).map { _ in Float(generator.normal()) }
    }

    @Test("what an agent puts together of differences is the stored sampling point, bit for bit")
    func exact() throws {
        let bench = try Self.start(Self.lattice())
        var holder = Holder()
        holder.take(bench.deliver(bench.hello(), from: 1, key: Bench.key(1)).sent(to: 1))
        for sequence in UInt64(1)...30 {
            let update = bench.update(sequence, base: sequence - 1, Self.gradient(bench, sequence))
            bench.deliver(update, from: 1, key: Bench.key(1))
            holder.take(bench.storeAll().sent(to: 1))
            #expect(holder.version == sequence)
            #expect(holder.point.map(\.bitPattern) == bench.stored.last?.samplingPoint)
        }
        #expect(holder.wholes == 1 && holder.differences == 30)
        let points = bench.stored.flatMap(\.samplingPoint).map { Float(bitPattern: $0) }
        #expect(points.allSatisfy { ($0 * 128).rounded() == $0 * 128 }, "every point lies on the lattice")
    }

    @Test("an agent that stayed up holds what the gateway does after a restart with another lattice",
        arguments: [-9, -7, -4])
    func otherLattice(exponent: Int) throws {
        var bench = try Self.start(Self.lattice())
        var holder = Holder()
        holder.take(bench.deliver(bench.hello(), from: 1, key: Bench.key(1)).sent(to: 1))
        for sequence in UInt64(1)...3 {
            bench.deliver(
                bench.update(sequence, base: sequence - 1, Self.gradient(bench, sequence)), from: 1, key: Bench.key(1))
            holder.take(bench.storeAll().sent(to: 1))
        }
        let newest = try #require(bench.stored.last)
        bench = try bench.restarted(upTo: 3, changed: Self.lattice { $0.latticeExponent = exponent })
        newest.samplingPoint.map { Float(bitPattern: $0) }.withUnsafeBufferPointer {
            bench.core.restore(samplingPoint: $0, of: PolicyVersion(3))
        }
        let hello = bench.hello {
            $0.newestVersion = PolicyVersion(3)
            $0.federationID = 0xfed
        }
        holder.take(bench.deliver(hello, from: 2, key: Bench.key(1)).sent(to: 2))
        var late = Holder()
        late.take(bench.deliver(bench.hello(), from: 3, key: Bench.key(2)).sent(to: 3))
        #expect(late.point == holder.point, "one version, one policy")
        for sequence in UInt64(4)...6 {
            bench.deliver(
                bench.update(sequence, base: sequence - 1, Self.gradient(bench, sequence)), from: 2, key: Bench.key(1))
            holder.take(bench.storeAll().sent(to: 2))
            #expect(holder.version == sequence)
            #expect(holder.point.map(\.bitPattern) == bench.stored.last?.samplingPoint)
        }
    }

    @Test("who joins late, or holds what is no longer known, gets the policy whole")
    func late() throws {
        let bench = try Self.start(Self.lattice { $0.agentsMaximum = 2 })
        var first = Holder()
        var second = Holder()
        first.take(bench.deliver(bench.hello(), from: 1, key: Bench.key(1)).sent(to: 1))
        for sequence in UInt64(1)...12 {
            bench.deliver(
                bench.update(sequence, base: sequence - 1, Self.gradient(bench, sequence)), from: 1, key: Bench.key(1))
            first.take(bench.storeAll().sent(to: 1))
        }
        second.take(bench.deliver(bench.hello(), from: 2, key: Bench.key(2)).sent(to: 2))
        #expect(second.wholes == 1 && second.point == first.point)
        // Seven versions are in the ring: the two that may be unstored, the newest, and four more.
        for (held, isKnown) in [(11, true), (6, true), (5, false), (0, false)] as [(UInt64, Bool)] {
            let done = bench.deliver(
                .fetch(Fetch(newestVersion: PolicyVersion(held))), from: 2, key: Bench.key(2))
            guard case .policy(let policy) = done.sent(to: 2).first else {
                Issue.record("no policy")
                return
            }
            #expect(policy.base == (isKnown ? held : nil))
        }
        let returning = bench.deliver(
            bench.hello {
                $0.newestVersion = PolicyVersion(10)
                $0.federationID = 0xfed
            }, from: 3, key: Bench.key(2))
        guard case .welcome(let welcome) = returning.sent(to: 3).first else {
            Issue.record("no welcome")
            return
        }
        #expect(welcome.policy?.base == 10)
    }

    @Test("a push is one difference for all who hold the version pushed before, and their own for the others")
    func push() throws {
        let bench = try Self.start(Self.lattice { $0.broadcast = .push })
        var holders = [Holder](repeating: Holder(), count: 6)
        for agent in 1...5 {
            let done = bench.deliver(bench.hello(), from: UInt32(agent), key: Bench.key(agent))
            holders[agent].take(done.sent(to: UInt32(agent)))
        }
        for sequence in UInt64(1)...20 {
            let sender = Int(sequence % 4) + 1
            bench.deliver(
                bench.update(sequence, base: sequence - 1, Self.gradient(bench, sequence)), from: UInt32(sender),
                key: Bench.key(sender))
            let done = bench.storeAll()
            for agent in 1...5 {
                // The fifth misses one.
                if agent == 5, sequence == 9 { continue }
                holders[agent].take(done.sent(to: UInt32(agent)))
            }
            if sequence == 10 {
                #expect(holders[5].mismatches == 1)
                let held = PolicyVersion(holders[5].version ?? 0)
                holders[5].take(
                    bench.deliver(.fetch(Fetch(newestVersion: held)), from: 5, key: Bench.key(5)).sent(to: 5))
            }
            if sequence > 1 {
                let shared = done.compactMap { if case .share(let to, _) = $0 { to.count } else { nil } }
                #expect(shared == [4])
            }
            for agent in 1...5 where !(agent == 5 && sequence == 9) {
                #expect(holders[agent].version == sequence)
                #expect(holders[agent].point.map(\.bitPattern) == bench.stored.last?.samplingPoint)
            }
        }
        for agent in 1...5 { #expect(holders[agent].wholes == 1) }
    }

    @Test("a frame that could not be delivered is not counted, and its agent gets the next policy whole or as it says")
    func undelivered() throws {
        let bench = try Self.start(Self.lattice())
        bench.deliver(bench.hello(), from: 1, key: Bench.key(1))
        bench.deliver(bench.update(1, base: 0, Self.gradient(bench, 1)), from: 1, key: Bench.key(1))
        let before = bench.core.totals.bytesSent
        bench.core.handle(.stored(upTo: PolicyVersion(1)), at: bench.now)
        while let action = bench.core.nextAction() {
            if case .send(let connection, _) = action { bench.core.noteUndelivered(to: connection) }
        }
        #expect(bench.core.totals.bytesSent == before)
        #expect(bench.core.traffic.messages(of: .policy) == 0)
        let again = bench.deliver(bench.update(1, base: 0, Self.gradient(bench, 1)), from: 1, key: Bench.key(1))
        guard case .policy(let policy) = again.sent(to: 1).first else {
            Issue.record("no answer")
            return
        }
        #expect(policy.answer?.outcome == .duplicate && policy.base == nil)
    }

    @Test("after a restart differences go on from the points that the store gives back, and whole without them")
    func restart() throws {
        let bench = try Self.start(Self.lattice())
        bench.join(1)
        for sequence in UInt64(1)...6 {
            bench.deliver(
                bench.update(sequence, base: sequence - 1, Self.gradient(bench, sequence)), from: 1, key: Bench.key(1))
            bench.storeAll()
        }
        for givesBack in [true, false] {
            let again = try bench.restarted(upTo: 6)
            if givesBack {
                let point = bench.stored[4].samplingPoint.map { Float(bitPattern: $0) }
                point.withUnsafeBufferPointer { again.core.restore(samplingPoint: $0, of: PolicyVersion(5)) }
            }
            let done = again.deliver(
                again.hello {
                    $0.newestVersion = PolicyVersion(5)
                    $0.federationID = 0xfed
                }, from: 1, key: Bench.key(1))
            guard case .welcome(let welcome) = done.sent(to: 1).first, let policy = welcome.policy else {
                Issue.record("no policy")
                return
            }
            #expect(policy.base == (givesBack ? 5 : nil))
            var holder = Holder(version: 5, point: bench.stored[4].samplingPoint.map { Float(bitPattern: $0) })
            holder.take(policy)
            #expect(holder.point.map(\.bitPattern) == bench.stored[5].samplingPoint)
        }
    }

    @Test("in half precision the rounded point is the one that is stored")
    func halfPrecision() throws {
        let bench = try Bench(Bench.settings { $0.downlinkCodec = .denseFloat16 })
        bench.join(1)
        bench.deliver(bench.update(1, base: 0, [1, 2, 3, 4]), from: 1, key: Bench.key(1))
        guard case .policy(let policy) = bench.storeAll().sent(to: 1).first else {
            Issue.record("no answer")
            return
        }
        #expect(policy.parameters == bench.stored.last?.samplingPoint)
        #expect(policy.parameters?.allSatisfy { $0 & 0x1fff == 0 } == true)
    }

    @Test("a skip that was sampled with the newest version is answered without its parameters")
    func skipKeepsPolicy() throws {
        let bench = try Bench(Bench.settings())
        bench.join(1)
        let done = bench.deliver(bench.skip(1, base: 0, mirror: nil), from: 1, key: Bench.key(1))
        #expect(done.sent(to: 1) == [.policy(.init(version: 0, parameters: nil, answer: answer(1, .noted)))])
    }
}
