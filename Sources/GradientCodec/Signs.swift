/// Sign bits, eight to a byte, the first of them the least; a bit is 1 for a positive number.
enum Signs {
    /// Packs the signs of `count` numbers.
    static func pack(_ count: Int, from source: UnsafePointer<Float>, into bytes: UnsafeMutableRawPointer) {
        var place = bytes
        var byte: UInt32 = 0
        for index in 0..<count {
            byte |= (~source[index].bitPattern &>> 31) &<< UInt32(truncatingIfNeeded: index & 7)
            if index & 7 == 7 || index == count &- 1 {
                place.storeBytes(of: UInt8(truncatingIfNeeded: byte), as: UInt8.self)
                place += 1
                byte = 0
            }
        }
    }
}
