import GradientCodec

/// The codecs of what is always sent whole, as the configuration names them.
enum DenseCodec: UInt32, ConfigurationChoice {
    case denseFloat32 = 1
    case denseFloat16 = 2

    static var words: StaticString { "dense-float32 dense-float16" }
    var choiceIndex: Int { Int(rawValue) - 1 }
    init?(choiceIndex: Int) { self.init(rawValue: UInt32(choiceIndex + 1)) }

    init(_ codec: VectorCodec) { self = codec == .denseFloat16 ? .denseFloat16 : .denseFloat32 }

    var codec: VectorCodec { self == .denseFloat16 ? .denseFloat16 : .denseFloat32 }
}
