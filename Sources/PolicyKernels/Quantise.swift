import CSystem

/// Packs a vector into steps and level codes, and returns the bits of its largest magnitude: 0x7f800000 or more when an
/// element is an infinity or NaN; the rest then means nothing.
///
/// A code is `(x / (step · spacing) · 2¹⁵ + middle + rounding + r) >> 15`, where `r` is random below 2¹⁵ and `middle`
/// is the code of zero. So a number between two levels goes to the upper one with a probability that is a multiple of
/// 2⁻¹⁵, nearest to its distance from the lower.
/// **Complexity:** two passes over each bucket; one random word for two codes.
@inline(never)
public func quantise(_ levels: UnsafePointer<lapwing_levels>, _ x: UnsafePointer<Float>) -> UInt32 {
    let settings = levels.pointee
    let count = settings.count, bits = settings.bits
    let room = (settings.scratch + 128).assumingMemoryBound(to: Float.self)
    // A sum with 2²³ is rounded to a whole number, which its low bits then are.
    let middle = settings.reach / settings.spacing * 32_768 + settings.rounding
    let magics = Lanes(repeating: 8_388_608 + middle)
    let low = SIMD8<UInt32>(repeating: 0x7fff)
    var generator = LaneGenerator(settings.scratch)
    var place: UnsafeMutableRawPointer = settings.codes
    var steps: UnsafeMutableRawPointer = settings.steps
    var largest: UInt32 = 0
    // A bucket is measured while the one before is packed: the quotients have to wait for each other.
    var next = measure(levels, x, min(settings.bucket_length, count), steps, &largest)
    var start = 0, i = 0
    while start < count {
        let scales = Lanes(repeating: next)
        let end = min(start &+ settings.bucket_length, count)
        if end < count {
            steps += 4
            next = measure(levels, x + end, min(settings.bucket_length, count &- end), steps, &largest)
        }
        start = end
        while i < end {
            var source = x + i
            if i &+ 32 > count {
                room.update(repeating: 0, count: 32)
                room.update(from: source, count: count &- i)
                source = UnsafePointer(room)
            }
            let codes: SIMD32<UInt8>
            #if SMALL_BUILD
                let bytes = settings.scratch + 256
                var part = 0
                while part < 32 {
                    let isSign = settings.measure == 2
                    let random = isSign ? SIMD8<UInt32>(repeating: 0) : generator.next()
                    let first = source + part, second = first + 8
                    storeCodes(isSign ? sign(first) : fixed(first, scales, magics) &+ (random & low), bytes + part)
                    storeCodes(
                        isSign ? sign(second) : fixed(second, scales, magics) &+ (random &>> 17), bytes + (part &+ 8))
                    part &+= 16
                }
                codes = bytes.loadUnaligned(as: SIMD32<UInt8>.self)
            #else
                if settings.measure == 2 {
                    codes = lapwing_code_bytes(
                        sign(source), sign(source + 8), sign(source + 16), sign(source + 24))
                } else {
                    let first = generator.next(), second = generator.next()
                    codes = lapwing_code_bytes(
                        fixed(source, scales, magics) &+ (first & low),
                        fixed(source + 8, scales, magics) &+ (first &>> 17),
                        fixed(source + 16, scales, magics) &+ (second & low),
                        fixed(source + 24, scales, magics) &+ (second &>> 17))
                }
            #endif
            if bits == 8 {
                place.storeBytes(of: codes, as: SIMD32<UInt8>.self)
            } else if bits == 4 {
                place.storeBytes(of: lapwing_joined_halves(codes), as: SIMD16<UInt8>.self)
            } else {
                let eights = unsafeBitCast(codes, to: SIMD4<UInt64>.self)
                for eight in 0..<4 {
                    (place + eight &* bits).storeBytes(of: lapwing_closed_up(eights[eight], bits), as: UInt64.self)
                }
            }
            place += bits &* 4
            i &+= 32
        }
    }
    generator.store(settings.scratch)
    return largest
}

#if SMALL_BUILD
    /// Stores bits 15 to 22 of each of eight words.
    @inline(never)
    func storeCodes(_ codes: SIMD8<UInt32>, _ place: UnsafeMutableRawPointer) {
        var lane = 0
        while lane < 8 {
            place.storeBytes(of: UInt8(truncatingIfNeeded: codes[lane] &>> 15), toByteOffset: lane, as: UInt8.self)
            lane &+= 1
        }
    }
#endif

/// Eight numbers in 2⁻¹⁵ levels, as whole numbers above 2²³.
@_transparent
private func fixed(_ x: UnsafePointer<Float>, _ scales: Lanes, _ magics: Lanes) -> SIMD8<UInt32> {
    unsafeBitCast(load(x) * scales + magics, to: SIMD8<UInt32>.self)
}

/// Bit 15 is set in each of eight words whose number is positive.
@_transparent
private func sign(_ x: UnsafePointer<Float>) -> SIMD8<UInt32> {
    (~words(x) &>> 16) & SIMD8<UInt32>(repeating: 0x8000)
}

/// Writes a bucket's step, and returns what numbers of the bucket are multiplied by to count in 2⁻¹⁵ levels; none then
/// lies beyond the outermost level.
///
/// A bucket whose largest magnitude is below 2⁻⁹⁶ counts as zeros, so that no quotient overflows.
@inline(never)
private func measure(
    _ levels: UnsafePointer<lapwing_levels>, _ x: UnsafePointer<Float>, _ count: Int,
    _ steps: UnsafeMutableRawPointer, _ worst: inout UInt32
) -> Float {
    let settings = levels.pointee
    let largest = magnitude(count, x)
    worst = max(worst, largest)
    var step: Float = 0, inverse: Float = 0
    if largest &- (31 &<< 23) < 0x7f80_0000 &- (31 &<< 23) {
        var value = Float(bitPattern: largest)
        if settings.measure != 0 { value = average(settings.measure == 1, value, x, count) }
        // Whatever is unpacked shall be finite: up to `reach` steps, and `spacing` of them.
        let most = max(settings.reach, settings.spacing)
        step = min(value / settings.reach, .greatestFiniteMagnitude / most)
        if !(step * most).isFinite { step = step.nextDown }
        let unit = 32_768 / settings.spacing
        let outermost = unit * settings.reach
        inverse = min(unit / step, outermost / Float(bitPattern: largest))
        if Float(bitPattern: largest) * inverse > outermost { inverse = inverse.nextDown }
    }
    steps.storeBytes(of: step.bitPattern.littleEndian, as: UInt32.self)
    return inverse
}

/// The Euclidean norm of `count` numbers, at least `largest`, or their mean magnitude, at most that.
@inline(never)
private func average(_ isNorm: Bool, _ largest: Float, _ x: UnsafePointer<Float>, _ count: Int) -> Float {
    // Brought near one, squares neither overflow nor vanish.
    let exponent = min(largest.bitPattern &>> 23, 253)
    let scale = Float(bitPattern: (254 &- exponent) &<< 23)
    var sum = 0.0
    var start = 0
    while start < count {
        let part = min(2_048, count &- start)
        sum += Double(sumOfMagnitudes(part, x + start, scale, isNorm))
        start &+= part
    }
    let mean = isNorm ? sum.squareRoot() : sum / Double(count)
    let result = Float(min(mean * Double(Float(bitPattern: exponent &<< 23)), Double(Float.greatestFiniteMagnitude)))
    return isNorm ? max(result, largest) : min(result, largest)
}
