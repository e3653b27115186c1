import Bounded
import Foundation
import PolicyStore

/// Taking a policy out of a gateway's store.
public enum PolicyExport {
    /// Makes the policy file of one version; the gateway may be running.
    ///
    /// The example observation is a first observation of the store's environment; where that cannot be opened here (a
    /// plug-in that only the board has), it is a small ramp.
    public static func fromStore(
        _ path: String, version: UInt64?, environment: (String) throws -> EnvironmentChoice
    ) throws(TrainingError) -> PolicyFile {
        let reader: StoreReader
        let policy: StoredPolicy
        do throws(StoreError) {
            reader = try StoreReader(path: path)
            policy = try reader.policy(version: version)
        } catch {
            throw TrainingError(error)
        }
        let federation = reader.federation
        let count = federation.specification.observationCount
        let first = (try? environment(federation.environment)).flatMap { try? $0.firstObservation(seed: 1) } ?? []
        let ramp = (0..<count).map { Double($0 + 1) / Double(count + 1) }
        return try PolicyFile(
            environment: federation.environment, specification: federation.specification, policy: policy,
            observation: first.count == count ? first : ramp,
            provenance: PolicyFile.Provenance(
                run: federation.name, version: policy.version, rule: "afedpg", seed: federation.seed,
                configurationHash: String(federation.configurationHash, radix: 16)))
    }
}
