import Bounded
import Wire

/// An action before its message is encoded.
struct PendingAction: BitwiseCopyable {
    enum Kind: UInt8, BitwiseCopyable {
        case welcome
        /// A policy with its parameters; an answer when `sequence` is not zero.
        case policy
        /// A policy that says only its number: the agent holds it.
        case policyNumber
        case reject
        case collect
        case announceToAll
        case policyToAll
        case store
        case notify
    }

    var kind: Kind
    var agent: Int32 = -1
    var connection: UInt32 = 0
    var epoch = BootEpoch(0)
    var sequence = UpdateSequence(0)
    /// An `Outcome`, a `RejectReason`, or what the notice needs, by raw value; of a `Collect`, how long to rest.
    var code: UInt32 = 0
    var notice = NoticeKind.none
    /// A retry helps after the configured time.
    var isRetryable = false

    /// The version that a policy is sent as the difference from, when it is; that of a `Collect`.
    var base: PolicyVersion?
    /// Of a skip: what its gate compared.
    var gateValue: Float = 0
    var gateThreshold: Float = 0

    init(_ kind: Kind) { self.kind = kind }

    /// The notices without their payload, which is in `agent`, `connection`, `epoch`, `sequence` and `code`.
    enum NoticeKind: UInt8, BitwiseCopyable {
        case none, joined, replaced, left, duplicate, skipped, validated, refused, started, finished, drained
        case collectTimedOut, roundTimedOut
    }
}

extension PendingAction {
    /// Bits of `code` of a welcome.
    static let carriesPolicy: UInt32 = 1
    static let isRollback: UInt32 = 2

    /// Which report it is about; nil when about none.
    var identity: UpdateIdentity? {
        sequence.number == 0 ? nil : UpdateIdentity(epoch: epoch, sequence: sequence)
    }

    /// The answer that a policy carries; nil when it carries none.
    var answer: Policy.Answer? {
        guard let identity, let outcome = Outcome(rawValue: code) else { return nil }
        return Policy.Answer(to: identity, outcome: outcome)
    }

    /// The notice that was queued.
    var publicNotice: GatewayNotice? {
        let agent = Int(agent)
        switch notice {
        case .none: return nil
        case .joined: return .agentJoined(agent: agent)
        case .replaced: return .agentReplaced(agent: agent)
        case .left: return GatewayNotice.Departure(rawValue: code).map { .agentLeft(agent: agent, $0) }
        case .duplicate: return identity.map { .duplicate(agent: agent, $0) }
        case .skipped: return identity.map {
                .skipped(agent: agent, $0, value: gateValue, threshold: gateThreshold)
            }
        case .validated: return identity.map { .validated(agent: agent, $0) }
        case .refused:
            return RejectReason(rawValue: code).map {
                .refused(agent: agent < 0 ? nil : agent, connection: Connection(connection), $0, identity)
            }
        case .started: return .started
        case .finished: return GatewayNotice.Completion(rawValue: code).map { .finished($0) }
        case .drained: return .drained
        case .collectTimedOut: return .collectTimedOut(agent: agent)
        case .roundTimedOut: return .roundTimedOut(agent: agent)
        }
    }
}
