import Bounded
import Testing

@testable import GradientCodec

@Suite("Low rank")
struct LowRankTests {
    typealias Matrix = MatrixLayout.Matrix

    @Test("gives back a matrix of no more than r independent columns", arguments: [1, 2, 3, 5])
    func exact(rank: Int) throws {
        let seed = printedSeed("low rank, exact")
        var generator = RandomGenerator(seed: seed)
        for (rows, columns) in [(64, 64), (17, 40), (33, 12), (100, 300)] {
            for size in [1e-30, 1e-6, 1, 1e20] as [Float] {
                let bench = try LowRankBench([Matrix(offset: 0, rows: rows, columns: columns)], rank: rank)
                let matrix = generator.matrix(rows, columns, rank: rank).map { $0 * size }
                var error = try bench.relativeError(matrix)
                // Now and then the first, random factor almost misses a column; the second starts from what it found.
                if error >= 2e-6, error < 1e-2 { error = try bench.relativeError(matrix) }
                // Float16 rounds both factors, and the columns are orthogonal to as much.
                #expect(error < 2e-6, "\(rows) × \(columns), rank \(rank), size \(size)")
            }
        }
    }

    @Test("never makes a vector longer, and takes the bytes that it says, at every shape")
    func contraction() throws {
        let seed = printedSeed("low rank, contraction")
        var generator = RandomGenerator(seed: seed)
        for _ in 0..<150 {
            var matrices: [Matrix] = []
            var count = generator.below(4)
            for _ in 0..<generator.below(4) {
                matrices.append(Matrix(offset: count, rows: 1 + generator.below(40), columns: 1 + generator.below(40)))
                count += matrices[matrices.count - 1].rows * matrices[matrices.count - 1].columns + generator.below(9)
            }
            count = max(count, 1)
            let rank = 1 + generator.below(8)
            let bench = try LowRankBench(matrices, rank: rank, count: count)
            var halves = count
            var ones = 0
            for matrix in matrices {
                let columns = min(rank, matrix.rows, matrix.columns)
                guard columns * (matrix.rows + matrix.columns) < matrix.rows * matrix.columns else { continue }
                halves += columns * (matrix.rows + matrix.columns) - matrix.rows * matrix.columns
                ones += 1
            }
            for _ in 0..<3 {
                let error = try bench.relativeError(generator.heavyTailed(count))
                #expect(error <= 1.001)
                #expect(bench.byteCount == 2 * halves + ones)
            }
        }
    }

    @Test("comes to the best approximation of a matrix that stands still", arguments: [1, 2, 4])
    func warmStart(rank: Int) throws {
        var generator = RandomGenerator(seed: 60)
        let (rows, columns) = (48, 36)
        let matrix = generator.heavyTailed(rows * columns)
        let best = Self.bestError(matrix, rows, columns, rank)
        let bench = try LowRankBench([Matrix(offset: 0, rows: rows, columns: columns)], rank: rank)
        var errors: [Double] = []
        for _ in 0..<60 { errors.append(try bench.relativeError(matrix)) }
        print("low rank \(rank): error \(errors[0]) at first, \(errors[59]) at last, \(best) at best")
        #expect(errors[0] > best * 1.02)
        #expect(abs(errors[59] - best) < 1e-3 * best)
        for (early, late) in zip(errors, errors.dropFirst()) { #expect(late <= early + 1e-4) }
    }

    @Test("packs matrices of zeros, and starts anew behind them")
    func zeros() throws {
        var generator = RandomGenerator(seed: 61)
        let bench = try LowRankBench([Matrix(offset: 1, rows: 20, columns: 20)], rank: 3, count: 404)
        #expect(try bench.roundTrip([Float](repeating: 0, count: 404)).allSatisfy { $0 == 0 })
        let matrix = [1.5] + generator.matrix(20, 20, rank: 3) + [-2, 0, 0.25]
        #expect(try bench.relativeError(matrix) < 1e-5)
        let back = try bench.roundTrip(matrix)
        #expect(back[0] == 1.5 && Array(back[401...]) == [-2, 0, 0.25])
        // Rank 1 where three columns are wanted.
        #expect(try bench.relativeError([0] + generator.matrix(20, 20, rank: 1) + [0, 0, 0]) < 1e-5)
        #expect(try bench.relativeError(matrix) < 1e-5)
    }

    @Test("refuses an infinity or NaN anywhere, and packs the largest numbers that there are")
    func extremes() throws {
        let bench = try LowRankBench([Matrix(offset: 0, rows: 10, columns: 10)], rank: 1, count: 101)
        for bad in [Float.infinity, .nan, 0x1p100] {
            for position in [0, 99, 100] {
                var numbers = [Float](repeating: 1, count: 101)
                numbers[position] = bad
                #expect(throws: CodecError.notFinite) { try bench.roundTrip(numbers) }
            }
        }
        for size in [0x1p99, 0x1p-126, .leastNonzeroMagnitude] as [Float] {
            #expect(try bench.roundTrip([Float](repeating: size, count: 101)).allSatisfy { $0 <= size * 1.001 })
        }
    }

    @Test("has these bytes")
    func golden() throws {
        let bench = try LowRankBench([Matrix(offset: 1, rows: 4, columns: 3)], rank: 1, count: 14)
        let numbers: [Float] = [0.5, 1, 2, -1, 2, 4, -2, 0, 0, 0, -1, -2, 1, -3]
        _ = try bench.roundTrip(numbers)
        let back = try bench.roundTrip(numbers)
        #expect(zip(back, numbers).allSatisfy { abs($0 - $1) < 2e-3 })
        #expect(bench.parameters == [1, 128])
        #expect(
            bench.data == [
                0, 52, 129, 136, 54, 136, 58, 0, 0, 136, 182, 230, 56, 230, 60, 230, 184, 0, 190,
            ])
    }

    @Test("refuses hostile bytes")
    func hostile() throws {
        let seed = printedSeed("hostile low rank")
        var generator = RandomGenerator(seed: seed)
        let bench = try LowRankBench([Matrix(offset: 3, rows: 12, columns: 9)], rank: 2, count: 120)
        _ = try bench.roundTrip(generator.heavyTailed(120))
        let (parameters, data) = (bench.parameters, bench.data)
        for wrong in [[], [2], [0, 1], [65, 1], [2, 1, 1]] as [[UInt8]] {
            #expect(throws: CodecError.badParameters) { try bench.decode(wrong, data) }
        }
        #expect(throws: CodecError.malformed) { try bench.decode(parameters, Array(data.dropLast())) }
        #expect(throws: CodecError.malformed) { try bench.decode(parameters, data + [0]) }
        #expect(throws: CodecError.malformed) { try bench.decode(parameters, []) }
        var infinite = data
        infinite[1] = 0x7c
        #expect(throws: CodecError.malformed) { try bench.decode(parameters, infinite) }
        for _ in 0..<2_000 {
            var noise = data
            for _ in 0..<6 { noise[generator.below(noise.count)] = UInt8(truncatingIfNeeded: generator.next()) }
            let scale = UInt8(truncatingIfNeeded: generator.next())
            if let numbers = try? bench.decode([2, scale], noise) { #expect(numbers.allSatisfy { $0.isFinite }) }
        }
    }

    /// ‖M − M_r‖² / ‖M‖² by one-sided Jacobi rotations in double precision.
    static func bestError(_ matrix: [Float], _ rows: Int, _ columns: Int, _ rank: Int) -> Double {
        var work = (0..<columns).map { column in (0..<rows).map { Double(matrix[$0 * columns + column]) } }
        for _ in 0..<40 {
            for i in 0..<columns {
                for j in (i + 1)..<max(columns, i + 1) {
                    let a = zip(work[i], work[i]).reduce(0) { $0 + $1.0 * $1.1 }
                    let b = zip(work[j], work[j]).reduce(0) { $0 + $1.0 * $1.1 }
                    let c = zip(work[i], work[j]).reduce(0) { $0 + $1.0 * $1.1 }
                    guard abs(c) > 1e-14 * (a * b).squareRoot() else { continue }
                    let zeta = (b - a) / (2 * c)
                    let tangent = (zeta < 0 ? -1 : 1) / (abs(zeta) + (1 + zeta * zeta).squareRoot())
                    let cosine = 1 / (1 + tangent * tangent).squareRoot()
                    for row in 0..<rows {
                        let (x, y) = (work[i][row], work[j][row])
                        work[i][row] = cosine * (x - tangent * y)
                        work[j][row] = cosine * (tangent * x + y)
                    }
                }
            }
        }
        let squares = work.map { zip($0, $0).reduce(0) { $0 + $1.0 * $1.1 } }.sorted(by: >)
        return squares.dropFirst(rank).reduce(0, +) / squares.reduce(0, +)
    }
}

extension RandomGenerator {
    /// A matrix of so many rows and columns, the sum of `rank` products of columns.
    fileprivate mutating func matrix(_ rows: Int, _ columns: Int, rank: Int) -> [Float] {
        var matrix = [Float](repeating: 0, count: rows * columns)
        for _ in 0..<rank {
            let left = (0..<rows).map { _ in Float(normal()) }
            let right = (0..<columns).map { _ in Float(normal()) }
            for index in matrix.indices { matrix[index] += left[index / columns] * right[index % columns] }
        }
        return matrix
    }
}

/// An encoder and decoder of matrices, with what they wrote last.
final class LowRankBench {
    private var memory: TestMemory
    private var encoder: VectorEncoder
    private var decoder: VectorDecoder
    private let vector: Vector
    private var generator = RandomGenerator(seed: 0)
    var parameters: [UInt8] = []
    var data: [UInt8] = []
    var byteCount: Int { data.count }

    init(_ matrices: [MatrixLayout.Matrix], rank: Int, count: Int? = nil) throws {
        var layout = MatrixLayout()
        for matrix in matrices {
            let isTaken = layout.append(matrix)
            #expect(isTaken)
        }
        let count = count ?? matrices[0].rows * matrices[0].columns
        var settings = CodecSettings(.lowRank)
        settings.rank = rank
        var memory = try TestMemory(megabytes: 4)
        encoder = try VectorEncoder(settings: settings, count: count, layout: layout, arena: &memory.arena)
        decoder = try VectorDecoder(largestCount: count, layout: layout, arena: &memory.arena)
        vector = try memory.vector(count)
        self.memory = memory
    }

    @discardableResult
    func roundTrip(_ numbers: [Float]) throws -> [Float] {
        for (index, number) in numbers.enumerated() { vector[index] = number }
        let packed = try encoder.encode(vector, generator: &generator)
        parameters = Array(packed.parameters)
        data = Array(packed.data)
        return try decode(parameters, data)
    }

    @discardableResult
    func decode(_ parameters: [UInt8], _ data: [UInt8]) throws -> [Float] {
        try parameters.withUnsafeBytes { parameters in
            try data.withUnsafeBytes { data in
                try decoder.decode(.lowRank, count: vector.count, parameters: parameters, data: data, into: vector)
            }
        }
        return vector.numbers
    }

    /// ‖x − C(x)‖² / ‖x‖².
    func relativeError(_ numbers: [Float]) throws -> Double {
        let back = try roundTrip(numbers)
        let differences = zip(numbers, back).map { Double($0) - Double($1) }
        let whole = numbers.reduce(0.0) { $0 + Double($1) * Double($1) }
        return differences.reduce(0) { $0 + $1 * $1 } / max(whole, .leastNormalMagnitude)
    }
}
