import Bounded

/// Packs differences of two points of a lattice.
///
/// **Memory:** four bytes an element for the packed bytes, and 2,560 bytes of contexts.
public struct LatticeEncoder: ~Copyable {
    /// The length of every vector.
    public let count: Int
    private let data: UnsafeMutableRawBufferPointer
    private let parameters: UnsafeMutableRawBufferPointer
    private let contexts: UnsafeMutablePointer<AdaptiveBit>

    /// Reserves memory for vectors of `count` elements.
    public init(count: Int, arena: inout Arena) throws(Arena.Refusal) {
        let data = try arena.reserve(UInt8.self, count: 4 * count, holder: "packed difference")
        let parameters = try arena.reserve(UInt8.self, count: 1, holder: "packed difference")
        let contexts = try AdaptiveBit.reserve(LatticeDifference.contextCount, arena: &arena)
        self.data = UnsafeMutableRawBufferPointer(data)
        self.parameters = UnsafeMutableRawBufferPointer(parameters)
        self.contexts = contexts
        self.count = count
    }

    /// Packs the way from the point `held` to the point `next` of the lattice of 2^`exponent`.
    ///
    /// Whoever holds `held` and adds what this decodes to holds `next`, bit for bit.
    /// **Limit:** nil when that takes as many bytes as `next` in dense float32, when either vector is not a point of
    /// the lattice (of another exponent, say), or an element moved by 2²⁴ steps or more: send `next` whole then.
    public mutating func encode(from held: Vector, to next: Vector, exponent: Int) -> PackedBytes? {
        precondition(held.count == count && next.count == count, "a vector of another length")
        parameters[0] = UInt8(bitPattern: Int8(truncatingIfNeeded: exponent))
        guard
            let byteCount = LatticeDifference.encode(
                from: held, to: next, lattice: Lattice(exponent: exponent), contexts: contexts, into: data),
            byteCount < 4 * count
        else { return nil }
        return PackedBytes(
            codec: .lattice, count: count, parameters: UnsafeRawBufferPointer(parameters),
            data: UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(data)[..<byteCount]))
    }
}
