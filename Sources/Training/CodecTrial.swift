import Bounded
import Foundation
import GradientCodec

/// One vector, packed and unpacked many times: what `lapwing codec` measures.
public struct CodecTrial: Sendable {
    /// How the vector is packed.
    public var settings = CodecSettings()
    /// How often; codecs that draw nothing give the same each time.
    public var draws = 100
    /// What the draws follow from.
    public var seed: UInt64 = 1
    /// Low rank: the shape of the one matrix that the vector is; nil: as square as its length allows.
    public var shape: (rows: Int, columns: Int)?

    public init() {}

    /// Reads a file of little-endian float32 numbers and nothing else.
    ///
    /// **Throws:** `missingInput`; `data` when the length is not a multiple of four, there is no number, or one is not
    /// finite.
    public static func readVector(_ url: URL) throws(TrainingError) -> [Float] {
        guard let data = try? Data(contentsOf: url, options: .mappedIfSafe) else {
            throw TrainingError(.missingInput, "\(url.path): there is no such file, or it may not be read")
        }
        guard !data.isEmpty else { throw .data(url.path, "the file is empty; expected float32 numbers, little-endian") }
        guard data.count % 4 == 0 else {
            throw .data(url.path, "\(data.count) bytes are no whole number of float32 numbers of four bytes")
        }
        guard data.count / 4 <= VectorCodec.maximumCount else {
            throw .data(url.path, "\(data.count / 4) numbers; \(VectorCodec.maximumCount) at most")
        }
        let vector = data.withUnsafeBytes { bytes in
            (0..<data.count / 4).map {
                Float(bitPattern: UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: $0 * 4, as: UInt32.self)))
            }
        }
        if let index = vector.firstIndex(where: { !$0.isFinite }) {
            throw .data(url.path, "number \(index) (byte \(index * 4)) is \(vector[index]); a vector must be finite")
        }
        return vector
    }

    /// Packs and unpacks `vector`, `draws` times with one encoder.
    ///
    /// **Throws:** `usage` for settings out of range; `system` without the memory; `internalError` when a packed vector
    /// cannot be unpacked.
    public func run(_ vector: [Float]) throws(TrainingError) -> CodecReport {
        try check(count: vector.count)
        let count = vector.count
        let layout = self.layout(count)
        var arena = try reserving { () throws(Arena.Refusal) in try Arena(limitBytes: count * 64 + (64 << 20)) }
        let input = try reserving { () throws(Arena.Refusal) in try arena.vector(count, holder: "input") }
        let output = try reserving { () throws(Arena.Refusal) in try arena.vector(count, holder: "output") }
        var encoder = try reserving { () throws(Arena.Refusal) in
            try VectorEncoder(settings: settings, count: count, layout: layout, arena: &arena)
        }
        var decoder = try reserving { () throws(Arena.Refusal) in
            try VectorDecoder(largestCount: count, layout: layout, arena: &arena)
        }
        for index in 0..<count { input[index] = vector[index] }
        var generator = RandomGenerator(seed: seed)
        var tally = CodecTally(vector)
        for _ in 0..<draws {
            do throws(CodecError) {
                let packed = try encoder.encode(input, generator: &generator)
                let byteCount = packed.data.count + packed.parameters.count
                try decoder.decode(
                    packed.codec, count: packed.count, parameters: packed.parameters, data: packed.data, into: output)
                tally.add(output, byteCount: byteCount)
            } catch {
                throw TrainingError(.internalError, "\(settings.codec.name) failed: \(error)")
            }
        }
        return CodecReport(settings: settings, tally: tally, seed: seed)
    }

    private func check(count: Int) throws(TrainingError) {
        func usage(_ message: String) -> TrainingError { TrainingError(.usage, message) }
        guard (1...8).contains(settings.bits) else { throw usage("--bits \(settings.bits): 1 to 8") }
        guard (0...65_535).contains(settings.bucketSize) else {
            throw usage("--bucket-size \(settings.bucketSize): 0 (the whole vector) to 65535")
        }
        guard settings.keptFraction > 0, settings.keptFraction <= 1 else {
            throw usage("--kept-fraction \(settings.keptFraction): above 0, at most 1")
        }
        guard (1...64).contains(settings.rank) else { throw usage("--rank \(settings.rank): 1 to 64") }
        guard (1...1_000_000).contains(draws) else { throw usage("--draws \(draws): 1 to 1000000") }
        if let shape, shape.rows < 1 || shape.columns < 1 || shape.rows > count || shape.rows * shape.columns > count {
            throw usage("--rows \(shape.rows) --columns \(shape.columns): a matrix of at most \(count) elements")
        }
        guard settings.isUsable else { throw usage("--codec \(settings.codec.name): its settings do not go together") }
    }

    private func layout(_ count: Int) -> MatrixLayout {
        var layout = MatrixLayout()
        var rows = Int(Double(count).squareRoot())
        while rows > 1, count % rows != 0 { rows -= 1 }
        let matrix = shape ?? (rows: max(rows, 1), columns: count / max(rows, 1))
        _ = layout.append(MatrixLayout.Matrix(offset: 0, rows: matrix.rows, columns: matrix.columns))
        return layout
    }
}
