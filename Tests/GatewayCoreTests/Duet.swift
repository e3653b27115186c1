import Bounded
import Environments
import GatewayCore
import GradientCodec
import PolicyMath
import Wire

@testable import AgentCore

/// Real agents' cores and a real gateway's core on virtual time, with a disk and a network that may lose, repeat and
/// reorder.
///
/// A step is a millisecond.
struct Duet {
    struct Faults {
        var dropped = 0
        var repeated = 0
        var agentCrashes = 0
        var gatewayCrashes = 0
        var cuts = 0
    }

    struct Packet {
        var due: UInt64
        var connection: UInt32
        var isUp: Bool
        var bytes: [UInt8]
    }

    /// Whether the network and the power fail now and then.
    var isHarmful = false
    var faults = Faults()
    var agents: [AgentProcess] = []
    /// What a promise was broken by, in words.
    var problems: [String] = []
    var refusals = 0

    private var generator: RandomGenerator
    private(set) var gateway: Bench
    private var packets: [Packet] = []
    private var time: UInt64 = 0
    private var nextConnection: UInt32 = 0
    /// The commit under way: when it ends, and what it writes.
    private var commit: (due: UInt64, version: UInt64)?
    private(set) var numberAtConnection: [UInt32: Int] = [:]
    /// Every report that was applied, and the version that it made.
    private(set) var applied: [String: UInt64] = [:]
    /// Whether every update that is sent is unpacked and kept, for the sums of `Duet+Conservation.swift`.
    var keepsBooks = false
    /// What the gateway makes of each update, by name.
    var decoded: [String: [Float]] = [:]
    /// Times that an agent's sums were compared.
    var conservationChecks = 0
    /// Every skip that changed nothing.
    private var noted: Set<String> = []

    init(
        seed: UInt64, agentCount: Int, uplink: UplinkSettings = UplinkSettings(), agrees: Bool = false,
        _ change: (inout GatewaySettings) -> Void = { _ in }
    ) throws {
        self.uplink = uplink
        self.agrees = agrees
        var draws = RandomGenerator(seed: seed)
        let settings = Bench.settings(shape: try AgentProcess.shape(), normalises: true) {
            $0.agentsMinimum = agentCount
            $0.broadcast = .announce
            $0.stalenessMaximum = 20
            $0.uplink = uplink
            change(&$0)
        }
        let initial = (0..<settings.policy.shape.parameterCount).map { _ in Float(draws.normal() * 0.1) }
        generator = draws
        self.initial = initial
        gateway = try Bench(settings, initial: initial)
        for number in 1...agentCount {
            agents.append(try AgentProcess(number: number, epoch: 1, uplink: uplink, agrees: agrees))
        }
    }

    private let initial: [Float]
    private let uplink: UplinkSettings
    private let agrees: Bool
    /// Times that an agent's mirror was compared with the gateway's, while nothing of it was on the way.
    var mirrorComparisons = 0
    var reuses: Int { gateway.stored.reduce(0) { $0 + $1.reports.count { $0.isReuse } } }

    /// The newest version on disk.
    var durable: UInt64 { gateway.core.durableVersion.number }

    /// The newest version in memory, and the observations that were merged into it.
    var version: UInt64 { gateway.core.version.number }
    var observationCount: Double { gateway.stored.last?.observations.first ?? 0 }

    mutating func step() throws {
        time += 1
        gateway.now = Instant(nanoseconds: time * 1_000_000)
        if isHarmful { try harm() }
        for index in agents.indices {
            connect(index)
            agents[index].run(at: gateway.now, isTurn: !isResting && time % UInt64(1 + index * 2) == 0)
            agents[index].keepGradient()
            while let bytes = agents[index].outgoing(at: gateway.now) {
                post(Packet(due: 0, connection: agents[index].connection, isUp: true, bytes: bytes))
            }
        }
        deliver()
        writeToDisk()
        if time % 50 == 0 { carryOut(gateway.handle(.tick)) }
    }

    /// An agent's process is started anew.
    mutating func crash(_ index: Int) throws {
        agents[index].disconnected(at: gateway.now)
        agents[index] = try AgentProcess(
            number: agents[index].number, epoch: agents[index].epoch + 1, uplink: uplink, agrees: agrees)
    }

    /// Lets everything that is on its way arrive, with agents that begin nothing new.
    mutating func settle() throws {
        isResting = true
        defer { isResting = false }
        for _ in 0..<2_000 { try step() }
    }

    /// Lets everything arrive, and compares both sides.
    mutating func compareMirrors() throws {
        try settle()
        for agent in agents where agent.holdsMirror {
            mirrorComparisons += 1
            let mirror = gateway.mirror(of: agent.key)
            if Bench.checksum(mirror) != agent.mirrorChecksum {
                problems.append("agent \(agent.number): another mirror than the gateway's")
            }
        }
    }

    private var isResting = false
    /// What the gateway counted of rounds, and the gradients behind each version.
    var roundCounters: GatewayRoundCounters { gateway.core.roundCounters }
    var batchesInVersions: [Int] = []
    /// How many reports are in each version that was made.
    var reportsInVersions: [Int] = []

    // MARK: - Network

    private mutating func connect(_ index: Int) {
        guard agents[index].connection == 0 else { return }
        nextConnection += 1
        agents[index].connection = nextConnection
        numberAtConnection[nextConnection] = agents[index].number
        agents[index].connected(at: gateway.now)
    }

    private mutating func post(_ packet: Packet) {
        if packet.isUp, keepsBooks { keep(packet) }
        if isHarmful, generator.below(12) == 0 {
            faults.dropped += 1
            return
        }
        var packet = packet
        packet.due = time + 1 + UInt64(generator.below(isHarmful ? 40 : 3))
        let before = packets.last { $0.connection == packet.connection && $0.isUp == packet.isUp }
        if !isHarmful, let before { packet.due = max(packet.due, before.due) }
        packets.append(packet)
        if isHarmful, generator.below(20) == 0 {
            faults.repeated += 1
            packet.due += UInt64(generator.below(400))
            packets.append(packet)
        }
    }

    private mutating func deliver() {
        let due = packets.filter { $0.due <= time }
        packets.removeAll { $0.due <= time }
        for packet in due {
            let index = agents.firstIndex { $0.connection == packet.connection }
            if packet.isUp {
                // A frame can arrive after its connection is gone; the key is the sender's all the same.
                let key = Bench.key(numberAtConnection[packet.connection] ?? 0)
                carryOut(gateway.deliver(packet.bytes, from: packet.connection, key: key))
            } else if let index {
                agents[index].received(packet.bytes, at: gateway.now)
            }
        }
    }


    private mutating func carryOut(_ done: [Done]) {
        for notice in done.notices {
            if case .refused = notice { refusals += 1 }
            if case .skipped(let agent, let identity, _, _) = notice {
                noted.insert(Self.name(Int(gateway.core.agent(at: agent).agent.key.words.0), identity))
            }
        }
        for (connection, bytes) in gateway.frames {
            post(Packet(due: 0, connection: connection, isUp: false, bytes: bytes))
        }
        for case .store(let version) in done {
            for report in version.reports {
                let name = Self.name(report.agent, report.identity)
                if applied[name] != nil { problems.append("\(name) applied twice") }
                applied[name] = version.version
            }
            if version.delay > 20 { problems.append("version \(version.version) made with delay \(version.delay)") }
            if Set(version.reports.map(\.agent)).count < version.reports.count {
                problems.append("version \(version.version) has an agent twice")
            }
            reportsInVersions.append(version.reports.count)
            batchesInVersions.append(version.reports.reduce(0) { $0 + $1.batches })
        }
        for case .send(let connection, .policy(let policy)) in done {
            guard let answer = policy.answer, answer.outcome != .noted else { continue }
            let name = Self.name(numberAtConnection[connection] ?? 0, answer.identity)
            if noted.contains(name), applied[name] == nil { continue }
            if applied[name, default: .max] > durable { problems.append("\(name) answered before it was stored") }
        }
    }

    static func name(_ agent: Int, _ identity: UpdateIdentity) -> String {
        "agent \(agent), boot \(identity.epoch.number), report \(identity.sequence.number)"
    }

    // MARK: - Disk

    private mutating func writeToDisk() {
        if let under = commit {
            guard under.due <= time else { return }
            commit = nil
            carryOut(gateway.handle(.stored(upTo: PolicyVersion(under.version))))
        }
        let version = gateway.core.version.number
        if version > durable { commit = (time + 5 + UInt64(generator.below(20)), version) }
    }

    // MARK: - Harm

    private mutating func harm() throws {
        switch generator.below(4000) {
        case 0:
            faults.gatewayCrashes += 1
            // What the disk had begun may be there or not; what it had not begun is gone.
            let kept = generator.below(2) == 0 ? commit?.version ?? durable : durable
            gateway = try gateway.restarted(upTo: kept, initial: initial)
            commit = nil
            applied = applied.filter { $0.value <= kept }
            cutAll()
        case 1:
            faults.agentCrashes += 1
            let index = generator.below(agents.count)
            agents[index] = try AgentProcess(
                number: agents[index].number, epoch: agents[index].epoch + 1, uplink: uplink, agrees: agrees)
        case 2...5:
            faults.cuts += 1
            let index = generator.below(agents.count)
            let old = agents[index].connection
            agents[index].disconnected(at: gateway.now)
            // The gateway may never hear of it.
            if generator.below(2) == 0 { carryOut(gateway.handle(.connectionGone(Connection(old)))) }
        default: break
        }
    }

    private mutating func cutAll() {
        for index in agents.indices { agents[index].disconnected(at: gateway.now) }
        packets.removeAll()
    }
}
