import Bounded

extension GatewaySocket {
    /// The number of keys that may connect.
    public var allowedCount: Int { access.allowed.count }

    /// The key that was refused last, and where it came from.
    public var lastRefused: RefusedKey? { access.lastRefused }

    /// Lets a key in from now on; false when the list is full.
    public mutating func allow(_ key: AgentKey) -> Bool { access.allowed.insert(key) }

    /// Lets a key in no more, and drops what it still sends on a standing connection; whether it was on the list.
    @discardableResult
    public mutating func revoke(_ key: AgentKey) -> Bool { access.allowed.remove(key) }

    /// Empties the list.
    public mutating func revokeAll() { access.allowed.removeAll() }

    /// Whether a key may connect.
    public func isAllowed(_ key: AgentKey) -> Bool { access.allowed.contains(key) }
}
