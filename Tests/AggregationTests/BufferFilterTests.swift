import Aggregation
import Bounded
import Foundation
import Testing

@Suite("BASGD before an asynchronous rule")
struct BufferFilterTests {
    @Test("agrees with a plain reference: the median of the buffers' means, once all have something")
    func basgdReference() throws {
        let seed: UInt64 = 2_003_007
        var generator = RandomGenerator(seed: seed)
        var server = try FilteredServer(
            FilteredServer.settings(.basgd) { $0.bufferCount = 3 }, rule: FilteredServer.plain,
            initial: [Float](repeating: 1, count: 9))
        var theta = [Double](repeating: 1, count: 9)
        var buffers: [[[Double]]] = [[], [], []]
        var steps = 0
        for arrival in 0..<300 {
            let agent = generator.below(7)
            let gradient = (0..<9).map { _ in Float(generator.normal()) }
            let verdict = server.take(gradient, from: agent, base: UInt64(max(0, arrival - 3)))
            buffers[agent % 3].append(gradient.map(Double.init))
            if buffers.allSatisfy({ !$0.isEmpty }) {
                let means = buffers.map { buffer in
                    (0..<9).map { j in buffer.reduce(0) { $0 + $1[j] } / Double(buffer.count) }
                }
                for j in 0..<9 { theta[j] += 0.1 * means.map { $0[j] }.sorted()[1] }
                buffers = [[], [], []]
                steps += 1
                guard case .combined = verdict else {
                    Issue.record("arrival \(arrival): \(verdict), seed \(seed)")
                    return
                }
            } else {
                guard case .held = verdict else {
                    Issue.record("arrival \(arrival): \(verdict), seed \(seed)")
                    return
                }
            }
            #expect(relativeError(server.parameters, theta) < 1e-6)
        }
        #expect(server.version == 300 && steps > 30)
    }

    @Test("is hardly moved by one agent that sends anything")
    func basgdWithstands() throws {
        var server = try FilteredServer(
            FilteredServer.settings(.basgd) {
                $0.bufferCount = 5
                $0.combination.adversariesMaximum = 1
            }, rule: FilteredServer.plain, initial: [0])
        for arrival in 0..<100 { _ = server.take([arrival % 5 == 2 ? -1e14 : 1], from: arrival % 5, base: 0) }
        #expect(abs(server.parameters[0] - 20 * 0.1) < 1e-6)
    }

    @Test("judges and shortens each gradient before it goes into a buffer")
    func basgdGuards() throws {
        var limited = try FilteredServer(
            FilteredServer.settings(.basgd) {
                $0.bufferCount = 3
                $0.gradientNorm.limit = 100
            }, rule: FilteredServer.plain, initial: [0])
        #expect(limited.take([150], from: 0, base: 0) == .unusable(.normTooLarge))
        #expect(limited.take([.infinity], from: 0, base: 0) == .unusable(.notFinite))
        #expect(limited.version == 0)
        for agent in 0..<3 { _ = limited.take([50], from: agent, base: 0) }
        #expect(abs(limited.parameters[0] - 5) < 1e-6)

        var clipped = try FilteredServer(
            FilteredServer.settings(.basgd) {
                $0.bufferCount = 3
                $0.gradientNorm.clip = .fixed
                $0.gradientNorm.clipNorm = 10
            }, rule: FilteredServer.plain, initial: [0])
        // Two of one buffer: its mean is of 10 and 4, not of 1,000 and 4.
        for (agent, gradient) in [(0, Float(1_000)), (3, 4), (1, 7.5), (2, 2)] {
            _ = clipped.take([gradient], from: agent, base: 0)
        }
        #expect(abs(clipped.parameters[0] - 0.7) < 1e-6)
    }

    @Test("moves nothing when its combination leaves nobody")
    func basgdHolds() throws {
        var server = try FilteredServer(
            FilteredServer.settings(.basgd) {
                $0.bufferCount = 3
                $0.combination.combination = .fedpgbr
                $0.combination.filterDeviation = 1
            }, rule: .afedpg(AFedPGSettings()), initial: [0, 0, 0])
        for agent in 0..<3 { _ = server.take([1, 0, 0], from: agent, base: 0) }
        let moved = server.parameters
        #expect(moved[0] > 0)
        // As far from each other as can be: no two of them are one honest agent's.
        let apart: [[Float]] = [[1e6, 0, 0], [0, 1e6, 0], [0, 0, 1e6]]
        for round in 0..<4 {
            for agent in 0..<3 {
                let verdict = server.take(apart[agent], from: agent, base: server.version)
                #expect(verdict == .held(gradientNorm: 1e6), "round \(round)")
            }
        }
        #expect(server.parameters == moved)
        #expect(server.version == 15)
    }

    @Test("continues from what a store has, with the centre that its clipping starts from")
    func basgdCentre() throws {
        let settings = FilteredServer.settings(.basgd) {
            $0.bufferCount = 3
            $0.combination.combination = .centredClipping
            $0.combination.clippingRadius = 0.5
            $0.gradientNorm.clip = .quantile
        }
        var first = try FilteredServer(settings, rule: FilteredServer.plain, initial: [1, 2])
        for round in 0..<20 { _ = first.take([5, Float(round % 3)], from: round % 3, base: 0) }
        let state = try first.arena.reserve(Double.self, count: first.filter.stateCount, holder: "state")
        first.filter.write(state: state)
        let moved = first.parameters.map(Float.init)
        var second = try FilteredServer(settings, rule: FilteredServer.plain, initial: moved)
        second.filter.restore(state: UnsafeBufferPointer(state))
        var forgetful = try FilteredServer(settings, rule: FilteredServer.plain, initial: moved)
        for round in 20..<26 {
            _ = first.take([5, 1], from: round % 3, base: 0)
            _ = second.take([5, 1], from: round % 3, base: 0)
            _ = forgetful.take([5, 1], from: round % 3, base: 0)
        }
        #expect(relativeError(second.parameters, first.parameters) < 1e-6)
        #expect(relativeError(forgetful.parameters, first.parameters) > 1e-3, "the centre matters")
    }

    @Test("continues from what a store has with every buffered gradient")
    func basgdRestart() throws {
        let settings = FilteredServer.settings(.basgd) { $0.bufferCount = 3 }
        var first = try FilteredServer(settings, rule: FilteredServer.plain, initial: [1, 2])
        _ = first.take([4, 0], from: 0, base: 0)
        _ = first.take([0, 8], from: 1, base: 0)
        let state = try first.arena.reserve(Double.self, count: first.filter.stateCount, holder: "state")
        first.filter.write(state: state)
        var second = try FilteredServer(settings, rule: FilteredServer.plain, initial: [1, 2])
        second.filter.restore(state: UnsafeBufferPointer(state))
        let verdict = second.take([2, 2], from: 2, base: 0)
        #expect(verdict == .combined(gradientNorm: 8.0.squareRoot()))
        _ = first.take([2, 2], from: 2, base: 0)
        #expect(second.parameters == first.parameters && second.parameters[0] != 1)
    }
}
