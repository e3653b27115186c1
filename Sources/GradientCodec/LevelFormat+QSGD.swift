extension LevelFormat {
    /// QSGD: the same levels as `uniform`, of each bucket's Euclidean norm.
    ///
    /// Unbiased, with E‖error‖² ≤ min(B/s², √B/s) ‖x‖² in a bucket of B elements with s = 2^(`bits` − 1) − 1 levels of
    /// each sign; of one bit, (B − 1) ‖x‖². `bits` + 32/B bits an element.
    /// **Source:** Alistarh et al. 2017, lemma 3.1; codes of fixed length where the paper has Elias codes.
    static func qsgd(bits: Int, bucketSize: Int) -> LevelFormat {
        var format = uniform(bits: bits, bucketSize: bucketSize)
        format.measure = .norm
        return format
    }
}
