import Bounded
import Foundation
import PolicyMath
import PolicyStore

/// The parameters that a federation begins with.
package enum InitialPolicy {
    /// Draws them from the seed, or reads them from the file that was named.
    ///
    /// **Throws:** `GatewayError.initialPolicy` and `.initialPolicyMissing`; a retry does not help.
    package static func parameters(of plan: GatewayPlan) throws(GatewayError) -> [Float] {
        if !plan.initialPolicyPath.isEmpty { return try read(plan.initialPolicyPath, plan.storedSpecification) }
        var numbers = [Float](repeating: 0, count: plan.specification.parameterCount)
        var generator = RandomGenerator(seed: plan.seed, stream: stream)
        numbers.withUnsafeMutableBufferPointer {
            initialise(
                parameters: Vector($0), specification: plan.specification, settings: plan.initialisation,
                generator: &generator)
        }
        return numbers
    }

    /// The stream of the seed that parameters are drawn from; agents draw theirs from their own seeds.
    private static let stream: UInt64 = 0x9017

    private static let magic = Data("LAPWING-POLICY 1\n".utf8)

    private struct Header: Decodable {
        let specification: StoredSpecification
    }

    /// Reads an exported policy (`policy.lapwing`), or bare little-endian float32 numbers.
    private static func read(_ path: String, _ shape: StoredSpecification) throws(GatewayError) -> [Float] {
        guard FileManager.default.fileExists(atPath: path) else { throw .initialPolicyMissing(path: path) }
        guard let data = FileManager.default.contents(atPath: path) else {
            throw .initialPolicy(path: path, detail: "cannot be read")
        }
        let body = data.starts(with: magic) ? try exported(data, path, shape) : data
        let byteCount = 4 * shape.parameterCount
        guard body.count == byteCount else {
            throw .initialPolicy(
                path: path, detail: "holds \(body.count) bytes of parameters, the policy has \(byteCount)")
        }
        let numbers = stride(from: body.startIndex, to: body.endIndex, by: 4).map { start in
            Float(bitPattern: body[start..<start + 4].reversed().reduce(0) { $0 << 8 | UInt32($1) })
        }
        guard numbers.allSatisfy(\.isFinite) else {
            throw .initialPolicy(path: path, detail: "a parameter is not a finite number")
        }
        return numbers
    }

    /// The parameters within an exported policy.
    private static func exported(
        _ data: Data, _ path: String, _ shape: StoredSpecification
    ) throws(GatewayError) -> Data {
        let rest = data.dropFirst(magic.count)
        guard let end = rest.firstIndex(of: UInt8(ascii: "\n")), rest.distance(from: end, to: rest.endIndex) > 4 else {
            throw .initialPolicy(path: path, detail: "the file was cut short")
        }
        let stored = data.suffix(4).reversed().reduce(0) { $0 << 8 | UInt32($1) }
        guard data.dropLast(4).withUnsafeBytes({ Checksum.of($0) }) == stored else {
            throw .initialPolicy(path: path, detail: "the checksum does not match, so the file is damaged")
        }
        guard let header = try? JSONDecoder().decode(Header.self, from: rest[..<end]) else {
            throw .initialPolicy(path: path, detail: "its header cannot be read")
        }
        guard header.specification == shape else {
            throw .initialPolicy(
                path: path,
                detail: "is a policy of another shape (\(header.specification.text), configured \(shape.text))")
        }
        return rest[rest.index(after: end)...].prefix(4 * shape.parameterCount)
    }
}
