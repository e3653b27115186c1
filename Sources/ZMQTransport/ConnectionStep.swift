/// How far an agent's connection has come: the step that is under way, or that fails.
public enum ConnectionStep: Equatable, Sendable, BitwiseCopyable {
    /// Name look-up and TCP: nobody has answered yet.
    case tcp
    /// TCP stands; keys are being checked.
    case handshake
    /// Messages can flow.
    case ready
}
