extension LevelFormat {
    /// Scaled sign: each element's sign bit, times the bucket's mean magnitude.
    ///
    /// Biased and deterministic; a contraction: in a bucket of B elements ‖error‖² = (1 − δ) ‖x‖² with
    /// δ = ‖x‖₁² / (B ‖x‖²). 1 + 32/B bits an element.
    /// **Source:** Karimireddy et al. 2019, section 4.1; a zero keeps the sign it has, where the paper makes it zero.
    static func sign(bucketSize: Int) -> LevelFormat {
        LevelFormat(measure: .mean, bits: 1, bucketSize: bucketSize, reach: 1, skipsZero: true, isStochastic: false)
    }
}
