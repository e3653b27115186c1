/// The gateway's sums, as `status` and `stopped` report them; what a gateway does not say is nil.
public struct GatewayTotalsEvent: Decodable, Equatable, Sendable {
    /// Bytes of all agents so far, to the gateway.
    public var bytesUp: UInt64?
    /// Bytes to all agents so far, from the gateway.
    public var bytesDown: UInt64?
    /// Skips since the gateway started that changed nothing.
    public var skips: UInt64?
    /// Skips since then in whose place a mirror was applied.
    public var reused: UInt64?
    /// Bytes by kind of message since the gateway started.
    public var traffic: WireTraffic?

    private struct Key: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }

        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    private static let kindsUp = ["hello", "update", "skip", "fetch", "goodbye", "unreadable", "handshake"]
    private static let kindsDown = ["welcome", "policy", "announce", "reject", "handshake"]

    init(bytesUp: UInt64? = nil, bytesDown: UInt64? = nil, traffic: WireTraffic? = nil) {
        self.bytesUp = bytesUp
        self.bytesDown = bytesDown
        self.traffic = traffic
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        func number(_ name: String) throws -> UInt64? {
            try container.decodeIfPresent(UInt64.self, forKey: Key(stringValue: name))
        }
        func bytes(_ kinds: [String], _ suffix: String) throws -> [String: UInt64] {
            var found: [String: UInt64] = [:]
            for kind in kinds {
                found[kind] = try number("bytes_\(kind)\(kind == "handshake" ? suffix : "")")
            }
            return found
        }
        bytesUp = try number("bytes_up")
        bytesDown = try number("bytes_down")
        skips = try number("skips")
        reused = try number("reused")
        let kinds = WireTraffic(up: try bytes(Self.kindsUp, "_up"), down: try bytes(Self.kindsDown, "_down"))
        traffic = kinds.up["update"] != nil ? kinds : nil
    }
}
