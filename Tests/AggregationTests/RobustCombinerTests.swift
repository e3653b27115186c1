import Aggregation
import Bounded
import Testing

@Suite("Robust combination")
struct RobustCombinerTests {
    typealias Point = [Double]

    /// A combiner with what it was given, and the arena that it lives in.
    final class Bench {
        var combiner: RobustCombiner
        let result: UnsafeMutableBufferPointer<Double>
        private let arena: Arena

        init(_ settings: RobustSettings, count: Int, capacity: Int = 70) throws {
            var arena = try Arena(limitBytes: 1 << 24)
            combiner = try RobustCombiner(
                parameterCount: count, capacity: capacity, settings: settings, arena: &arena)
            result = try arena.reserve(Double.self, count: count, holder: "result")
            // From here on, whoever reserved more would stop the program.
            arena.seal()
            self.arena = arena
            combiner.start()
        }

        func combine(_ points: [Point], round: UInt64 = 0, refused: Int = 0) -> Point? {
            for point in points { point.withUnsafeBufferPointer { combiner.add($0) } }
            return combiner.combine(into: result, round: round, refused: refused) ? Array(result) : nil
        }
    }

    static func settings(
        _ combination: RobustCombination, f: Int = 0, _ change: (inout RobustSettings) -> Void = { _ in }
    ) -> RobustSettings {
        var settings = RobustSettings()
        settings.combination = combination
        settings.adversariesMaximum = f
        change(&settings)
        return settings
    }

    static func normal(_ count: Int, _ generator: inout RandomGenerator, scale: Double = 1) -> Point {
        (0..<count).map { _ in generator.normal() * scale }
    }

    /// What a round can look like: random, from a few values only (ties), all the same, or with a few huge ones.
    static func round(_ n: Int, _ d: Int, huge: Int, _ generator: inout RandomGenerator) -> [Point] {
        let kind = generator.below(5)
        let shared = normal(d, &generator)
        return (0..<n).map { index in
            switch kind {
            case 0: normal(d, &generator)
            case 1: (0..<d).map { _ in Double(generator.below(3)) }
            case 2: shared
            case 3: index < huge ? normal(d, &generator, scale: 1e14) : normal(d, &generator)
            default: generator.below(2) == 0 ? shared : normal(d, &generator, scale: 0.1)
            }
        }
    }

    @Test(
        "agrees with the rule written out, for any number of gradients and adversaries, with ties and huge vectors",
        arguments: RobustCombination.allCases)
    func agrees(combination: RobustCombination) throws {
        var generator = RandomGenerator(seed: 41, stream: UInt64(combination.rawValue))
        for trial in 0..<150 {
            let f = generator.below(4)
            var settings = Self.settings(combination, f: f)
            settings.weiszfeldSmoothing = [1e-6, 0.1][generator.below(2)]
            settings.weiszfeldIterations = 1 + generator.below(8)
            settings.clippingRadius = [0, 0.5, 10][generator.below(3)]
            settings.clippingIterations = 1 + generator.below(3)
            settings.krumSelected = generator.below(4)
            settings.filterDeviation = [0.3, 1, 3][generator.below(3)]
            settings.filterTrajectories = 1 + generator.below(20)
            let n = settings.gradientsNeeded(adversaries: f) + (trial % 3 == 0 ? 0 : generator.below(20))
            let d = 1 + generator.below(30)
            let bench = try Bench(settings, count: d)
            var centre = [Double](repeating: 0, count: d)
            for round in 0..<3 {
                let points = Self.round(n, d, huge: f, &generator)
                let wanted = RobustReference.combine(points, settings, centre: centre)
                let found = bench.combine(points)
                let place = "seed 41, trial \(trial), round \(round): n \(n), f \(f), d \(d)"
                #expect((found == nil) == (wanted == nil), "\(place)")
                guard let found, let wanted else { continue }
                // Of huge numbers that cancel, as much is left as their rounding lets through.
                let scale = points.flatMap { $0 }.map(abs).max() ?? 0
                let isBounded = combination != .mean && combination != .fedpgbr && combination != .multiKrum
                let tolerance = 1e-12 * max(isBounded ? min(scale, 100) : scale, 1)
                let worst = zip(found, wanted).map { abs($0 - $1) }.max() ?? 0
                #expect(worst <= tolerance, "\(place): off by \(worst)")
                centre = found
            }
        }
    }

    @Test("without adversaries, the trimmed mean, the mean around the median and all of Multi-Krum are the mean")
    func noAdversaries() throws {
        var generator = RandomGenerator(seed: 3)
        let points = (0..<9).map { _ in Self.normal(17, &generator) }
        let mean = RobustReference.mean(points)
        for combination in [RobustCombination.mean, .trimmedMean, .meanAroundMedian, .multiKrum] {
            let found = try #require(try Bench(Self.settings(combination), count: 17).combine(points))
            #expect(relativeError(found, mean) < 1e-14, "\(combination)")
        }
    }

    @Test("the same gradient from everybody is the result", arguments: RobustCombination.allCases)
    func unanimous(combination: RobustCombination) throws {
        let point: Point = [1, -2, 3, 0.25, 1e6]
        let settings = Self.settings(combination, f: 2)
        let bench = try Bench(settings, count: 5)
        let found = try #require(bench.combine([Point](repeating: point, count: 9)))
        #expect(relativeError(found, point) < 1e-14)
    }

    @Test("with one gradient fewer than it needs there is no result; with as many there is", arguments: 1...4)
    func enough(f: Int) throws {
        for combination in RobustCombination.allCases where combination != .fedpgbr {
            let settings = Self.settings(combination, f: f)
            let needed = settings.gradientsNeeded(adversaries: f)
            switch combination {
            case .mean: #expect(needed == 1)
            case .krum, .multiKrum: #expect(needed == 2 * f + 3)
            default: #expect(needed == 2 * f + 1)
            }
            let bench = try Bench(settings, count: 2)
            #expect(bench.combine([Point](repeating: [1, 2], count: needed - 1)) == nil)
            #expect(Array(bench.result) == [0, 0], "and nothing that could be taken for one")
            #expect(bench.combine([Point](repeating: [1, 2], count: needed)) != nil)
        }
    }

    @Test("who was refused counts as one of the adversaries", arguments: [RobustCombination.krum, .trimmedMean])
    func refused(combination: RobustCombination) throws {
        let settings = Self.settings(combination, f: 2)
        let bench = try Bench(settings, count: 1)
        let few = (0..<settings.gradientsNeeded(adversaries: 1)).map { [Double($0)] }
        #expect(bench.combine(few) == nil)
        let found = try #require(bench.combine(few, refused: 1))
        let wanted = RobustReference.combine(few, Self.settings(combination, f: 1), centre: [0])
        #expect(found == wanted)
        #expect(bench.combine([[4]], refused: 9) == (combination == .krum ? nil : [4]))
    }

    @Test("sorts every number of values", arguments: 1...70)
    func sorts(n: Int) throws {
        var generator = RandomGenerator(seed: UInt64(n))
        let bench = try Bench(Self.settings(.median), count: 11)
        let points = (0..<n).map { _ in (0..<11).map { _ in Double(generator.below(20)) } }
        let wanted = (0..<11).map { j in RobustReference.median(points.map { $0[j] }) }
        #expect(bench.combine(points) == wanted)
    }

    @Test("takes up the centre of the round before, and one that was stored, bit for bit")
    func centre() throws {
        var generator = RandomGenerator(seed: 8)
        let settings = Self.settings(.centredClipping) { $0.clippingRadius = 0.3 }
        let (one, other) = (try Bench(settings, count: 6), try Bench(settings, count: 6))
        for _ in 0..<5 { _ = one.combine((0..<5).map { _ in Self.normal(6, &generator) }) }
        var state = [Double](repeating: 0, count: one.combiner.stateCount)
        #expect(state.count == 6, "one number for each parameter")
        state.withUnsafeMutableBufferPointer { one.combiner.write(state: $0) }
        let isRestored = state.withUnsafeBufferPointer { other.combiner.restore(state: $0) }
        #expect(isRestored)
        let points = (0..<5).map { _ in Self.normal(6, &generator) }
        #expect(one.combine(points) == other.combine(points))
        state[3] = .nan
        let isTaken = state.withUnsafeBufferPointer { other.combiner.restore(state: $0) }
        #expect(!isTaken)
        let krum = try Bench(Self.settings(.krum), count: 6)
        let krumState = krum.combiner.stateCount
        #expect(krumState == 0, "nothing else is stored")
    }

    @Test("ranges are checked, and the mean by itself keeps no gradients")
    func ranges() {
        #expect(RobustSettings().isUsable && !RobustSettings().keepsGradients)
        #expect(Self.settings(.median).keepsGradients)
        #expect(Self.settings(.mean) { $0.bucketSize = 2 }.keepsGradients)
        for change: (inout RobustSettings) -> Void in [
            { $0.adversariesMaximum = -1 }, { $0.weiszfeldIterations = 0 }, { $0.weiszfeldSmoothing = 0 },
            { $0.clippingRadius = -1 }, { $0.clippingRadius = .nan }, { $0.clippingIterations = 0 },
            { $0.filterDeviation = 0 }, { $0.filterFailure = 0 }, { $0.filterFailure = 1.5 }, { $0.bucketSize = 0 },
            { $0.filterTrajectories = 0 }, { $0.krumSelected = -1 },
        ] {
            #expect(!Self.settings(.median, change).isUsable)
        }
    }
}
