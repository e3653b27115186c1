import Aggregation
import Bounded
import Testing

@Suite("What adversaries can do to a combination")
struct RobustInfluenceTests {
    typealias Point = [Double]

    /// What f adversaries among n send when the honest ones' gradients are `honest`: a few of the known attacks.
    static func attack(_ kind: Int, _ honest: [Point], _ generator: inout RandomGenerator) -> Point {
        let mean = RobustReference.mean(honest)
        switch kind {
        case 0: return mean.map { -1e14 * $0 }
        case 1: return mean.map { -2 * $0 }
        case 2: return RobustCombinerTests.normal(mean.count, &generator, scale: 100)
        case 3:
            return mean.indices.map { j in
                let squares = honest.reduce(0) { $0 + ($1[j] - mean[j]) * ($1[j] - mean[j]) }
                return mean[j] - 1.5 * (squares / Double(honest.count)).squareRoot()
            }
        case 4: return honest[0]
        default: return mean.map { _ in 0 }
        }
    }

    static let robust = RobustCombination.allCases.filter { $0 != .mean }

    @Test("f of them move it no farther than twice the honest ones' spread, whatever they send", arguments: robust)
    func bounded(combination: RobustCombination) throws {
        var generator = RandomGenerator(seed: 17, stream: UInt64(combination.rawValue))
        let (n, f, d) = (11, 3, 20)
        var settings = RobustCombinerTests.settings(combination, f: f)
        settings.filterDeviation = 4
        settings.filterTrajectories = 4
        var worst = 0.0
        for trial in 0..<120 {
            let bench = try RobustCombinerTests.Bench(settings, count: d)
            let truth = RobustCombinerTests.normal(d, &generator, scale: 3)
            // Centred clipping comes near within a few rounds; the others need no more than one.
            for round in 0..<(combination == .centredClipping ? 8 : 1) {
                let honest = (0..<n - f).map { _ in
                    zip(truth, RobustCombinerTests.normal(d, &generator)).map { $0 + $1 }
                }
                let mean = RobustReference.mean(honest)
                let spread = honest.map { RobustReference.distance($0, mean) }.max() ?? 0
                let wrong = (0..<f).map { _ in Self.attack(trial % 6, honest, &generator) }
                var points = honest + wrong
                for index in stride(from: n - 1, to: 0, by: -1) { points.swapAt(index, generator.below(index + 1)) }
                let found = try #require(bench.combine(points))
                guard combination != .centredClipping || round == 7 else { continue }
                let moved = RobustReference.distance(found, mean) / spread
                worst = max(worst, moved)
                #expect(moved <= 2, "seed 17, attack \(trial % 6), trial \(trial): \(moved) spreads")
            }
        }
        #expect(worst > 0.01, "the attacks were felt at all")
    }

    @Test("a single one moves the mean as far as it likes")
    func meanIsNot() throws {
        let bench = try RobustCombinerTests.Bench(RobustSettings(), count: 1)
        let points: [Point] = [[1], [1], [1], [-1e12]]
        #expect(try #require(bench.combine(points))[0] < -1e11)
    }

    @Test("buckets hold every gradient once, differ from round to round, and are the same for the same round")
    func buckets() throws {
        let settings = RobustCombinerTests.settings(.median) { $0.bucketSize = 3 }
        #expect(settings.gradientsNeeded(adversaries: 2) == 13)
        let mean = RobustCombinerTests.settings(.mean) { $0.bucketSize = 3 }
        var generator = RandomGenerator(seed: 5)
        let points = (0..<12).map { _ in RobustCombinerTests.normal(7, &generator) }
        let found = try #require(try RobustCombinerTests.Bench(mean, count: 7).combine(points))
        #expect(relativeError(found, RobustReference.mean(points)) < 1e-14, "means of equal groups have the same mean")
        let bench = try RobustCombinerTests.Bench(settings, count: 7)
        let rounds = (0..<8).map { bench.combine(points, round: $0) ?? [] }
        #expect(Set(rounds).count == 8)
        #expect(bench.combine(points, round: 5) == rounds[5])
    }

    @Test("one wrong gradient is in one group only, a smaller last group included")
    func bucketsOfUnevenSize() throws {
        let settings = RobustCombinerTests.settings(.trimmedMean, f: 1) { $0.bucketSize = 2 }
        let bench = try RobustCombinerTests.Bench(settings, count: 1)
        for round in 0..<20 as Range<UInt64> {
            #expect(bench.combine([[1], [1], [1], [1e9], [1], [1], [1]], round: round) == [1])
        }
    }

    @Test("nearest-neighbour mixing and clipping of the longest agree with them written out")
    func preparations() throws {
        var generator = RandomGenerator(seed: 23)
        for trial in 0..<80 {
            let (f, d) = (generator.below(4), 1 + generator.below(20))
            let n = 2 * f + 3 + generator.below(8)
            let points = RobustCombinerTests.round(n, d, huge: 0, &generator)
            for combination in [RobustCombination.mean, .krum, .median] {
                var settings = RobustCombinerTests.settings(combination, f: f)
                settings.clipsLargest = true
                settings.mixesNearest = trial % 2 == 0
                var prepared = RobustReference.clipped(points, adversaries: f)
                if settings.mixesNearest { prepared = RobustReference.mixed(prepared, adversaries: f) }
                let found = try #require(try RobustCombinerTests.Bench(settings, count: d).combine(points))
                let zero = [Double](repeating: 0, count: d)
                // After mixing, Krum's scores of many points are equal but for rounding: any of the best will do.
                if combination == .krum {
                    #expect(prepared.contains { relativeError(found, $0) < 1e-9 }, "seed 23, trial \(trial)")
                    continue
                }
                let wanted = try #require(RobustReference.combine(prepared, settings, centre: zero))
                let worst = zip(found, wanted).map { abs($0 - $1) }.max() ?? 0
                #expect(worst < 1e-9, "seed 23, trial \(trial), \(combination): off by \(worst)")
            }
        }
    }
}
