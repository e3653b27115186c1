import Bounded
import GatewayCore
import GradientCodec
import Testing
import Wire

@Suite("Admission")
struct AdmissionTests {
    @Test("welcomes an agent with the policy, and knows it from then on")
    func welcome() throws {
        let bench = try Bench(Bench.settings())
        let done = bench.deliver(bench.hello(), from: 1, key: Bench.key(1))
        let initial: [Float] = [1, 2, 3, 4]
        let policy = Seen.Policy(version: 0, parameters: initial.map(\.bitPattern))
        #expect(
            done == [
                .send(1, .welcome(.init(policy: policy, isWaiting: false, lastAppliedSequence: 0, newestVersion: 0))),
                .notice(.agentJoined(agent: 0)),
            ])
        #expect(bench.core.agentCount == 1)
        #expect(bench.core.agent(at: 0).connection == Connection(1))
    }

    @Test("sends no policy to an agent that holds the newest version of this federation")
    func welcomeOfCurrentAgent() throws {
        let bench = try Bench(Bench.settings())
        func hello(federation: UInt64) -> Seen.Policy? {
            let done = bench.deliver(
                bench.hello {
                    $0.newestVersion = .initial
                    $0.federationID = federation
                }, from: 1, key: Bench.key(1))
            guard case .welcome(let welcome) = done.sent(to: 1).first else { return nil }
            return welcome.policy
        }
        #expect(hello(federation: 0xfed) == nil)
        #expect(hello(federation: 0xabc)?.version == 0)
    }

    @Test("tells an agent that is ahead of a volatile gateway to go back")
    func rollback() throws {
        let bench = try Bench(Bench.settings())
        let done = bench.deliver(
            bench.hello {
                $0.newestVersion = PolicyVersion(9)
                $0.federationID = 0xfed
            }, from: 1, key: Bench.key(1))
        guard case .welcome(let welcome) = done.sent(to: 1).first else {
            Issue.record("no welcome")
            return
        }
        #expect(welcome.policy?.isRollback == true)
        #expect(welcome.policy?.parameters != nil)
    }

    /// A `Hello` with one thing wrong, and the reason that it is refused for.
    struct BadHello: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let reason: RejectReason
        let change: @Sendable (inout Hello) -> Void
    }

    static let badHellos = [
        BadHello(testDescription: "another action count", reason: .shape) { $0.shape.actionCount = 2 },
        BadHello(testDescription: "another distribution", reason: .shape) { $0.shape.distribution = .softmax },
        BadHello(testDescription: "hidden layers", reason: .shape) { _ = $0.shape.hiddenWidths.append(8) },
        BadHello(testDescription: "another codec", reason: .codec) { $0.codecs = CodecSet(bits: 4) },
        BadHello(testDescription: "too small a buffer", reason: .messageSize) { $0.largestMessageBytes = 600 },
    ]

    @Test("refuses a Hello of another federation, and counts why", arguments: badHellos)
    func refusedHello(bad: BadHello) throws {
        let bench = try Bench(Bench.settings())
        let done = bench.deliver(bench.hello(bad.change), from: 1, key: Bench.key(1))
        #expect(done.refusal(to: 1) == bad.reason)
        #expect(done.sent(to: 1) == [.reject(bad.reason, epoch: 1, sequence: 0, retryAfterMilliseconds: 0)])
        #expect(bench.core.agentCount == 0)
        #expect(bench.core.strangers.refused(bad.reason) == 1)
    }

    @Test("says what does not fit on both sides, within the wire's limit")
    func details() throws {
        let bench = try Bench(Bench.settings())
        bench.deliver(bench.hello { $0.shape.actionCount = 3 }, from: 1, key: Bench.key(1))
        #expect(
            bench.lastDetail
                == "the federation trains a gaussian policy of 2 observations, 1 actions, hidden none; "
                + "the agent has a gaussian policy of 2 observations, 3 actions, hidden none")
        let wide = bench.deliver(
            bench.hello {
                $0.shape.observationCount = 16_384
                $0.shape.actionCount = 4096
                for _ in 0..<8 { _ = $0.shape.hiddenWidths.append(4096) }
            }, from: 1, key: Bench.key(1))
        #expect(wide.refusal(to: 1) == .shape)
        #expect(bench.lastDetail.utf8.count <= 200)
        bench.join(1)
        bench.deliver(bench.update(1, base: 7), from: 1, key: Bench.key(1))
        #expect(bench.lastDetail == "base version 7, newest 0, staleness_max 100")
    }

    @Test("refuses a peer without a key, unless it runs insecure and goes by names")
    func withoutKey() throws {
        let secure = try Bench(Bench.settings())
        #expect(secure.deliver(secure.hello(), from: 1, key: nil).refusal(to: 1) == .unknownKey)

        let open = try Bench(Bench.settings { $0.isInsecure = true })
        open.deliver(open.hello { $0.agentName = FixedText("left") }, from: 1, key: nil)
        open.deliver(open.hello { $0.agentName = FixedText("right") }, from: 2, key: nil)
        #expect(open.core.agentCount == 2)
        let again = open.deliver(open.hello { $0.agentName = FixedText("left") }, from: 3, key: nil)
        #expect(again.notices == [.agentReplaced(agent: 0)])
    }

    @Test("takes only as many agents at once as it has room for, and tells the rest to come back")
    func full() throws {
        let bench = try Bench(Bench.settings { $0.agentsMaximum = 2 })
        bench.join(2)
        let third = bench.deliver(bench.hello(), from: 3, key: Bench.key(3))
        #expect(third.sent(to: 3) == [.reject(.full, epoch: 1, sequence: 0, retryAfterMilliseconds: 200)])
        // One of the two may come back over another connection, and when one leaves there is room.
        #expect(bench.deliver(bench.hello(), from: 4, key: Bench.key(2)).notices == [.agentReplaced(agent: 1)])
        bench.handle(.connectionGone(Connection(4)))
        #expect(bench.deliver(bench.hello(), from: 3, key: Bench.key(3)).notices == [.agentJoined(agent: 2)])
    }

    @Test("knows only as many agents as it has room for, and forgets none")
    func knownAgents() throws {
        let bench = try Bench(
            Bench.settings {
                $0.agentsMaximum = 2
                $0.knownAgentsMaximum = 2
            })
        bench.join(2)
        bench.handle(.connectionGone(Connection(1)))
        #expect(bench.deliver(bench.hello(), from: 3, key: Bench.key(3)).refusal(to: 3) == .full)
        #expect(bench.deliver(bench.hello(), from: 4, key: Bench.key(1)).notices == [.agentJoined(agent: 0)])
    }

    @Test("the same key twice: the newer connection is welcome, the older has to say Hello again")
    func sameKeyTwice() throws {
        let bench = try Bench(Bench.settings())
        bench.join(1)
        #expect(bench.deliver(bench.hello(), from: 9, key: Bench.key(1)).notices == [.agentReplaced(agent: 0)])
        #expect(bench.core.welcomeCount == 1)
        let old = bench.deliver(bench.update(1, base: 0), from: 1, key: Bench.key(1))
        #expect(old.sent(to: 1) == [.reject(.notWelcomed, epoch: 1, sequence: 1, retryAfterMilliseconds: 0)])
        #expect(bench.core.version == .initial)
        #expect(bench.deliver(bench.update(1, base: 0), from: 9, key: Bench.key(1)).storedVersions == [1])
    }

    @Test("refuses an older boot of an agent, in a Hello and in an update")
    func oldEpoch() throws {
        let bench = try Bench(Bench.settings())
        bench.deliver(bench.hello { $0.bootEpoch = BootEpoch(5) }, from: 1, key: Bench.key(1))
        #expect(
            bench.deliver(bench.hello { $0.bootEpoch = BootEpoch(4) }, from: 2, key: Bench.key(1)).refusal(to: 2)
                == .oldEpoch)
        #expect(
            bench.deliver(bench.update(1, base: 0, epoch: 4), from: 1, key: Bench.key(1)).refusal(to: 1) == .oldEpoch)
        #expect(
            bench.deliver(bench.update(1, base: 0, epoch: 6), from: 1, key: Bench.key(1)).refusal(to: 1)
                == .notWelcomed)
        #expect(bench.core.version == .initial)
        #expect(bench.deliver(bench.update(1, base: 0, epoch: 5), from: 1, key: Bench.key(1)).storedVersions == [1])
    }

    @Test("a newer boot counts its reports from the start")
    func newerEpoch() throws {
        let bench = try Bench(Bench.settings { $0.durability = .volatile })
        bench.join(1)
        for sequence in 1...3 { bench.deliver(bench.update(UInt64(sequence), base: 0), from: 1, key: Bench.key(1)) }
        let welcome = bench.deliver(bench.hello { $0.bootEpoch = BootEpoch(2) }, from: 2, key: Bench.key(1))
        guard case .welcome(let content) = welcome.sent(to: 2).first else {
            Issue.record("no welcome")
            return
        }
        #expect(content.lastAppliedSequence == 0)
        let done = bench.deliver(bench.update(1, base: 3, epoch: 2), from: 2, key: Bench.key(1))
        #expect(done.answer(to: 2) == answer(1, .applied, epoch: 2))
    }

    @Test("answers nothing but a Hello before the Hello")
    func notWelcomed() throws {
        let bench = try Bench(Bench.settings())
        let messages: [AgentMessage] = [
            bench.update(1, base: 0), .skip(Skip(report: bench.report(1, base: 0))),
            .fetch(Fetch(newestVersion: nil)), .goodbye(Goodbye(bootEpoch: BootEpoch(1), reason: FixedText())),
        ]
        for message in messages {
            #expect(bench.deliver(message, from: 1, key: Bench.key(1)).refusal(to: 1) == .notWelcomed)
        }
        #expect(bench.core.strangers.refused(.notWelcomed) == 4)
        #expect(bench.core.version == .initial)
    }

    @Test("a connection that another key speaks from has to say Hello again")
    func connectionReused() throws {
        let bench = try Bench(Bench.settings())
        bench.join(1)
        let done = bench.deliver(bench.update(1, base: 0), from: 1, key: Bench.key(2))
        #expect(done.refusal(to: 1) == .notWelcomed)
        #expect(done.notices.first == .agentLeft(agent: 0, .connectionGone))
        #expect(bench.core.version == .initial)
    }

    @Test("names and counts a sender of bytes that are no message, and changes nothing")
    func malformed() throws {
        let bench = try Bench(Bench.settings())
        bench.join(1)
        for frame: [UInt8] in [[], [0xff], [0x0a, 0x7f], Array(repeating: 0x41, count: 5000)] {
            let done = bench.deliver(frame, from: 1, key: Bench.key(1))
            #expect(done.refusal(to: 1) == .malformed)
            #expect(
                done.notices == [.refused(agent: 0, connection: Connection(1), .malformed, nil)])
        }
        #expect(bench.core.agent(at: 0).agent.counters.refused(.malformed) == 4)
        #expect(bench.core.version == .initial)
    }

    @Test(
        "refuses a gradient that is not finite, and stays as it was",
        arguments: [Float.nan, .infinity, -.infinity, .signalingNaN])
    func notFinite(value: Float) throws {
        let bench = try Bench(Bench.settings())
        bench.join(1)
        let done = bench.deliver(bench.update(1, base: 0, [0, value, 0, 0]), from: 1, key: Bench.key(1))
        #expect(done.sent(to: 1) == [.reject(.notFinite, epoch: 1, sequence: 1, retryAfterMilliseconds: 0)])
        #expect(bench.core.version == .initial)
        // The same sequence may come again with a gradient: nothing was applied under it.
        #expect(bench.deliver(bench.update(1, base: 0), from: 1, key: Bench.key(1)).storedVersions == [1])
    }

    @Test("refuses a gradient of another length, of another codec, or too long a one")
    func badGradients() throws {
        let bench = try Bench(
            Bench.settings {
                guard case .afedpg(var rule) = $0.rule else { return }
                rule.gradientNorm.limit = 10
                $0.rule = .afedpg(rule)
            })
        bench.join(1)
        func refusal(_ message: AgentMessage) -> RejectReason? {
            bench.deliver(message, from: 1, key: Bench.key(1)).refusal(to: 1)
        }
        #expect(refusal(bench.update(1, base: 0, [1, 2, 3])) == .shape)
        #expect(refusal(bench.update(1, base: 0, [1, 2, 3, 4], codec: .denseFloat16)) == .codec)
        #expect(refusal(bench.update(1, base: 0, [0, 0, 10.01, 0])) == .norm)
        #expect(refusal(bench.update(1, base: 0, [1, 2, 3, 4, 5])) == .malformed)
        #expect(bench.core.version == .initial)
        #expect(bench.core.agent(at: 0).agent.counters.refusedTotal == 4)
    }

    @Test("takes dense float32 beside the federation's own codec")
    func otherCodec() throws {
        let bench = try Bench(
            Bench.settings {
                $0.uplink.codec.codec = .denseFloat16
                $0.durability = .volatile
            })
        bench.join(1)
        let half = bench.update(1, base: 0, codec: .denseFloat16)
        #expect(bench.deliver(half, from: 1, key: Bench.key(1)).answer(to: 1) == answer(1, .applied))
        let single = bench.update(2, base: 1)
        #expect(bench.deliver(single, from: 1, key: Bench.key(1)).answer(to: 1) == answer(2, .applied))
    }

    @Test("applies an update that is exactly as stale as is allowed, and refuses the next older one")
    func staleness() throws {
        let bench = try Bench(
            Bench.settings {
                $0.stalenessMaximum = 3
                $0.durability = .volatile
            })
        bench.join(2)
        for sequence in 1...5 {
            bench.deliver(bench.update(UInt64(sequence), base: UInt64(sequence - 1)), from: 1, key: Bench.key(1))
        }
        let stale = bench.deliver(bench.update(1, base: 1), from: 2, key: Bench.key(2))
        #expect(stale.sent(to: 2) == [.reject(.stale, epoch: 1, sequence: 1, retryAfterMilliseconds: 0)])
        let fresh = bench.deliver(bench.update(1, base: 2), from: 2, key: Bench.key(2))
        #expect(fresh.answer(to: 2) == answer(1, .applied))
        #expect(bench.stored.last?.delay == 3)
        #expect(bench.core.agent(at: 1).agent.counters.delayMaximum == 3)
    }

    @Test("with a staleness of zero only the newest version counts")
    func stalenessZero() throws {
        let bench = try Bench(
            Bench.settings {
                $0.stalenessMaximum = 0
                $0.durability = .volatile
            })
        bench.join(2)
        bench.deliver(bench.update(1, base: 0), from: 1, key: Bench.key(1))
        #expect(bench.deliver(bench.update(1, base: 0), from: 2, key: Bench.key(2)).refusal(to: 2) == .stale)
        #expect(bench.deliver(bench.update(1, base: 1), from: 2, key: Bench.key(2)).storedVersions == [2])
    }

    @Test("refuses a base version that was never sent out, even when it is in memory already")
    func futureVersion() throws {
        let bench = try Bench(Bench.settings())
        bench.join(2)
        bench.deliver(bench.update(1, base: 0), from: 1, key: Bench.key(1))
        #expect(bench.core.version == PolicyVersion(1))
        let early = bench.update(1, base: 1)
        #expect(bench.deliver(early, from: 2, key: Bench.key(2)).refusal(to: 2) == .futureVersion)
        bench.storeAll()
        #expect(bench.deliver(early, from: 2, key: Bench.key(2)).storedVersions == [2])
    }

    @Test("is busy, for the moment, when as many versions wait for the store as there are agents")
    func busy() throws {
        let bench = try Bench(Bench.settings { $0.agentsMaximum = 2 })
        bench.join(2)
        bench.deliver(bench.update(1, base: 0), from: 1, key: Bench.key(1))
        bench.deliver(bench.update(1, base: 0), from: 2, key: Bench.key(2))
        let third = bench.deliver(bench.update(2, base: 0), from: 1, key: Bench.key(1))
        #expect(third.sent(to: 1) == [.reject(.busy, epoch: 1, sequence: 2, retryAfterMilliseconds: 200)])
        bench.storeAll()
        #expect(bench.deliver(bench.update(2, base: 0), from: 1, key: Bench.key(1)).storedVersions == [3])
    }

    @Test("ends the session of an agent that was silent for too long, and welcomes it again")
    func silence() throws {
        let bench = try Bench(Bench.settings { $0.sessionTimeoutMilliseconds = 1000 })
        bench.join(2)
        bench.advance(milliseconds: 999)
        bench.deliver(.fetch(Fetch(newestVersion: .initial)), from: 2, key: Bench.key(2))
        #expect(bench.handle(.tick).notices == [])
        bench.advance(milliseconds: 1)
        #expect(bench.handle(.tick).notices == [.agentLeft(agent: 0, .timedOut)])
        #expect(bench.deliver(bench.update(1, base: 0), from: 1, key: Bench.key(1)).refusal(to: 1) == .notWelcomed)
        #expect(bench.deliver(bench.hello(), from: 1, key: Bench.key(1)).notices == [.agentJoined(agent: 0)])
    }

    @Test("a goodbye ends the session, unless an older boot says it")
    func goodbye() throws {
        let bench = try Bench(Bench.settings())
        bench.deliver(bench.hello { $0.bootEpoch = BootEpoch(2) }, from: 1, key: Bench.key(1))
        bench.deliver(.goodbye(Goodbye(bootEpoch: BootEpoch(1), reason: FixedText())), from: 1, key: Bench.key(1))
        #expect(bench.core.welcomeCount == 1)
        let done = bench.deliver(
            .goodbye(Goodbye(bootEpoch: BootEpoch(2), reason: FixedText("told"))), from: 1, key: Bench.key(1))
        #expect(done == [.notice(.agentLeft(agent: 0, .goodbye))])
        #expect(bench.core.welcomeCount == 0)
    }
}
