import Aggregation
import Bounded
import GatewayCore
import GradientCodec
import Simulation
import Wire

/// A real gateway's core whose agents climb a hill: the gradient at θ is the way to the top, and some noise.
///
/// Agents are numbered from 0; the last ones are adversaries, who send after they have seen what the others sent.
final class AttackedFederation {
    static let top = [2.0, -1.0, 0.5, 3.0]

    private var core: GatewayCore
    private var encoder: MessageEncoder
    private let arena: Arena
    private var adversaries: [Adversary]
    private let honestCount: Int
    private var generators: [RandomGenerator]
    private var theta = [0.0, 0, 0, 0]
    private var round: UInt64 = 0
    private var now = Instant(nanoseconds: 1_000_000_000)

    /// Updates that were refused, by agent and reason.
    private(set) var refusals: [Int: [RejectReason: Int]] = [:]
    /// How far θ is from the top.
    var distance: Double { Self.distance(theta) }

    static func distance(_ theta: [Double]) -> Double {
        zip(theta, top).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
    }

    init(honest: Int, adversaries kinds: [AdversaryKind], robust: RobustSettings, seed: UInt64) throws {
        let shape = PolicyShape(
            distribution: .gaussian, observationCount: 2, actionCount: 1, hiddenWidths: HiddenWidths())
        var settings = GatewaySettings(
            policy: PolicyDescription(
                shape: shape, logStdMinimum: -2.5, logStdMaximum: 2, normalisesObservations: false))
        settings.federationName = FixedText("hill")
        settings.federationID = 7
        settings.durability = .volatile
        settings.agentsMinimum = honest + kinds.count
        var step = AFedPGSettings()
        step.stepSize = .constant(0.1)
        step.momentum = .constant(0.3)
        settings.rule = .rounds(.fedpg(step, robust: robust, learnersMaximum: settings.agentsMaximum))
        var arena = try Arena(limitBytes: 1 << 24)
        core = try GatewayCore(settings: settings, arena: &arena)
        encoder = try MessageEncoder(limits: settings.wireLimits, arena: &arena)
        core.start(from: try arena.vector(4, holder: "initial policy"))
        arena.seal()
        self.arena = arena
        honestCount = honest
        adversaries = kinds.enumerated().map { Adversary($1, seed: seed &+ UInt64($0)) }
        generators = (0..<honest + kinds.count).map { RandomGenerator(seed: seed, stream: UInt64($0)) }
        for agent in generators.indices {
            var hello = Hello(shape: shape)
            hello.agentName = FixedText("agent")
            hello.bootEpoch = BootEpoch(1)
            hello.largestMessageBytes = UInt32(settings.wireLimits.largestMessageBytes)
            try deliver(.hello(hello), from: agent)
        }
    }

    /// Every agent sends once; the gateway makes of that what it makes of it.
    func runRound() throws {
        let version = core.version.number
        round += 1
        let gradients = generators.indices.map { agent in
            zip(Self.top, theta).map { Float($0 - $1 + 0.3 * generators[agent].normal()) }
        }
        let lent = gradients[..<honestCount].map { gradient in
            let memory = UnsafeMutableBufferPointer<Float>.allocate(capacity: gradient.count)
            _ = memory.initialize(fromContentsOf: gradient)
            return UnsafeBufferPointer(memory)
        }
        defer { for memory in lent { memory.deallocate() } }
        for agent in gradients.indices {
            var report = Report()
            report.identity = UpdateIdentity(epoch: BootEpoch(1), sequence: UpdateSequence(round))
            report.baseVersion = PolicyVersion(version)
            report.trajectories = 1
            report.steps = 100
            var gradient = gradients[agent]
            if agent >= honestCount {
                let place = agent - honestCount
                let sign = Float(adversaries[place].tampered(reward: 1))
                for index in gradient.indices { gradient[index] *= sign }
                let update = Update(report: report, gradient: Self.packed([]))
                gradient.withUnsafeMutableBufferPointer {
                    adversaries[place].tamper(update, gradient: $0, honest: HonestGradients(Array(lent)))
                }
            }
            try gradient.withUnsafeBytes {
                let packed = PackedVector(codec: .denseFloat32, count: gradient.count, data: $0)
                try deliver(.update(Update(report: report, gradient: packed)), from: agent)
            }
        }
    }

    private static func packed(_ values: [Float]) -> PackedVector {
        PackedVector(codec: .denseFloat32, count: 0, data: UnsafeRawBufferPointer(start: nil, count: 0))
    }

    private func deliver(_ message: AgentMessage, from agent: Int) throws {
        let frame = Array(try encoder.encode(message))
        let key = AgentKey(words: (UInt64(agent + 1), 1, 2, 3))
        frame.withUnsafeBytes {
            core.handle(.message(from: Connection(UInt32(agent + 1)), key: key, bytes: $0), at: now)
        }
        while let action = core.nextAction() {
            switch action {
            case .store(let version): theta = Array(version.parameters)
            case .notify(.refused(let sender, _, let reason, _)):
                refusals[sender ?? -1, default: [:]][reason, default: 0] += 1
            case .send, .share, .notify: break
            }
        }
    }
}

extension RobustCombination {
    /// Every rule that there is.
    static var allCases: [RobustCombination] { (0..<64).compactMap { RobustCombination(rawValue: $0) } }
}
