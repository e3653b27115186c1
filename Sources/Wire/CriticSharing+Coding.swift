import CWire
import GradientCodec

extension CriticSharing {
    init(decoding message: Lapwing__V1__CriticSharing) throws(WireError) {
        guard let codec = VectorCodec(rawValue: message.codec.rawValue) else {
            throw WireError(.unknownValue, "critic.codec")
        }
        self.init(
            hiddenWidths: try HiddenWidths(
                decoding: message.hidden_widths, count: message.n_hidden_widths, field: "critic.hidden_widths"),
            codec: codec)
    }

    func validate() throws(WireError) {
        try hiddenWidths.validate("critic.hidden_widths")
        try Validation.require(codec.isDense, .outOfRange, "critic.codec")
    }

    func encoded(in scratch: borrowing Scratch) -> UnsafeMutablePointer<Lapwing__V1__CriticSharing> {
        let message = scratch.make(lapwing__v1__critic_sharing__init)
        message.pointee.n_hidden_widths = hiddenWidths.count
        message.pointee.hidden_widths = hiddenWidths.encoded(in: scratch)
        message.pointee.codec = Lapwing__V1__Codec(codec.rawValue)
        return message
    }
}
