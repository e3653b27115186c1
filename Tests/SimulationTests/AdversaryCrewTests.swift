import Bounded
import GatewayCore
import GradientCodec
import Testing
import Wire

@testable import Simulation

@Suite("Adversaries on the way to a link")
struct AdversaryCrewTests {
    /// A crew of three agents, the last of whom is an adversary, and what it takes to write and read their frames.
    final class Bench {
        let crew: AdversaryCrew
        private var encoder: MessageEncoder
        private var decoder: MessageDecoder
        private var vectorDecoder: VectorDecoder
        private let scratch: Vector
        private let arena: Arena

        init(_ adversaries: String) throws {
            let shape = PolicyShape(
                distribution: .gaussian, observationCount: 2, actionCount: 1, hiddenWidths: HiddenWidths())
            let settings = GatewaySettings(
                policy: PolicyDescription(
                    shape: shape, logStdMinimum: -2.5, logStdMaximum: 2, normalisesObservations: false))
            crew = try AdversaryCrew(try AdversaryList(parsing: adversaries), agents: 3, settings: settings, seed: 1)
            var arena = try Arena(limitBytes: 1 << 24)
            encoder = try MessageEncoder(limits: settings.wireLimits, arena: &arena)
            decoder = try MessageDecoder(limits: settings.wireLimits, arena: &arena)
            vectorDecoder = try VectorDecoder(largestCount: 4, layout: shape.matrixLayout, arena: &arena)
            scratch = try arena.vector(4, holder: "gradient")
            self.arena = arena
        }

        /// The frame of an update with `gradient`, packed by `codec`.
        func frame(_ gradient: [Float], _ codec: VectorCodec, sequence: UInt64) throws -> [UInt8] {
            var report = Report()
            report.identity = UpdateIdentity(epoch: BootEpoch(2), sequence: UpdateSequence(sequence))
            report.baseVersion = PolicyVersion(5)
            report.trajectories = 1
            report.steps = 100
            for index in 0..<4 { scratch[index] = gradient[index] }
            let bytes = UnsafeMutableRawBufferPointer.allocate(
                byteCount: codec.encodedByteCount(4), alignment: 16)
            defer { bytes.deallocate() }
            try codec.encode(scratch, into: bytes)
            let packed = PackedVector(codec: codec, count: 4, data: UnsafeRawBufferPointer(bytes))
            return Array(try encoder.encode(.update(Update(report: report, gradient: packed))))
        }

        func passed(_ frame: [UInt8], from agent: Int) -> [UInt8] {
            frame.withUnsafeBytes { crew.outgoing($0, from: agent) }
        }

        /// Report and gradient of a frame.
        func read(_ frame: [UInt8]) throws -> (Report, [Float])? {
            try frame.withUnsafeBytes { bytes -> (Report, [Float])? in
                guard case .update(let update) = try decoder.decodeAgentMessage(bytes) else { return nil }
                try vectorDecoder.decode(
                    update.gradient.codec, count: update.gradient.count, parameters: update.gradient.parameters,
                    data: update.gradient.data, into: scratch)
                return (update.report, Array(scratch.buffer))
            }
        }
    }

    @Test(
        "an adversary's gradient is changed, and nothing else of its update",
        arguments: [VectorCodec.denseFloat32, .denseFloat16])
    func tampers(codec: VectorCodec) throws {
        let bench = try Bench("sign-flip")
        let passed = bench.passed(try bench.frame([1, -2, 0, 4], codec, sequence: 3), from: 3)
        let (report, gradient) = try #require(try bench.read(passed))
        #expect(gradient == [-2.5, 5, 0, -10])
        #expect(report.identity == UpdateIdentity(epoch: BootEpoch(2), sequence: UpdateSequence(3)))
        #expect(report.baseVersion.number == 5 && report.steps == 100)
    }

    @Test("honest agents' frames, and whatever is no update, pass as they are")
    func passes() throws {
        let bench = try Bench("nan")
        let frame = try bench.frame([1, 2, 3, 4], .denseFloat16, sequence: 1)
        #expect(bench.passed(frame, from: 1) == frame)
        #expect(bench.passed([1, 2, 3], from: 3) == [1, 2, 3])
    }

    @Test("whoever listens in hears what the honest agents sent last, and not what other adversaries did")
    func listens() throws {
        let bench = try Bench("2xipm:1")
        _ = bench.passed(try bench.frame([9, 9, 9, 9], .denseFloat32, sequence: 1), from: 1)
        _ = bench.passed(try bench.frame([1, 2, 3, 4], .denseFloat32, sequence: 2), from: 1)
        for agent in 2...3 {
            let passed = bench.passed(try bench.frame([7, 7, 7, 7], .denseFloat32, sequence: 1), from: agent)
            #expect(try #require(try bench.read(passed)).1 == [-1, -2, -3, -4])
        }
    }

    @Test("a NaN goes through to the wire")
    func notANumber() throws {
        let bench = try Bench("nan")
        let passed = bench.passed(try bench.frame([1, 2, 3, 4], .denseFloat32, sequence: 1), from: 3)
        #expect(throws: CodecError.notFinite) { try bench.read(passed) }
    }
}
