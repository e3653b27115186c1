/// What a commit promises.
public enum Durability: String, Sendable, CaseIterable {
    /// A commit returns once the disk has it: it survives power loss. Every version's parameters are kept.
    case durable
    /// A commit returns once the system has it: it survives the process, not the power. The history of every version
    /// is kept, the parameters of the newest version of each commit.
    case volatile

    var synchronous: String {
        switch self {
        case .durable: "FULL"
        case .volatile: "OFF"
        }
    }
}
