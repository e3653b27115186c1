extension LowRankEncoder {
    /// The largest magnitude of `count` numbers; not finite when one is not.
    @inline(never)
    static func largest(_ numbers: UnsafePointer<Float>, _ count: Int) -> Float {
        var largest: UInt32 = 0
        for index in 0..<count { largest = max(largest, numbers[index].bitPattern & 0x7fff_ffff) }
        return Float(bitPattern: largest)
    }

    /// The sum of products of two columns, the left one times `scale`.
    @inline(never)
    static func product(
        _ left: UnsafePointer<Float>, _ right: UnsafePointer<Float>, _ count: Int, scale: Float = 1
    ) -> Float {
        var sum: Float = 0
        for index in 0..<count { sum += left[index] * scale * right[index] }
        return sum
    }

    /// Rounds `count` numbers times `scale` to half precision at `place`, which moves behind them.
    @inline(never)
    static func write(
        _ numbers: UnsafePointer<Float>, _ count: Int, _ scale: Float, to place: inout UnsafeMutableRawPointer
    ) {
        for index in 0..<count {
            let half = HalfPrecision.bits(rounding: (numbers[index] * scale).bitPattern)
            place.storeBytes(of: half.littleEndian, as: UInt16.self)
            place += 2
        }
    }

    /// Makes the columns orthogonal and of length one.
    ///
    /// A column that depends on those before it, as all do in a matrix of zeros, becomes zero.
    /// **Source:** modified Gram–Schmidt, twice, since once is not enough for columns that almost depend on each other
    /// (Giraud and Langou, 2002).
    @inline(never)
    static func orthonormalise(_ columns: UnsafeMutablePointer<Float>, _ rows: Int, _ count: Int) {
        for index in 0..<count {
            let column = columns + index * rows
            let before = product(column, column, rows)
            for pass in 0..<(2 * index) {
                let earlier = columns + (pass < index ? pass : pass - index) * rows
                let share = product(column, earlier, rows)
                for row in 0..<rows { column[row] -= share * earlier[row] }
            }
            let after = product(column, column, rows)
            // What is left of a dependent column is rounding.
            let inverse = after > before * 1e-12 ? 1 / after.squareRoot() : 0
            for row in 0..<rows { column[row] *= inverse }
        }
    }
}
