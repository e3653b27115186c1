import CSystem

/// Rounds `count` numbers to level codes, and packs these: a code is `(inverse · x + offset + r) >> 15`, where `r` is
/// random below 2¹⁵ and limited to the bits of `mask`; `offset` counts in 2⁻¹⁵ levels.
///
/// **Shape:** `count` is a multiple of sixteen; a code takes `bits`, from the least bit of a byte on.
/// **Limit:** |`inverse` · `x`| stays below 2²²; up to seven bytes behind the last code are overwritten.
/// **Complexity:** one pass; one random word for two codes.
@inline(never)
public func quantise(
    _ count: Int, _ x: UnsafePointer<Float>, _ inverse: Float, _ offset: UInt32, _ mask: UInt32, _ bits: Int,
    _ state: UnsafeMutableRawPointer, _ output: UnsafeMutableRawPointer
) {
    // A sum with 1.5 · 2²³ is rounded to a whole number, which its low bits then are; the rest of its bits is taken off
    // together with the offset.
    let magic: Float = 12_582_912
    let scales = Lanes(repeating: inverse)
    let magics = Lanes(repeating: magic)
    let offsets = SIMD8<UInt32>(repeating: offset &- magic.bitPattern)
    let masks = SIMD8<UInt32>(repeating: mask)
    var generator = LaneGenerator(state)
    var place = output
    var i = 0
    while i < count {
        let random = generator.next()
        let low = unsafeBitCast(load(x + i) * scales + magics, to: SIMD8<UInt32>.self)
        let high = unsafeBitCast(load(x + (i &+ 8)) * scales + magics, to: SIMD8<UInt32>.self)
        let codes = lapwing_low_bytes(
            (low &+ offsets &+ (random & masks)) &>> 15,
            (high &+ offsets &+ ((random &>> 16) & masks)) &>> 15)
        if bits == 8 {
            place.storeBytes(of: codes, as: SIMD16<UInt8>.self)
        } else if bits == 4 {
            place.storeBytes(of: lapwing_joined_halves(codes), as: SIMD8<UInt8>.self)
        } else {
            let halves = unsafeBitCast(codes, to: SIMD2<UInt64>.self)
            place.storeBytes(of: packed(halves[0], bits), as: UInt64.self)
            (place + bits).storeBytes(of: packed(halves[1], bits), as: UInt64.self)
        }
        place += bits &* 2
        i &+= 16
    }
    generator.store(state)
}

/// Eight bytes, of each of which the low `bits` count, closed up.
@_transparent
private func packed(_ bytes: UInt64, _ bits: Int) -> UInt64 {
    let gap = UInt64(truncatingIfNeeded: 8 &- bits)
    var x = (bytes & 0x00ff_00ff_00ff_00ff) | ((bytes & 0xff00_ff00_ff00_ff00) &>> gap)
    x = (x & 0x0000_ffff_0000_ffff) | ((x & 0xffff_0000_ffff_0000) &>> (gap &* 2))
    return (x & 0x0000_0000_ffff_ffff) | ((x & 0xffff_ffff_0000_0000) &>> (gap &* 4))
}
