import Aggregation
import Bounded
import GatewayCore
import GradientCodec
import Wire

extension Bench {
    /// Settings with mirrors of `precision`.
    static func mirroring(
        _ precision: UplinkSettings.Mirror = .float32, _ change: (inout GatewaySettings) -> Void = { _ in }
    ) -> GatewaySettings {
        settings {
            $0.uplink.mirror = precision
            $0.uplink.feedback = .innovation
            change(&$0)
        }
    }

    /// An update that says which mirror it rests on.
    func update(
        _ sequence: UInt64, base: UInt64, epoch: UInt64 = 1, _ vector: [Float], mirror: [Float]?, isInnovation: Bool
    ) -> AgentMessage {
        var report = report(sequence, base: base, epoch: epoch)
        report.mirrorChecksum = Self.checksum(mirror)
        var update = Update(report: report, gradient: packed(vector))
        update.isInnovation = isInnovation
        return .update(update)
    }

    /// A gradient that replaces the mirror.
    func whole(
        _ sequence: UInt64, base: UInt64, epoch: UInt64 = 1, _ vector: [Float], mirror: [Float]? = nil
    ) -> AgentMessage {
        update(sequence, base: base, epoch: epoch, vector, mirror: mirror, isInnovation: false)
    }

    /// A difference that is added to the mirror.
    func innovation(
        _ sequence: UInt64, base: UInt64, epoch: UInt64 = 1, _ vector: [Float], on mirror: [Float]?
    ) -> AgentMessage {
        update(sequence, base: base, epoch: epoch, vector, mirror: mirror, isInnovation: true)
    }

    /// A skip that says which mirror it rests on.
    func skip(
        _ sequence: UInt64, base: UInt64, epoch: UInt64 = 1, mirror: [Float]?,
        _ change: (inout Report) -> Void = { _ in }
    ) -> AgentMessage {
        var report = report(sequence, base: base, epoch: epoch)
        report.mirrorChecksum = Self.checksum(mirror)
        report.gateValue = 0.5
        report.gateThreshold = 2
        change(&report)
        return .skip(Skip(report: report))
    }

    static func checksum(_ mirror: [Float]?) -> UInt32 {
        mirror.map { $0.withUnsafeBytes { Report.mirrorChecksum(of: $0) } } ?? 0
    }

    /// The mirror of the agent with `key`, as it goes into the store.
    func mirror(of key: AgentKey) -> [Float]? {
        guard let row = mirrors.values.first(where: { $0.key == key }) else { return nil }
        let vector = vector([Float](repeating: 0, count: settings.policy.shape.parameterCount))
        row.data.withUnsafeBytes { bytes in
            let codec: VectorCodec = row.precision == .float16 ? .denseFloat16 : .denseFloat32
            try? codec.decode(
                count: vector.count, parameters: UnsafeRawBufferPointer(start: nil, count: 0), data: bytes,
                into: vector)
        }
        return Array(vector.buffer)
    }
}

/// The server rule, told directly which vectors were applied: what a gateway has to agree with, bit for bit.
final class ReferenceServer {
    private var arena: Arena
    private var rule: AFedPG
    let bench: Bench

    init(_ bench: Bench, initial: [Float] = [1, 2, 3, 4]) throws {
        var arena = try Arena(limitBytes: 1 << 20)
        guard case .afedpg(let settings) = bench.settings.rule else { throw Bench.RestartFailure() }
        rule = try AFedPG(parameterCount: initial.count, settings: settings, arena: &arena)
        self.arena = arena
        self.bench = bench
        rule.start(from: bench.vector(initial))
    }

    func apply(_ gradient: [Float], base: UInt64) {
        _ = rule.apply(gradient: bench.vector(gradient), baseVersion: PolicyVersion(base))
    }

    var parameters: [Double] { Array(rule.parameters) }
    var version: UInt64 { rule.version.number }
}
