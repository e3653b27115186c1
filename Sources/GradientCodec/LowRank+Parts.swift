extension LowRank {
    /// Elements outside matrices, and the matrix behind them.
    struct Part {
        /// The first element outside matrices.
        var start: Int
        /// The matrix's first element, and the last one outside and one.
        var end: Int
        /// The matrix.
        var matrix: MatrixLayout.Matrix
        /// The columns that stand for it; 0: there is no matrix, and the vector ends.
        var columns: Int
    }

    /// Goes through a vector from its start to its end.
    struct Parts {
        private let format: LowRank
        private let count: Int
        private var index = 0
        private var start = 0

        init(format: LowRank, count: Int) {
            self.format = format
            self.count = count
        }

        /// The next part; nil behind the last, which has no matrix.
        @inline(never)
        mutating func next() -> Part? {
            while index <= format.layout.count {
                var part = Part(
                    start: start, end: count, matrix: MatrixLayout.Matrix(offset: 0, rows: 0, columns: 0), columns: 0)
                if index < format.layout.count {
                    part.matrix = format.layout[index]
                    part.columns = format.columnCount(of: part.matrix, in: count)
                    part.end = part.matrix.offset
                }
                index += 1
                // A matrix that is sent as it is belongs to what lies outside.
                guard part.columns > 0 || index > format.layout.count else { continue }
                start = part.end + part.matrix.rows * part.matrix.columns
                return part
            }
            return nil
        }
    }
}
