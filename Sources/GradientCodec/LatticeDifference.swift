import Bounded

/// The coded difference of two points of a lattice.
///
/// **Bias, variance:** none: the difference is exact. What is lost, at most half a step an element, is lost when a
/// vector is rounded to the lattice.
/// **Bits:** about the entropy of the multiples: one bit and less where most elements did not move, log₂ of the mean
/// multiple plus some three bits where they did.
/// **Memory:** the contexts of one model, `contextCount`.
/// **Complexity:** one pass, some ten nanoseconds and up an element.
enum LatticeDifference {
    /// The contexts that coding takes.
    static let contextCount = IntegerModel.contextCount

    /// Writes the way from the point `held` to the point `next` into `data`.
    ///
    /// Returns the bytes written; nil when they do not fit, an element is not on the lattice, or moved further than the
    /// lattice reaches.
    static func encode(
        from held: Vector, to next: Vector, lattice: Lattice, contexts: UnsafeMutablePointer<AdaptiveBit>,
        into data: UnsafeMutableRawBufferPointer
    ) -> Int? {
        var coder = RangeEncoder(data)
        var model = IntegerModel(contexts)
        for index in 0..<next.count {
            guard let last = lattice.multiple(held.base[index]), let new = lattice.multiple(next.base[index]) else {
                return nil
            }
            let difference = new &- last
            guard difference.magnitude < 1 << 24 else { return nil }
            model.writeSigned(difference, to: &coder)
        }
        return coder.finish()
    }

    /// Reads a difference, and writes it to `vector`, or adds it to the point that `vector` is.
    ///
    /// **Throws:** `badParameters` when the parameters are not a lattice's; `malformed` when the data is not what
    /// `encode` writes, or `vector` is not on the lattice or would leave it; `vector` then holds anything.
    static func decode(
        parameters: UnsafeRawBufferPointer, data: UnsafeRawBufferPointer, isAdded: Bool,
        contexts: UnsafeMutablePointer<AdaptiveBit>, into vector: Vector
    ) throws(CodecError) {
        guard parameters.count == 1 else { throw .badParameters }
        let exponent = Int(Int8(bitPattern: parameters[0]))
        guard Lattice.exponents.contains(exponent) else { throw .badParameters }
        let lattice = Lattice(exponent: exponent)
        var coder = RangeDecoder(data)
        var model = IntegerModel(contexts)
        for index in 0..<vector.count {
            guard !coder.isExhausted, let difference = model.readSigned(from: &coder),
                let held = isAdded ? lattice.multiple(vector.base[index]) : 0
            else { throw .malformed }
            let next = held &+ difference
            guard next.magnitude < 1 << 24 else { throw .malformed }
            vector.base[index] = Float(next) * lattice.step
        }
        guard coder.isComplete else { throw .malformed }
    }
}
