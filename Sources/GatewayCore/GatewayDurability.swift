/// What an acknowledgement promises.
public enum GatewayDurability: UInt32, Sendable {
    /// The update is on the gateway's disk: it survives a loss of power.
    case durable = 0
    /// The update is in the gateway's memory; what was acknowledged can be lost with the process.
    case volatile = 1
}
