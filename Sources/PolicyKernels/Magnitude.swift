import CSystem

/// The bits of the largest magnitude of `count` numbers: 0x7f800000 or more when one is an infinity or NaN.
@inline(never)
public func largestMagnitude(_ count: Int, _ x: UnsafePointer<Float>) -> UInt32 { magnitude(count, x) }

/// The same as part of another kernel.
@inline(__always)
func magnitude(_ count: Int, _ x: UnsafePointer<Float>) -> UInt32 {
    let mask = SIMD8<UInt32>(repeating: 0x7fff_ffff)
    var m0 = SIMD8<UInt32>(repeating: 0), m1 = m0
    var i = 0
    while i &+ 16 <= count {
        m0 = lapwing_larger_words(m0, words(x + i) & mask)
        m1 = lapwing_larger_words(m1, words(x + (i &+ 8)) & mask)
        i &+= 16
    }
    var largest = lapwing_largest_word(lapwing_larger_words(m0, m1))
    while i < count {
        largest = max(largest, x[i].bitPattern & 0x7fff_ffff)
        i &+= 1
    }
    return largest
}

/// The sum of `|scale · x|`, or of its squares, over `count` numbers: in eight partial sums, then from the first to the
/// last, so that it is the same in both builds.
@inline(never)
func sumOfMagnitudes(_ count: Int, _ x: UnsafePointer<Float>, _ scale: Float, _ squared: Bool) -> Float {
    let mask = SIMD8<UInt32>(repeating: 0x7fff_ffff)
    let chosen = SIMD8<UInt32>(repeating: squared ? .max : 0)
    let one = SIMD8<UInt32>(repeating: Float(1).bitPattern) & ~chosen
    var sums = Lanes(repeating: 0)
    var i = 0
    while i &+ 8 <= count {
        let value = unsafeBitCast(unsafeBitCast(load(x + i) * scale, to: SIMD8<UInt32>.self) & mask, to: Lanes.self)
        let factor = unsafeBitCast((unsafeBitCast(value, to: SIMD8<UInt32>.self) & chosen) | one, to: Lanes.self)
        sums += value * factor
        i &+= 8
    }
    var sum: Float = 0
    for lane in 0..<8 { sum += sums[lane] }
    while i < count {
        let value = abs(x[i] * scale)
        sum += squared ? value * value : value
        i &+= 1
    }
    return sum
}
