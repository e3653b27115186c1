import Bounded
import Testing
import Wire

/// Bytes that nobody should have sent change nothing, and stop nothing: each test ends, and that is what it shows.
@Suite("Hostile bytes")
struct HostileBytesTests {
    @Test("an agent's message cut at any byte is refused", arguments: Samples.agentNames)
    func truncatedAgentMessage(name: String) throws {
        var bench = try Workbench()
        let bytes = try goldenBytes(name)
        #expect(bench.agentFault([]) == WireError(.empty, "message"))
        // The outermost length covers the rest, so nothing but the whole is a message.
        for count in 1..<bytes.count { #expect(bench.agentFault(Array(bytes[..<count]))?.kind == .malformed) }
    }

    @Test("a gateway's message cut at any byte is refused", arguments: Samples.gatewayNames)
    func truncatedGatewayMessage(name: String) throws {
        var bench = try Workbench()
        let bytes = try goldenBytes(name)
        #expect(bench.gatewayFault([]) == WireError(.empty, "message"))
        for count in 1..<bytes.count { #expect(bench.gatewayFault(Array(bytes[..<count]))?.kind == .malformed) }
    }

    @Test("one flipped bit, anywhere, never traps", arguments: Samples.agentNames + Samples.gatewayNames)
    func flippedBits(name: String) throws {
        var exercise = try Exercise()
        let bytes = try goldenBytes(name)
        for bit in 0..<(bytes.count * 8) {
            var flipped = bytes
            flipped[bit / 8] ^= 1 << (bit % 8)
            exercise.run(flipped)
        }
    }

    @Test("100,000 mutated messages never trap, and what is accepted encodes to a fixed point")
    func mutations() throws {
        var generator = RandomGenerator(seed: propertySeed("mutations"))
        var exercise = try Exercise()
        let seeds = try (Samples.agentNames + Samples.gatewayNames).map(goldenBytes)
        for _ in 0..<100_000 {
            var bytes = seeds[generator.below(seeds.count)]
            for _ in 0...generator.below(4) { mutate(&bytes, with: &generator, from: seeds) }
            exercise.run(bytes)
        }
        #expect(exercise.acceptedCount > 1_000, "too few mutants were messages for this to mean much")
        #expect(exercise.refusedCount > 1_000, "too few mutants were refused for this to mean much")
    }

    @Test("100,000 runs of random bytes never trap")
    func randomBytes() throws {
        var generator = RandomGenerator(seed: propertySeed("random bytes"))
        var exercise = try Exercise()
        for _ in 0..<100_000 {
            exercise.run((0..<generator.below(48)).map { _ in UInt8(truncatingIfNeeded: generator.next()) })
        }
        #expect(exercise.refusedCount > 1_000)
    }

    private func mutate(_ bytes: inout [UInt8], with generator: inout RandomGenerator, from seeds: [[UInt8]]) {
        guard !bytes.isEmpty else { return bytes = seeds[generator.below(seeds.count)] }
        let index = generator.below(bytes.count)
        switch generator.below(6) {
        case 0: bytes[index] = UInt8(truncatingIfNeeded: generator.next())
        case 1: bytes[index] ^= 1 << UInt8(generator.below(8))
        case 2: bytes.remove(at: index)
        case 3: bytes.insert(UInt8(truncatingIfNeeded: generator.next()), at: index)
        case 4: bytes.append(contentsOf: bytes[index...].prefix(64))
        default: bytes.append(contentsOf: seeds[generator.below(seeds.count)].prefix(200))
        }
    }

    /// The fuzz entry, with memory of its own.
    private struct Exercise: ~Copyable {
        var exercise: MessageExercise
        let arena: Arena

        var acceptedCount: Int { exercise.acceptedCount }
        var refusedCount: Int { exercise.refusedCount }

        init() throws {
            var arena = try Arena(limitBytes: 16 << 20)
            let exercise = try MessageExercise(limits: Workbench.limits, arena: &arena)
            self.arena = arena
            self.exercise = exercise
        }

        mutating func run(_ bytes: [UInt8]) { bytes.withUnsafeBytes { exercise.run($0) } }
    }
}
