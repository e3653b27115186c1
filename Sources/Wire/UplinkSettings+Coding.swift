import CWire
import GradientCodec

extension UplinkSettings {
    init(decoding message: Lapwing__V1__UplinkSettings) throws(WireError) {
        self.init()
        guard let codec = VectorCodec(rawValue: message.codec.rawValue) else {
            throw WireError(.unknownValue, "uplink.codec")
        }
        guard let feedback = Feedback(rawValue: message.feedback.rawValue) else {
            throw WireError(.unknownValue, "uplink.feedback")
        }
        guard let mirror = Mirror(rawValue: message.mirror.rawValue) else {
            throw WireError(.unknownValue, "uplink.mirror")
        }
        guard let rule = GateSettings.Rule(rawValue: message.skip_rule.rawValue) else {
            throw WireError(.unknownValue, "uplink.skip_rule")
        }
        guard let skipAction = SkipAction(rawValue: message.skip_action.rawValue) else {
            throw WireError(.unknownValue, "uplink.skip_action")
        }
        self.codec.codec = codec
        self.codec.bits = Int(clamping: message.bits)
        self.codec.bucketSize = Int(clamping: message.bucket_size)
        self.codec.keptFraction = message.kept_fraction
        self.codec.rank = Int(clamping: message.rank)
        self.codec.usesEntropyCoding = message.entropy_coding != 0
        self.feedback = feedback
        nodeMomentum = message.node_momentum
        self.mirror = mirror
        gate.rule = rule
        gate.noiseFactor = message.skip_noise_factor
        gate.relativeThreshold = message.skip_relative_threshold
        gate.skipRoundsMaximum = message.skip_rounds_max
        gate.chunks = Int(clamping: message.skip_chunks)
        gate.importanceLimit = message.skip_importance_limit
        self.skipAction = skipAction
    }

    func validate() throws(WireError) {
        try Validation.require(codec.codec != .lattice, .outOfRange, "uplink.codec")
        try Validation.require((1...8).contains(codec.bits), .outOfRange, "uplink.bits")
        try Validation.require((0...65_535).contains(codec.bucketSize), .outOfRange, "uplink.bucket_size")
        try Self.share(codec.keptFraction, "uplink.kept_fraction")
        try Validation.require((1...64).contains(codec.rank), .outOfRange, "uplink.rank")
        try Self.share(nodeMomentum, "uplink.node_momentum")
        try Validation.nonNegative(gate.noiseFactor, "uplink.skip_noise_factor")
        try Validation.nonNegative(gate.relativeThreshold, "uplink.skip_relative_threshold")
        try Validation.require((2...64).contains(gate.chunks), .outOfRange, "uplink.skip_chunks")
        try Validation.finite(gate.importanceLimit, "uplink.skip_importance_limit")
        try Validation.require(gate.importanceLimit >= 1, .outOfRange, "uplink.skip_importance_limit")
        try Validation.require(isUsable, .contradiction, "uplink.mirror")
    }

    /// Above 0, and at most 1.
    private static func share(_ value: Float, _ field: StaticString) throws(WireError) {
        try Validation.finite(value, field)
        try Validation.require(value > 0 && value <= 1, .outOfRange, field)
    }

    func encoded(in scratch: borrowing Scratch) -> UnsafeMutablePointer<Lapwing__V1__UplinkSettings> {
        let message = scratch.make(lapwing__v1__uplink_settings__init)
        message.pointee.codec = Lapwing__V1__Codec(codec.codec.rawValue)
        message.pointee.bits = UInt32(clamping: codec.bits)
        message.pointee.bucket_size = UInt32(clamping: codec.bucketSize)
        message.pointee.kept_fraction = codec.keptFraction
        message.pointee.rank = UInt32(clamping: codec.rank)
        message.pointee.entropy_coding = codec.usesEntropyCoding ? 1 : 0
        message.pointee.feedback = Lapwing__V1__Feedback(feedback.rawValue)
        message.pointee.node_momentum = nodeMomentum
        message.pointee.mirror = Lapwing__V1__Mirror(mirror.rawValue)
        message.pointee.skip_rule = Lapwing__V1__SkipRule(gate.rule.rawValue)
        message.pointee.skip_noise_factor = gate.noiseFactor
        message.pointee.skip_relative_threshold = gate.relativeThreshold
        message.pointee.skip_rounds_max = gate.skipRoundsMaximum
        message.pointee.skip_chunks = UInt32(clamping: gate.chunks)
        message.pointee.skip_importance_limit = gate.importanceLimit
        message.pointee.skip_action = Lapwing__V1__SkipAction(skipAction.rawValue)
        return message
    }
}
