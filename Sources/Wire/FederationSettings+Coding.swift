import CWire
import GradientCodec

extension FederationSettings {
    init(decoding message: Lapwing__V1__FederationSettings) throws(WireError) {
        guard let uplink = message.uplink else { throw WireError(.missing, "settings.uplink") }
        self.init(
            uplink: try UplinkSettings(decoding: uplink.pointee), stalenessMaximum: message.staleness_maximum,
            largestMessageBytes: message.largest_message_bytes,
            heartbeatIntervalMilliseconds: message.heartbeat_interval_ms,
            local: LocalWork(decoding: message.local?.pointee))
        if let part = message.consensus { consensus = Consensus(decoding: part.pointee) }
        if let critic = message.critic { self.critic = try CriticSharing(decoding: critic.pointee) }
    }

    func validate() throws(WireError) {
        try uplink.validate()
        try Validation.require(
            largestMessageBytes >= UInt32(WireLimits.messageBytesMinimum)
                && largestMessageBytes <= UInt32(WireLimits.messageBytesMaximum),
            .outOfRange, "settings.largest_message_bytes")
        try Validation.require(
            heartbeatIntervalMilliseconds <= WireLimits.intervalMillisecondsMaximum, .outOfRange,
            "settings.heartbeat_interval_ms")
        try local.validate()
        try consensus?.validate()
        try critic?.validate()
    }

    func encoded(in scratch: borrowing Scratch) -> UnsafeMutablePointer<Lapwing__V1__FederationSettings> {
        let message = scratch.make(lapwing__v1__federation_settings__init)
        message.pointee.uplink = uplink.encoded(in: scratch)
        message.pointee.staleness_maximum = stalenessMaximum
        message.pointee.largest_message_bytes = largestMessageBytes
        message.pointee.heartbeat_interval_ms = heartbeatIntervalMilliseconds
        if local != LocalWork() { message.pointee.local = local.encoded(in: scratch) }
        message.pointee.consensus = consensus?.encoded(in: scratch)
        message.pointee.critic = critic?.encoded(in: scratch)
        return message
    }
}
