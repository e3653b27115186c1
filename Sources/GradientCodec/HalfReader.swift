/// Reads half-precision numbers one after the other; beyond its bytes, it reads zeros.
struct HalfReader {
    private var place: UnsafeRawPointer
    /// Bytes that are left; below zero when more was asked for than there was.
    private(set) var byteCount: Int
    private var worst: UInt16 = 0

    init(_ start: UnsafeRawPointer, byteCount: Int) {
        place = start
        self.byteCount = byteCount
    }

    /// Whether every number so far was one: no infinity, no NaN.
    var isFinite: Bool { worst != 0x7c00 }

    /// The next number.
    mutating func next() -> Float {
        guard let here = take(2) else { return 0 }
        return number(here)
    }

    /// The next matrix: a scale, P column by column, Q column by column; writes P Qᵀ row by row.
    mutating func product(_ rows: Int, _ columns: Int, _ rank: Int, into matrix: UnsafeMutablePointer<Float>) {
        guard let here = take(1 &+ 2 &* rank &* (rows &+ columns)) else { return }
        let scale = ScaleByte.scale(here.load(as: UInt8.self))
        var p = here + 1
        let start = p + 2 &* rows &* rank
        matrix.update(repeating: 0, count: rows &* columns)
        for index in 0..<rank {
            let q = start + 2 &* columns &* index
            for row in 0..<rows {
                let factor = number(p) * scale
                let output = matrix + row &* columns
                for column in 0..<columns { output[column] += factor * number(q + 2 &* column) }
                p += 2
            }
        }
    }

    /// Where the next bytes are; nil when so many are not left.
    private mutating func take(_ count: Int) -> UnsafeRawPointer? {
        byteCount &-= count
        guard byteCount >= 0 else { return nil }
        defer { place += count }
        return place
    }

    @inline(__always)
    private mutating func number(_ place: UnsafeRawPointer) -> Float {
        let half = UInt16(littleEndian: place.loadUnaligned(as: UInt16.self))
        worst = max(worst, half & 0x7c00)
        return Float(bitPattern: HalfPrecision.widened(UInt32(half)))
    }
}
