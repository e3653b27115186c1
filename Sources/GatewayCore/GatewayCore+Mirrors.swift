import Bounded
import GradientCodec
import Wire

extension GatewayCore {
    /// What a report does to its agent's mirror.
    enum MirrorChange {
        /// The vector in it replaces the mirror.
        case replace
        /// The vector in it was added to the mirror; the sum replaces it.
        case advance
        /// Nothing: the mirror is used as it is.
        case keep
    }

    /// Whether the sender of a report holds the mirror that is kept here.
    func sharesMirror(_ report: Report, of agent: Int) -> Bool {
        let place = Int(agents[agent].mirror)
        return place >= 0 && mirrors[place].checksum == report.mirrorChecksum
    }

    /// Counts a mirror that is not the one kept here, of a sender that is about to replace it.
    func noteMirrorMismatch(_ report: Report, of agent: Int) {
        guard mirrors.count > 0, report.mirrorChecksum != 0, !sharesMirror(report, of: agent) else { return }
        agents[agent].agent.counters.mirrorMismatches &+= 1
    }

    /// Adds the mirror of `agent` to the scratch vector, as both sides do.
    func addMirror(of agent: Int) {
        let mirror = mirrors.vector(at: Int(agents[agent].mirror))
        for index in 0..<scratch.count { scratch.base[index] += mirror.base[index] }
        mirrors.precision.round(scratch)
    }

    /// Makes the scratch vector, which was applied, the mirror of `agent`.
    mutating func moveMirror(of agent: Int, after identity: UpdateIdentity) {
        guard mirrors.count > 0 else { return }
        if agents[agent].mirror < 0 { agents[agent].mirror = Int32(mirrors.free ?? evictMirror()) }
        mirrors.set(Int(agents[agent].mirror), of: agent, to: scratch, after: identity)
    }

    /// Takes the place of the agent that has been away for longest.
    private func evictMirror() -> Int {
        var oldest = -1
        for agent in 0..<agentCount where agents[agent].mirror >= 0 && !agents[agent].isWelcome {
            if oldest < 0 || agents[agent].lastHeard < agents[oldest].lastHeard { oldest = agent }
        }
        // There are as many places as welcome agents, and the one that needs a place has none.
        precondition(oldest >= 0, "more mirrors than agents")
        defer { agents[oldest].mirror = -1 }
        return Int(agents[oldest].mirror)
    }

    /// A new boot of `agent` knows of no mirror.
    mutating func forgetMirror(of agent: Int) {
        guard agents[agent].mirror >= 0 else { return }
        mirrors.release(Int(agents[agent].mirror))
        agents[agent].mirror = -1
    }

    /// How many mirrors there is room for; 0 when none are kept.
    public var mirrorCount: Int { mirrors.count }

    /// The bytes of one mirror.
    public var mirrorByteCount: Int {
        mirrors.count > 0 ? mirrors.precision.codec.encodedByteCount(mirrors.elementCount) : 0
    }

    /// The mirror at `place` if it has changed since it was last asked for: to be stored with the newest version.
    ///
    /// One that a report of the open round has moved waits for the version of that round.
    public mutating func takeChangedMirror(at place: Int) -> StoredMirror? {
        let mirror = mirrors[place]
        guard mirror.agent >= 0, mirror.isChanged, agents[Int(mirror.agent)].newestVersion <= version else {
            return nil
        }
        mirrors.clearChange(place)
        return StoredMirror(
            place: place, key: agents[Int(mirror.agent)].agent.key, epoch: mirror.epoch, sequence: mirror.sequence,
            precision: mirrors.precision, data: UnsafeRawBufferPointer(mirrors.bytes(at: place)))
    }

    /// Takes back a mirror that the store remembers; false, and nothing changes, when it is of no use: of another
    /// precision, of an earlier boot, ahead of what is known of its agent, or of an agent that is not known.
    ///
    /// Only after `restore(agent:)`, and before the first event. The agent is then resynchronised.
    public mutating func restore(mirror: StoredMirror) -> Bool {
        guard let agent = findAgent(mirror.key), agents[agent].mirror < 0,
            agents[agent].agent.epoch == mirror.epoch, mirror.sequence <= agents[agent].agent.lastSequence,
            mirrors.restore(mirror.place, mirror, of: agent)
        else { return false }
        agents[agent].mirror = Int32(mirror.place)
        return true
    }
}
