import Bounded
import Testing

@testable import Aggregation

@Suite("The merge of a shared critic")
struct CriticMergeTests {
    private final class Box {
        var merge: CriticMerge
        private var arena: Arena

        init(_ count: Int, weight: Double = 0.5, hasRounds: Bool = false) throws {
            var arena = try Arena(limitBytes: 1 << 20)
            merge = try CriticMerge(parameterCount: count, weight: weight, hasRounds: hasRounds, arena: &arena)
            self.arena = arena
        }

        var parameters: [Double] { Array(merge.parameters) }
        var targets: TargetMoments { merge.targets }

        func state() -> [Double] {
            var numbers = [Double](repeating: 0, count: merge.stateCount)
            numbers.withUnsafeMutableBufferPointer { merge.write(state: $0) }
            return numbers
        }

        func restore(_ numbers: [Double]) -> Bool { numbers.withUnsafeBufferPointer { merge.restore(from: $0) } }
    }

    private static func vector(_ numbers: [Float]) -> Vector {
        let memory = UnsafeMutablePointer<Float>.allocate(capacity: numbers.count)
        memory.initialize(from: numbers, count: numbers.count)
        return Vector(base: memory, count: numbers.count)
    }

    @Test("is found wherever it lies in a state, and goes on bit for bit")
    func state() throws {
        let first = try Box(3)
        first.merge.merge(Self.vector([1, -2, 0.1]), TargetMoments(count: 10, mean: 3, squaredDeviations: 40))
        let second = try Box(3)
        #expect(second.restore([7, .nan, 1, 2, 3] + first.state() + [9, 9]))
        #expect(second.parameters == first.parameters && second.targets == first.targets)
        for box in [first, second] { box.merge.merge(Self.vector([0.3, 0.3, 0.3]), TargetMoments()) }
        #expect(second.parameters == first.parameters)
    }

    @Test("of another size, cut short or damaged it is not taken, and nothing has changed")
    func foreign() throws {
        let stored = try Box(3)
        stored.merge.merge(Self.vector([1, 2, 3]), TargetMoments(count: 10, mean: 3, squaredDeviations: 40))
        let state = stored.state()
        #expect(state.count == 8)
        func changed(_ place: Int, to number: Double) -> [Double] {
            var copy = state
            copy[place] = number
            return copy
        }
        let damaged: [[Double]] = [
            Array(state.dropLast()), [], changed(7, to: .nan), changed(1, to: 4), changed(2, to: -1),
            changed(0, to: 0), changed(3, to: .infinity),
        ]
        for damaged in damaged {
            let box = try Box(3)
            #expect(!box.restore(damaged))
            #expect(box.parameters == [0, 0, 0] && box.targets == TargetMoments())
        }
        #expect(try !Box(2).restore(state))
        #expect(try Box(0).state().isEmpty)
        #expect(try !Box(0).restore(state))
    }

    @Test("statistics merged in parts are those of all targets together")
    func moments() {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("critic targets: seed \(seed)")
        var generator = RandomGenerator(seed: seed)
        var all: [Double] = []
        var merged = TargetMoments()
        for _ in 0..<40 {
            let part = (0..<1 + generator.below(30)).map { _ in 100 + 7 * generator.normal() }
            let mean = part.reduce(0, +) / Double(part.count)
            merged.merge(
                TargetMoments(
                    count: Double(part.count), mean: mean,
                    squaredDeviations: part.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }))
            merged.merge(TargetMoments())
            all += part
        }
        let mean = all.reduce(0, +) / Double(all.count)
        let deviation = (all.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(all.count)).squareRoot()
        #expect(merged.count == Double(all.count))
        #expect(abs(merged.mean - mean) < 1e-9 && abs(merged.scale - deviation) < 1e-9, "seed \(seed)")
        #expect(TargetMoments(count: 1, mean: 5).scale == 0)
        #expect(TargetMoments(count: 9, mean: 5).scale == 1e-6, "targets that are all the same")
    }

    @Test("a round takes the mean of its changes; one that is abandoned leaves nothing behind")
    func rounds() throws {
        let box = try Box(2, weight: 0.5, hasRounds: true)
        box.merge.gather(Self.vector([100, 100]), TargetMoments(count: 5, mean: 1, squaredDeviations: 1))
        box.merge.abandonRound()
        box.merge.closeRound()
        #expect(box.parameters == [0, 0] && box.targets == TargetMoments())
        box.merge.gather(Self.vector([2, 4]), TargetMoments(count: 1, mean: 2))
        box.merge.gather(Self.vector([4, 8]), TargetMoments(count: 1, mean: 4))
        #expect(box.parameters == [0, 0])
        box.merge.closeRound()
        #expect(box.parameters == [1.5, 3])
        #expect(box.targets == TargetMoments(count: 2, mean: 3, squaredDeviations: 2))
        box.merge.closeRound()
        #expect(box.parameters == [1.5, 3])
    }

    @Test("a change is accepted only while the critic stays within single precision")
    func bounds() throws {
        let most = Float.greatestFiniteMagnitude
        let box = try Box(1, weight: 1)
        let none = TargetMoments()
        let isAccepted = [
            box.merge.accepts(Self.vector([most]), none), box.merge.accepts(Self.vector([.nan]), none),
            box.merge.accepts(Self.vector([1, 1]), none),
            box.merge.accepts(Self.vector([1]), TargetMoments(count: 1, mean: .nan)),
            box.merge.accepts(Self.vector([1]), TargetMoments(count: 1, mean: 1, squaredDeviations: -1)),
        ]
        #expect(isAccepted == [true, false, false, false, false])
        box.merge.merge(Self.vector([most]), none)
        let more = box.merge.accepts(Self.vector([most / 2]), none)
        let less = box.merge.accepts(Self.vector([-most]), none)
        #expect(!more && less)
    }
}
