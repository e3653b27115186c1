import Bounded
import Foundation

/// The records of one commit, in slots that are reserved once.
///
/// A group belongs to the gateway's loop while it fills, then to the writer's thread until it is committed and cleared.
/// **Memory:** with `keepsEveryVersion` four vectors of float32 for each slot, else four in all; the state in float64;
/// one record for each agent; every mirror.
final class RecordGroup {
    let settings: WriterSettings
    /// Whether each version's parameters have a slot, or only the newest's.
    let keepsEveryVersion: Bool

    private(set) var versionCount = 0
    private(set) var agentCount = 0
    private(set) var stateVersion: UInt64 = 0
    private(set) var statisticsCount = 0.0
    private(set) var totals = StoredTotals()

    private let versions: UnsafeMutableBufferPointer<VersionRecord>
    private let parameters: UnsafeMutableBufferPointer<Float>
    private let agents: UnsafeMutableBufferPointer<AgentRecord>
    private let agentIsDirty: UnsafeMutableBufferPointer<Bool>
    private let dirtyAgents: UnsafeMutableBufferPointer<Int32>
    private let state: UnsafeMutableBufferPointer<Double>
    let mirrors: MirrorGroup

    init(settings: WriterSettings, keepsEveryVersion: Bool) {
        precondition(settings.versionsPerCommit > 0 && settings.agentCount > 0, "a group without slots")
        self.settings = settings
        self.keepsEveryVersion = keepsEveryVersion
        let vectorSlots = keepsEveryVersion ? settings.versionsPerCommit : 1
        versions = Self.reserve(settings.versionsPerCommit, VersionRecord())
        parameters = Self.reserve(vectorSlots * 2 * (settings.parameterCount + settings.observationCount), 0)
        agents = Self.reserve(settings.agentCount, AgentRecord())
        agentIsDirty = Self.reserve(settings.agentCount, false)
        dirtyAgents = Self.reserve(settings.agentCount, 0)
        mirrors = MirrorGroup(places: settings.mirrorCount, byteCount: settings.mirrorByteCount)
        state = Self.reserve(2 * (settings.parameterCount + settings.observationCount) + settings.ruleCount, 0)
    }

    deinit {
        versions.deallocate()
        parameters.deallocate()
        agents.deallocate()
        agentIsDirty.deallocate()
        dirtyAgents.deallocate()
        state.deallocate()
    }

    private static func reserve<Element: BitwiseCopyable>(
        _ count: Int, _ value: Element
    ) -> UnsafeMutableBufferPointer<Element> {
        let buffer = UnsafeMutableBufferPointer<Element>.allocate(capacity: count)
        buffer.initialize(repeating: value)
        return buffer
    }

    var isEmpty: Bool { versionCount == 0 && agentCount == 0 }
    var hasRoom: Bool { versionCount < settings.versionsPerCommit }

    func clear() {
        for index in 0..<agentCount { agentIsDirty[Int(dirtyAgents[index])] = false }
        mirrors.clear()
        versionCount = 0
        agentCount = 0
    }

    // MARK: Filling, on the loop

    func append(_ record: VersionRecord, policy: PolicyView) {
        precondition(hasRoom, "a record for a full group")
        versions[versionCount] = record
        if keepsEveryVersion { copy(policy, slot: versionCount) }
        versionCount += 1
    }

    func note(_ agent: AgentRecord, slot: Int) {
        agents[slot] = agent
        if !agentIsDirty[slot] {
            agentIsDirty[slot] = true
            dirtyAgents[agentCount] = Int32(slot)
            agentCount += 1
        }
    }

    /// Takes what a restart needs, as it is after the last record.
    func close(state view: StateView, policy: PolicyView) {
        if !keepsEveryVersion, versionCount > 0 { copy(policy, slot: 0) }
        stateVersion = view.version
        statisticsCount = view.statisticsCount
        totals = view.totals
        var offset = 0
        for part in [view.theta, view.direction, view.statisticsMean, view.statisticsSquaredDeviations, view.rule] {
            precondition(offset + part.count <= state.count, "a state of another shape")
            _ = UnsafeMutableBufferPointer(rebasing: state[offset..<offset + part.count]).update(from: part)
            offset += part.count
        }
        precondition(offset == state.count, "a state of another shape")
    }

    private func copy(_ policy: PolicyView, slot: Int) {
        let wide = settings.parameterCount
        let narrow = settings.observationCount
        precondition(policy.theta.count == wide && policy.lookahead.count == wide, "a policy of another shape")
        precondition(
            policy.normaliserMean.count == narrow && policy.normaliserScale.count == narrow,
            "a normaliser of another shape")
        let vectors = self.vectors(slot: slot)
        Self.narrow(policy.theta, into: vectors.theta)
        _ = vectors.lookahead.update(from: policy.lookahead)
        _ = vectors.mean.update(from: policy.normaliserMean)
        _ = vectors.scale.update(from: policy.normaliserScale)
    }

    private static func narrow(_ source: UnsafeBufferPointer<Double>, into target: UnsafeMutableBufferPointer<Float>) {
        guard let from = source.baseAddress, let to = target.baseAddress else { return }
        for index in 0..<source.count { to[index] = Float(from[index]) }
    }

    private typealias Vectors = (
        theta: UnsafeMutableBufferPointer<Float>, lookahead: UnsafeMutableBufferPointer<Float>,
        mean: UnsafeMutableBufferPointer<Float>, scale: UnsafeMutableBufferPointer<Float>
    )

    private func vectors(slot: Int) -> Vectors {
        let wide = settings.parameterCount
        let narrow = settings.observationCount
        let start = slot * 2 * (wide + narrow)
        func part(_ offset: Int, _ count: Int) -> UnsafeMutableBufferPointer<Float> {
            UnsafeMutableBufferPointer(rebasing: parameters[start + offset..<start + offset + count])
        }
        return (part(0, wide), part(wide, wide), part(2 * wide, narrow), part(2 * wide + narrow, narrow))
    }

    // MARK: Reading, on the writer's thread

    func version(_ index: Int) -> VersionRecord { versions[index] }

    func agent(_ index: Int) -> AgentRecord { agents[Int(dirtyAgents[index])] }

    /// The vectors of a slot, viewed without a copy.
    func blobs(slot: Int) -> (theta: Data, lookahead: Data, mean: Data, scale: Data) {
        let vectors = self.vectors(slot: slot)
        return (
            Blob.viewing(UnsafeBufferPointer(vectors.theta)), Blob.viewing(UnsafeBufferPointer(vectors.lookahead)),
            Blob.viewing(UnsafeBufferPointer(vectors.mean)), Blob.viewing(UnsafeBufferPointer(vectors.scale))
        )
    }

    /// The parts of the state, viewed without a copy.
    func stateBlobs() -> (theta: Data, direction: Data, mean: Data, squaredDeviations: Data, rule: Data) {
        let wide = settings.parameterCount
        let narrow = settings.observationCount
        func part(_ offset: Int, _ count: Int) -> Data {
            Blob.viewing(UnsafeBufferPointer(rebasing: state[offset..<offset + count]))
        }
        return (
            part(0, wide), part(wide, wide), part(2 * wide, narrow), part(2 * wide + narrow, narrow),
            part(2 * (wide + narrow), settings.ruleCount)
        )
    }
}
