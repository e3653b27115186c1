import Bounded
import Foundation
import PolicyStore

extension PolicyFile {
    /// The bytes of the file.
    public func encoded() -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let header = Header(
            environment: environment, specification: specification, parameterCount: parameters.count,
            normaliser: !normaliserMean.isEmpty, example: example, provenance: provenance)
        var data = Data(Self.magic.utf8)
        data.append((try? encoder.encode(header)) ?? Data("{}".utf8))
        data.append(UInt8(ascii: "\n"))
        for numbers in [parameters, normaliserMean, normaliserScale] {
            for number in numbers { data.append(littleEndian: number.bitPattern) }
        }
        data.append(littleEndian: Self.checksum(data))
        return data
    }

    /// Writes the file, or replaces it as a whole.
    public func write(to url: URL) throws(TrainingError) {
        do { try encoded().write(to: url, options: .atomic) } catch {
            throw TrainingError(.cannotCreate, "\(url.path): the policy cannot be written there")
        }
    }

    /// Reads a file and checks everything that can be checked without computing the policy.
    ///
    /// **Throws:** `missingInput` when it is not there, `data` with what is wrong with it.
    public init(reading url: URL) throws(TrainingError) {
        guard let data = try? Data(contentsOf: url) else {
            throw TrainingError(.missingInput, "\(url.path): there is no such policy file, or it may not be read")
        }
        do throws(Damage) { try self.init(decoding: data) } catch { throw .data(url.path, error.text) }
    }

    /// Why bytes are not a policy.
    struct Damage: Error {
        let text: String
        init(_ text: String) { self.text = text }
    }

    /// Decodes the bytes of a file.
    init(decoding data: Data) throws(Damage) {
        guard data.count <= Self.largestBytes else { throw Damage("too large for a policy file") }
        let bytes = [UInt8](data)
        guard bytes.starts(with: "LAPWING-POLICY ".utf8) else { throw Damage("this is not a policy file") }
        guard bytes.starts(with: Self.magic.utf8) else {
            throw Damage("a policy file of another format version; this program reads version 1")
        }
        let start = Self.magic.utf8.count
        guard let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")), bytes.count >= end + 5 else {
            throw Damage("the file was cut short")
        }
        let body = bytes.count - 4
        guard Self.number(bytes, at: body) == Self.checksum(data.prefix(body)) else {
            throw Damage("the checksum does not match: the file is damaged; copy it again")
        }
        guard let header = try? JSONDecoder().decode(Header.self, from: Data(bytes[start..<end])),
            let specification = StoredSpecification(text: header.specification.text)
        else { throw Damage("the header cannot be read") }
        let observations = header.normaliser ? specification.observationCount : 0
        guard specification.parameterCount == header.parameterCount,
            body - end - 1 == 4 * (header.parameterCount + 2 * observations),
            header.example.observation.count == specification.observationCount
        else { throw Damage("the numbers do not fit the specification") }
        func floats(_ first: Int, _ count: Int) -> [Float] {
            (0..<count).map { Float(bitPattern: Self.number(bytes, at: end + 1 + 4 * (first + $0))) }
        }
        self.init(
            environment: header.environment, specification: specification,
            parameters: floats(0, header.parameterCount),
            normaliserMean: floats(header.parameterCount, observations),
            normaliserScale: floats(header.parameterCount + observations, observations),
            example: header.example, provenance: header.provenance)
        guard (parameters + normaliserMean + normaliserScale).allSatisfy(\.isFinite) else {
            throw Damage("a parameter is not a finite number")
        }
    }

    private static func number(_ bytes: [UInt8], at offset: Int) -> UInt32 {
        (0..<4).reduce(0) { $0 | UInt32(bytes[offset + $1]) << UInt32(8 * $1) }
    }

    private static func checksum(_ data: Data) -> UInt32 { data.withUnsafeBytes { Checksum.of($0) } }
}

extension Data {
    fileprivate mutating func append(littleEndian number: UInt32) {
        for shift in stride(from: 0, to: 32, by: 8) { append(UInt8(truncatingIfNeeded: number >> UInt32(shift))) }
    }
}
