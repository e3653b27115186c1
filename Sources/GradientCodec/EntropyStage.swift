/// Levels through the range coder: what lies near zero, and near in size to what came before, takes less room.
///
/// A code is split into a magnitude, which goes through an `IntegerModel`, and a raw bit for its sign. The bytes are
/// used when they are fewer than the plain ones; then the codec's parameters end in one more byte, `mark`.
///
/// **Bias, variance:** those of the levels: nothing is lost.
/// **Bits:** for a Gaussian vector in buckets of 256: 2-bit uniform and ternary 1.1 (plain 2 and 1.6), 3 bits 2.1, 4
/// bits
/// 3.3, 8 bits 7.6, natural 3.6 (plain 8); for heavier tails less. One sign or one of two levels a bit cannot be
/// coded shorter, and is not tried: see the decision record 2 for the figures.
/// **Memory:** the contexts of one model; the bytes fit beside the plain ones.
/// **Complexity:** 20 to 70 nanoseconds an element.
struct EntropyStage {
    /// How a code is split.
    enum Split {
        /// Its distance from the level zero, and a sign unless it is zero.
        case aroundZero
        /// How many levels lie between it and zero, and a sign.
        case aroundGap
        /// The high bit is the sign; powers of two below the largest of all count from it.
        case power
    }

    /// What the parameters end in when codes are coded.
    static let mark: UInt8 = 1
    /// The contexts that coding takes.
    static let contextCount = IntegerModel.contextCount
    /// The stage of natural compression.
    static let powers = EntropyStage(split: .power, reach: 0)

    private let split: Split
    private let reach: Int

    private init(split: Split, reach: Int) {
        self.split = split
        self.reach = reach
    }

    /// The stage of a codec of equal levels.
    init(_ format: LevelFormat) {
        self.init(split: format.skipsZero ? .aroundGap : .aroundZero, reach: format.reach)
    }

    /// Whether codes of this kind can be expected to take fewer bytes.
    var pays: Bool { split != .aroundGap || reach > 1 }

    /// Writes `count` codes of `bits` each from `codes` on; nil when they do not fit into `data`.
    func write(
        _ codes: UnsafeRawPointer, bits: Int, count: Int, contexts: UnsafeMutablePointer<AdaptiveBit>,
        into data: UnsafeMutableRawBufferPointer
    ) -> Int? {
        var coder = RangeEncoder(data)
        var model = IntegerModel(contexts)
        let mask = (1 << bits) - 1
        var position = 0
        for _ in 0..<count {
            // The byte behind the last code is the encoder's own memory too.
            let word = Int(UInt16(littleEndian: (codes + (position >> 3)).loadUnaligned(as: UInt16.self)))
            let code = (word >> (position & 7)) & mask
            position &+= bits
            let distance = split == .aroundGap ? 2 &* code &- reach : code &- reach
            let magnitude =
                switch split {
                case .aroundZero: distance.magnitude
                case .aroundGap: distance.magnitude >> 1
                case .power: UInt(127 &- (code & 127))
                }
            model.write(UInt32(truncatingIfNeeded: magnitude), to: &coder)
            let isNegative = split == .power ? code > 127 : distance < 0
            if distance != 0 || split == .power { coder.writeRaw(isNegative ? 1 : 0, bitCount: 1) }
        }
        return coder.finish()
    }

    /// Reads `count` codes into as many bytes; false when the data is not what `write` writes.
    ///
    /// A code may be beyond the last level.
    func read(
        _ data: UnsafeRawBufferPointer, count: Int, contexts: UnsafeMutablePointer<AdaptiveBit>,
        into codes: UnsafeMutableRawPointer
    ) -> Bool {
        var coder = RangeDecoder(data)
        var model = IntegerModel(contexts)
        for index in 0..<count {
            guard !coder.isExhausted, let read = model.read(from: &coder), read < 256 else { return false }
            let magnitude = Int(read)
            let isNegative = (magnitude > 0 || split != .aroundZero) && coder.readRaw(bitCount: 1) == 1
            let code =
                switch split {
                case .aroundZero: reach &+ (isNegative ? -magnitude : magnitude)
                case .aroundGap: (reach &+ (isNegative ? ~(2 &* magnitude) : 2 &* magnitude &+ 1)) / 2
                case .power: magnitude > 127 ? -1 : 127 &- magnitude | (isNegative ? 128 : 0)
                }
            guard code >= 0, code < 256 else { return false }
            (codes + index).storeBytes(of: UInt8(truncatingIfNeeded: code), as: UInt8.self)
        }
        return coder.isComplete
    }
}
