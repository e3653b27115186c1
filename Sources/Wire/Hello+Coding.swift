import Bounded
import CWire

extension Hello {
    init(decoding message: Lapwing__V1__Hello) throws(WireError) {
        guard let distribution = PolicyDistribution(rawValue: message.distribution.rawValue) else {
            throw WireError(.unknownValue, "hello.distribution")
        }
        self.init(
            shape: PolicyShape(
                distribution: distribution, observationCount: Int(clamping: message.observation_count),
                actionCount: Int(clamping: message.action_count),
                hiddenWidths: try HiddenWidths(
                    decoding: message.hidden_widths, count: message.n_hidden_widths, field: "hidden_widths")))
        protocolVersion = message.protocol_version
        agentName = FixedText(decoding: message.agent_name)
        bootEpoch = BootEpoch(message.boot_epoch)
        codecs = CodecSet(bits: message.codecs)
        largestMessageBytes = message.largest_message_bytes
        newestVersion = message.has_policy != 0 ? PolicyVersion(message.newest_version) : nil
        softwareVersion = FixedText(decoding: message.software_version)
        lastSequence = UpdateSequence(message.last_sequence)
        environmentName = FixedText(decoding: message.environment_name)
        federationID = message.federation_id
        if message.has_critic != 0 {
            criticWidths = try HiddenWidths(
                decoding: message.critic_hidden_widths, count: message.n_critic_hidden_widths,
                field: "critic_hidden_widths")
        }
    }

    func validate() throws(WireError) {
        try Validation.require(protocolVersion >= 1, .outOfRange, "hello.protocol_version")
        try Validation.text(
            agentName, atMost: WireLimits.nameBytesMaximum, mayBeEmpty: false, "hello.agent_name")
        try Validation.require(bootEpoch.number >= 1, .outOfRange, "hello.boot_epoch")
        try Validation.require(codecs.bits != 0, .outOfRange, "hello.codecs")
        try Validation.require(
            largestMessageBytes >= UInt32(WireLimits.messageBytesMinimum)
                && largestMessageBytes <= UInt32(WireLimits.messageBytesMaximum),
            .outOfRange, "hello.largest_message_bytes")
        try shape.validate()
        try criticWidths?.validate("critic_hidden_widths")
        try Validation.text(softwareVersion, atMost: WireLimits.nameBytesMaximum, "hello.software_version")
        try Validation.text(environmentName, atMost: WireLimits.nameBytesMaximum, "hello.environment_name")
    }

    func encoded(in scratch: borrowing Scratch) -> UnsafeMutablePointer<Lapwing__V1__Hello> {
        let message = scratch.make(lapwing__v1__hello__init)
        message.pointee.protocol_version = protocolVersion
        message.pointee.agent_name = scratch.bytes(of: agentName)
        message.pointee.boot_epoch = bootEpoch.number
        message.pointee.codecs = codecs.bits
        message.pointee.largest_message_bytes = largestMessageBytes
        message.pointee.distribution = Lapwing__V1__Distribution(shape.distribution.rawValue)
        message.pointee.observation_count = UInt32(shape.observationCount)
        message.pointee.action_count = UInt32(shape.actionCount)
        message.pointee.n_hidden_widths = shape.hiddenWidths.count
        message.pointee.hidden_widths = shape.hiddenWidths.encoded(in: scratch)
        message.pointee.has_policy = newestVersion == nil ? 0 : 1
        message.pointee.newest_version = newestVersion?.number ?? 0
        message.pointee.software_version = scratch.bytes(of: softwareVersion)
        message.pointee.last_sequence = lastSequence.number
        message.pointee.environment_name = scratch.bytes(of: environmentName)
        message.pointee.federation_id = federationID
        if let criticWidths {
            message.pointee.has_critic = 1
            message.pointee.n_critic_hidden_widths = criticWidths.count
            message.pointee.critic_hidden_widths = criticWidths.encoded(in: scratch)
        }
        return message
    }
}
