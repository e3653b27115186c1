import Bounded
import GradientCodec
import Testing
import Wire

@Suite("Message encoder")
struct MessageEncoderTests {
    @Test("refuses to send what a decoder would refuse to read")
    func validates() throws {
        var bench = try Workbench()
        let samples = Samples()

        var hello = samples.hello
        hello.agentName = FixedText()
        #expect(bench.encodeFault(.hello(hello)) == WireError(.badText, "hello.agent_name"))

        var report = samples.report
        report.entropy = .nan
        #expect(bench.encodeFault(.skip(Skip(report: report))) == WireError(.notFinite, "report.entropy"))

        var gradient = try samples.pool.packed([1, 2])
        gradient.count = 3
        let update = Update(report: samples.report, gradient: gradient)
        #expect(bench.encodeFault(.update(update)) == WireError(.wrongByteCount, "update.gradient"))

        var welcome = try samples.welcome
        welcome.specification.logStdMinimum = 3
        #expect(
            bench.encodeFault(.welcome(welcome)) == WireError(.contradiction, "specification.log_std_minimum"))

        var reject = samples.reject
        reject.epoch = BootEpoch(0)
        #expect(bench.encodeFault(.reject(reject)) == WireError(.outOfRange, "reject.answers_epoch"))
    }

    @Test("refuses a message that is longer than the limit, and encodes the next")
    func tooLong() throws {
        var bench = try Workbench(limits: WireLimits(largestMessageBytes: 512, parameterCountMaximum: 256))
        let samples = Samples()
        let long = Update(report: samples.report, gradient: try samples.pool.packed([Float](repeating: 1, count: 150)))
        #expect(bench.encodeFault(.update(long)) == WireError(.tooLong, "message"))
        #expect(bench.encodeFault(.skip(Skip(report: samples.report))) == nil)
    }

    @Test("fits every message of a policy into the limits that its shape gives")
    func derivedLimits() throws {
        let samples = Samples()
        let shape = samples.shape
        let limits = WireLimits(policy: shape, agrees: true)
        var bench = try Workbench(limits: limits)

        let text = FixedText("################################################################")
        #expect(text.count == WireLimits.nameBytesMaximum)
        let parameters = try samples.pool.packed([Float](repeating: 1, count: shape.parameterCount))
        let observation = try samples.pool.packed([Float](repeating: 1, count: shape.observationCount))

        var policy = Policy(version: PolicyVersion(.max), parameters: parameters)
        policy.answer = Policy.Answer(
            to: UpdateIdentity(epoch: BootEpoch(.max), sequence: UpdateSequence(.max)), outcome: .duplicate)
        policy.normaliser = Policy.Normaliser(mean: observation, scale: observation, count: 1e300)
        policy.gateReference = 1
        policy.isRollback = true
        policy.base = PolicyVersion(.max)
        policy.consensus = parameters
        policy.refines = true
        var welcome = try samples.welcome
        welcome.settings.consensus = Consensus(penalty: 1, rounds: WireLimits.batchesMaximum)
        welcome.policy = policy
        welcome.federationName = text
        welcome.lastAppliedSequence = UpdateSequence(.max)
        welcome.newestVersion = PolicyVersion(.max)
        #expect(bench.encodeFault(.welcome(welcome)) == nil)
        #expect(bench.encodeFault(.policy(policy)) == nil)

        var report = samples.report
        report.identity = UpdateIdentity(epoch: BootEpoch(.max), sequence: UpdateSequence(.max))
        report.freeMemoryBytes = .max
        report.baseVersion = PolicyVersion(.max)
        report.observations = ObservationStatistics(
            count: 1, mean: observation.data, squaredDeviations: observation.data)
        #expect(bench.encodeFault(.update(Update(report: report, gradient: parameters))) == nil)

        var hello = samples.hello
        for _ in 0..<8 { _ = hello.shape.hiddenWidths.append(4_096) }
        hello.agentName = text
        hello.softwareVersion = text
        hello.environmentName = text
        #expect(bench.encodeFault(.hello(hello)) == nil)
    }

    @Test("fits every message of a policy with a shared critic into the limits that both shapes give")
    func criticLimits() throws {
        let samples = Samples()
        let shape = samples.shape
        let count = CriticSharing.parameterCount(observationCount: 8, hiddenWidths: samples.criticWidths)
        #expect(count == 9 * 32 + 33 * 300 + 301)
        var bench = try Workbench(limits: WireLimits(policy: shape, criticCount: count))
        let parameters = try samples.pool.packed([Float](repeating: 1, count: shape.parameterCount))
        let observation = try samples.pool.packed([Float](repeating: 1, count: shape.observationCount))
        let critic = try samples.pool.packed([Float](repeating: 1, count: count))
        var policy = try samples.policy
        policy.parameters = parameters
        policy.normaliser = Policy.Normaliser(mean: observation, scale: observation, count: 1e300)
        policy.critic = Policy.Critic(parameters: critic, targetMean: 1e300, targetScale: 1e300)
        var welcome = try samples.welcome
        welcome.policy = policy
        let welcomeBytes = try bench.bytes(of: .welcome(welcome))
        #expect(bench.gatewayFault(welcomeBytes) == nil)
        var report = samples.report
        report.observations = ObservationStatistics(
            count: 1, mean: observation.data, squaredDeviations: observation.data)
        var update = Update(report: report, gradient: parameters, critic: critic)
        update.criticTargets = TargetStatistics(count: 1e300, mean: -1e300, squaredDeviations: 1e300)
        let updateBytes = try bench.bytes(of: .update(update))
        #expect(bench.agentFault(updateBytes) == nil)
        var without = try Workbench(limits: WireLimits(policy: shape))
        #expect(without.encodeFault(.policy(policy)) != nil, "a critic that nobody reckoned with")
    }

    @Test("a mirror's checksum is never 0, which means that there is no mirror")
    func mirrorChecksum() throws {
        // CRC-32C of no bytes is 0.
        #expect(Report.mirrorChecksum(of: UnsafeRawBufferPointer(start: nil, count: 0)) == 1)
        let digits = Array("123456789".utf8)
        #expect(digits.withUnsafeBytes { Report.mirrorChecksum(of: $0) } == 0xe306_9283)
    }
}

@Suite("Memory of the wire")
struct WireMemoryTests {
    @Test("a decoder takes its largest message and a fixed rest, an encoder the same, from the arena")
    func reservations() throws {
        let limits = WireLimits(largestMessageBytes: 65_536, parameterCountMaximum: 10_000)
        var arena = try Arena(limitBytes: 1 << 20)
        _ = try MessageDecoder(limits: limits, arena: &arena)
        _ = try MessageEncoder(limits: limits, arena: &arena)
        #expect(arena.plan.count == 2)
        #expect(arena.plan[0].byteCount == 65_536 + 8_192 + 128)
        #expect(arena.plan[1].byteCount == 65_536 + 2_048 + 128)
    }

    @Test("the largest messages fit the scratch")
    func largestMessage() throws {
        let samples = Samples()
        var bench = try Workbench(limits: WireLimits(policy: samples.shape))
        let count = samples.shape.parameterCount
        let gradient = try samples.pool.packed([Float](repeating: 1, count: count))
        let bytes = try bench.bytes(of: .update(Update(report: samples.report, gradient: gradient)))
        #expect(bench.agentFault(bytes) == nil)
        #expect(bench.decoder.peakScratchBytes <= bytes.count + 2_048)
    }

    @Test("the data of a decoded vector starts on a multiple of 16 bytes")
    func alignment() throws {
        var bench = try Workbench()
        let bytes = try goldenBytes("update")
        let message = try bytes.withUnsafeBytes { try bench.decoder.decodeAgentMessage($0) }
        guard case .update(let update) = message else { return #expect(Bool(false), "not an update") }
        #expect(Int(bitPattern: update.gradient.data.baseAddress) % 16 == 0)
    }
}

@Suite("Wire errors")
struct WireErrorTests {
    @Test("say which field, and what is wrong with it")
    func text() {
        let error = WireError(.outOfRange, "report.steps")
        #expect(error.text == FixedText("report.steps is out of range"))
    }

    @Test("have as many kinds as a table of counters needs")
    func kinds() {
        #expect(WireError.Kind(rawValue: UInt8(WireError.kindCount - 1)) != nil)
        #expect(WireError.Kind(rawValue: UInt8(WireError.kindCount)) == nil)
    }
}

@Suite("Policy shape")
struct PolicyShapeTests {
    @Test("counts the parameters of the networks that the project publishes")
    func parameterCounts() {
        #expect(shape(.gaussian, 8, 2, [64, 64]).parameterCount == 4_868)
        #expect(shape(.gaussian, 11, 3, [64, 64]).parameterCount == 5_126)
        #expect(shape(.softmax, 4, 2, []).parameterCount == 10)
    }

    @Test("takes no more hidden layers than the protocol allows")
    func layerLimit() {
        var widths = HiddenWidths()
        for _ in 0..<8 { _ = widths.append(1) }
        let ninthFits = widths.append(1)
        #expect(!ninthFits)
        #expect(widths.count == 8)
    }

    private func shape(
        _ distribution: PolicyDistribution, _ observations: Int, _ actions: Int, _ hidden: [Int]
    ) -> PolicyShape {
        var widths = HiddenWidths()
        for width in hidden { _ = widths.append(width) }
        return PolicyShape(
            distribution: distribution, observationCount: observations, actionCount: actions, hiddenWidths: widths)
    }
}
