import Bounded

/// Finds the thin matrices of `LowRank`, and remembers where the search ended.
struct LowRankEncoder {
    private let format: LowRank
    /// Q of each matrix from the vector before, column by column; a column of zeros starts anew.
    private let searches: UnsafeMutablePointer<Float>
    /// P of one matrix, column by column.
    private let columns: UnsafeMutablePointer<Float>

    /// r.
    var rank: Int { format.rank }

    /// Reserves memory for vectors of `count` elements.
    init(rank: Int, layout: MatrixLayout, count: Int, arena: inout Arena) throws(Arena.Refusal) {
        format = LowRank(rank: rank, layout: layout)
        var searchCount = 0
        var columnCount = 0
        var parts = format.parts(count)
        while let part = parts.next() {
            searchCount += part.columns * part.matrix.columns
            columnCount = max(columnCount, part.columns * part.matrix.rows)
        }
        searches = try arena.vector(searchCount, holder: "low rank").base
        columns = try arena.vector(columnCount, holder: "low rank").base
    }

    /// Packs `vector`, and returns the bytes of data; nil when an element is not finite, or as large as
    /// 2¹⁰⁰, which leaves no room for sums.
    func encode(
        _ vector: Vector, parameters: UnsafeMutableRawBufferPointer, into data: UnsafeMutableRawBufferPointer
    ) -> Int? {
        guard let base = data.baseAddress, Self.largest(vector.base, vector.count) < 0x1p100 else { return nil }
        var largest: Float = 0
        var parts = format.parts(vector.count)
        while let part = parts.next() {
            largest = max(largest, Self.largest(vector.base + part.start, part.end - part.start))
        }
        let scale = ScaleByte.of(largest)
        parameters[0] = UInt8(truncatingIfNeeded: format.rank)
        parameters[1] = scale
        var place = base
        var search = searches
        parts = format.parts(vector.count)
        while let part = parts.next() {
            Self.write(vector.base + part.start, part.end - part.start, ScaleByte.inverse(scale), to: &place)
            guard part.columns > 0 else { continue }
            write(part, vector.base + part.end, search, to: &place)
            search += part.columns * part.matrix.columns
        }
        return place - base
    }

    /// Writes the thin matrices of `matrix`, and leaves the next search in `search`.
    private func write(
        _ part: LowRank.Part, _ matrix: UnsafePointer<Float>, _ search: UnsafeMutablePointer<Float>,
        to place: inout UnsafeMutableRawPointer
    ) {
        let (rows, width) = (part.matrix.rows, part.matrix.columns)
        let size = ScaleByte.of(Self.largest(matrix, rows * width))
        // Brought near one, products neither overflow nor vanish.
        let inverse = ScaleByte.inverse(size)
        for index in 0..<part.columns {
            let q = search + index * width
            if Self.largest(q, width) == 0 { Self.restart(q, width, stream: part.end + index) }
            let p = columns + index * rows
            for row in 0..<rows { p[row] = Self.product(matrix + row * width, q, width, scale: inverse) }
        }
        Self.orthonormalise(columns, rows, part.columns)
        let scalePlace = place
        place += 1
        // Q goes with P as it is rounded.
        var rounded = HalfReader(UnsafeRawPointer(place), byteCount: 2 * rows * part.columns)
        Self.write(columns, rows * part.columns, 1, to: &place)
        for index in 0..<part.columns {
            let q = search + index * width
            q.update(repeating: 0, count: width)
            for row in 0..<rows {
                let factor = rounded.next() * inverse
                let input = matrix + row * width
                for column in 0..<width { q[column] += factor * input[column] }
            }
        }
        let count = part.columns * width
        let searchSize = ScaleByte.of(Self.largest(search, count))
        let scale = min(max(Int(size) + Int(searchSize) - 127, 0), 253)
        scalePlace.storeBytes(of: UInt8(truncatingIfNeeded: scale), as: UInt8.self)
        Self.write(search, count, ScaleByte.inverse(searchSize), to: &place)
    }

    /// Fills a column with numbers that depend on nothing but `stream`.
    private static func restart(_ column: UnsafeMutablePointer<Float>, _ count: Int, stream: Int) {
        // Any numbers will do that are not orthogonal to what is looked for: a linear congruential generator.
        var state = UInt32(truncatingIfNeeded: stream)
        for index in 0..<count {
            state = state &* 1_664_525 &+ 1_013_904_223
            column[index] = Float(Int32(bitPattern: state)) * 0x1p-31
        }
    }
}
