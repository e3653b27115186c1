import Bounded
import CWire

extension Welcome {
    init(decoding message: Lapwing__V1__Welcome) throws(WireError) {
        guard let specification = message.specification else { throw WireError(.missing, "welcome.specification") }
        guard let settings = message.settings else { throw WireError(.missing, "welcome.settings") }
        self.init(
            specification: try PolicyDescription(decoding: specification.pointee),
            settings: try FederationSettings(decoding: settings.pointee))
        protocolVersion = message.protocol_version
        if let policy = message.policy { self.policy = try Policy(decoding: policy.pointee) }
        federationName = FixedText(decoding: message.federation_name)
        lastAppliedSequence = UpdateSequence(message.last_applied_sequence)
        isWaiting = message.waiting != 0
        newestVersion = PolicyVersion(message.newest_version)
        federationID = message.federation_id
    }

    func validate(_ limits: WireLimits) throws(WireError) {
        try Validation.require(protocolVersion >= 1, .outOfRange, "welcome.protocol_version")
        try specification.validate()
        try settings.validate()
        try policy?.validate(limits)
        try Validation.text(federationName, atMost: WireLimits.nameBytesMaximum, "welcome.federation_name")
    }

    func encoded(in scratch: borrowing Scratch) -> UnsafeMutablePointer<Lapwing__V1__Welcome> {
        let message = scratch.make(lapwing__v1__welcome__init)
        message.pointee.protocol_version = protocolVersion
        message.pointee.specification = specification.encoded(in: scratch)
        message.pointee.settings = settings.encoded(in: scratch)
        message.pointee.policy = policy?.encoded(in: scratch)
        message.pointee.federation_name = scratch.bytes(of: federationName)
        message.pointee.last_applied_sequence = lastAppliedSequence.number
        message.pointee.waiting = isWaiting ? 1 : 0
        message.pointee.newest_version = newestVersion.number
        message.pointee.federation_id = federationID
        return message
    }
}
