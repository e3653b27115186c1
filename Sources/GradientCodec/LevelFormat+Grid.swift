extension LevelFormat {
    /// LAQ's grid: 2^`bits` levels, equally far apart, from −R to R, where R is the vector's largest magnitude; each
    /// element goes to the nearest.
    ///
    /// Biased and deterministic: with τ = 1 / (2^`bits` − 1), each |error| is at most τ R (1 + 2⁻¹³), the last factor
    /// for thresholds that are kept to 2⁻¹⁵ of a level. `bits` bits an element, and 32 a vector.
    /// **Source:** Sun et al. 2019, equations 5 and 6; R = 0 sends codes too, which nobody needs.
    static func grid(bits: Int) -> LevelFormat {
        LevelFormat(bits: bits, reach: (1 << bits) - 1, skipsZero: true, isStochastic: false)
    }
}
