import Foundation
import GradientCodec
import Testing

@testable import Training

@Suite("Trials of codecs")
struct CodecTrialTests {
    static func file(_ data: Data, _ body: (URL) throws -> Void) throws {
        let url = RunFolderTests.temporaryFolder()
        defer { try? FileManager.default.removeItem(at: url) }
        try data.write(to: url)
        try body(url)
    }

    static func data(_ vector: [Float]) -> Data {
        Data(vector.flatMap { value in (0..<4).map { UInt8(truncatingIfNeeded: value.bitPattern >> ($0 * 8)) } })
    }

    @Test("a file of float32 numbers is read as it is")
    func reading() throws {
        let vector: [Float] = [1, -2.5, 0, .leastNonzeroMagnitude, 65_504]
        try Self.file(Self.data(vector)) { url in
            let read = try CodecTrial.readVector(url)
            #expect(read == vector)
        }
    }

    @Test("a file that is empty, cut or not finite is refused, and so is one that is not there")
    func refusals() throws {
        for (data, word) in [
            (Data(), "empty"), (Data([1, 2, 3, 4, 5]), "5 bytes"), (Self.data([1, .nan]), "number 1"),
            (Self.data([.infinity]), "number 0"),
        ] {
            try Self.file(data) { url in
                let error = #expect(throws: TrainingError.self) { try CodecTrial.readVector(url) }
                #expect(error?.code == .data)
                #expect(error?.message.contains(word) == true, "\(error?.message ?? "")")
            }
        }
        let missing = #expect(throws: TrainingError.self) {
            try CodecTrial.readVector(URL(fileURLWithPath: "/proc/none"))
        }
        #expect(missing?.code == .missingInput)
    }

    @Test("dense float32 loses nothing in four bytes an element; float16 halves them and loses little")
    func dense() throws {
        let vector = (0..<1000).map { Float($0) * 0.37 - 100 }
        var trial = CodecTrial()
        trial.draws = 3
        let exact = try trial.run(vector)
        #expect(exact.bytes == 4000)
        #expect(exact.bitsPerElement == 32)
        #expect(exact.ratio == 1)
        #expect(exact.relativeError == 0 && exact.bias == 0 && exact.omega == 0 && exact.largestError == 0)
        trial.settings.codec = .denseFloat16
        let half = try trial.run(vector)
        #expect(half.bytes == 2000)
        #expect(half.ratio == 2)
        #expect(half.relativeError > 0 && half.relativeError < 0.0005)
        #expect(half.bias > half.biasByChance, "rounding is the same in every draw")
    }

    @Test("a vector of zeros has no error, not an undefined one")
    func zeros() throws {
        let report = try CodecTrial().run([Float](repeating: 0, count: 64))
        #expect(report.omega == 0)
        #expect(report.bias == 0)
    }

    @Test("settings out of range are refused with their flag")
    func settings() throws {
        func refusal(_ change: (inout CodecTrial) -> Void) -> String {
            var trial = CodecTrial()
            change(&trial)
            let error = #expect(throws: TrainingError.self) { try trial.run([1, 2, 3, 4]) }
            #expect(error?.code == .usage)
            return error?.message ?? ""
        }
        #expect(refusal { $0.settings.bits = 9 }.contains("--bits 9"))
        #expect(refusal { $0.settings.bucketSize = -1 }.contains("--bucket-size"))
        #expect(refusal { $0.settings.keptFraction = 0 }.contains("--kept-fraction"))
        #expect(refusal { $0.settings.rank = 65 }.contains("--rank"))
        #expect(refusal { $0.draws = 0 }.contains("--draws"))
        #expect(refusal { $0.shape = (rows: 3, columns: 2) }.contains("--rows 3"))
    }

    @Test("codecs go by the names of the configuration; policies' own codec is none of them")
    func names() throws {
        for codec in VectorCodec.gradientCodecs { #expect(try VectorCodec.named(codec.name) == codec) }
        for name in ["lattice", "topk", ""] {
            let error = #expect(throws: TrainingError.self) { try VectorCodec.named(name) }
            #expect(error?.message.contains("dense-float32, ") == true)
        }
    }
}
