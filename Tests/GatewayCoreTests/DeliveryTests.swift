import Bounded
import GatewayCore
import GradientCodec
import Testing
import Wire

@Suite("Delivery")
struct DeliveryTests {
    @Test("acknowledges an update only when the store has it")
    func acknowledgesAfterTheStore() throws {
        let bench = try Bench(Bench.settings())
        bench.join(1)
        let applied = bench.deliver(bench.update(1, base: 0), from: 1, key: Bench.key(1))
        #expect(applied.storedVersions == [1])
        #expect(applied.sent(to: 1) == [])
        #expect(bench.core.version == PolicyVersion(1))
        #expect(bench.core.durableVersion == .initial)
        #expect(bench.core.agent(at: 0).unstoredVersion == PolicyVersion(1))
        #expect(bench.handle(.tick).sent(to: 1) == [])
        let stored = bench.handle(.stored(upTo: PolicyVersion(1)))
        let policy = Seen.Policy(
            version: 1, parameters: bench.stored[0].samplingPoint, answer: answer(1, .applied))
        #expect(stored == [.send(1, .policy(policy))])
        #expect(bench.core.agent(at: 0).unstoredVersion == nil)
    }

    @Test("without durability it stores as well, and answers at once")
    func volatileAnswersAtOnce() throws {
        let bench = try Bench(Bench.settings { $0.durability = .volatile })
        bench.join(1)
        let done = bench.deliver(bench.update(1, base: 0), from: 1, key: Bench.key(1))
        #expect(done.storedVersions == [1])
        #expect(done.answer(to: 1) == answer(1, .applied))
        #expect(bench.handle(.stored(upTo: PolicyVersion(1))) == [])
    }

    @Test("acknowledges a group in the order of its versions, each with the newest durable policy")
    func groupCommit() throws {
        let bench = try Bench(Bench.settings())
        bench.join(4)
        for agent in [3, 1, 4, 2] {
            bench.deliver(bench.update(1, base: 0), from: UInt32(agent), key: Bench.key(agent))
        }
        let first = bench.handle(.stored(upTo: PolicyVersion(3)))
        let connections = first.compactMap { if case .send(let connection, _) = $0 { connection } else { nil } }
        #expect(connections == [3, 1, 4])
        for connection in connections {
            guard case .policy(let policy) = first.sent(to: connection).first else {
                Issue.record("no policy for \(connection)")
                return
            }
            #expect(policy.version == 3)
            #expect(policy.parameters == bench.stored[2].samplingPoint)
        }
        #expect(bench.handle(.stored(upTo: PolicyVersion(2))) == [], "the store cannot go back")
        #expect(bench.handle(.stored(upTo: PolicyVersion(99))).answer(to: 2) == answer(1, .applied))
        #expect(bench.core.durableVersion == PolicyVersion(4))
    }

    @Test("applies a repeated update once, and answers every repetition with the newest policy")
    func duplicates() throws {
        let bench = try Bench(Bench.settings())
        bench.join(2)
        let update = bench.update(1, base: 0)
        bench.deliver(update, from: 1, key: Bench.key(1))
        bench.storeAll()
        bench.deliver(bench.update(1, base: 1), from: 2, key: Bench.key(2))
        bench.storeAll()
        for _ in 0..<5 {
            let again = bench.deliver(update, from: 1, key: Bench.key(1))
            #expect(again.answer(to: 1) == answer(1, .duplicate))
            #expect(again.storedVersions == [])
            guard case .policy(let policy) = again.sent(to: 1).first else { continue }
            #expect(policy.version == 2)
        }
        #expect(bench.core.version == PolicyVersion(2))
        #expect(bench.core.agent(at: 0).agent.counters.duplicates == 5)
        #expect(bench.core.agent(at: 0).agent.counters.applied == 1)
    }

    @Test("a repetition of an update that waits for the store waits for the same acknowledgement")
    func duplicateInFlight() throws {
        let bench = try Bench(Bench.settings())
        bench.join(1)
        let update = bench.update(1, base: 0)
        bench.deliver(update, from: 1, key: Bench.key(1))
        for _ in 0..<3 { #expect(bench.deliver(update, from: 1, key: Bench.key(1)).sent(to: 1) == []) }
        #expect(bench.storeAll().sent(to: 1).count == 1)
        #expect(bench.core.version == PolicyVersion(1))
    }

    @Test("acknowledges over the connection that the agent has by then")
    func reconnectInFlight() throws {
        let bench = try Bench(Bench.settings())
        bench.join(1)
        bench.deliver(bench.update(1, base: 0), from: 1, key: Bench.key(1))
        bench.handle(.connectionGone(Connection(1)))
        let welcome = bench.deliver(bench.hello { $0.lastSequence = UpdateSequence(1) }, from: 7, key: Bench.key(1))
        guard case .welcome(let content) = welcome.sent(to: 7).first else {
            Issue.record("no welcome")
            return
        }
        #expect(content.lastAppliedSequence == 0, "what the store has not got yet is not applied for good")
        #expect(content.newestVersion == 0)
        #expect(bench.deliver(bench.update(1, base: 0), from: 7, key: Bench.key(1)).sent(to: 7) == [])
        #expect(bench.storeAll().answer(to: 7) == answer(1, .applied))
    }

    @Test("acknowledges nothing to a newer boot of the agent, nor to one that has left")
    func nobodyToAcknowledge() throws {
        let bench = try Bench(Bench.settings())
        bench.join(2)
        bench.deliver(bench.update(1, base: 0), from: 1, key: Bench.key(1))
        bench.deliver(bench.update(1, base: 0), from: 2, key: Bench.key(2))
        bench.deliver(bench.hello { $0.bootEpoch = BootEpoch(2) }, from: 1, key: Bench.key(1))
        bench.handle(.connectionGone(Connection(2)))
        #expect(bench.storeAll() == [])
        #expect(bench.core.durableVersion == PolicyVersion(2))
    }

    @Test("tells a returning agent what need not be sent again")
    func lastAppliedSequence() throws {
        let bench = try Bench(Bench.settings())
        bench.join(1)
        bench.deliver(bench.update(4, base: 0), from: 1, key: Bench.key(1))
        bench.storeAll()
        let welcome = bench.deliver(bench.hello(), from: 2, key: Bench.key(1))
        guard case .welcome(let content) = welcome.sent(to: 2).first else {
            Issue.record("no welcome")
            return
        }
        #expect(content.lastAppliedSequence == 4)
    }

    @Test("takes gaps in the sequence, and refuses what lies below the newest")
    func gaps() throws {
        let bench = try Bench(Bench.settings { $0.durability = .volatile })
        bench.join(1)
        for (sequence, base) in [(3, 0), (9, 1)] as [(UInt64, UInt64)] {
            let done = bench.deliver(bench.update(sequence, base: base), from: 1, key: Bench.key(1))
            #expect(done.answer(to: 1) == answer(sequence, .applied))
        }
        for sequence: UInt64 in [1, 3, 8] {
            let late = bench.deliver(bench.update(sequence, base: 1), from: 1, key: Bench.key(1))
            #expect(late.refusal(to: 1) == .sequence)
        }
        #expect(bench.core.version == PolicyVersion(2))
    }

    @Test("notes a skip at once, once, with the newest policy, and makes no version of it")
    func skips() throws {
        let bench = try Bench(Bench.settings())
        bench.join(1)
        let skip = AgentMessage.skip(Skip(report: bench.report(1, base: 0)))
        #expect(bench.deliver(skip, from: 1, key: Bench.key(1)).answer(to: 1) == answer(1, .noted))
        #expect(bench.deliver(skip, from: 1, key: Bench.key(1)).answer(to: 1) == answer(1, .duplicate))
        let counters = bench.core.agent(at: 0).agent.counters
        #expect(counters.skips == 1)
        #expect(counters.steps == 100)
        #expect(bench.core.version == .initial)
        // A skip while an update waits for the store: its repetition is answered at once.
        bench.deliver(bench.update(2, base: 0), from: 1, key: Bench.key(1))
        let second = AgentMessage.skip(Skip(report: bench.report(3, base: 0)))
        bench.deliver(second, from: 1, key: Bench.key(1))
        #expect(bench.deliver(second, from: 1, key: Bench.key(1)).answer(to: 1) == answer(3, .duplicate))
    }

    @Test("answers a Fetch with the newest durable policy, or with its number to an agent that holds it")
    func fetch() throws {
        let bench = try Bench(Bench.settings())
        bench.join(2)
        bench.deliver(bench.update(1, base: 0), from: 1, key: Bench.key(1))
        let before = bench.deliver(.fetch(Fetch(newestVersion: nil)), from: 2, key: Bench.key(2))
        guard case .policy(let initial) = before.sent(to: 2).first else {
            Issue.record("no policy")
            return
        }
        #expect(initial.version == 0)
        #expect(initial.answer == nil)
        bench.storeAll()
        let after = bench.deliver(.fetch(Fetch(newestVersion: PolicyVersion(0))), from: 2, key: Bench.key(2))
        #expect(after.sent(to: 2) == [.policy(.init(version: 1, parameters: bench.stored[0].samplingPoint))])
        let held = bench.deliver(.fetch(Fetch(newestVersion: PolicyVersion(1))), from: 2, key: Bench.key(2))
        #expect(held.sent(to: 2) == [.policy(.init(version: 1, parameters: nil))])
    }

    @Test("a version keeps its bytes while later ones are made and stored")
    func immutableVersions() throws {
        let bench = try Bench(Bench.settings(normalises: true))
        bench.join(4)
        var seen: [UInt64: (parameters: [UInt32]?, normaliser: [UInt32]?)] = [:]
        func look(_ done: [Done]) {
            for case .send(_, .policy(let policy)) in done where policy.parameters != nil {
                if let before = seen[policy.version] {
                    #expect(before.parameters == policy.parameters)
                    #expect(before.normaliser == policy.normaliser)
                } else {
                    seen[policy.version] = (policy.parameters, policy.normaliser)
                }
            }
        }
        for round in 1...20 {
            for agent in 1...4 {
                let base = bench.core.durableVersion.number
                let message = bench.update(UInt64(round), base: base, [0, 1, Float(agent), 1]) {
                    $0.observations = bench.statistics(
                        3, mean: [Float(round), 1], squaredDeviations: [Float(agent), 0.5])
                }
                look(bench.deliver(message, from: UInt32(agent), key: Bench.key(agent)))
                look(bench.deliver(.fetch(Fetch(newestVersion: nil)), from: UInt32(agent), key: Bench.key(agent)))
            }
            look(bench.handle(.stored(upTo: PolicyVersion(bench.core.version.number - UInt64(round % 3)))))
            look(bench.deliver(.fetch(Fetch(newestVersion: nil)), from: 1, key: Bench.key(1)))
        }
        #expect(seen.count > 15)
        for stored in bench.stored {
            guard let sent = seen[stored.version] else { continue }
            #expect(sent.parameters == stored.samplingPoint)
            #expect(sent.normaliser == stored.normaliser)
        }
    }

    @Test("merges observation statistics with the update that brings them, and refuses ones that cannot be")
    func observations() throws {
        let bench = try Bench(Bench.settings(normalises: true) { $0.durability = .volatile })
        bench.join(1)
        func deliver(_ sequence: UInt64, _ statistics: ObservationStatistics) -> [Done] {
            bench.deliver(
                bench.update(sequence, base: 0) { $0.observations = statistics }, from: 1, key: Bench.key(1))
        }
        let wrong = deliver(1, bench.statistics(2, mean: [1], squaredDeviations: [1]))
        #expect(wrong.refusal(to: 1) == .shape)
        #expect(bench.core.version == .initial)
        let done = deliver(1, bench.statistics(2, mean: [3, 5], squaredDeviations: [8, 2]))
        guard case .policy(let policy) = done.sent(to: 1).first else {
            Issue.record("no answer")
            return
        }
        let normaliser = (policy.normaliser ?? []).map { Float(bitPattern: $0) }
        #expect(normaliser.count == 4)
        #expect(normaliser.prefix(2) == [3, 5])
        #expect(abs(normaliser[2] - 0.5) < 1e-6)
        #expect(abs(normaliser[3] - 1) < 1e-6)
        // The same again is a duplicate: merged once.
        _ = deliver(1, bench.statistics(2, mean: [3, 5], squaredDeviations: [8, 2]))
        #expect(bench.stored.last?.observations.first == 2)
    }
}
