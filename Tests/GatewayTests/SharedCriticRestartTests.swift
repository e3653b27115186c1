import Foundation
import GatewayCore
import GradientCodec
import PolicyMath
import Testing
import Wire

@testable import Gateway

@Suite("A shared critic over real sockets and a real store")
struct SharedCriticRestartTests {
    private static let widths = [4]
    private static let count = 3 * 4 + 4 + 4 + 1

    let folder: TestFolder

    init() throws { folder = try TestFolder() }

    private func start(_ change: (inout GatewayPlan) -> Void = { _ in }) throws -> (RunningGateway, ScriptedAgent) {
        let gateway = try RunningGateway(in: folder) {
            $0.core.critic = SharedCriticSettings(hiddenWidths: LayerWidths(Self.widths))
            $0.core.critic?.weight = 0.5
            $0.core.critic?.seed = 9
            change(&$0)
        }
        let agent = try ScriptedAgent("heron", to: gateway.endpoint, criticCount: Self.count)
        try agent.hello(critic: Self.widths)
        _ = try agent.receive()
        return (gateway, agent)
    }

    private func outcome(_ agent: ScriptedAgent) throws -> Outcome? {
        guard case .policy(_, let outcome, _, _) = try agent.receive() else { return nil }
        return outcome
    }

    @Test("a merged critic is there after a restart, bit for bit, and a repeated update does not merge again")
    func restart() throws {
        var (gateway, agent) = try start()
        let initial = try #require(agent.lastCritic)
        #expect(initial.count == Self.count && agent.lastTargetScale == 0)
        let change = (0..<Self.count).map { Float($0) * 0.25 }
        let targets = TargetStatistics(count: 100, mean: 7, squaredDeviations: 400)
        try agent.update(1, base: 0, critic: change, targets: targets)
        #expect(try outcome(agent) == .applied)
        let merged = try #require(agent.lastCritic)
        #expect(merged == zip(initial, change).map { Float(Double($0) + 0.5 * Double($1)) })
        #expect(agent.lastTargetScale == 2)
        try gateway.stop()

        (gateway, agent) = try start { $0.core.critic?.seed = 10 }
        #expect(agent.lastCritic == merged && agent.lastTargetScale == 2)
        try agent.update(1, base: 0, critic: change, targets: targets)
        #expect(try outcome(agent) == .duplicate)
        #expect(agent.lastCritic == merged)
        try agent.update(2, base: 1, critic: change, targets: targets)
        #expect(try outcome(agent) == .applied)
        #expect(agent.lastCritic != merged)
        try gateway.stop()
    }

    @Test("sharing that is switched on later draws the same critic at every start, whatever the seed then is")
    func switchedOn() throws {
        let off = try RunningGateway(in: folder)
        try off.stop()
        var (gateway, agent) = try start { $0.core.critic?.seed = 21 }
        let first = try #require(agent.lastCritic)
        try gateway.stop()
        (gateway, agent) = try start { $0.core.critic?.seed = 22 }
        #expect(agent.lastCritic == first)
        try gateway.stop()
    }
}
