/// Conversions between single and half precision on bit patterns, without a branch, so that loops over them vectorise.
///
/// Baseline x86-64 has no instruction for either (F16C came later), and the compiler's own conversion is a call for
/// each number.
/// **Source:** after Giesen, "float->half variants" (`float_to_half_fast3_rtne`), with saturation in place of infinity.
enum HalfPrecision {
    /// The half-precision bits nearest to the finite single-precision number with these bits, ties to even.
    ///
    /// **Limit:** what is beyond ±65,504 becomes ±65,504. For an infinity or NaN the result means nothing.
    @inline(__always)
    static func bits(rounding single: UInt32) -> UInt16 {
        let sign = (single >> 16) & 0x8000
        let magnitude = min(single & 0x7fff_ffff, largest)

        // Normal: move the exponent's bias from 127 to 15, then round off 13 bits.
        let odd = (magnitude >> 13) & 1
        let normal = (magnitude &+ rebias &+ 0xfff &+ odd) >> 13

        // Subnormal: adding 0.5 shifts the wanted bits to the bottom of a float, and the adder rounds them.
        let half: Float = 0.5
        let subnormal = (Float(bitPattern: magnitude) + half).bitPattern &- half.bitPattern

        let isSubnormal: UInt32 = magnitude < smallestNormal ? 0xffff_ffff : 0
        return UInt16(truncatingIfNeeded: sign | (subnormal & isSubnormal) | (normal & ~isSubnormal))
    }

    /// The single-precision bits of the number with these half-precision bits (in the low 16).
    ///
    /// **Limit:** for an infinity or NaN the result means nothing.
    @inline(__always)
    static func widened(_ half: UInt32) -> UInt32 {
        let sign = (half & 0x8000) << 16
        let shifted = (half & 0x7fff) << 13
        let normal = shifted &+ (112 << 23)

        // Subnormal: 2⁻¹⁴ with the fraction attached, less 2⁻¹⁴.
        let unit = Float(bitPattern: smallestNormal)
        let subnormal = (Float(bitPattern: shifted &+ smallestNormal) - unit).bitPattern

        let isSubnormal: UInt32 = shifted < (1 << 23) ? 0xffff_ffff : 0
        return sign | (subnormal & isSubnormal) | (normal & ~isSubnormal)
    }

    /// 65,504, the largest half-precision number.
    @inline(__always)
    private static var largest: UInt32 { 0x477f_e000 }

    /// 2⁻¹⁴, the smallest normal half-precision number.
    @inline(__always)
    private static var smallestNormal: UInt32 { 113 << 23 }

    /// (15 − 127) in the exponent's place, modulo 2³².
    @inline(__always)
    private static var rebias: UInt32 { 0 &- (112 << 23) }
}
