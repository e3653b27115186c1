/// A run of single-precision numbers in somebody else's memory, usually an arena's.
///
/// A vector is a view: copying it copies no numbers, and it is valid as long as its arena is.
/// **Limit:** an index out of range stops the program, in every build mode.
public struct Vector: @unchecked Sendable {
    /// The first element, 64-byte aligned when it came from an arena.
    public let base: UnsafeMutablePointer<Float>
    /// The number of elements.
    public let count: Int

    public init(base: UnsafeMutablePointer<Float>, count: Int) {
        precondition(count >= 0, "a vector of negative length")
        self.base = base
        self.count = count
    }

    /// Views the memory of `buffer`, which must not be nil.
    public init(_ buffer: UnsafeMutableBufferPointer<Float>) {
        guard let base = buffer.baseAddress else { preconditionFailure("a vector over no memory") }
        self.init(base: base, count: buffer.count)
    }

    /// The element at `index`.
    @inlinable public subscript(index: Int) -> Float {
        get {
            precondition(index >= 0 && index < count, "an index beyond the vector")
            return base[index]
        }
        nonmutating set {
            precondition(index >= 0 && index < count, "an index beyond the vector")
            base[index] = newValue
        }
    }

    /// The part of this vector in `range`, sharing its memory.
    public subscript(range: Range<Int>) -> Vector {
        precondition(range.lowerBound >= 0 && range.upperBound <= count, "a range beyond the vector")
        return Vector(base: base + range.lowerBound, count: range.count)
    }

    /// Sets every element to `value`.
    public func fill(_ value: Float) { base.update(repeating: value, count: count) }

    /// Copies all of `other`, which must be as long.
    public func copy(from other: Vector) {
        precondition(other.count == count, "vectors of different length")
        base.update(from: other.base, count: count)
    }

    /// Whether every element is a number: no infinity, no NaN.
    public var isFinite: Bool {
        // An exponent of all ones is the only thing that marks infinities and NaNs; testing bits vectorises.
        var worst: UInt32 = 0
        for index in 0..<count { worst = max(worst, base[index].bitPattern & 0x7f80_0000) }
        return worst != 0x7f80_0000
    }

    /// The same memory as a buffer.
    public var buffer: UnsafeMutableBufferPointer<Float> { UnsafeMutableBufferPointer(start: base, count: count) }
    /// The same memory as bytes.
    public var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(buffer) }
}
