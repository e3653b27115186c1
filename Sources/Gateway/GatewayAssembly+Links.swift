import Bounded
import GatewayCore
import PolicyStore

/// What a restarted gateway takes back of the links to its agents: their mirrors, and the points that they may hold.
extension GatewayAssembly {
    static func writerSettings(_ plan: GatewayPlan, _ core: inout GatewayCore) -> WriterSettings {
        let snapshot = core.snapshot()
        var settings = WriterSettings(
            parameterCount: snapshot.parameters.count, observationCount: snapshot.observationMean.count,
            ruleCount: snapshot.state.count, versionsPerCommit: plan.versionsPerCommit,
            agentCount: plan.core.knownAgentsMaximum, commitIntervalMilliseconds: plan.commitIntervalMilliseconds)
        settings.mirrorCount = core.mirrorCount
        settings.mirrorByteCount = core.mirrorByteCount
        settings.keptVersions = plan.keptVersions
        return settings
    }

    /// Takes the agents' mirrors back; returns what is wrong with rows that are damaged. Their agents send whole once.
    static func restoreMirrors(
        _ core: inout GatewayCore, _ database: StoreDatabase
    ) throws(GatewayError) -> [StoreError] {
        guard core.mirrorCount > 0 else { return [] }
        var lost: [StoreError] = []
        let mirrors: [MirrorRecord]
        do throws(StoreError) { mirrors = try database.mirrors { lost.append($0) } } catch { throw .store(error) }
        for mirror in mirrors { mirror.data.withUnsafeBytes { _ = core.restore(mirror: StoredMirror(mirror, $0)) } }
        return lost
    }

    /// Takes back the points that differences can be told from; what the store does not give is sent whole.
    static func restoreSamplingPoints(_ plan: GatewayPlan, _ core: inout GatewayCore, _ database: StoreDatabase) {
        guard plan.core.downlinkCodec == .lattice, plan.core.durability == .durable else { return }
        let newest = core.version.number
        for version in newest - min(newest, UInt64(plan.core.downlinkHistory))...newest {
            guard let policy = try? database.policy(version: version) else { continue }
            policy.lookahead.withUnsafeBufferPointer {
                core.restore(samplingPoint: $0, of: PolicyVersion(version))
            }
        }
    }
}
