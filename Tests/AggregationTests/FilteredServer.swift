import Aggregation
import Bounded

/// A rule of AFedPG with a filter before it, as the gateway has them.
struct FilteredServer: ~Copyable {
    var rule: ServerRule
    var filter: ArrivalFilter
    var arena: Arena
    let scratch: Vector
    /// Whose gradients passed.
    private(set) var passed: [Int] = []
    /// Agents that have left.
    var absent: Set<Int> = []

    init(_ settings: ArrivalFilterSettings, rule ruleSettings: ServerRule.Settings, initial: [Float]) throws {
        var arena = try Arena(limitBytes: 1 << 22)
        let rule = try ServerRule(parameterCount: initial.count, settings: ruleSettings, arena: &arena)
        let filter = try ArrivalFilter(parameterCount: initial.count, settings: settings, arena: &arena)
        scratch = try arena.vector(initial.count, holder: "gradient")
        self.rule = rule
        self.filter = filter
        self.arena = arena
        self.rule.start(from: leakedVector(initial))
        self.filter.start(at: .initial, samplingPoint: self.rule.state.samplingPoint)
    }

    var version: UInt64 { rule.state.version.number }
    var parameters: [Double] { Array(rule.state.parameters) }

    mutating func take(_ gradient: [Float], from agent: Int, base: UInt64) -> FilterVerdict {
        for index in 0..<gradient.count { scratch[index] = gradient[index] }
        let baseVersion = PolicyVersion(base)
        let absent = absent
        let verdict = filter.screen(scratch, from: agent, baseVersion: baseVersion, newest: rule.state.version) {
            !absent.contains($0)
        }
        switch verdict {
        case .waiting, .refused, .unusable: return verdict
        case .held(let norm):
            let update = rule.hold(gradientNorm: norm, baseVersion: baseVersion)
            filter.note(update, samplingPoint: rule.state.samplingPoint)
        case .passed, .combined:
            guard case .applied(let update) = rule.apply(gradient: scratch, baseVersion: baseVersion) else {
                return verdict
            }
            filter.note(update, samplingPoint: rule.state.samplingPoint)
            passed.append(agent)
        }
        return verdict
    }
}

extension FilteredServer {
    static func settings(
        _ kind: ArrivalFilterSettings.Kind, _ change: (inout ArrivalFilterSettings) -> Void = { _ in }
    ) -> ArrivalFilterSettings {
        var settings = ArrivalFilterSettings()
        settings.kind = kind
        settings.dampening = .constant
        settings.agentsMaximum = 8
        change(&settings)
        return settings
    }

    static let plain = ServerRule.Settings.arrivals(.a3c(stepSize: .constant(0.1), scaling: .plain))
}
