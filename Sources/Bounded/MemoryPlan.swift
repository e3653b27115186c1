/// What a program reserves, a named line for each holder, in the order of the first reservation.
///
/// **Limit:** 64 holders; one more is a programmer error.
public struct MemoryPlan: Sendable {
    /// One holder and the bytes it reserved, padding included.
    public struct Line: Sendable {
        /// Who reserved.
        public let holder: StaticString
        /// What it reserved, padding included.
        public internal(set) var byteCount: Int
    }

    /// The most holders that a plan can name.
    public static let maximumHolders = 64

    private var lines: InlineArray<64, Line> = .init(repeating: Line(holder: "", byteCount: 0))
    /// How many holders have reserved something.
    public private(set) var count = 0

    public init() {}

    /// The line of the `index`-th holder.
    public subscript(index: Int) -> Line {
        precondition(index < count, "a line beyond the plan")
        return lines[index]
    }

    /// The sum of all lines.
    public var totalBytes: Int {
        var sum = 0
        for index in 0..<count { sum += lines[index].byteCount }
        return sum
    }

    mutating func add(_ byteCount: Int, holder: StaticString) {
        for index in 0..<count where Self.same(lines[index].holder, holder) {
            lines[index].byteCount += byteCount
            return
        }
        precondition(count < Self.maximumHolders, "more holders than a memory plan can name")
        lines[count] = Line(holder: holder, byteCount: byteCount)
        count += 1
    }

    private static func same(_ left: StaticString, _ right: StaticString) -> Bool {
        guard left.utf8CodeUnitCount == right.utf8CodeUnitCount else { return false }
        for index in 0..<left.utf8CodeUnitCount where left.utf8Start[index] != right.utf8Start[index] { return false }
        return true
    }
}
