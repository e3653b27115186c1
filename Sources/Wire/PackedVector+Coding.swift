import CWire
import GradientCodec

extension PackedVector {
    init(decoding message: Lapwing__V1__Vector, field: StaticString) throws(WireError) {
        guard let codec = VectorCodec(rawValue: message.codec.rawValue) else {
            throw WireError(.unknownValue, field)
        }
        try Validation.require(message.count <= VectorCodec.maximumCount, .outOfRange, field)
        self.init(
            codec: codec, count: Int(message.count),
            parameters: UnsafeRawBufferPointer(decoding: message.parameters),
            data: UnsafeRawBufferPointer(decoding: message.data))
    }

    func encoded(in scratch: borrowing Scratch) -> UnsafeMutablePointer<Lapwing__V1__Vector> {
        let message = scratch.make(lapwing__v1__vector__init)
        message.pointee.codec = Lapwing__V1__Codec(codec.rawValue)
        message.pointee.count = UInt32(count)
        message.pointee.parameters = ProtobufCBinaryData(parameters)
        message.pointee.data = ProtobufCBinaryData(data)
        return message
    }
}
