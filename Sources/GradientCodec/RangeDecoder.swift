/// Reads what `RangeEncoder` wrote, given the same contexts.
///
/// **Limit:** behind its bytes it reads zeros, so every read ends at once whatever the bytes are; `isComplete` tells
/// whether they were as many as an encoder writes.
struct RangeDecoder {
    private var code: UInt32 = 0
    private var range = UInt32.max
    private let bytes: UnsafeRawBufferPointer
    private var position = 0

    /// Reads from the start of `bytes` on.
    init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
        for _ in 0..<4 { take() }
    }

    /// Reads a bit that `context` predicts, and lets it learn.
    mutating func read(_ context: inout AdaptiveBit) -> Bool {
        let bound = context.bound(in: range)
        let isOne = code >= bound
        code = isOne ? code &- bound : code
        range = isOne ? range &- bound : bound
        context.learn(isOne: isOne)
        normalise()
        return isOne
    }

    /// Reads `bitCount` bits, at most 32, that could not be predicted.
    mutating func readRaw(bitCount: Int) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<bitCount {
            range >>= 1
            let isOne = code >= range
            code = isOne ? code &- range : code
            value = (value << 1) | (isOne ? 1 : 0)
            normalise()
        }
        return value
    }

    /// Whether the bytes end exactly where the encoder would have ended them after what was read.
    var isComplete: Bool { position == bytes.count &+ 3 && code < 1 << 24 }

    /// Whether more was read than the bytes can hold: nothing true follows.
    var isExhausted: Bool { position > bytes.count &+ 3 }

    private mutating func normalise() {
        while range < 1 << 24 {
            take()
            range <<= 8
        }
    }

    private mutating func take() {
        code = (code << 8) | (position < bytes.count ? UInt32(bytes[position]) : 0)
        position &+= 1
    }
}
