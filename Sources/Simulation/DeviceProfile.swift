/// How fast one agent's device and link are.
public struct DeviceProfile: Equatable, Sendable {
    /// How many times longer than the fastest device it takes for an environment step and for a gradient.
    public var slowness = 1.0
    /// The link to the gateway.
    public var up = LinkSpeed()
    /// The link from the gateway.
    public var down = LinkSpeed()

    /// The fastest device, at a link that costs no time.
    public init() {}
}
