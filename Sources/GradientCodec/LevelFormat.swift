/// What the codecs of equal levels have in common: each bucket has a step, and each element a small code.
///
/// An element is unpacked to `(code − reach) · step`, or `(2 code − reach) · step`, with codes 0 to `topCode`. The
/// data are the steps of all buckets, float32, and then all codes, without a gap between buckets.
struct LevelFormat {
    /// What a bucket's step is taken from.
    enum Measure: Int { case largest, norm, mean }
    /// How codes become bytes.
    enum Packing { case bits, trits }

    /// What `reach` steps are equal to.
    var measure = Measure.largest
    /// How codes become bytes.
    var packing = Packing.bits
    /// Of `Packing.bits`, the bits of one code.
    var bits = 8
    /// Elements that share a step, a multiple of 32; 0: all.
    var bucketSize = 0
    /// The steps from zero to the largest level.
    var reach: Int
    /// Whether levels are two steps apart, with none at zero.
    var skipsZero = false
    /// Whether a number between two levels goes to either at random, in the mean to itself.
    var isStochastic = true

    /// The largest code.
    var topCode: Int { skipsZero ? reach : reach &* 2 }

    /// The number of steps, of `count` elements.
    func bucketCount(_ count: Int) -> Int {
        bucketSize == 0 ? min(count, 1) : (count &+ bucketSize &- 1) / bucketSize
    }

    /// The bytes of `count` codes.
    func codeByteCount(_ count: Int) -> Int {
        packing == .trits ? (count &+ 4) / 5 : (count &* bits &+ 7) &>> 3
    }
}
