import Bounded

/// Each matrix as a product P Qᵀ of two thin ones, in half precision; everything else in half precision as it is.
///
/// P has orthonormal columns, and Q = Mᵀ P: what is unpacked is the projection of M on the span of P. A matrix that
/// would not become smaller is sent as it is.
///
/// **Bias:** it is biased; error feedback or innovation coding is mandatory.
/// **Contraction:** never an expansion: ‖M − P Qᵀ‖² ≤ ‖M‖², but for 2⁻¹⁰ ‖M‖² of rounding; exact up to rounding when
/// M has no more than r independent columns; the best rank-r approximation in the limit of a matrix that stands
/// still, since each Q starts the next search.
/// **Bits:** 16 r (n + m) for n × m, and 16 for each element outside matrices: 6,376 for 8-64-64-2 with r = 1, where
/// float32 takes 155,776.
/// **Memory:** Σ m r + max(n) r floats in the encoder; none in the decoder.
/// **Complexity:** 4 r operations an element to encode, 2 r to decode.
/// **Source:** Vogels, Karimireddy and Jaggi, "PowerSGD" (2019), algorithm 1, without its averages over workers: each
/// agent does a power iteration of its own.
struct LowRank {
    /// Bytes of parameters: r, and the scale of what is outside matrices.
    static let parameterByteCount = 2

    /// r.
    let rank: Int
    /// Where the matrices are.
    let layout: MatrixLayout

    /// The columns that stand for `matrix`, in a vector of `count` elements; 0: it is sent as it is.
    func columnCount(of matrix: MatrixLayout.Matrix, in count: Int) -> Int {
        let columns = min(rank, matrix.rows, matrix.columns)
        let isSmaller = columns * (matrix.rows + matrix.columns) < matrix.rows * matrix.columns
        return isSmaller && matrix.offset + matrix.rows * matrix.columns <= count ? columns : 0
    }

    /// All of a vector of `count` elements, part by part.
    func parts(_ count: Int) -> Parts { Parts(format: self, count: count) }

    /// Unpacks into `vector`.
    ///
    /// Products and sums are rounded one by one, in the order of the columns, so that every machine gets the same bits.
    /// **Throws:** `badParameters`, and `malformed` when the data is too short or too long, or a number not finite.
    static func decode(
        parameters: UnsafeRawBufferPointer, data: UnsafeRawBufferPointer, layout: MatrixLayout, into vector: Vector
    ) throws(CodecError) {
        guard parameters.count == parameterByteCount, (1...64).contains(parameters[0]) else { throw .badParameters }
        let format = LowRank(rank: Int(parameters[0]), layout: layout)
        guard let base = data.baseAddress else { throw .malformed }
        var reader = HalfReader(base, byteCount: data.count)
        let scale = ScaleByte.scale(parameters[1])
        var parts = format.parts(vector.count)
        while let part = parts.next() {
            for index in part.start..<part.end { vector.base[index] = reader.next() * scale }
            guard part.columns > 0 else { continue }
            reader.product(part.matrix.rows, part.matrix.columns, part.columns, into: vector.base + part.end)
        }
        guard reader.byteCount == 0, reader.isFinite, vector.isFinite else { throw .malformed }
    }
}
