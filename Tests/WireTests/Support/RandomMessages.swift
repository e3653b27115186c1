import Bounded
import GradientCodec
import Wire

/// Draws messages that the protocol allows, with every optional part now there and now not.
struct RandomMessages {
    var generator: RandomGenerator
    let pool = Pool()

    init(seed: UInt64) { generator = RandomGenerator(seed: seed) }

    mutating func agentMessage() throws -> AgentMessage {
        switch generator.below(6) {
        case 0: .hello(hello())
        case 1: .update(try update())
        case 2: .skip(Skip(report: report()))
        case 3: .fetch(Fetch(newestVersion: version()))
        case 4:
            .progress(
                Progress(
                    bootEpoch: BootEpoch(positive()), baseVersion: PolicyVersion(number()), batches: batches()))
        default: .goodbye(Goodbye(bootEpoch: BootEpoch(positive()), reason: text(200)))
        }
    }

    mutating func gatewayMessage() throws -> GatewayMessage {
        switch generator.below(5) {
        case 0: .welcome(try welcome())
        case 1: .policy(try policy())
        case 2: .announce(Announce(version: PolicyVersion(number())))
        case 3: .collect(Collect(version: PolicyVersion(number()), restMilliseconds: UInt32(number() % 3_600_001)))
        default: .reject(reject())
        }
    }

    private mutating func hello() -> Hello {
        var hello = Hello(shape: shape())
        hello.protocolVersion = UInt32(1 + generator.below(1_000))
        hello.agentName = text(64, from: 1)
        hello.bootEpoch = BootEpoch(positive())
        hello.codecs = CodecSet(bits: UInt32(truncatingIfNeeded: positive()) | 2)
        hello.largestMessageBytes = UInt32(512 + generator.below(1 << 29))
        hello.newestVersion = version()
        hello.softwareVersion = text(64)
        hello.lastSequence = UpdateSequence(number())
        hello.environmentName = text(64)
        hello.federationID = number()
        hello.criticWidths = coin() ? widths() : nil
        return hello
    }

    private mutating func report() -> Report {
        var report = Report()
        report.identity = UpdateIdentity(epoch: BootEpoch(positive()), sequence: UpdateSequence(positive()))
        report.baseVersion = PolicyVersion(number())
        report.trajectories = UInt32(truncatingIfNeeded: number()) | 1
        report.steps = UInt32(truncatingIfNeeded: number()) | 1
        report.batches = batches()
        if coin() {
            report.returns.episodes = UInt32(1 + generator.below(50))
            report.returns.mean = generator.normal() * 1e3
            report.returns.squaredDeviations = abs(generator.normal())
            report.returns.minimum = -Float(generator.uniform())
            report.returns.maximum = Float(generator.uniform())
            report.returns.meanSteps = generator.uniform(0, 1_000)
        }
        report.mirrorChecksum = UInt32(truncatingIfNeeded: number())
        report.gateValue = Float(generator.uniform(0, 10))
        report.gateThreshold = Float(generator.uniform(0, 10))
        report.computeSeconds = Float(generator.uniform(0, 10))
        report.freeMemoryBytes = number()
        if coin() {
            let count = 1 + generator.below(20)
            report.observations = ObservationStatistics(
                count: generator.uniform(0, 1e9),
                mean: pool.float32((0..<count).map { _ in Float(generator.normal()) }),
                squaredDeviations: pool.float32((0..<count).map { _ in Float(abs(generator.normal())) }))
        }
        report.gradientNorm = Float(generator.uniform(0, 10))
        report.entropy = Float(generator.normal())
        if coin() { report.curvature = Float(generator.uniform(0, 10)) }
        return report
    }

    private mutating func update() throws -> Update {
        var update = Update(report: report(), gradient: try vector(200), critic: coin() ? try vector(30) : nil)
        update.isInnovation = coin()
        if update.critic != nil, coin() {
            update.criticTargets = TargetStatistics(
                count: generator.uniform(0, 1e9), mean: generator.normal() * 1e3,
                squaredDeviations: abs(generator.normal()))
        }
        return update
    }

    private mutating func policy() throws -> Policy {
        var policy = Policy(version: PolicyVersion(number()), parameters: coin() ? try vector(200) : nil)
        if coin() {
            let identity = UpdateIdentity(epoch: BootEpoch(positive()), sequence: UpdateSequence(positive()))
            policy.answer = Policy.Answer(
                to: identity, outcome: Outcome(rawValue: UInt32(1 + generator.below(4))) ?? .applied)
        }
        policy.gateReference = Float(generator.uniform(0, 10))
        if coin() {
            let mean = try vector(20)
            let scale = try pool.packed((0..<mean.count).map { _ in Float(generator.uniform(0.1, 10)) })
            policy.normaliser = Policy.Normaliser(mean: mean, scale: scale, count: generator.uniform(0, 1e9))
        }
        policy.isRollback = coin()
        if policy.parameters != nil {
            policy.base = version()
            policy.consensus = coin() ? try vector(200) : nil
            policy.refines = coin()
            if coin() {
                policy.critic = Policy.Critic(
                    parameters: try pool.packed(
                        (0..<1 + generator.below(30)).map { _ in Float(generator.normal()) },
                        codec: coin() ? .denseFloat16 : .denseFloat32),
                    targetMean: generator.normal() * 1e3, targetScale: abs(generator.normal()))
            }
        }
        return policy
    }

    private mutating func welcome() throws -> Welcome {
        var welcome = Welcome(
            specification: PolicyDescription(
                shape: shape(), logStdMinimum: -Float(generator.uniform(0, 20)),
                logStdMaximum: Float(generator.uniform(0, 3)), normalisesObservations: coin()),
            settings: FederationSettings(
                uplink: uplink(),
                stalenessMaximum: UInt32(truncatingIfNeeded: number()),
                largestMessageBytes: UInt32(512 + generator.below(1 << 29)),
                heartbeatIntervalMilliseconds: UInt32(generator.below(3_600_001)), local: local(),
                critic: coin()
                    ? CriticSharing(hiddenWidths: widths(), codec: coin() ? .denseFloat16 : .denseFloat32) : nil))
        welcome.policy = coin() ? try policy() : nil
        if coin() {
            welcome.settings.consensus = Consensus(penalty: Float(generator.uniform(0.01, 10)), rounds: batches())
        }
        welcome.federationName = text(64)
        welcome.lastAppliedSequence = UpdateSequence(number())
        welcome.isWaiting = coin()
        welcome.newestVersion = PolicyVersion(number())
        welcome.federationID = number()
        return welcome
    }

    private mutating func local() -> LocalWork {
        var local = LocalWork()
        guard coin() else { return local }
        local.batches = batches()
        local.stepSize = Float(generator.uniform(0, 10))
        local.normalises = coin()
        local.collects = coin()
        return local
    }

    private mutating func batches() -> UInt32 { UInt32(1 + generator.below(65_536)) }

    private mutating func uplink() -> UplinkSettings {
        var uplink = UplinkSettings.sending(VectorCodec(rawValue: UInt32(1 + generator.below(10))) ?? .denseFloat32)
        uplink.codec.bits = 1 + generator.below(8)
        uplink.codec.bucketSize = generator.below(65_536)
        uplink.codec.keptFraction = share()
        uplink.codec.rank = 1 + generator.below(64)
        uplink.codec.usesEntropyCoding = coin()
        uplink.nodeMomentum = share()
        uplink.mirror = UplinkSettings.Mirror(rawValue: UInt32(generator.below(3))) ?? .none
        if uplink.mirror != .none {
            uplink.feedback = Feedback(rawValue: UInt32(generator.below(3))) ?? .none
            uplink.gate.rule = GateSettings.Rule(rawValue: UInt32(generator.below(5))) ?? .none
        }
        uplink.gate.noiseFactor = Float(generator.uniform(0, 10))
        uplink.gate.relativeThreshold = Float(generator.uniform(0, 10))
        uplink.gate.skipRoundsMaximum = UInt32(truncatingIfNeeded: number())
        uplink.gate.chunks = 2 + generator.below(63)
        uplink.gate.importanceLimit = Float(generator.uniform(1, 10))
        uplink.skipAction = coin() ? .nothing : .reuse
        return uplink
    }

    /// Above 0, at most 1.
    private mutating func share() -> Float { 1 - Float(generator.below(1 << 20)) * 0x1p-20 }

    private mutating func reject() -> Reject {
        var reject = Reject(reason: RejectReason(rawValue: UInt32(1 + generator.below(17))) ?? .busy)
        reject.epoch = BootEpoch(positive())
        reject.sequence = UpdateSequence(number())
        reject.retryAfterMilliseconds = UInt32(generator.below(3_600_001))
        reject.detail = text(200)
        return reject
    }

    private mutating func shape() -> PolicyShape {
        PolicyShape(
            distribution: coin() ? .gaussian : .softmax, observationCount: 1 + generator.below(16_384),
            actionCount: 1 + generator.below(4_096), hiddenWidths: widths())
    }

    private mutating func widths() -> HiddenWidths {
        var widths = HiddenWidths()
        for _ in 0..<generator.below(9) { _ = widths.append(1 + generator.below(4_096)) }
        return widths
    }

    /// Dense, or any bytes that another codec could have made: what is in them is not the wire's to judge.
    private mutating func vector(_ most: Int) throws -> PackedVector {
        let count = 1 + generator.below(most)
        let codec = VectorCodec(rawValue: UInt32(1 + generator.below(11))) ?? .denseFloat32
        if codec.isDense {
            return try pool.packed((0..<count).map { _ in Float(generator.normal()) }, codec: codec)
        }
        return PackedVector(
            codec: codec, count: count,
            parameters: bytes(atMost: VectorCodec.largestParameterByteCount),
            data: bytes(atMost: VectorCodec.largestByteCount(count)))
    }

    private mutating func bytes(atMost most: Int) -> UnsafeRawBufferPointer {
        let count = generator.below(most + 1)
        return pool.bytes((0..<count).map { _ in UInt8(truncatingIfNeeded: generator.next()) })
    }

    private mutating func text(_ most: Int, from least: Int = 0) -> FixedText {
        var text = FixedText()
        let count = least + generator.below(most - least + 1)
        for _ in 0..<count { text.append(byte: UInt8(0x20 + generator.below(95))) }
        return text
    }

    private mutating func version() -> PolicyVersion? { coin() ? PolicyVersion(number()) : nil }

    /// Any number, of any length in bits.
    private mutating func number() -> UInt64 { generator.next() >> UInt64(generator.below(64)) }

    private mutating func positive() -> UInt64 { max(number(), 1) }

    private mutating func coin() -> Bool { generator.below(2) == 0 }
}
