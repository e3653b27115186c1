import CSystem

/// A seeded generator, xoshiro256++: the same numbers on every machine for the same seed.
///
/// **Memory:** 48 bytes. Not for keys.
/// **Source:** Blackman and Vigna, "Scrambled linear pseudorandom number generators"; seeded through splitmix64.
public struct RandomGenerator: RandomNumberGenerator, Sendable, BitwiseCopyable {
    private var state: (UInt64, UInt64, UInt64, UInt64)
    private var spareNormal: Double = 0
    private var hasSpareNormal = false

    /// Seeds the generator. Streams that must differ (one for each agent, purpose, episode) differ in `stream`.
    public init(seed: UInt64, stream: UInt64 = 0) {
        var mixer = seed ^ (stream &* 0xd1b5_4a32_d192_ed03)
        func next() -> UInt64 {
            mixer &+= 0x9e37_79b9_7f4a_7c15
            var z = mixer
            z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
            z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
            return z ^ (z >> 31)
        }
        state = (next(), next(), next(), next())
    }

    /// 64 random bits.
    public mutating func next() -> UInt64 {
        let sum = state.0 &+ state.3
        let result = ((sum << 23) | (sum >> 41)) &+ state.0
        let shifted = state.1 << 17
        state.2 ^= state.0
        state.3 ^= state.1
        state.1 ^= state.2
        state.0 ^= state.3
        state.2 ^= shifted
        state.3 = (state.3 << 45) | (state.3 >> 19)
        return result
    }

    /// A number in 0 ..< 1, all 53 bits of it random.
    public mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }

    /// A number in `low ..< high`.
    public mutating func uniform(_ low: Double, _ high: Double) -> Double { low + (high - low) * uniform() }

    /// A number in 0 ..< 1, all 24 bits of it random.
    public mutating func uniformFloat() -> Float { Float(next() >> 40) * 0x1p-24 }

    /// An integer in 0 ..< `bound`, each as likely as the others.
    public mutating func below(_ bound: Int) -> Int {
        precondition(bound > 0, "no integer lies below zero")
        return Int(truncatingIfNeeded: next().multipliedFullWidth(by: UInt64(bound)).high)
    }

    /// A draw from the standard normal distribution (Marsaglia's polar method).
    public mutating func normal() -> Double {
        if hasSpareNormal {
            hasSpareNormal = false
            return spareNormal
        }
        while true {
            let x = uniform(-1, 1)
            let y = uniform(-1, 1)
            let square = x * x + y * y
            guard square < 1, square > 0 else { continue }
            let factor = (-2 * log(square) / square).squareRoot()
            spareNormal = y * factor
            hasSpareNormal = true
            return x * factor
        }
    }
}
