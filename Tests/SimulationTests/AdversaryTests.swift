import Bounded
import GradientCodec
import Testing
import Wire

@testable import Simulation

@Suite("Adversaries")
struct AdversaryTests {
    /// What `adversary` makes of `gradient`, which is its update number `sequence`.
    static func sent(
        _ adversary: inout Adversary, _ gradient: [Float], honest: [[Float]] = [], sequence: UInt64 = 1
    ) -> [Float] {
        var report = Report()
        report.identity = UpdateIdentity(epoch: BootEpoch(1), sequence: UpdateSequence(sequence))
        let update = Update(
            report: report,
            gradient: PackedVector(
                codec: .denseFloat32, count: gradient.count, data: UnsafeRawBufferPointer(start: nil, count: 0)))
        var gradient = gradient
        let lent = honest.map { vector in
            let memory = UnsafeMutableBufferPointer<Float>.allocate(capacity: vector.count)
            _ = memory.initialize(fromContentsOf: vector)
            return UnsafeBufferPointer(memory)
        }
        defer { for memory in lent { memory.deallocate() } }
        gradient.withUnsafeMutableBufferPointer {
            adversary.tamper(update, gradient: $0, honest: HonestGradients(lent))
        }
        return gradient
    }

    static func sent(_ kind: AdversaryKind, _ gradient: [Float], honest: [[Float]] = []) -> [Float] {
        var adversary = Adversary(kind, seed: 1)
        return sent(&adversary, gradient, honest: honest)
    }

    static let honest: [[Float]] = [[1, 2, 3], [3, 2, -1], [5, 2, 4]]

    @Test("a sign flip sends the gradient turned round and 2.5 times as long, or as long as it is told")
    func signFlip() {
        #expect(Self.sent(.signFlip, [1, -2, 0]) == [-2.5, 5, 0])
        var adversary = Adversary(.signFlip, strength: 1, seed: 1)
        #expect(Self.sent(&adversary, [1, -2, 0]) == [-1, 2, 0])
    }

    @Test("zero sends zeros")
    func zero() { #expect(Self.sent(.zero, [1, -2, 3]) == [0, 0, 0]) }

    @Test("ALIE sends the honest mean less 1.5 standard deviations, element by element")
    func littleIsEnough() {
        let sent = Self.sent(.littleIsEnough, [9, 9, 9], honest: Self.honest)
        // Means 3, 2, 2; variances 8/3, 0, 14/3.
        let wanted = [3 - 1.5 * (8.0 / 3).squareRoot(), 2, 2 - 1.5 * (14.0 / 3).squareRoot()]
        for index in 0..<3 { #expect(abs(Double(sent[index]) - wanted[index]) < 1e-6) }
        #expect(Self.sent(.littleIsEnough, [9, 8, 7]) == [9, 8, 7], "its own gradient, before it has heard any")
    }

    @Test("IPM sends minus twice the honest mean")
    func innerProduct() {
        #expect(Self.sent(.innerProduct, [9, 9, 9], honest: Self.honest) == [-6, -4, -4])
        #expect(Self.sent(.innerProduct, [1, 2, 3]) == [-2, -4, -6], "of its own gradient, before it has heard any")
    }

    @Test("mimic sends what the first honest agent sent")
    func mimic() { #expect(Self.sent(.mimic, [9, 9, 9], honest: Self.honest) == [1, 2, 3]) }

    @Test("replay sends its first gradient for ever")
    func replay() {
        var adversary = Adversary(.replay, seed: 1)
        for sequence in 1...5 {
            let gradient = [Float(sequence), 2, 3]
            #expect(Self.sent(&adversary, gradient, sequence: UInt64(sequence)) == [1, 2, 3])
        }
    }

    @Test("nan and infinity spoil one element and leave the others", arguments: [AdversaryKind.notANumber, .infinity])
    func notFinite(kind: AdversaryKind) {
        var adversary = Adversary(kind, seed: 3)
        var places: Set<Int> = []
        for sequence in 1...100 {
            let gradient = (0..<10).map(Float.init)
            let sent = Self.sent(&adversary, gradient, sequence: UInt64(sequence))
            let spoilt = sent.indices.filter { !sent[$0].isFinite }
            #expect(spoilt.count == 1)
            for index in sent.indices where !spoilt.contains(index) { #expect(sent[index] == gradient[index]) }
            if let place = spoilt.first { #expect(kind == .infinity ? sent[place] == .infinity : sent[place].isNaN) }
            places.formUnion(spoilt)
        }
        #expect(places.count == 10, "every place has its turn")
    }

    @Test("noise is within three times the gradient's range, is nowhere near zero, and follows from seed and update")
    func noise() {
        let gradient: [Float] = (0..<1000).map { Float($0) / 999 }
        var adversary = Adversary(.noise, seed: 5)
        let first = Self.sent(&adversary, gradient)
        let offsets = zip(first, gradient).map { Double($0) - Double($1) }
        #expect(offsets.allSatisfy { abs($0) <= 3.0001 })
        // Uniform in [−3, 3): variance 3.
        let variance = offsets.reduce(0) { $0 + $1 * $1 } / 1000
        #expect(abs(variance - 3) < 0.5, "\(variance)")
        #expect(Self.sent(&adversary, gradient) == first, "the same update")
        #expect(Self.sent(&adversary, gradient, sequence: 2) != first, "another update")
        var other = Adversary(.noise, seed: 6)
        #expect(Self.sent(&other, gradient) != first, "another adversary")
    }

    @Test("reward-flip turns rewards round and sends what it learnt; the others see rewards as they are")
    func rewardFlip() {
        #expect(Self.sent(.rewardFlip, [1, -2, 3]) == [1, -2, 3])
        for kind in AdversaryKind.allCases {
            #expect(Adversary(kind, seed: 1).tampered(reward: 2) == (kind == .rewardFlip ? -2 : 2))
        }
    }

    @Test("an empty gradient is no trouble", arguments: AdversaryKind.allCases)
    func empty(kind: AdversaryKind) { #expect(Self.sent(kind, []) == []) }
}
