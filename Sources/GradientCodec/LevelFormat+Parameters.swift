/// The codecs' parameters bytes, in their one place: bits of a code, if they vary; the bucket's length in units of 32
/// elements, if there are buckets, in two bytes, little-endian, 0 for the whole vector.
extension LevelFormat {
    /// The format that a sender with these settings writes; nil for a codec of another kind.
    init?(_ settings: CodecSettings) {
        self.init(settings.codec, bits: settings.bits, bucketSize: (settings.bucketSize &+ 31) & ~31)
    }

    /// The format that parameters bytes describe; nil when they cannot be the codec's.
    init?(_ codec: VectorCodec, parameters: UnsafeRawBufferPointer) {
        let hasBits = codec.hasBits
        let hasBucket = codec != .grid
        guard parameters.count == (hasBits ? 1 : 0) + (hasBucket ? 2 : 0) else { return nil }
        let bits = hasBits ? Int(parameters[0]) : 1
        let place = hasBits ? 1 : 0
        let units = hasBucket ? Int(parameters[place]) | Int(parameters[place + 1]) << 8 : 0
        guard (1...8).contains(bits) else { return nil }
        self.init(codec, bits: bits, bucketSize: units << 5)
    }

    private init?(_ codec: VectorCodec, bits: Int, bucketSize: Int) {
        switch codec {
        case .uniform: self = .uniform(bits: bits, bucketSize: bucketSize)
        case .qsgd: self = .qsgd(bits: bits, bucketSize: bucketSize)
        case .ternary: self = .ternary(bucketSize: bucketSize)
        case .sign: self = .sign(bucketSize: bucketSize)
        case .grid: self = .grid(bits: bits)
        default: return nil
        }
    }

    /// Writes the parameters bytes of this format in `codec`, and returns how many those are.
    func writeParameters(_ codec: VectorCodec, into parameters: UnsafeMutableRawBufferPointer) -> Int {
        var count = 0
        if codec.hasBits {
            parameters[0] = UInt8(truncatingIfNeeded: bits)
            count = 1
        }
        if codec != .grid {
            parameters[count] = UInt8(truncatingIfNeeded: bucketSize >> 5)
            parameters[count + 1] = UInt8(truncatingIfNeeded: bucketSize >> 13)
            count += 2
        }
        return count
    }
}

extension VectorCodec {
    /// Of a codec of equal levels: whether it says how many bits a code has.
    fileprivate var hasBits: Bool { self == .uniform || self == .qsgd || self == .grid }
}
