/// Count, mean and sum of squared deviations of each observation element since the agent's last acknowledged report.
///
/// The gateway merges them into its own by Chan's rule.
/// **Shape:** `mean` and `squaredDeviations` hold one little-endian float32 for each observation element.
/// **Source:** Chan, Golub, LeVeque, "Updating formulae and a pairwise algorithm for computing sample variances".
public struct ObservationStatistics: @unchecked Sendable, BitwiseCopyable {
    /// The most observations that one report can speak for.
    public static let countMaximum = 1e9

    /// The observations behind the statistics.
    public var count: Double
    /// The mean of each element.
    public var mean: UnsafeRawBufferPointer
    /// The sum of squared deviations of each element from its mean.
    public var squaredDeviations: UnsafeRawBufferPointer

    public init(count: Double, mean: UnsafeRawBufferPointer, squaredDeviations: UnsafeRawBufferPointer) {
        self.count = count
        self.mean = mean
        self.squaredDeviations = squaredDeviations
    }

    /// The number of observation elements.
    public var elementCount: Int { mean.count / 4 }

    /// The mean of the `index`-th observation element.
    public func mean(at index: Int) -> Float { Self.float(mean, index) }

    /// The sum of squared deviations of the `index`-th observation element from its mean.
    public func squaredDeviations(at index: Int) -> Float { Self.float(squaredDeviations, index) }

    private static func float(_ bytes: UnsafeRawBufferPointer, _ index: Int) -> Float {
        let bits = bytes.loadUnaligned(fromByteOffset: index * 4, as: UInt32.self)
        return Float(bitPattern: UInt32(littleEndian: bits))
    }
}
