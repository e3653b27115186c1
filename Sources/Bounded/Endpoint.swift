/// Where a gateway listens: `tcp://host:port`, `tcp://[::1]:port`, or for binding `tcp://*:port`.
///
/// **Limit:** other transports are refused, and so is libzmq's `source;destination` form.
public struct Endpoint: Sendable {
    /// The whole text, as libzmq takes it.
    public let text: FixedText
    /// The host's name or address, without brackets.
    public let host: FixedText
    /// Whether the host is a literal IPv6 address.
    public let isVersion6: Bool

    private static let scheme: StaticString = "tcp://"

    /// Reads an endpoint; nil when it is none.
    public init?(_ text: FixedText) {
        guard !text.wasCut, let colon = Self.portColon(of: text) else { return nil }
        var start = Self.scheme.utf8CodeUnitCount
        var end = colon
        isVersion6 = text[start] == 0x5b  // [
        if isVersion6 {
            guard end - start > 2, text[end - 1] == 0x5d else { return nil }
            start += 1
            end -= 1
        }
        var host = FixedText()
        for index in start..<end {
            guard Self.isHostByte(text[index], version6: isVersion6) else { return nil }
            host.append(byte: text[index])
        }
        self.text = text
        self.host = host
    }

    /// Whether only this machine can reach the address. A name counts only if it is `localhost`.
    public var isLoopback: Bool {
        if isVersion6 { return host == "::1" }
        if host == "localhost" { return true }
        // 127.0.0.0/8
        return isVersion4Address && host[0] == 0x31 && host[1] == 0x32 && host[2] == 0x37 && host[3] == 0x2e
    }

    /// Whether the port is left to the system: for listening only.
    public var hasFreePort: Bool { text[text.count - 1] == 0x2a }

    /// Whether the host stands for every address of this machine: for listening only.
    public var isEveryAddress: Bool { host == "*" }

    /// Four decimal numbers up to 255 with dots between.
    private var isVersion4Address: Bool {
        var parts = 1
        var value = -1
        for index in 0..<host.count {
            let byte = host[index]
            if byte == 0x2e {
                guard value >= 0 else { return false }
                parts += 1
                value = -1
            } else {
                guard byte >= 0x30, byte <= 0x39 else { return false }
                value = max(value, 0) * 10 + Int(byte - 0x30)
                guard value <= 255 else { return false }
            }
        }
        return parts == 4 && value >= 0
    }

    /// The index of the colon before the port, or nil when scheme, host or port is wrong.
    private static func portColon(of text: FixedText) -> Int? {
        guard text.count > scheme.utf8CodeUnitCount else { return nil }
        for index in 0..<scheme.utf8CodeUnitCount where text[index] != scheme.utf8Start[index] { return nil }
        var colon = text.count - 1
        while colon > scheme.utf8CodeUnitCount, text[colon] != 0x3a { colon -= 1 }
        guard colon > scheme.utf8CodeUnitCount, colon < text.count - 1 else { return nil }
        if colon == text.count - 2, text[colon + 1] == 0x2a { return colon }  // any free port
        var port = 0
        for index in (colon + 1)..<text.count {
            guard text[index] >= 0x30, text[index] <= 0x39 else { return nil }
            port = port * 10 + Int(text[index] - 0x30)
            guard port <= 65_535 else { return nil }
        }
        return port > 0 ? colon : nil
    }

    private static func isHostByte(_ byte: UInt8, version6: Bool) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, 0x2d, 0x2e, 0x5f: true  // 0-9 A-Z a-z - . _
        case 0x3a, 0x25: version6  // : %
        case 0x2a: !version6  // *
        default: false
        }
    }
}
