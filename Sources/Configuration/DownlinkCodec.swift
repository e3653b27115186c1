import GradientCodec

/// The codecs that policies are sent in, as the configuration names them.
enum DownlinkCodec: UInt32, ConfigurationChoice {
    case denseFloat32 = 1
    case denseFloat16 = 2
    case lattice = 3

    static var words: StaticString { "dense-float32 dense-float16 lattice" }
    var choiceIndex: Int { Int(rawValue) - 1 }
    init?(choiceIndex: Int) { self.init(rawValue: UInt32(choiceIndex + 1)) }

    init(_ codec: VectorCodec) {
        self = codec == .lattice ? .lattice : codec == .denseFloat16 ? .denseFloat16 : .denseFloat32
    }

    var codec: VectorCodec {
        switch self {
        case .denseFloat32: .denseFloat32
        case .denseFloat16: .denseFloat16
        case .lattice: .lattice
        }
    }
}
