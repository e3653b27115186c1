import Bounded
import GatewayCore
import Testing
import Wire

@Suite("Memory")
struct MemoryTests {
    @Test("everything is reserved at the start: the plan's lines sum to what the arena gave, to the byte")
    func planAddsUp() throws {
        for durability in [GatewayDurability.durable, .volatile] {
            var arena = try Arena(limitBytes: 1 << 24)
            let core = try GatewayCore(
                settings: Bench.settings(normalises: true) { $0.durability = durability }, arena: &arena)
            #expect(arena.plan.totalBytes == arena.reservedBytes)
            #expect(core.agentCount == 0)
        }
    }

    @Test("needs a limit that covers the plan, and names who did not fit when it does not")
    func limit() throws {
        let settings = Bench.settings()
        var roomy = try Arena(limitBytes: 1 << 24)
        _ = try GatewayCore(settings: settings, arena: &roomy)
        var exact = try Arena(limitBytes: roomy.reservedBytes)
        _ = try GatewayCore(settings: settings, arena: &exact)
        #expect(exact.reservedBytes == exact.limitBytes)
        var short = try Arena(limitBytes: roomy.reservedBytes - 1)
        #expect(throws: Arena.Refusal.self) { _ = try GatewayCore(settings: settings, arena: &short) }
    }

    @Test("durable acknowledgements cost a packed policy for each agent, volatile ones do not")
    func versionsInFlight() throws {
        func bytes(_ durability: GatewayDurability, _ agents: Int) throws -> Int {
            var arena = try Arena(limitBytes: 1 << 24)
            _ = try GatewayCore(
                settings: Bench.settings {
                    $0.durability = durability
                    $0.agentsMaximum = agents
                }, arena: &arena)
            var line = 0
            for index in 0..<arena.plan.count {
                if FixedText(arena.plan[index].holder) == "versions in flight" { line = arena.plan[index].byteCount }
            }
            return line
        }
        #expect(try bytes(.durable, 16) > 16 * 16)
        #expect(try bytes(.volatile, 16) == (try bytes(.volatile, 4)))
    }

    @Test("serves as many connections as agents, over and over, in any order")
    func connectionsComeAndGo() throws {
        let bench = try Bench(Bench.settings { $0.agentsMaximum = 8 })
        var generator = RandomGenerator(seed: 12)
        var at: [Int: UInt32] = [:]
        for _ in 0..<2000 {
            let agent = 1 + generator.below(8)
            if let connection = at[agent], generator.below(2) == 0 {
                bench.handle(.connectionGone(Connection(connection)))
                at[agent] = nil
            } else {
                // Numbers that fall on each other in a small table.
                let connection = UInt32(truncatingIfNeeded: generator.next()) & 0xff00_00ff
                guard !at.values.contains(connection) else { continue }
                bench.deliver(bench.hello(), from: connection, key: Bench.key(agent))
                at[agent] = connection
            }
            #expect(bench.core.welcomeCount == at.count)
            for (agent, connection) in at {
                let done = bench.deliver(
                    .fetch(Fetch(newestVersion: .initial)), from: connection, key: Bench.key(agent))
                #expect(done.sent(to: connection) == [.policy(.init(version: 0, parameters: nil))])
            }
        }
    }
}
