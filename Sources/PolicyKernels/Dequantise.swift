import CSystem

/// Unpacks `count` level codes to `(code · factor + addend) · step`, and returns the largest code.
///
/// **Shape:** `count` is a multiple of sixteen; a code takes `bits`, as `quantise` packs them. The codes may lie in the
/// last quarter of the output's own memory, eight bits each.
/// **Limit:** nothing at or behind `end` is read; missing bits are zeros. Of 4 and 8 bits, none may be missing.
@inline(never)
public func dequantise(
    _ count: Int, _ input: UnsafeRawPointer, _ end: UnsafeRawPointer, _ bits: Int, _ factor: Float, _ addend: Float,
    _ step: Float, _ output: UnsafeMutablePointer<Float>
) -> UInt8 {
    let factors = Lanes(repeating: factor)
    let addends = Lanes(repeating: addend)
    let steps = Lanes(repeating: step)
    var largest = SIMD16<UInt8>(repeating: 0)
    var place = input
    var i = 0
    while i < count {
        let codes: SIMD16<UInt8>
        if bits == 8 {
            codes = place.loadUnaligned(as: SIMD16<UInt8>.self)
        } else if bits == 4 {
            codes = lapwing_split_halves(place.loadUnaligned(as: SIMD8<UInt8>.self))
        } else {
            codes = unsafeBitCast(
                SIMD2<UInt64>(spread(word(place, end), bits), spread(word(place + bits, end), bits)),
                to: SIMD16<UInt8>.self)
        }
        largest = lapwing_larger_bytes(largest, codes)
        store((lapwing_widened(codes.lowHalf) * factors + addends) * steps, output + i)
        store((lapwing_widened(codes.highHalf) * factors + addends) * steps, output + (i &+ 8))
        place += bits &* 2
        i &+= 16
    }
    var result: UInt8 = 0
    for lane in 0..<16 { result = max(result, largest[lane]) }
    return result
}

/// The eight bytes at `place`, little-endian; what lies at `end` or behind is zero.
@inline(__always)
private func word(_ place: UnsafeRawPointer, _ end: UnsafeRawPointer) -> UInt64 {
    if place + 8 <= end { return place.loadUnaligned(as: UInt64.self) }
    return lastWord(place, end)
}

@inline(never)
private func lastWord(_ place: UnsafeRawPointer, _ end: UnsafeRawPointer) -> UInt64 {
    var result: UInt64 = 0
    var byte = end
    while byte > place {
        byte -= 1
        result = result &<< 8 | UInt64(byte.load(as: UInt8.self))
    }
    return result
}

/// Eight codes of `bits` each, a byte for each.
@_transparent
private func spread(_ packed: UInt64, _ bits: Int) -> UInt64 {
    let width = UInt64(truncatingIfNeeded: bits)
    let gap = 8 &- width
    var x = packed & (UInt64.max &>> (gap &* 8))
    let fours = UInt64(1) &<< (width &* 4) &- 1
    x = (x & fours) | ((x & ~fours) &<< (gap &* 4))
    let twos = (UInt64(1) &<< (width &* 2) &- 1) &* 0x0000_0001_0000_0001
    x = (x & twos) | ((x & ~twos) &<< (gap &* 2))
    let ones = (UInt64(1) &<< width &- 1) &* 0x0001_0001_0001_0001
    return (x & ones) | ((x & ~ones) &<< gap)
}
