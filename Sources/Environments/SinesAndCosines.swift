/// Sines and cosines of four angles at once, for the price of one of the C library's.
///
/// Each is within two units in the last place.
/// **Limit:** of angles whose magnitudes add up to 10⁵ or more, and of numbers that are none, the C library's are
/// taken, one by one.
/// **Units:** rad.
/// **Source:** reduction by Cody and Waite 1980, chapter 8, with π/2 in three parts; the polynomials are those of
/// fdlibm's `__kernel_sin` and `__kernel_cos`.
@inline(__always)
func sinesAndCosines(_ angles: SIMD4<Double>) -> (sines: SIMD4<Double>, cosines: SIMD4<Double>) {
    guard canReduce(angles) else { return sinesAndCosinesOneByOne(angles) }
    return reducedSinesAndCosines(angles)
}

/// Whether `reducedSinesAndCosines` is good for these angles.
@inline(__always)
func canReduce(_ angles: SIMD4<Double>) -> Bool {
    let bits = unsafeBitCast(angles, to: SIMD4<UInt64>.self) & 0x7fff_ffff_ffff_ffff
    return unsafeBitCast(bits, to: SIMD4<Double>.self).sum() < largestReducedAngle
}

/// `sinesAndCosines` of angles for which `canReduce` holds.
@inline(__always)
func reducedSinesAndCosines(_ angles: SIMD4<Double>) -> (sines: SIMD4<Double>, cosines: SIMD4<Double>) {
    // Adding and taking away 1.5 · 2⁵² rounds to a whole number, whose lowest bits are then those of the sum.
    let rounder = 0x1.8p52
    let shifted = angles * 0.636_619_772_367_581_343 + rounder
    let quarters = shifted - rounder
    let quadrants = unsafeBitCast(shifted, to: SIMD4<UInt64>.self)
    let rest =
        ((angles - quarters * 1.570_796_326_734_125_6) - quarters * 6.077_100_506_303_966e-11)
        - quarters * 2.022_266_248_795_950_6e-21

    // Estrin's order of evaluation: half as long a chain of operations as Horner's.
    let square = rest * rest
    let fourth = square * square
    let eighth = fourth * fourth
    let sineLow = square * 8.333_333_333_322_49e-3 - 1.666_666_666_666_663_2e-1
    let sineMiddle = square * 2.755_731_370_707_006_8e-6 - 1.984_126_982_985_795e-4
    let sineHigh = square * 1.589_690_995_211_550_1e-10 - 2.505_076_025_340_686_3e-8
    let sine = rest + rest * square * ((sineLow + fourth * sineMiddle) + eighth * sineHigh)
    let cosineLow = square * -1.388_888_888_887_411e-3 + 4.166_666_666_666_66e-2
    let cosineMiddle = square * -2.755_731_435_139_066_3e-7 + 2.480_158_728_947_673e-5
    let cosineHigh = square * -1.135_964_755_778_819_5e-11 + 2.087_572_321_298_175e-9
    let cosinePart = (cosineLow + fourth * cosineMiddle) + eighth * cosineHigh
    let half = 0.5 * square
    let nearOne = 1 - half
    let cosine = nearOne + ((1 - nearOne - half) + fourth * cosinePart)

    // In an odd quadrant the two change places; bit 1 of the quadrant, or of the next, is the sign.
    let odd = 0 &- (quadrants & 1)
    let sineBits = unsafeBitCast(sine, to: SIMD4<UInt64>.self)
    let cosineBits = unsafeBitCast(cosine, to: SIMD4<UInt64>.self)
    let swap = (sineBits ^ cosineBits) & odd
    let sineSign = (quadrants & 2) &<< 62
    let cosineSign = ((quadrants &+ 1) & 2) &<< 62
    return (
        unsafeBitCast(sineBits ^ swap ^ sineSign, to: SIMD4<Double>.self),
        unsafeBitCast(cosineBits ^ swap ^ cosineSign, to: SIMD4<Double>.self)
    )
}

/// Up to where an angle's quarter turns, times the first part of π/2, are exact.
private var largestReducedAngle: Double { 1e5 }

@inline(never)
private func sinesAndCosinesOneByOne(_ angles: SIMD4<Double>) -> (sines: SIMD4<Double>, cosines: SIMD4<Double>) {
    var sines = SIMD4<Double>()
    var cosines = SIMD4<Double>()
    for index in 0..<4 { (sines[index], cosines[index]) = sineAndCosine(angles[index]) }
    return (sines, cosines)
}
