// One product serves every pass: C = start + A · B, where A is read one number at a time with any two strides (so
// that it can be a tile of activations, or a transposed one), and B and C row by row in whole vectors. A block of C
// stays in registers while the inner dimension runs: 6 x 16 numbers take 12 of 16 AVX registers, 24 of 32 NEON ones.
// The small build (x86-64 processors without AVX2) has one narrow block in place of them all.

/// Computes `c[i][j] = start[i][j] + Σ_k a[i][k] b[k][j]` for one row and eight columns.
@_transparent
func block1x8(
    _ inner: Int, _ a: UnsafePointer<Float>, _ aStep: Int, _ b: UnsafePointer<Float>, _ bRow: Int,
    _ start: UnsafePointer<Float>, _ c: UnsafeMutablePointer<Float>
) {
    var sum = load(start)
    var left = a
    var right = b
    var k = inner
    while k > 0 {
        sum = multiplyAdd(sum, broadcast(left), load(right))
        left += aStep
        right += bRow
        k &-= 1
    }
    store(sum, c)
}

#if SMALL_BUILD

/// `rows` rows of the product, all columns, eight numbers at a time.
///
/// Each number is the same sum in the same order as in the blocks of the other builds.
@inline(never)
func productRows(
    _ rows: Int, _ columns: Int, _ inner: Int, _ a: UnsafePointer<Float>, _ aRow: Int, _ aStep: Int,
    _ b: UnsafePointer<Float>, _ bRow: Int, _ start: UnsafePointer<Float>, _ startRow: Int,
    _ c: UnsafeMutablePointer<Float>, _ cRow: Int
) {
    var i = 0
    while i < rows {
        var j = 0
        while j < columns {
            block1x8(inner, a + i &* aRow, aStep, b + j, bRow, start + (i &* startRow &+ j), c + (i &* cRow &+ j))
            j &+= 8
        }
        i &+= 1
    }
}

#else

/// Computes `c[i][j] = start[i][j] + Σ_k a[i][k] b[k][j]` for a block of six rows and sixteen columns.
@_transparent
func block6x16(
    _ inner: Int, _ a: UnsafePointer<Float>, _ aRow: Int, _ aStep: Int, _ b: UnsafePointer<Float>, _ bRow: Int,
    _ start: UnsafePointer<Float>, _ startRow: Int, _ c: UnsafeMutablePointer<Float>, _ cRow: Int
) {
    var c00 = load(start), c01 = load(start + 8)
    var c10 = load(start + startRow), c11 = load(start + (startRow &+ 8))
    var c20 = load(start + 2 &* startRow), c21 = load(start + (2 &* startRow &+ 8))
    var c30 = load(start + 3 &* startRow), c31 = load(start + (3 &* startRow &+ 8))
    var c40 = load(start + 4 &* startRow), c41 = load(start + (4 &* startRow &+ 8))
    var c50 = load(start + 5 &* startRow), c51 = load(start + (5 &* startRow &+ 8))
    var left = a
    var left3 = a + 3 &* aRow
    var right = b
    var k = inner
    while k > 0 {
        let b0 = load(right), b1 = load(right + 8)
        let a0 = broadcast(left)
        c00 = multiplyAdd(c00, a0, b0)
        c01 = multiplyAdd(c01, a0, b1)
        let a1 = broadcast(left + aRow)
        c10 = multiplyAdd(c10, a1, b0)
        c11 = multiplyAdd(c11, a1, b1)
        let a2 = broadcast(left + 2 &* aRow)
        c20 = multiplyAdd(c20, a2, b0)
        c21 = multiplyAdd(c21, a2, b1)
        let a3 = broadcast(left3)
        c30 = multiplyAdd(c30, a3, b0)
        c31 = multiplyAdd(c31, a3, b1)
        let a4 = broadcast(left3 + aRow)
        c40 = multiplyAdd(c40, a4, b0)
        c41 = multiplyAdd(c41, a4, b1)
        let a5 = broadcast(left3 + 2 &* aRow)
        c50 = multiplyAdd(c50, a5, b0)
        c51 = multiplyAdd(c51, a5, b1)
        left += aStep
        left3 += aStep
        right += bRow
        k &-= 1
    }
    store(c00, c)
    store(c01, c + 8)
    store(c10, c + cRow)
    store(c11, c + (cRow &+ 8))
    store(c20, c + 2 &* cRow)
    store(c21, c + (2 &* cRow &+ 8))
    store(c30, c + 3 &* cRow)
    store(c31, c + (3 &* cRow &+ 8))
    store(c40, c + 4 &* cRow)
    store(c41, c + (4 &* cRow &+ 8))
    store(c50, c + 5 &* cRow)
    store(c51, c + (5 &* cRow &+ 8))
}

/// The same for four rows and sixteen columns.
@_transparent
func block4x16(
    _ inner: Int, _ a: UnsafePointer<Float>, _ aRow: Int, _ aStep: Int, _ b: UnsafePointer<Float>, _ bRow: Int,
    _ start: UnsafePointer<Float>, _ startRow: Int, _ c: UnsafeMutablePointer<Float>, _ cRow: Int
) {
    var c00 = load(start), c01 = load(start + 8)
    var c10 = load(start + startRow), c11 = load(start + (startRow &+ 8))
    var c20 = load(start + 2 &* startRow), c21 = load(start + (2 &* startRow &+ 8))
    var c30 = load(start + 3 &* startRow), c31 = load(start + (3 &* startRow &+ 8))
    var left = a
    var left3 = a + 3 &* aRow
    var right = b
    var k = inner
    while k > 0 {
        let b0 = load(right), b1 = load(right + 8)
        let a0 = broadcast(left)
        c00 = multiplyAdd(c00, a0, b0)
        c01 = multiplyAdd(c01, a0, b1)
        let a1 = broadcast(left + aRow)
        c10 = multiplyAdd(c10, a1, b0)
        c11 = multiplyAdd(c11, a1, b1)
        let a2 = broadcast(left + 2 &* aRow)
        c20 = multiplyAdd(c20, a2, b0)
        c21 = multiplyAdd(c21, a2, b1)
        let a3 = broadcast(left3)
        c30 = multiplyAdd(c30, a3, b0)
        c31 = multiplyAdd(c31, a3, b1)
        left += aStep
        left3 += aStep
        right += bRow
        k &-= 1
    }
    store(c00, c)
    store(c01, c + 8)
    store(c10, c + cRow)
    store(c11, c + (cRow &+ 8))
    store(c20, c + 2 &* cRow)
    store(c21, c + (2 &* cRow &+ 8))
    store(c30, c + 3 &* cRow)
    store(c31, c + (3 &* cRow &+ 8))
}

/// The same for one row and sixteen columns.
@_transparent
func block1x16(
    _ inner: Int, _ a: UnsafePointer<Float>, _ aStep: Int, _ b: UnsafePointer<Float>, _ bRow: Int,
    _ start: UnsafePointer<Float>, _ c: UnsafeMutablePointer<Float>
) {
    var c0 = load(start), c1 = load(start + 8)
    var left = a
    var right = b
    var k = inner
    while k > 0 {
        let number = broadcast(left)
        c0 = multiplyAdd(c0, number, load(right))
        c1 = multiplyAdd(c1, number, load(right + 8))
        left += aStep
        right += bRow
        k &-= 1
    }
    store(c0, c)
    store(c1, c + 8)
}

/// The same for six rows and eight columns: the narrow end of a matrix.
@_transparent
func block6x8(
    _ inner: Int, _ a: UnsafePointer<Float>, _ aRow: Int, _ aStep: Int, _ b: UnsafePointer<Float>, _ bRow: Int,
    _ start: UnsafePointer<Float>, _ startRow: Int, _ c: UnsafeMutablePointer<Float>, _ cRow: Int
) {
    var c0 = load(start)
    var c1 = load(start + startRow)
    var c2 = load(start + 2 &* startRow)
    var c3 = load(start + 3 &* startRow)
    var c4 = load(start + 4 &* startRow)
    var c5 = load(start + 5 &* startRow)
    var left = a
    var left3 = a + 3 &* aRow
    var right = b
    var k = inner
    while k > 0 {
        let b0 = load(right)
        c0 = multiplyAdd(c0, broadcast(left), b0)
        c1 = multiplyAdd(c1, broadcast(left + aRow), b0)
        c2 = multiplyAdd(c2, broadcast(left + 2 &* aRow), b0)
        c3 = multiplyAdd(c3, broadcast(left3), b0)
        c4 = multiplyAdd(c4, broadcast(left3 + aRow), b0)
        c5 = multiplyAdd(c5, broadcast(left3 + 2 &* aRow), b0)
        left += aStep
        left3 += aStep
        right += bRow
        k &-= 1
    }
    store(c0, c)
    store(c1, c + cRow)
    store(c2, c + 2 &* cRow)
    store(c3, c + 3 &* cRow)
    store(c4, c + 4 &* cRow)
    store(c5, c + 5 &* cRow)
}

/// `rows` rows (at most six at a time) of the product, all columns.
@_transparent
func productRows(
    _ rows: Int, _ columns: Int, _ inner: Int, _ a: UnsafePointer<Float>, _ aRow: Int, _ aStep: Int,
    _ b: UnsafePointer<Float>, _ bRow: Int, _ start: UnsafePointer<Float>, _ startRow: Int,
    _ c: UnsafeMutablePointer<Float>, _ cRow: Int
) {
    var j = 0
    while j &+ 16 <= columns {
        if rows == 6 {
            block6x16(inner, a, aRow, aStep, b + j, bRow, start + j, startRow, c + j, cRow)
        } else {
            var i = 0
            if rows >= 4 {
                block4x16(inner, a, aRow, aStep, b + j, bRow, start + j, startRow, c + j, cRow)
                i = 4
            }
            while i < rows {
                block1x16(
                    inner, a + i &* aRow, aStep, b + j, bRow, start + (i &* startRow &+ j), c + (i &* cRow &+ j))
                i &+= 1
            }
        }
        j &+= 16
    }
    if j < columns {
        if rows == 6 {
            block6x8(inner, a, aRow, aStep, b + j, bRow, start + j, startRow, c + j, cRow)
        } else {
            var i = 0
            while i < rows {
                block1x8(
                    inner, a + i &* aRow, aStep, b + j, bRow, start + (i &* startRow &+ j), c + (i &* cRow &+ j))
                i &+= 1
            }
        }
    }
}

#endif

/// `c[i][j] = start[i][j] + Σ_k a[i][k] b[k][j]`; `columns` is a multiple of eight.
///
/// `a[i][k]` lies at `i * aRow + k * aStep`. A `startRow` of 0 begins every row with the same vector, such as a bias;
/// `start` may be `c` itself, to accumulate.
@inline(never)
public func matrixProduct(
    _ rows: Int, _ columns: Int, _ inner: Int, _ a: UnsafePointer<Float>, _ aRow: Int, _ aStep: Int,
    _ b: UnsafePointer<Float>, _ bRow: Int, _ start: UnsafePointer<Float>, _ startRow: Int,
    _ c: UnsafeMutablePointer<Float>, _ cRow: Int
) {
    var i = 0
    while i < rows {
        let count = min(6, rows &- i)
        productRows(
            count, columns, inner, a + i &* aRow, aRow, aStep, b, bRow, start + i &* startRow, startRow, c + i &* cRow,
            cRow)
        i &+= 6
    }
}
