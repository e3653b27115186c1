import Bounded
import Testing

@testable import PolicyMath

struct ObservationStatisticsTests {
    @Test("beyond a limit statistics keep mean and variance, and weigh what the limit does")
    func limited() throws {
        var arena = try Arena.large()
        var statistics = try ObservationStatisticsAccumulator(observationCount: 1, arena: &arena)
        for number in [1.0, 2, 6, 7] { [number].withUnsafeBufferPointer { statistics.add($0) } }
        let before = statistics.squaredDeviations[0] / statistics.count
        statistics.weigh(atMost: 4)
        #expect(statistics.count == 4 && statistics.squaredDeviations[0] == 26)
        statistics.weigh(atMost: 2)
        #expect(statistics.count == 2 && statistics.mean[0] == 4)
        #expect(statistics.squaredDeviations[0] / statistics.count == before)
    }

    @Test("statistics merged from parts are those of all observations together")
    func merge() throws {
        let seed = propertySeed("statistics")
        var generator = RandomGenerator(seed: seed)
        var arena = try Arena.large()
        let rows = (0..<200).map { _ in [1e6 + generator.normal(), generator.normal() * 3, 5] }
        var whole = try ObservationStatisticsAccumulator(observationCount: 3, arena: &arena)
        var merged = try ObservationStatisticsAccumulator(observationCount: 3, arena: &arena)
        var part = try ObservationStatisticsAccumulator(observationCount: 3, arena: &arena)
        for (index, row) in rows.enumerated() {
            row.withUnsafeBufferPointer {
                whole.add($0)
                part.add($0)
            }
            if index % 37 == 5 {
                merged.merge(part)
                part.reset()
            }
        }
        merged.merge(part)
        #expect(merged.count == 200)
        for i in 0..<3 {
            let mean = rows.reduce(0) { $0 + $1[i] } / 200
            let deviations = rows.reduce(0) { $0 + ($1[i] - mean) * ($1[i] - mean) }
            #expect(abs(merged.mean[i] - mean) < 1e-9 * max(1, abs(mean)), "seed \(seed)")
            #expect(abs(merged.squaredDeviations[i] - deviations) < 1e-6 * max(1, deviations), "seed \(seed)")
            #expect(abs(whole.squaredDeviations[i] - deviations) < 1e-6 * max(1, deviations))
        }
        let mean = try arena.vector(3, holder: "test"), scale = try arena.vector(3, holder: "test")
        merged.write(mean: mean, scale: scale)
        #expect(scale[2] == 1)
        #expect(abs(Double(scale[1]) * (whole.squaredDeviations[1] / 200).squareRoot() - 1) < 1e-5)
    }

    @Test("the normaliser shifts, scales and clips, and only converts when it is off or not loaded")
    func normalise() throws {
        var arena = try Arena.large()
        var specification = shapes[0]
        let raw: [Double] = [1, 2, 3, 1e9, -1e9]
        let out = try arena.vector(5, holder: "test")
        let off = try ObservationNormaliser(specification: specification, arena: &arena)
        raw.withUnsafeBufferPointer { off.normalise($0, into: out) }
        #expect(out.doubles == raw)
        specification.normalisesObservations = true
        var on = try ObservationNormaliser(specification: specification, arena: &arena)
        raw.withUnsafeBufferPointer { on.normalise($0, into: out) }
        #expect(out.doubles == [1, 2, 3, 10, -10])
        on.load(mean: try arena.vector([1, 1, 1, 1, 1]), scale: try arena.vector([2, 2, 2, 2, 2]))
        raw.withUnsafeBufferPointer { on.normalise($0, into: out) }
        #expect(out.doubles == [0, 2, 4, 10, -10])
    }
}
