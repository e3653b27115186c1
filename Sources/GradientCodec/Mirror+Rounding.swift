import Bounded

extension UplinkSettings.Mirror {
    /// A number as a mirror of this kind holds it.
    @inline(__always)
    func rounded(_ number: Float) -> Float {
        guard self == .float16 else { return number }
        return Float(bitPattern: HalfPrecision.widened(UInt32(HalfPrecision.bits(rounding: number.bitPattern))))
    }

    /// Rounds every element of a new mirror as both sides must.
    ///
    /// **Limit:** in half precision, what is beyond ±65,504 becomes ±65,504.
    public func round(_ vector: Vector) {
        guard self == .float16 else { return }
        for index in 0..<vector.count { vector.base[index] = rounded(vector.base[index]) }
    }
}
