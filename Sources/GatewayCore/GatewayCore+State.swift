import Aggregation
import Bounded
import GradientCodec
import Wire

extension GatewayCore {
    /// Starts a new federation from `initial`, which is version 0 and which the store must have already.
    ///
    /// **Limit:** an initial policy that is not finite is a programmer error: check one that came from a file.
    public mutating func start(from initial: Vector) {
        rule.start(from: initial)
        filter.start(at: version, samplingPoint: rule.state.samplingPoint)
        packVersion()
        becomeCurrent()
    }

    /// Continues from the newest version in the store; false when it does not fit the settings.
    ///
    /// A `state` that other settings wrote is used as far as it still means something. Agents follow with
    /// `restore(agent:)`.
    public mutating func restore(_ snapshot: GatewaySnapshot) -> Bool {
        var ruleState: UnsafeBufferPointer<Double>?
        if let count = snapshot.state.first.flatMap({ Int(exactly: $0) }), count >= 0, count < snapshot.state.count {
            ruleState = UnsafeBufferPointer(rebasing: snapshot.state[1..<1 + count])
            restoreWindows(UnsafeBufferPointer(rebasing: snapshot.state[(1 + count)...]))
        }
        guard
            rule.restore(
                parameters: snapshot.parameters, direction: snapshot.direction, state: ruleState,
                version: snapshot.version)
        else { return false }
        filter.start(at: version, samplingPoint: rule.state.samplingPoint)
        if sharesCritic { _ = critic.restore(from: snapshot.state) }
        // What other settings wrote may be anything.
        if snapshot.state.count == state.count {
            filter.restore(state: UnsafeBufferPointer(rebasing: snapshot.state.suffix(filter.stateCount)))
        }
        if settings.policy.normalisesObservations, snapshot.observationMean.count > 0 {
            guard
                observations.restore(
                    count: snapshot.observationCount, mean: snapshot.observationMean,
                    squaredDeviations: snapshot.observationSquaredDeviations)
            else { return false }
        }
        totals = snapshot.totals
        totals.skips = 0
        packVersion()
        becomeCurrent()
        noteCompletion()
        return true
    }

    /// Takes back what `writeState` wrote behind the rule's own numbers.
    private mutating func restoreWindows(_ state: UnsafeBufferPointer<Double>) {
        let returnCount = min(returns.stateCount, state.count)
        returns.restore(state: UnsafeBufferPointer(rebasing: state[..<returnCount]))
        let gateCount = min(gate.stateCount, state.count - returnCount)
        gate.restore(state: UnsafeBufferPointer(rebasing: state[returnCount..<returnCount + gateCount]))
    }

    /// Takes back the point that `version` was sampled at, so that differences from it can be sent; only with a lattice
    /// downlink, no version after the one that was restored, and only before the first event.
    ///
    /// The newest version keeps the bytes that agents hold of it, also when another lattice is configured since: what
    /// is not on the new one is sent whole.
    public mutating func restore(samplingPoint: UnsafeBufferPointer<Float>, of version: PolicyVersion) {
        guard settings.downlinkCodec == .lattice, version <= self.version, samplingPoint.count == scratch.count,
            self.version.number - version.number < UInt64(versions.depth)
        else { return }
        versions.bytes(of: version).copyMemory(from: UnsafeRawBufferPointer(samplingPoint))
        if version < self.version { versions.setCompanion(VersionRing.Companion(), of: version) }
    }

    /// Adds an agent that the store remembers; false when there is no room. Only before the first event.
    public mutating func restore(agent: KnownAgent) -> Bool {
        guard agentCount < settings.knownAgentsMaximum, findAgent(agent.key) == nil else { return false }
        agents[agentCount] = AgentSlot(agent: agent)
        totals.skips &+= agent.counters.skips &+ agent.counters.reused
        agentCount += 1
        return true
    }

    /// The version that the rule has just made, or was given, counts as stored.
    private mutating func becomeCurrent() {
        durableVersion = version
        announcedVersion = version
        hasStarted = settings.agentsMinimum <= 1 || version > .initial
    }

    /// Packs the rule's newest version into its place, once.
    mutating func packVersion() {
        let current = rule.state
        let largest = Double(Float.greatestFiniteMagnitude)
        for index in 0..<scratch.count {
            scratch.base[index] = Float(min(max(current.samplingPoint[index], -largest), largest))
        }
        if settings.downlinkCodec == .lattice {
            Lattice(exponent: settings.latticeExponent).round(scratch, to: scratch)
        }
        do throws(CodecError) {
            try versions.codec.encode(scratch, into: versions.bytes(of: current.version))
        } catch {
            preconditionFailure("a policy with a NaN in it")
        }
        var companion = VersionRing.Companion()
        companion.refines = current.refines
        packAgreed()
        if settings.policy.normalisesObservations {
            observations.write(
                mean: versions.normaliserMean(of: current.version),
                scale: versions.normaliserScale(of: current.version))
            companion.normaliserCount = observations.count
        }
        companion.gateReference = gate.value
        packCritic(&companion)
        versions.setCompanion(companion, of: current.version)
    }

    /// Packs what agents agree on so far, if they do: the direction.
    private mutating func packAgreed() {
        let current = rule.state
        let bytes = versions.agreedBytes(of: current.version)
        guard bytes.count > 0 else { return }
        let largest = Double(Float.greatestFiniteMagnitude)
        for index in 0..<scratch.count {
            scratch.base[index] = Float(min(max(current.direction[index], -largest), largest))
        }
        do throws(CodecError) { try versions.codec.encode(scratch, into: bytes) } catch {
            preconditionFailure("an agreement with a NaN in it")
        }
    }

    /// Writes what has to survive a restart beside parameters, direction and statistics.
    mutating func writeState() {
        let ruleCount = rule.stateCount
        state[0] = Double(ruleCount)
        rule.write(state: UnsafeMutableBufferPointer(rebasing: state[1..<1 + ruleCount]))
        let windows = 1 + ruleCount
        let end = windows + returns.stateCount
        returns.write(state: UnsafeMutableBufferPointer(rebasing: state[windows..<end]))
        let criticStart = end + gate.stateCount
        gate.write(state: UnsafeMutableBufferPointer(rebasing: state[end..<criticStart]))
        let filterStart = criticStart + critic.stateCount
        critic.write(state: UnsafeMutableBufferPointer(rebasing: state[criticStart..<filterStart]))
        filter.write(state: UnsafeMutableBufferPointer(rebasing: state[filterStart...]))
    }
}
