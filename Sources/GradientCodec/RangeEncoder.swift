/// Writes bits in fewer bits, given how likely each is: a binary range coder in 32-bit integers.
///
/// What it writes depends on nothing but the bits and their contexts: the same bytes on every machine.
/// **Limit:** when the buffer is full, nothing more is written and `finish` returns nil.
/// **Complexity:** a multiplication and a few additions a bit, some five nanoseconds.
/// **Source:** Martin, "Range encoding: an algorithm for removing redundancy from a digitised message" (1979); the
/// binary form is that of LZMA, with the carry added to the bytes written, and one byte at the end in place of five.
struct RangeEncoder {
    private var low: UInt32 = 0
    private var range = UInt32.max
    private let bytes: UnsafeMutableRawBufferPointer
    private var position = 0
    private var isFull = false

    /// Writes from the start of `bytes` on.
    init(_ bytes: UnsafeMutableRawBufferPointer) { self.bytes = bytes }

    /// Writes a bit that `context` predicts, and lets it learn.
    mutating func write(_ isOne: Bool, _ context: inout AdaptiveBit) {
        let bound = context.bound(in: range)
        if isOne { add(bound) }
        range = isOne ? range &- bound : bound
        context.learn(isOne: isOne)
        normalise()
    }

    /// Writes the low `bitCount` bits of `value`, the highest first, as bits that cannot be predicted.
    mutating func writeRaw(_ value: UInt32, bitCount: Int) {
        var remaining = bitCount
        while remaining > 0 {
            remaining &-= 1
            range >>= 1
            if (value >> UInt32(remaining)) & 1 == 1 { add(range) }
            normalise()
        }
    }

    /// Ends the bytes, and returns how many they are; nil when they did not fit.
    mutating func finish() -> Int? {
        // Of the numbers from `low` on, fewer than `range`, one ends in three zero bytes: they need not be written.
        add(0x00ff_ffff)
        emit()
        return isFull ? nil : position
    }

    private mutating func normalise() {
        while range < 1 << 24 {
            emit()
            low <<= 8
            range <<= 8
        }
    }

    private mutating func add(_ amount: UInt32) {
        let (sum, carry) = low.addingReportingOverflow(amount)
        low = sum
        if carry { carryOver() }
    }

    @inline(never)
    private mutating func carryOver() {
        var index = position
        while index > 0 {
            index &-= 1
            bytes[index] &+= 1
            if bytes[index] != 0 { return }
        }
    }

    private mutating func emit() {
        guard position < bytes.count else {
            isFull = true
            return
        }
        bytes[position] = UInt8(truncatingIfNeeded: low >> 24)
        position &+= 1
    }
}
