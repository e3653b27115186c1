import CSystem

/// The hyperbolic tangent: x P(x²) / Q(x²) with P and Q of degree four, up to where the result rounds to one.
///
/// **Limit:** at most 5 units in the last place from the true value (6 without a fused multiply-add), and never
/// beyond ±1; a NaN stays one.
/// **Source:** a fit of its own: minimax in relative error on 0 ... 8.1, then scaled so that the rounded
/// coefficients, and each rounding on the way, do least harm, and none leads beyond one. All single-precision numbers
/// were tried; without a fused multiply-add a few lead beyond, hence the second clamp there.
@_transparent
func tanhLanes(_ x: Lanes) -> Lanes {
    let bound = Lanes(repeating: 8.1)
    let y = lapwing_clamp(x, -bound, bound)
    let square = y * y
    var p = multiplyAdd(Lanes(repeating: 4.338_142_8e-05), Lanes(repeating: 2.996_526_4e-08), square)
    p = multiplyAdd(Lanes(repeating: 7.103_661_5e-03), p, square)
    p = multiplyAdd(Lanes(repeating: 0.267_836_6), p, square)
    p = multiplyAdd(Lanes(repeating: 1.993_078_8), p, square)
    var q = multiplyAdd(Lanes(repeating: 6.774_26e-04), Lanes(repeating: 1.683_435_2e-06), square)
    q = multiplyAdd(Lanes(repeating: 5.209_205e-02), q, square)
    q = multiplyAdd(Lanes(repeating: 0.932_196_1), q, square)
    q = multiplyAdd(Lanes(repeating: 1.993_079), q, square)
    #if FUSED_MULTIPLY_ADD || arch(arm64)
        return y * p / q
    #else
        let one = Lanes(repeating: 1)
        return lapwing_clamp(y * p / q, -one, one)
    #endif
}

/// Replaces each of `count` padded numbers by its hyperbolic tangent; `count` is a multiple of eight.
@inline(never)
public func replaceByTanh(_ count: Int, _ values: UnsafeMutablePointer<Float>) {
    var index = 0
    while index < count {
        store(tanhLanes(load(values + index)), values + index)
        index &+= 8
    }
}
