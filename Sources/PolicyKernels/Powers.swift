import CSystem

/// Rounds `count` numbers at random to powers of two, one byte each: the sign, and seven bits of exponent less `base`.
///
/// A mantissa is dropped, and the exponent raised by one with the probability that makes up for it: a random number
/// below 2²³ is added to the bits, and carries. What then has an exponent of at most `base` becomes zero, and what has
/// one beyond `base + 127` is that of `base + 127`.
/// **Shape:** `count` is a multiple of 32. **Limit:** `base` is 0 to 127.
@inline(never)
public func roundToPowers(
    _ count: Int, _ x: UnsafePointer<Float>, _ base: UInt32, _ state: UnsafeMutableRawPointer,
    _ output: UnsafeMutableRawPointer
) {
    let bases = SIMD8<UInt32>(repeating: base)
    var generator = LaneGenerator(state)
    var i = 0
    while i < count {
        #if SMALL_BUILD
            storeCodes(powers(words(x + i), generator.next(), bases), output + i)
            i &+= 8
        #else
            let codes = lapwing_code_bytes(
                powers(words(x + i), generator.next(), bases), powers(words(x + (i &+ 8)), generator.next(), bases),
                powers(words(x + (i &+ 16)), generator.next(), bases),
                powers(words(x + (i &+ 24)), generator.next(), bases))
            (output + i).storeBytes(of: codes, as: SIMD32<UInt8>.self)
            i &+= 32
        #endif
    }
    generator.store(state)
}

@_transparent
private func powers(_ bits: SIMD8<UInt32>, _ random: SIMD8<UInt32>, _ bases: SIMD8<UInt32>) -> SIMD8<UInt32> {
    let magnitude = bits & SIMD8<UInt32>(repeating: 0x7fff_ffff)
    let exponent = (magnitude &+ (random &>> 9)) &>> 23
    let code = lapwing_larger_words(exponent, bases) &- bases
    let largest = SIMD8<UInt32>(repeating: 127)
    // The smaller of two is what the larger leaves of their sum.
    let bounded = code &+ largest &- lapwing_larger_words(code, largest)
    return (bounded &<< 15) | ((bits &>> 9) & SIMD8<UInt32>(repeating: 1 << 22))
}

/// Undoes `roundToPowers`.
///
/// **Shape:** `count` is a multiple of 32. **Limit:** `base` is 0 to 127; every result is finite.
@inline(never)
public func widenPowers(
    _ count: Int, _ input: UnsafeRawPointer, _ base: UInt32, _ output: UnsafeMutablePointer<Float>
) {
    let bases = SIMD8<UInt32>(repeating: base)
    var i = 0
    while i < count {
        let codes = lapwing_widened_words((input + i).loadUnaligned(as: SIMD8<UInt8>.self))
        let power = codes & SIMD8<UInt32>(repeating: 127)
        let bits = (power &+ bases) &<< 23
        let result = lapwing_where_not_zero(power, bits) | ((codes & SIMD8<UInt32>(repeating: 0x80)) &<< 24)
        UnsafeMutableRawPointer(output + i).storeBytes(of: result, as: SIMD8<UInt32>.self)
        i &+= 8
    }
}
