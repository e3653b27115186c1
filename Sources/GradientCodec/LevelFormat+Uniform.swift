extension LevelFormat {
    /// Bucketed max-norm levels: the bucket's largest magnitude is the outermost of s = 2^(`bits` − 1) − 1 levels of
    /// each sign, and zero is one; with one bit, the two levels are ± the largest magnitude.
    ///
    /// Unbiased. In a bucket of B elements with largest magnitude M, E‖error‖² ≤ B M² / (4 s²); of one bit,
    /// B M² − ‖x‖² in the mean. `bits` + 32/B bits an element.
    /// **Source:** Alistarh et al. 2017, section 4 (bucketing, and scaling by the largest element).
    static func uniform(bits: Int, bucketSize: Int) -> LevelFormat {
        LevelFormat(
            bits: bits, bucketSize: bucketSize, reach: bits == 1 ? 1 : (1 << (bits - 1)) - 1, skipsZero: bits == 1)
    }
}
