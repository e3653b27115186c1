import CSystem

/// Both of an angle's functions, in one call of the C library.
@inline(__always)
func sineAndCosine(_ angle: Double) -> (sine: Double, cosine: Double) {
    var sine = 0.0
    var cosine = 0.0
    lapwing_sine_cosine(angle, &sine, &cosine)
    return (sine, cosine)
}

/// `value`, or the nearer bound when it lies beyond one.
@inline(__always)
func clamp(_ value: Double, _ low: Double, _ high: Double) -> Double {
    value < low ? low : (value > high ? high : value)
}

/// What is left of a number after single precision, in which Gymnasium's classic control tasks are observed.
@inline(__always)
func asSingle(_ value: Double) -> Double { Double(Float(value)) }
