import Wire

/// What a gateway must do, in a few tables and no bytes: written apart from the core, to judge it by.
struct AdmissionModel {
    struct Agent {
        var epoch: UInt64 = 0
        var lastSequence: UInt64 = 0
        var lastWasSkip = false
        var connection: UInt32?
        var lastHeard = 0
        /// The place of its mirror.
        var place: Int?
    }

    /// A mirror, as the disk gets it.
    struct Mirror: Equatable {
        var agent: Int
        var epoch: UInt64
        var values: [Float]
    }

    struct Version {
        var agent: Int
        var epoch: UInt64
        var sequence: UInt64
        var isReuse: Bool
        /// The rows of the mirrors on disk after it.
        var mirrors: [Int: Mirror]
    }

    /// What is reported, beside which report it is.
    enum Content {
        case skip
        case update([Float], isInnovation: Bool)
    }

    /// What the sender of a message must hear.
    enum Reply: Equatable {
        case welcome
        case policy(Outcome?)
        case reject(RejectReason)
        case silence
    }

    let agentsMaximum: Int
    let stalenessMaximum: UInt64
    /// The present time.
    var now = 0
    var agents: [Int: Agent] = [:]
    /// Agents in the order in which they came.
    var order: [Int] = []
    /// Rows of mirrors by place; one that its agent has forgotten stays until another takes the place.
    var mirrors: [Int: Mirror] = [:]
    var atConnection: [UInt32: Int] = [:]
    /// Version k is at index k − 1; all of them, then how many of them are on disk.
    var versions: [Version] = []
    var durable = 0

    var current: Int { versions.count }
    var welcome: Int { atConnection.count }

    mutating func hello(_ agent: Int, epoch: UInt64, from connection: UInt32) -> Reply {
        var known = agents[agent] ?? Agent()
        if epoch < known.epoch { return .reject(.oldEpoch) }
        if known.connection == nil && welcome == agentsMaximum { return .reject(.full) }
        if let other = atConnection[connection], other != agent { gone(connection) }
        if let old = known.connection { atConnection[old] = nil }
        if epoch > known.epoch {
            known.epoch = epoch
            known.lastSequence = 0
            known.lastWasSkip = false
            known.place = nil
        }
        known.connection = connection
        known.lastHeard = now
        if agents[agent] == nil { order.append(agent) }
        agents[agent] = known
        atConnection[connection] = agent
        return .welcome
    }

    mutating func gone(_ connection: UInt32) {
        guard let agent = atConnection.removeValue(forKey: connection) else { return }
        agents[agent]?.connection = nil
    }

    func mirror(of agent: Int) -> [Float]? {
        guard let place = agents[agent]?.place else { return nil }
        return mirrors[place]?.values
    }

    /// Gives `agent` a mirror: the first free place, or that of whoever has been away for longest.
    private mutating func setMirror(of agent: Int, _ values: [Float], epoch: UInt64) {
        if agents[agent]?.place == nil {
            let taken = Set(agents.values.compactMap(\.place))
            if let free = (0..<agentsMaximum).first(where: { !taken.contains($0) }) {
                agents[agent]?.place = free
            } else {
                let away = order.filter { agents[$0]?.place != nil && agents[$0]?.connection == nil }
                let loser = away.min { (agents[$0]?.lastHeard ?? 0) < (agents[$1]?.lastHeard ?? 0) }
                guard let loser else { return }
                let place = agents[loser]?.place
                agents[agent]?.place = place
                agents[loser]?.place = nil
            }
        }
        guard let place = agents[agent]?.place else { return }
        mirrors[place] = Mirror(agent: agent, epoch: epoch, values: values)
    }

    enum Fault { case none, notFinite, count, codec }

    mutating func report(
        _ agent: Int, epoch: UInt64, sequence: UInt64, base: UInt64, _ content: Content, checksum: UInt32, fault: Fault,
        from connection: UInt32
    ) -> Reply {
        guard atConnection[connection] == agent, var known = agents[agent] else {
            gone(connection)
            return .reject(.notWelcomed)
        }
        agents[agent]?.lastHeard = now
        known.lastHeard = now
        if epoch < known.epoch { return .reject(.oldEpoch) }
        if epoch > known.epoch { return .reject(.notWelcomed) }
        if sequence < known.lastSequence { return .reject(.sequence) }
        if sequence == known.lastSequence {
            let waits = versions[durable...].contains { $0.agent == agent }
            return waits && !known.lastWasSkip ? .silence : .policy(.duplicate)
        }
        if base > UInt64(durable) { return .reject(.futureVersion) }
        let own = mirror(of: agent)
        let isShared = own != nil && checksum == Bench.checksum(own)
        var next = own
        if case .skip = content {
            if own == nil && checksum == 0 {
                known.lastSequence = sequence
                known.lastWasSkip = true
                agents[agent] = known
                return .policy(.noted)
            }
            if UInt64(current) - base > stalenessMaximum { return .reject(.stale) }
            if !isShared { return .reject(.mirror) }
        } else if case .update(let vector, let isInnovation) = content {
            if UInt64(current) - base > stalenessMaximum { return .reject(.stale) }
            if fault == .codec { return .reject(.codec) }
            if fault == .count { return .reject(.shape) }
            if isInnovation && !isShared { return .reject(.mirror) }
            if fault == .notFinite { return .reject(.notFinite) }
            next = isInnovation ? zip(own ?? [], vector).map { $0 + $1 } : vector
        }
        if current - durable == agentsMaximum { return .reject(.busy) }
        known.lastSequence = sequence
        known.lastWasSkip = false
        agents[agent] = known
        var isReuse = true
        if case .update = content {
            setMirror(of: agent, next ?? [], epoch: epoch)
            isReuse = false
        }
        versions.append(
            Version(agent: agent, epoch: epoch, sequence: sequence, isReuse: isReuse, mirrors: mirrors))
        return .silence
    }

    /// Who must be acknowledged, in order, when the disk has `version`.
    mutating func stored(upTo version: Int) -> [(connection: UInt32, sequence: UInt64, isReuse: Bool)] {
        var acknowledged: [(UInt32, UInt64, Bool)] = []
        while durable < min(version, current) {
            let made = versions[durable]
            durable += 1
            if let agent = agents[made.agent], agent.epoch == made.epoch, let connection = agent.connection {
                acknowledged.append((connection, made.sequence, made.isReuse))
            }
        }
        return acknowledged
    }

    /// A crash: only what is on disk is left.
    mutating func crash() {
        versions.removeSubrange(durable...)
        agents.removeAll()
        atConnection.removeAll()
        order = []
        for made in versions {
            if agents[made.agent] == nil { order.append(made.agent) }
            agents[made.agent] = Agent(epoch: made.epoch, lastSequence: made.sequence)
        }
        mirrors = versions.last?.mirrors ?? [:]
        for (place, mirror) in mirrors.sorted(by: { $0.key < $1.key })
        where agents[mirror.agent]?.epoch == mirror.epoch && agents[mirror.agent]?.place == nil {
            agents[mirror.agent]?.place = place
        }
    }
}
