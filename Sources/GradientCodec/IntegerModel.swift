/// Whole numbers of unknown size as bits with contexts: small ones cost little where the ones before were small.
///
/// A magnitude is written as its bit length in unary, then what follows its leading one: the first two bits with
/// contexts of their length, the rest raw (Exp-Golomb of order 0). The contexts of the unary part are chosen by a
/// running mean of the magnitudes before: one of `classCount` classes.
/// **Limit:** magnitudes up to `largestMagnitude`.
/// **Memory:** `contextCount` contexts, 2,560 bytes, in the arena of who owns it.
/// **Source:** Golomb (1966), Elias gamma; contexts from neighbours as in lossless image coders (Weinberger, Seroussi
/// and Sapiro, "LOCO-I", 2000).
struct IntegerModel {
    /// Running means that are told apart.
    static let classCount = 16
    /// The contexts of one model.
    static let contextCount = classCount * 32 + 32 * 4
    /// The largest magnitude: 30 bits.
    static let largestMagnitude: UInt32 = 1 << 30 - 1

    private let contexts: UnsafeMutablePointer<AdaptiveBit>
    /// The running mean of the magnitudes, times 16.
    private var recent: UInt32 = 0

    /// A model that has seen nothing, in `contextCount` contexts from `contexts` on.
    init(_ contexts: UnsafeMutablePointer<AdaptiveBit>) {
        self.contexts = contexts
        contexts.initialize(repeating: AdaptiveBit(), count: Self.contextCount)
    }

    /// Writes a magnitude, at most `largestMagnitude`.
    mutating func write(_ magnitude: UInt32, to coder: inout RangeEncoder) {
        let length = 32 &- magnitude.leadingZeroBitCount
        let unary = unaryContexts
        for index in 0..<length { coder.write(true, &unary[index]) }
        coder.write(false, &unary[length])
        note(magnitude)
        guard length > 1 else { return }
        let fraction = fractionContexts(length)
        var node = 1
        var remaining = length &- 1
        while remaining > 0, node < 4 {
            remaining &-= 1
            let isOne = (magnitude >> UInt32(remaining)) & 1 == 1
            coder.write(isOne, &fraction[node])
            node = node &* 2 &+ (isOne ? 1 : 0)
        }
        coder.writeRaw(magnitude, bitCount: remaining)
    }

    /// Reads a magnitude; nil when it is above `largestMagnitude`, which no encoder writes.
    mutating func read(from coder: inout RangeDecoder) -> UInt32? {
        let unary = unaryContexts
        var length = 0
        while coder.read(&unary[length]) {
            length &+= 1
            if length > 30 { return nil }
        }
        var magnitude: UInt32 = length > 0 ? 1 : 0
        if length > 1 {
            let fraction = fractionContexts(length)
            var remaining = length &- 1
            while remaining > 0, magnitude < 4 {
                remaining &-= 1
                magnitude = magnitude &* 2 &+ (coder.read(&fraction[Int(magnitude)]) ? 1 : 0)
            }
            magnitude = (magnitude << UInt32(remaining)) | coder.readRaw(bitCount: remaining)
        }
        note(magnitude)
        return magnitude
    }

    private var unaryContexts: UnsafeMutablePointer<AdaptiveBit> {
        contexts + min(32 &- recent.leadingZeroBitCount, Self.classCount &- 1) &* 32
    }

    private func fractionContexts(_ length: Int) -> UnsafeMutablePointer<AdaptiveBit> {
        contexts + (Self.classCount &* 32 &+ length &* 4)
    }

    private mutating func note(_ magnitude: UInt32) {
        recent = recent &- (recent >> 2) &+ (min(magnitude, 1 << 20) << 2)
    }
}
