import AgentCore
import Bounded
import Configuration
import Environments
import GradientCodec
import Wire

extension Failure {
    /// An ending that is a failure.
    init(_ ending: Ending) {
        switch ending {
        case .told, .gatewayDone: self.init(.success) { $0.write("ended") }
        case .refused(let reason, let detail): self.init(refused: reason, detail)
        case .shape(let mismatch): self.init(mismatch)
        case .updateTooLarge(let bytes, let limit):
            self.init(.protocolMismatch) { writer in
                writer.write("an update takes up to ")
                writer.write(bytes)
                writer.write(" bytes and the gateway accepts ")
                writer.write(limit)
                writer.write("; raise [network] largest_message_bytes at the gateway")
            }
        case .uplinkMemory(let missing):
            self.init(.configuration) { writer in
                writer.write("the federation's uplink needs memory that this agent has not reserved; set [uplink] ")
                writer.write(missing.key)
                writer.write(" as the gateway does")
            }
        case .direction(let isAgreedOn):
            self.init(.configuration) { writer in
                writer.write(isAgreedOn ? "the federation agrees on its" : "the federation agrees on no")
                writer.write(" natural gradient; set [learning] direction = ")
                writer.write(isAgreedOn ? "consensus" : "plain")
            }
        case .environment(let error, let batches):
            self.init(.internalError) { writer in
                writer.write(error.cause)
                writer.write(" (")
                writer.write(batches)
                writer.write(" batches in a row); check the environment, its options and [sampling] action_clip")
            }
        case .gradientNotFinite(let batches):
            self.init(.internalError) { writer in
                writer.write("the gradient was not finite in ")
                writer.write(batches)
                writer.write(" batches in a row; check the rewards' size, and lower the step size at the gateway")
            }
        case .encoding(let error):
            self.init(.internalError) { writer in
                writer.write("a message of this agent cannot be encoded: ")
                writer.write(error.text)
                writer.write("; report this with the configuration")
            }
        }
    }

    private init(_ mismatch: ShapeMismatch) {
        self.init(.protocolMismatch) { writer in
            writer.write("this agent's policy does not match the federation's: ")
            writer.write(mismatch.part)
            writer.write(" is ")
            writer.write(mismatch.own)
            writer.write(" here and ")
            writer.write(mismatch.federation)
            writer.write(" there; correct [environment] or [policy]")
        }
    }

    private init(refused reason: RejectReason, _ detail: FixedText) {
        self.init(Self.code(of: reason)) { writer in
            writer.write(Self.cause(of: reason))
            if !detail.isEmpty {
                writer.write(" (")
                writer.write(detail)
                writer.write(")")
            }
            writer.write("; ")
            writer.write(Self.remedy(of: reason))
        }
    }

    private static func code(of reason: RejectReason) -> ExitCode {
        switch reason {
        case .unknownKey: .permission
        case .oldEpoch: .data
        case .full, .busy, .stopping: .unavailable
        default: .protocolMismatch
        }
    }

    private static func cause(of reason: RejectReason) -> StaticString {
        switch reason {
        case .unknownKey: "the gateway does not know this agent's key"
        case .protocolVersion: "the gateway speaks another protocol version"
        case .shape: "this agent's policy has another shape than the federation's"
        case .oldEpoch: "the gateway has seen a later boot of this agent"
        case .full: "the federation has as many agents as it takes"
        case .codec: "this agent does not have the federation's codec"
        case .messageSize: "this agent cannot receive messages as long as the federation's policy"
        default: "the gateway refuses this agent"
        }
    }

    private static func remedy(of reason: RejectReason) -> StaticString {
        switch reason {
        case .unknownKey: "add its public key to the gateway's allowed_keys_file"
        case .protocolVersion, .codec: "install the same version of Lapwing on both sides"
        case .shape: "correct [environment] or [policy] so that they match the gateway's [policy]"
        case .oldEpoch: "stop the other agent that uses this key, or raise the number in state_directory/boot-epoch"
        case .full: "raise [federation] agents_max at the gateway"
        case .messageSize: "raise [network] largest_message_bytes"
        default: "see the gateway's log"
        }
    }
}
