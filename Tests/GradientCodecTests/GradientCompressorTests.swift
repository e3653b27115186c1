import Bounded
import Testing

@testable import GradientCodec

@Suite("What an agent's side of the uplink remembers")
struct GradientCompressorTests {
    static let count = 77

    static func settings(
        _ codec: VectorCodec, _ feedback: Feedback, _ mirror: UplinkSettings.Mirror = .none
    ) -> UplinkSettings {
        var settings = UplinkSettings.sending(codec)
        settings.codec.keptFraction = 0.1
        settings.codec.bits = 4
        settings.feedback = feedback
        settings.mirror = mirror
        return settings
    }

    static func half(_ numbers: [Float]) -> [Float] {
        numbers.map { Float(Float16(max(-65_504, min(65_504, $0)))) }
    }

    // MARK: - Reference recursions

    @Test("error feedback: p = g + e travels as C(p), and e becomes p − C(p)",
        arguments: [VectorCodec.topK, .sign, .grid])
    func errorFeedback(codec: VectorCodec) throws {
        let seed = printedSeed("error feedback")
        var generator = RandomGenerator(seed: seed)
        let settings = Self.settings(codec, .error)
        let rig = try CompressorRig(settings, count: Self.count)
        let compress = try PlainCodec(settings.codec, count: Self.count)
        var residual = [Float](repeating: 0, count: Self.count)
        for _ in 0..<40 {
            let gradient = generator.heavyTailed(Self.count)
            let whole = zip(gradient, residual).map(+)
            let sent = try compress(whole)
            #expect(try rig.offer(gradient) == .send(sent, isInnovation: false), "seed \(seed)")
            rig.applied()
            residual = zip(whole, sent).map(-)
            #expect(rig.residual == residual, "seed \(seed)")
            #expect(rig.mirror == nil && rig.checksum == 0)
        }
    }

    @Test("innovation: C(v − m) travels, m moves by it, and v follows the gradients at the node's momentum",
        arguments: [(VectorCodec.topK, Float(1)), (.topK, 0.3), (.grid, 1), (.sign, 0.1)],
        [UplinkSettings.Mirror.float32, .float16])
    func innovation(setting: (VectorCodec, Float), mirror: UplinkSettings.Mirror) throws {
        let seed = printedSeed("innovation")
        var generator = RandomGenerator(seed: seed)
        var settings = Self.settings(setting.0, .innovation, mirror)
        settings.nodeMomentum = setting.1
        let rig = try CompressorRig(settings, count: Self.count)
        let compress = try PlainCodec(settings.codec, count: Self.count)
        let rounded = { (x: [Float]) in mirror == .float16 ? Self.half(x) : x }
        var v = [Float](), m = [Float]()
        for round in 0..<40 {
            let gradient = generator.heavyTailed(Self.count)
            if round == 0 {
                v = gradient
                m = rounded(v)
                #expect(rig.checksum == 0)
                #expect(try rig.offer(gradient) == .send(v, isInnovation: false))
                #expect(rig.lastCodec == .denseFloat32)
            } else {
                let eta = settings.nodeMomentum
                v = eta == 1 ? gradient : zip(v, gradient).map { (1 - eta) * $0 + eta * $1 }
                let step = try compress(zip(v, m).map(-))
                #expect(try rig.offer(gradient) == .send(step, isInnovation: true), "seed \(seed)")
                m = rounded(zip(m, step).map(+))
            }
            rig.applied()
            #expect(rig.mirror == m, "seed \(seed), round \(round)")
            #expect(rig.checksum == max(1, m.withUnsafeBytes { Checksum.of($0) }))
            if settings.nodeMomentum < 1 { #expect(rig.momentum == v) }
        }
    }

    @Test("LAPG: sends what is at least as far from the mirror as reference and noise say",
        arguments: [UplinkSettings.Mirror.float32, .float16])
    func lapg(mirror: UplinkSettings.Mirror) throws {
        let seed = printedSeed("LAPG")
        var generator = RandomGenerator(seed: seed)
        var settings = Self.settings(.denseFloat32, .none, mirror)
        settings.gate.rule = .lapg
        settings.gate.skipRoundsMaximum = 4
        let rig = try CompressorRig(settings, count: Self.count)
        var m: [Float]?
        var skips: UInt32 = 0
        var sent = 0
        var base = generator.normals(Self.count)
        for round in 0..<300 {
            base = base.map { $0 + Float(0.1 * generator.normal()) }
            let gradient = base.map { $0 + Float(0.3 * generator.normal()) }
            let measures = GateMeasures(reference: generator.uniform(0, 10), variance: generator.uniform(0, 5))
            var wanted = true
            if let m {
                let distance = zip(gradient, m).map { Double($0) - Double($1) }.reduce(0) { $0 + $1 * $1 }
                let threshold = measures.reference + 2 * measures.variance
                wanted = distance >= threshold || skips == 4
            }
            let outcome = try rig.offer(gradient, measures)
            #expect(outcome == (wanted ? .send(gradient, isInnovation: false) : .skip), "seed \(seed), round \(round)")
            if wanted {
                rig.applied()
                m = mirror == .float16 ? Self.half(gradient) : gradient
                skips = 0
                sent += 1
            } else {
                rig.noted()
                skips += 1
            }
            #expect(rig.mirror == m)
        }
        #expect(sent > 30 && sent < 270, "the recursion decided always alike")
        #expect(rig.gate.skips == UInt64(300 - sent))
    }

    @Test("of a node momentum only the noise that its mean keeps counts", arguments: [Float(1), 0.3, 0.1])
    func momentumNoise(share: Float) throws {
        var generator = RandomGenerator(seed: 17)
        var settings = Self.settings(.denseFloat32, .innovation, .float32)
        settings.nodeMomentum = share
        settings.gate.rule = .lapg
        let rig = try CompressorRig(settings, count: Self.count)
        _ = try rig.offer(generator.normals(Self.count))
        rig.applied()
        _ = try rig.offer(generator.normals(Self.count), GateMeasures(reference: 3, variance: 5))
        let wanted = 3 + 2 * 5 * Double(share / (2 - share))
        #expect(abs(rig.reading.threshold - wanted) < 1e-5)
    }

    @Test("LAQ: the grid on the innovation, sent if the mirror would move further than its packing errors say")
    func laq() throws {
        let seed = printedSeed("LAQ")
        var generator = RandomGenerator(seed: seed)
        var settings = Self.settings(.grid, .innovation, .float32)
        settings.gate.rule = .laq
        settings.gate.skipRoundsMaximum = 6
        settings.gate.noiseFactor = 0.5
        let rig = try CompressorRig(settings, count: Self.count)
        let compress = try PlainCodec(settings.codec, count: Self.count)
        let square = { (x: [Float], y: [Float]) in
            zip(x, y).reduce(0.0) { $0 + (Double($1.0) - Double($1.1)) * (Double($1.0) - Double($1.1)) }
        }
        var q = [Float](), lastError = 0.0
        var skips: UInt32 = 0, sent = 0
        var base = generator.normals(Self.count)
        for round in 0..<300 {
            base = base.map { $0 + Float(0.05 * generator.normal()) }
            let gradient = base.map { $0 + Float(0.1 * generator.normal()) }
            let measures = GateMeasures(reference: generator.uniform(0, 2), variance: generator.uniform(0, 1))
            let outcome = try rig.offer(gradient, measures)
            if round == 0 {
                #expect(outcome == .send(gradient, isInnovation: false))
                q = gradient
                rig.applied()
                continue
            }
            let step = try compress(zip(gradient, q).map(-))
            let next = zip(q, step).map(+)
            let error = square(next, gradient)
            let threshold = measures.reference + 3 * (error + lastError) + measures.variance
            if square(next, q) >= threshold || skips == 6 {
                #expect(outcome == .send(step, isInnovation: true), "seed \(seed), round \(round)")
                rig.applied()
                (q, lastError, skips) = (next, error, 0)
                sent += 1
            } else {
                #expect(outcome == .skip, "seed \(seed), round \(round)")
                rig.noted()
                skips += 1
            }
            #expect(rig.mirror == q)
        }
        #expect(sent > 30 && sent < 270, "the recursion decided always alike")
    }

    // MARK: - What does not move

    @Test("a dropped offer leaves residual, mirror and momentum as they were",
        arguments: [
            settings(.topK, .error, .float32), settings(.topK, .innovation, .float32),
            settings(.denseFloat16, .none, .float16),
        ], [Float(1), 0.4])
    func dropped(settings: UplinkSettings, momentum: Float) throws {
        var settings = settings
        settings.nodeMomentum = momentum
        var generator = RandomGenerator(seed: 3)
        let rig = try CompressorRig(settings, count: Self.count)
        for _ in 0..<3 {
            _ = try rig.offer(generator.heavyTailed(Self.count))
            rig.applied()
        }
        let before = (rig.mirror, rig.residual, rig.momentum, rig.checksum)
        for _ in 0..<5 {
            _ = try rig.offer(generator.heavyTailed(Self.count))
            rig.dropped()
            #expect((rig.mirror, rig.residual, rig.momentum, rig.checksum) == before)
        }
        #expect(throws: CodecError.notFinite) { _ = try rig.offer([.nan] + generator.heavyTailed(Self.count - 1)) }
        #expect((rig.mirror, rig.residual, rig.momentum, rig.checksum) == before)
        let next = generator.heavyTailed(Self.count)
        guard case .send(let sent, _) = try rig.offer(next) else {
            Issue.record("skipped without a gate")
            return
        }
        rig.applied()
        #expect(rig.checksum != before.3)
        if let residual = rig.residual, let old = before.1 {
            #expect(residual == zip(zip(next, old).map(+), sent).map(-))
        }
    }

    @Test("a lost mirror is made good by one whole vector: the gradient, what is left over included",
        arguments: [Feedback.none, .error, .innovation])
    func resynchronised(feedback: Feedback) throws {
        var generator = RandomGenerator(seed: 8)
        var settings = Self.settings(.topK, feedback, .float32)
        settings.nodeMomentum = 0.5
        settings.gate.rule = .lapg
        let rig = try CompressorRig(settings, count: Self.count)
        for _ in 0..<3 {
            _ = try rig.offer(generator.heavyTailed(Self.count))
            rig.applied()
        }
        let gradient = generator.heavyTailed(Self.count)
        _ = try rig.offer(gradient)
        let residual = rig.residual
        rig.loseMirror()
        #expect(rig.checksum == 0 && rig.mirror == nil)
        let wanted = residual.map { zip(gradient, $0).map(+) } ?? gradient
        #expect(try rig.offer(gradient, GateMeasures(reference: 1e9, variance: 0), isWhole: true)
            == .send(wanted, isInnovation: false))
        #expect(rig.lastCodec == .denseFloat32)
        rig.applied()
        #expect(rig.mirror == wanted)
        #expect(rig.residual.map { $0.allSatisfy { $0 == 0 } } ?? true)
        #expect(rig.resynchronisations == 1)
        _ = try rig.offer(generator.heavyTailed(Self.count))
        #expect(rig.lastCodec == .topK)
    }

    // MARK: - Memory and settings

    @Test("reserves so many vectors for each mode, and none for what is not asked for")
    func memory() throws {
        func vectors(_ settings: UplinkSettings, isShadow: Bool = false) throws -> Int {
            try CompressorRig(settings, count: 1_024, isShadow: isShadow).reservedVectors
        }
        #expect(try vectors(Self.settings(.ternary, .none)) == 0)
        #expect(try vectors(Self.settings(.ternary, .none), isShadow: true) == 2)
        #expect(try vectors(Self.settings(.ternary, .none, .float32)) == 2)
        #expect(try vectors(Self.settings(.topK, .error)) == 3)
        #expect(try vectors(Self.settings(.topK, .error, .float16)) == 4)
        #expect(try vectors(Self.settings(.topK, .innovation, .float32)) == 2)
        var settings = Self.settings(.topK, .innovation, .float32)
        settings.nodeMomentum = 0.5
        #expect(try vectors(settings) == 4)
    }

    @Test("takes over what it has memory for, and names what it has not")
    func adoption() throws {
        let dense = try CompressorRig(Self.settings(.denseFloat32, .none), count: Self.count)
        #expect(dense.adopt(Self.settings(.topK, .none)) == .codec)
        #expect(dense.adopt(Self.settings(.topK, .error)) == .feedback)
        #expect(dense.adopt(Self.settings(.topK, .error, .float32)) == .mirror)
        #expect(dense.settings == Self.settings(.denseFloat32, .none), "nothing changes when something is missing")
        #expect(dense.adopt(Self.settings(.ternary, .none)) == nil)
        #expect(dense.settings == Self.settings(.ternary, .none))

        let rich = try CompressorRig(Self.settings(.topK, .innovation, .float32), count: Self.count)
        var momentum = Self.settings(.topK, .innovation, .float32)
        momentum.nodeMomentum = 0.5
        #expect(rich.adopt(momentum) == .nodeMomentum)
        _ = try rich.offer([Float](repeating: 1, count: Self.count))
        rich.applied()
        #expect(rich.adopt(Self.settings(.topK, .innovation, .float32)) == nil)
        #expect(rich.mirror != nil, "settings that are in force already change nothing")
        #expect(rich.adopt(Self.settings(.topK, .innovation, .float16)) == nil)
        #expect(rich.mirror == nil, "other settings begin anew")
    }

    @Test("a gate in the shadow compares with what was sent, though no mirror is kept")
    func shadow() throws {
        let rig = try CompressorRig(Self.settings(.denseFloat32, .none), count: Self.count, isShadow: true)
        let gradient = [Float](repeating: 2, count: Self.count)
        for _ in 0..<3 {
            let outcome = try rig.offer(gradient, GateMeasures(reference: 0, variance: 1))
            #expect(outcome == .send(gradient, isInnovation: false))
            rig.applied()
            #expect(rig.checksum == 0)
        }
        #expect(rig.gate.wouldHaveSkipped == 2)
        #expect(rig.reading.value == 0 && rig.reading.threshold == 2)
    }
}

extension RandomGenerator {
    mutating func normals(_ count: Int) -> [Float] { (0..<count).map { _ in Float(normal()) } }
}
