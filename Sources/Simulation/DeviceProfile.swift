/// How fast one agent's device and link are, and what is peculiar to its environment.
public struct DeviceProfile: Equatable, Sendable {
    /// How many times longer than the fastest device it takes for an environment step and for a gradient.
    public var slowness = 1.0
    /// What the device's environment is told besides what all are.
    public var environmentOptions: String?
    /// The link to the gateway.
    public var up = LinkSpeed()
    /// The link from the gateway.
    public var down = LinkSpeed()

    /// The fastest device, at a link that costs no time.
    public init() {}
}
