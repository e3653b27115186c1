import Bounded
import PolicyStore
import ZMQTransport

/// Why a gateway cannot start or go on; each `description` is one line with cause and remedy.
public enum GatewayError: Error, Sendable {
    /// What was configured does not go together.
    case configuration(String)
    case keys(KeyFileError)
    case transport(TransportError)
    case store(StoreError)
    /// The buffers of the federation do not fit the limit that was computed for them.
    case memory(Arena.Refusal)
    /// The file with the parameters to begin with cannot be used.
    case initialPolicy(path: String, detail: String)
    /// There is no file with the parameters to begin with.
    case initialPolicyMissing(path: String)
    /// More keys are listed than the gateway lets in at once.
    case tooManyKeys(path: String, limit: Int)

    /// How a program ends that cannot go on because of this.
    public var exitCode: ExitCode {
        switch self {
        case .configuration, .tooManyKeys: .configuration
        case .keys(let error): error.exitCode
        case .transport(let error): error.exitCode
        case .store(let error): error.exitCode
        case .memory: .system
        case .initialPolicy: .data
        case .initialPolicyMissing: .missingInput
        }
    }
}

extension GatewayError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .configuration(let text): text
        case .keys(let error): "\(error)"
        case .transport(let error): "\(error)"
        case .store(let error): "\(error)"
        case .memory(.limitReached(let holder, let needed, let limit)):
            "memory: \(holder) brings the sum to \(needed) bytes, the limit is \(limit); lower agents_max or the policy"
        case .memory(.systemRefused(let bytes)):
            "memory: the system refused \(bytes) bytes; lower agents_max, or make the policy smaller"
        case .initialPolicy(let path, let detail):
            "\(path): \(detail); name another file in [policy] initial_policy_file, or leave the key out"
        case .initialPolicyMissing(let path):
            "\(path): no such file; correct [policy] initial_policy_file, or leave the key out"
        case .tooManyKeys(let path, let limit):
            "\(path): more than \(limit) keys; raise [federation] agents_max, or list fewer"
        }
    }
}
