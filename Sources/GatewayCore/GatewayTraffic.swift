/// Messages and their bytes on the wire by kind, since the gateway started: repetitions and refused ones included.
public struct GatewayTraffic: Sendable, BitwiseCopyable {
    private var byteSums: InlineArray<14, UInt64> = .init(repeating: 0)
    private var messageCounts: InlineArray<14, UInt64> = .init(repeating: 0)
    /// Of `bytes(of:)` updates and skips, what had been answered before.
    public internal(set) var repeatedBytes: UInt64 = 0

    /// Nothing counted.
    public init() {}

    /// The bytes of all messages of `kind`, framing and encryption included.
    public func bytes(of kind: MessageKind) -> UInt64 { byteSums[kind.rawValue] }

    /// How many messages of `kind` there were.
    public func messages(of kind: MessageKind) -> UInt64 { messageCounts[kind.rawValue] }

    mutating func add(_ kind: MessageKind, bytes: UInt64, messages: UInt64 = 1) {
        byteSums[kind.rawValue] &+= bytes
        messageCounts[kind.rawValue] &+= messages
    }

    mutating func remove(_ kind: MessageKind, bytes: UInt64) {
        byteSums[kind.rawValue] &-= bytes
        messageCounts[kind.rawValue] &-= 1
    }
}
