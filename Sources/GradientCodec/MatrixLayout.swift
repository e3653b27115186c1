/// Where the matrices lie in a flat vector of parameters; what lies between them is treated as single elements.
///
/// **Limit:** at most `maximumCount` matrices.
public struct MatrixLayout: Equatable, Sendable {
    /// One matrix, row by row.
    public struct Matrix: Equatable, Sendable, BitwiseCopyable {
        /// The index of its first element.
        public var offset: Int
        /// Its rows, one after the other.
        public var rows: Int
        /// The elements of a row.
        public var columns: Int

        public init(offset: Int, rows: Int, columns: Int) {
            self.offset = offset
            self.rows = rows
            self.columns = columns
        }
    }

    /// As many layers as the wire carries: eight hidden ones and the output.
    public static let maximumCount = 9

    private var matrices: InlineArray<9, Matrix> = InlineArray(repeating: Matrix(offset: 0, rows: 0, columns: 0))
    /// How many matrices there are.
    public private(set) var count = 0

    /// No matrix.
    public init() {}

    /// The matrix at `index`, below `count`.
    public subscript(index: Int) -> Matrix {
        precondition(index >= 0 && index < count, "a matrix beyond the layout")
        return matrices[index]
    }

    /// Adds a matrix behind those before it; false when there is no room, or it overlaps the one before.
    public mutating func append(_ matrix: Matrix) -> Bool {
        guard count < Self.maximumCount, matrix.rows > 0, matrix.columns > 0 else { return false }
        if count > 0 {
            let last = matrices[count - 1]
            guard matrix.offset >= last.offset + last.rows * last.columns else { return false }
        } else if matrix.offset < 0 {
            return false
        }
        matrices[count] = matrix
        count += 1
        return true
    }

    public static func == (left: MatrixLayout, right: MatrixLayout) -> Bool {
        guard left.count == right.count else { return false }
        for index in 0..<left.count where left.matrices[index] != right.matrices[index] { return false }
        return true
    }
}
