import Aggregation
import Bounded
import Testing

@Suite("ObservationMerge")
struct ObservationMergeTests {
    @Test("agrees with the statistics of all observations at once, however they were split")
    func agreesWithOnePass() throws {
        let seed: UInt64 = 77
        var generator = RandomGenerator(seed: seed)
        var arena = try Arena(limitBytes: 1 << 16)
        var merged = try ObservationMerge(observationCount: 3, arena: &arena)
        var all: [[Double]] = []
        for _ in 0..<40 {
            let batch = (0..<1 + generator.below(50)).map { _ in
                [generator.normal() * 3 + 100, generator.uniform(), -2.0]
            }
            all += batch
            let (mean, squared) = Self.statistics(batch)
            merged.merge(
                count: Double(batch.count), mean: leakedVector(mean.map(Float.init)),
                squaredDeviations: leakedVector(squared.map(Float.init)))
        }
        let (mean, squared) = Self.statistics(all)
        #expect(merged.count == Double(all.count))
        for index in 0..<3 {
            #expect(abs(merged.mean[index] - mean[index]) <= 1e-6 * max(1, abs(mean[index])), "seed \(seed)")
            #expect(abs(merged.squaredDeviations[index] - squared[index]) <= 1e-5 * max(1, squared[index]))
        }
    }

    @Test("normalises with one over the standard deviation; with nothing seen, not at all")
    func writes() throws {
        var arena = try Arena(limitBytes: 1 << 16)
        var merged = try ObservationMerge(observationCount: 2, arena: &arena)
        let mean = leakedVector([9, 9])
        let scale = leakedVector([9, 9])
        merged.write(mean: mean, scale: scale)
        #expect(Array(mean.buffer) == [0, 0])
        #expect(Array(scale.buffer) == [1, 1])
        merged.merge(count: 4, mean: leakedVector([2, 3]), squaredDeviations: leakedVector([16, 0]))
        merged.write(mean: mean, scale: scale)
        #expect(Array(mean.buffer) == [2, 3])
        #expect(abs(scale[0] - 0.5) < 1e-6)
        #expect(abs(scale[1] - 10_000) < 1)
    }

    @Test("takes no statistics that cannot be some")
    func refuses() throws {
        var arena = try Arena(limitBytes: 1 << 16)
        let merged = try ObservationMerge(observationCount: 1, arena: &arena)
        let one = leakedVector([1])
        func accepts(_ count: Double, _ mean: Vector, _ squaredDeviations: Vector) -> Bool {
            merged.accepts(count: count, mean: mean, squaredDeviations: squaredDeviations)
        }
        #expect(accepts(2, one, one))
        #expect(!accepts(-1, one, one))
        #expect(!accepts(.nan, one, one))
        #expect(!accepts(1e10, one, one))
        #expect(!accepts(1, leakedVector([.infinity]), one))
        #expect(!accepts(1, one, leakedVector([-1])))
        #expect(!accepts(1, leakedVector([1, 2]), one))
    }

    private static func statistics(_ rows: [[Double]]) -> ([Double], [Double]) {
        let width = rows[0].count
        let mean = (0..<width).map { j in rows.reduce(0) { $0 + $1[j] } / Double(rows.count) }
        let squared = (0..<width).map { j in rows.reduce(0) { $0 + ($1[j] - mean[j]) * ($1[j] - mean[j]) } }
        return (mean, squared)
    }
}
