import Wire

/// What a gateway must do, in a few tables and no bytes: written apart from the core, to judge it by.
struct AdmissionModel {
    struct Agent {
        var epoch: UInt64 = 0
        var lastSequence: UInt64 = 0
        var lastWasSkip = false
        var connection: UInt32?
    }

    struct Version {
        var agent: Int
        var epoch: UInt64
        var sequence: UInt64
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
    var agents: [Int: Agent] = [:]
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
        }
        known.connection = connection
        agents[agent] = known
        atConnection[connection] = agent
        return .welcome
    }

    mutating func gone(_ connection: UInt32) {
        guard let agent = atConnection.removeValue(forKey: connection) else { return }
        agents[agent]?.connection = nil
    }

    enum Fault { case none, notFinite, count, codec }

    mutating func report(
        _ agent: Int, epoch: UInt64, sequence: UInt64, base: UInt64, isSkip: Bool, fault: Fault, from connection: UInt32
    ) -> Reply {
        guard atConnection[connection] == agent, var known = agents[agent] else {
            gone(connection)
            return .reject(.notWelcomed)
        }
        if epoch < known.epoch { return .reject(.oldEpoch) }
        if epoch > known.epoch { return .reject(.notWelcomed) }
        if sequence < known.lastSequence { return .reject(.sequence) }
        if sequence == known.lastSequence {
            let waits = versions[durable...].contains { $0.agent == agent }
            return waits && !known.lastWasSkip ? .silence : .policy(.duplicate)
        }
        if base > UInt64(durable) { return .reject(.futureVersion) }
        if !isSkip {
            if UInt64(current) - base > stalenessMaximum { return .reject(.stale) }
            switch fault {
            case .notFinite: return .reject(.notFinite)
            case .count: return .reject(.shape)
            case .codec: return .reject(.codec)
            case .none: break
            }
            if current - durable == agentsMaximum { return .reject(.busy) }
            versions.append(Version(agent: agent, epoch: epoch, sequence: sequence))
        }
        known.lastSequence = sequence
        known.lastWasSkip = isSkip
        agents[agent] = known
        return isSkip ? .policy(.noted) : .silence
    }

    /// Who must be acknowledged, in order, when the disk has `version`.
    mutating func stored(upTo version: Int) -> [(connection: UInt32, sequence: UInt64)] {
        var acknowledged: [(UInt32, UInt64)] = []
        while durable < min(version, current) {
            let made = versions[durable]
            durable += 1
            if let agent = agents[made.agent], agent.epoch == made.epoch, let connection = agent.connection {
                acknowledged.append((connection, made.sequence))
            }
        }
        return acknowledged
    }

    /// A crash: only what is on disk is left.
    mutating func crash() {
        versions.removeSubrange(durable...)
        agents.removeAll()
        atConnection.removeAll()
        for made in versions {
            agents[made.agent] = Agent(epoch: made.epoch, lastSequence: made.sequence)
        }
    }
}
