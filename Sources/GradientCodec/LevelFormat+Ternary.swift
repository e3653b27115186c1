extension LevelFormat {
    /// TernGrad: −1, 0 or 1 times each bucket's largest magnitude M, five elements to a byte, without clipping.
    ///
    /// Unbiased, with E‖error‖² = M ‖x‖₁ − ‖x‖² in each bucket. 1.6 + 32/B bits an element.
    /// **Source:** Wen et al. 2017, equation 3; a bucket where the paper has a layer.
    static func ternary(bucketSize: Int) -> LevelFormat {
        LevelFormat(packing: .trits, bucketSize: bucketSize, reach: 1)
    }
}
