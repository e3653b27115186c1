import GradientCodec

/// What `lapwing codec` found about one vector and one codec.
public struct CodecReport: Encodable, Equatable, Sendable {
    /// The codec's name.
    public let codec: String
    /// Bits an element, for the codecs that have them.
    public let bits: Int?
    /// Elements of the vector.
    public let elements: Int
    /// How often it was packed.
    public let draws: Int
    /// What the draws followed from.
    public let seed: UInt64
    /// The mean length of a packed vector, the codec's parameters included; the frame around it is not.
    public let bytes: Double
    /// The same in dense float32.
    public let denseBytes: Int
    /// Eight times `bytes` for each element.
    public let bitsPerElement: Double
    /// How many times shorter than dense float32.
    public let ratio: Double
    /// ‖mean of C(x) − x‖ / ‖x‖ over the draws.
    public let bias: Double
    /// What `bias` comes to by chance alone when the codec has none: √(ω / draws).
    public let biasByChance: Double
    /// √(mean of ‖C(x) − x‖²) / ‖x‖.
    public let relativeError: Double
    /// ω, the mean of ‖C(x) − x‖² / ‖x‖²: for an unbiased codec its variance, for one that contracts 1 − δ.
    public let omega: Double
    /// The largest error of one element in any draw.
    public let largestError: Double

    enum CodingKeys: String, CodingKey {
        case codec, bits, elements, draws, seed, bytes, ratio, bias, omega
        case denseBytes = "dense_bytes"
        case bitsPerElement = "bits_per_element"
        case biasByChance = "bias_by_chance"
        case relativeError = "relative_error"
        case largestError = "largest_error"
    }

    init(settings: CodecSettings, tally: CodecTally, seed: UInt64) {
        let draws = Double(max(tally.draws, 1))
        // Of a vector of zeros, an error of zero is none, and any other infinitely large.
        func relative(_ squared: Double) -> Double {
            squared == 0 ? 0 : tally.squaredNorm > 0 ? squared / tally.squaredNorm : .infinity
        }
        codec = settings.codec.name
        bits = settings.codec.hasBits ? settings.bits : nil
        elements = tally.count
        self.draws = tally.draws
        self.seed = seed
        bytes = Double(tally.byteCount) / draws
        denseBytes = tally.count * 4
        bitsPerElement = 8 * bytes / Double(tally.count)
        ratio = Double(denseBytes) / bytes
        omega = relative(tally.squaredError / draws)
        relativeError = omega.squareRoot()
        bias = relative(tally.squaredBias).squareRoot()
        biasByChance = (omega / draws).squareRoot()
        largestError = tally.largestError
    }

    /// For a person.
    public var text: String {
        func fixed(_ value: Double, _ digits: Int) -> String { ProgressLine.fixed(value, digits) }
        let name = bits.map { "\(codec), \($0) bits" } ?? codec
        return """
            codec           \(name)
            elements        \(elements), \(draws) draws, seed \(seed)
            bytes           \(fixed(bytes, 1)) of \(denseBytes) in dense float32, \(fixed(ratio, 2)) times fewer
            bits            \(fixed(bitsPerElement, 3)) an element
            bias            \(fixed(bias, 6)) of the norm; chance alone makes \(fixed(biasByChance, 6)) of none
            error           \(fixed(relativeError, 6)) of the norm, \(largestError) at most in one element
            omega           \(fixed(omega, 6))
            """
    }
}
