// The libFuzzer target of the codecs: any bytes, unpacked by each codec. `scripts/fuzz-codecs` builds and runs it.

import Bounded
import GradientCodec

/// The decoder with the arena that it lives in.
private struct Target: ~Copyable {
    /// Elements of every vector: matrices of three shapes with something before, between and behind.
    static let count = 700

    let arena: Arena
    let vector: Vector
    var decoder: VectorDecoder

    init() {
        do {
            var arena = try Arena(limitBytes: 1 << 20)
            var layout = MatrixLayout()
            for (offset, rows, columns) in [(3, 16, 16), (260, 8, 40), (590, 2, 30)] {
                precondition(layout.append(MatrixLayout.Matrix(offset: offset, rows: rows, columns: columns)))
            }
            let decoder = try VectorDecoder(largestCount: Self.count, layout: layout, arena: &arena)
            vector = try arena.vector(Self.count, holder: "vector")
            self.arena = arena
            self.decoder = decoder
        } catch { preconditionFailure("a megabyte of memory for a fuzzer") }
    }

    /// The first byte is the codec, the second how many bytes are its parameters; what is unpacked must be finite.
    mutating func run(_ bytes: UnsafeRawBufferPointer) {
        guard bytes.count >= 2, let codec = VectorCodec(rawValue: UInt32(bytes[0] % 12)) else { return }
        let split = min(2 + Int(bytes[1] % 16), bytes.count)
        let parameters = UnsafeRawBufferPointer(rebasing: bytes[2..<split])
        let data = UnsafeRawBufferPointer(rebasing: bytes[split...])
        for count in [Self.count, min(data.count, Self.count), 1] {
            let part = vector[0..<count]
            part.fill(0)
            do throws(CodecError) {
                try decoder.decode(codec, count: count, parameters: parameters, data: data, into: part)
                precondition(part.isFinite, "a number that is none")
            } catch {}
            guard codec == .lattice else { continue }
            part.fill(0)
            do throws(CodecError) {
                try decoder.add(parameters: parameters, data: data, to: part)
                precondition(part.isFinite, "a number that is none")
            } catch {}
        }
    }
}

nonisolated(unsafe) private var target = Target()

@c(LLVMFuzzerTestOneInput)
public func fuzzVectorDecode(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    target.run(UnsafeRawBufferPointer(start: start, count: count))
    return 0
}
