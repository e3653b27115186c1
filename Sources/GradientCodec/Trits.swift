/// Digits to base three, five to a byte, the first of them the least.
enum Trits {
    /// Packs `count` digits, one a byte.
    static func pack(_ count: Int, from digits: UnsafeMutableRawPointer, into bytes: UnsafeMutableRawPointer) {
        var end = count
        var index = (count &+ 4) / 5
        // From the last byte on, whose missing digits are zeros.
        while index > 0 {
            index &-= 1
            var byte: UInt8 = 0
            while end > index &* 5 {
                end &-= 1
                byte = byte &* 3 &+ (digits + end).load(as: UInt8.self)
            }
            (bytes + index).storeBytes(of: byte, as: UInt8.self)
        }
    }

    /// Unpacks `count` digits; false when a byte is no five digits, or a missing digit is not zero.
    static func unpack(_ count: Int, from bytes: UnsafeRawPointer, into digits: UnsafeMutableRawPointer) -> Bool {
        var start = 0
        var place = bytes
        while start < count {
            var byte = place.load(as: UInt8.self)
            let end = min(start &+ 5, count)
            while start < end {
                (digits + start).storeBytes(of: byte % 3, as: UInt8.self)
                byte /= 3
                start &+= 1
            }
            guard byte == 0 else { return false }
            place += 1
        }
        return true
    }
}
