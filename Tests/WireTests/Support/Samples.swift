import Bounded
import GradientCodec
import Wire

/// One message of each kind with every field set, by the name of its golden file.
struct Samples {
    let pool = Pool()

    static let agentNames = ["hello", "update", "update-float16", "skip", "fetch", "goodbye", "progress"]
    static let gatewayNames = ["welcome", "policy", "announce", "reject", "collect"]

    func agentMessage(_ name: String) throws -> AgentMessage {
        switch name {
        case "hello": .hello(hello)
        case "update": .update(Update(report: report, gradient: try pool.packed([1, -2.5, 0, 3.25e-4, 65_504])))
        case "update-float16": .update(try updateWithEveryField)
        case "skip": .skip(Skip(report: report))
        case "fetch": .fetch(Fetch(newestVersion: PolicyVersion(41)))
        case "progress":
            .progress(Progress(bootEpoch: BootEpoch(7), baseVersion: PolicyVersion(41), batches: 3))
        default: .goodbye(Goodbye(bootEpoch: BootEpoch(7), reason: "stopped by SIGTERM"))
        }
    }

    func gatewayMessage(_ name: String) throws -> GatewayMessage {
        switch name {
        case "welcome": .welcome(try welcome)
        case "policy": .policy(try policy)
        case "announce": .announce(Announce(version: PolicyVersion(300)))
        case "collect": .collect(Collect(version: PolicyVersion(300)))
        default: .reject(reject)
        }
    }

    var shape: PolicyShape {
        var widths = HiddenWidths()
        _ = widths.append(64)
        _ = widths.append(300)
        return PolicyShape(distribution: .gaussian, observationCount: 8, actionCount: 2, hiddenWidths: widths)
    }

    var criticWidths: HiddenWidths {
        var widths = HiddenWidths()
        _ = widths.append(32)
        _ = widths.append(300)
        return widths
    }

    var hello: Hello {
        var hello = Hello(shape: shape)
        hello.agentName = "board-17"
        hello.bootEpoch = BootEpoch(7)
        hello.largestMessageBytes = 32_768
        hello.newestVersion = PolicyVersion(41)
        hello.softwareVersion = "0.1.0"
        hello.lastSequence = UpdateSequence(12)
        hello.environmentName = "swimmer"
        hello.federationID = 0x0123_4567_89ab_cdef
        hello.criticWidths = criticWidths
        return hello
    }

    var report: Report {
        var report = Report()
        report.identity = UpdateIdentity(epoch: BootEpoch(7), sequence: UpdateSequence(13))
        report.baseVersion = PolicyVersion(41)
        report.trajectories = 2
        report.steps = 2_000
        report.batches = 3
        report.returns.episodes = 2
        report.returns.mean = 345.5
        report.returns.squaredDeviations = 4.5
        report.returns.minimum = 344
        report.returns.maximum = 347
        report.returns.meanSteps = 1_000
        report.mirrorChecksum = 0xe306_9283
        report.gateValue = 0.75
        report.gateThreshold = 0.5
        report.computeSeconds = 1.25
        report.freeMemoryBytes = 500_000_000
        report.observations = ObservationStatistics(
            count: 2_000, mean: pool.float32([0.5, -1]), squaredDeviations: pool.float32([12, 0]))
        report.gradientNorm = 2.75
        report.entropy = -1.5
        return report
    }

    var updateWithEveryField: Update {
        get throws {
            var update = Update(
                report: report, gradient: try pool.packed([1, -2.5, 0, 3.25e-4, 65_504], codec: .denseFloat16),
                critic: try pool.packed([0.5, -0.5]))
            update.isInnovation = true
            update.criticTargets = TargetStatistics(count: 2_000, mean: 17.5, squaredDeviations: 4_500)
            return update
        }
    }

    var policy: Policy {
        get throws {
            var policy = Policy(version: PolicyVersion(42), parameters: try pool.packed([0.25, -0.125, 1e-20]))
            policy.answer = Policy.Answer(
                to: UpdateIdentity(epoch: BootEpoch(7), sequence: UpdateSequence(13)), outcome: .applied)
            policy.gateReference = 0.875
            policy.normaliser = Policy.Normaliser(
                mean: try pool.packed([0.5, -1]), scale: try pool.packed([2, 1]), count: 123_456)
            policy.isRollback = true
            policy.base = PolicyVersion(39)
            policy.critic = Policy.Critic(
                parameters: try pool.packed([0.75, -3], codec: .denseFloat16), targetMean: 17.25, targetScale: 1.5)
            return policy
        }
    }

    /// Nothing in it is as it is by default.
    var uplink: UplinkSettings {
        var uplink = UplinkSettings.sending(.topK)
        uplink.codec.bits = 4
        uplink.codec.bucketSize = 512
        uplink.codec.keptFraction = 0.0625
        uplink.codec.rank = 2
        uplink.codec.usesEntropyCoding = true
        uplink.feedback = .innovation
        uplink.nodeMomentum = 0.5
        uplink.mirror = .float16
        uplink.gate.rule = .lasgWK2
        uplink.gate.noiseFactor = 1.5
        uplink.gate.relativeThreshold = 0.25
        uplink.gate.skipRoundsMaximum = 20
        uplink.gate.chunks = 16
        uplink.gate.importanceLimit = 3
        uplink.skipAction = .reuse
        return uplink
    }

    var local: LocalWork {
        var local = LocalWork()
        local.batches = 4
        local.stepSize = 0.25
        local.normalises = true
        local.collects = true
        return local
    }

    var welcome: Welcome {
        get throws {
            var welcome = Welcome(
                specification: PolicyDescription(
                    shape: shape, logStdMinimum: -5, logStdMaximum: 2, normalisesObservations: true),
                settings: FederationSettings(
                    uplink: uplink, stalenessMaximum: 16, largestMessageBytes: 32_768,
                    heartbeatIntervalMilliseconds: 2_000, local: local,
                    critic: CriticSharing(hiddenWidths: criticWidths, codec: .denseFloat16)))
            welcome.policy = try policy
            welcome.federationName = "swimmers"
            welcome.lastAppliedSequence = UpdateSequence(12)
            welcome.isWaiting = true
            welcome.newestVersion = PolicyVersion(42)
            welcome.federationID = 0x0123_4567_89ab_cdef
            return welcome
        }
    }

    var reject: Reject {
        var reject = Reject(reason: .stale)
        reject.epoch = BootEpoch(7)
        reject.sequence = UpdateSequence(13)
        reject.retryAfterMilliseconds = 250
        reject.detail = "base version 3 is 39 behind; the limit is 16"
        return reject
    }
}

extension FixedText: ExpressibleByStringLiteral {
    public init(stringLiteral value: StaticString) { self.init(value) }
}
