import Bounded

/// The largest elements and their places.
///
/// A place is the gap behind the one before; a value is its sign and the nearest of 2^(bits − 1) magnitudes, spaced
/// evenly in the bits of a single-precision number (an octave has as many everywhere) from the least to the largest
/// that is kept. Gaps and magnitudes go through the range coder, each with a model of its own.
///
/// **Bias:** it is biased: without error feedback or innovation coding, what is never among the largest is never sent.
/// **Contraction:** ‖x − C(x)‖² ≤ (1 − k/d)‖x‖² + ρ²‖x_K‖², where ρ, the relative error of a kept element, is at most
/// half of log₂(largest / least) / (2^(bits − 1) − 1); bits = 1 sends one magnitude, the mean. An element is never
/// further from its value than from zero; one that is too small for that is not kept.
/// **Bits:** a kept element takes about log₂(d/k) + 1.5 for its place and up to `bits` for its value: at k = d/100
/// and 8 bits some two bytes.
/// **Memory:** the histogram of `TopKSelection` to encode, and two models' contexts.
/// **Complexity:** four passes to encode, one over the kept elements to decode.
/// **Source:** Stich, Cordonnier and Jaggi, "Sparsified SGD with memory" (2018); one magnitude: Sattler et al.,
/// "Robust and communication-efficient federated learning from non-i.i.d. data" (2019). The spacing of magnitudes is
/// ours.
enum TopK {
    /// The contexts that coding takes.
    static let contextCount = 2 * IntegerModel.contextCount
    /// Bytes of parameters: how many are kept, the least magnitude, the spacing in units of its last place, and the
    /// bits.
    static let parameterByteCount = 13

    /// How many elements of `count` are kept.
    static func keptCount(_ count: Int, fraction: Float) -> Int {
        min(count, max(1, Int((Double(fraction) * Double(count)).rounded())))
    }

    /// Packs `vector`; nil when an element is not finite.
    static func encode(
        _ vector: Vector, keeping fraction: Float, bits: Int, counters: UnsafeMutablePointer<UInt32>,
        contexts: UnsafeMutablePointer<AdaptiveBit>, parameters: UnsafeMutableRawBufferPointer,
        into data: UnsafeMutableRawBufferPointer
    ) -> Int? {
        let wanted = keptCount(vector.count, fraction: fraction)
        guard var selection = TopKSelection(vector, kept: wanted, counters: counters) else { return nil }
        let levels = Levels(selection, bits: bits, of: vector)
        var coder = RangeEncoder(data)
        var gaps = IntegerModel(contexts)
        var values = IntegerModel(contexts + IntegerModel.contextCount)
        var kept: UInt32 = 0
        var next = 0
        for index in 0..<vector.count {
            let element = vector.base[index].bitPattern
            let magnitude = element & 0x7fff_ffff
            guard selection.keeps(magnitude), levels.holds(magnitude) else { continue }
            gaps.write(UInt32(index &- next), to: &coder)
            coder.writeRaw(element >> 31, bitCount: 1)
            if levels.last > 0 { values.write(levels.nearest(magnitude), to: &coder) }
            next = index &+ 1
            kept &+= 1
        }
        parameters.storeBytes(of: kept.littleEndian, toByteOffset: 0, as: UInt32.self)
        parameters.storeBytes(of: levels.base.littleEndian, toByteOffset: 4, as: UInt32.self)
        parameters.storeBytes(of: levels.step.littleEndian, toByteOffset: 8, as: UInt32.self)
        parameters[12] = UInt8(truncatingIfNeeded: bits)
        return coder.finish()
    }

    /// Unpacks into `vector`.
    static func decode(
        parameters: UnsafeRawBufferPointer, data: UnsafeRawBufferPointer,
        contexts: UnsafeMutablePointer<AdaptiveBit>, into vector: Vector
    ) throws(CodecError) {
        guard parameters.count == parameterByteCount else { throw .badParameters }
        let kept = UInt32(littleEndian: parameters.loadUnaligned(fromByteOffset: 0, as: UInt32.self))
        guard kept <= vector.count, let levels = Levels(parameters) else { throw .badParameters }
        vector.fill(0)
        var coder = RangeDecoder(data)
        var gaps = IntegerModel(contexts)
        var values = IntegerModel(contexts + IntegerModel.contextCount)
        var next = 0
        for _ in 0..<kept {
            guard !coder.isExhausted, let gap = gaps.read(from: &coder), Int(gap) < vector.count &- next else {
                throw .malformed
            }
            let sign = coder.readRaw(bitCount: 1)
            var level: UInt32 = 0
            if levels.last > 0 {
                guard let read = values.read(from: &coder), read <= levels.last else { throw .malformed }
                level = read
            }
            next &+= Int(gap)
            vector.base[next] = Float(bitPattern: sign << 31 | (levels.base &+ level &* levels.step))
            next &+= 1
        }
        guard coder.isComplete else { throw .malformed }
    }
}
