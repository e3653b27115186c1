import Aggregation
import Bounded
import Configuration
import GatewayCore
import GradientCodec
import PolicyMath
import Wire

extension GatewayPlan {
    /// What a checked configuration says.
    ///
    /// **Throws:** `GatewayError.configuration` when keys that are each in range do not go together.
    public init(_ configuration: GatewayConfiguration) throws(GatewayError) {
        let specification = configuration.specification
        let shape = try Self.shape(specification)
        let description = PolicyDescription(
            shape: shape,
            logStdMinimum: specification.distribution == .gaussian ? specification.logStdMinimum : 0,
            logStdMaximum: specification.distribution == .gaussian ? specification.logStdMaximum : 0,
            normalisesObservations: specification.normalisesObservations)
        self.init(core: GatewaySettings(policy: description), specification: specification)
        fillCore(configuration)
        guard core.critic == nil || core.critic?.wireWidths != nil else {
            throw .configuration("[critic] hidden: at most 8 layers of \(WireLimits.hiddenWidthMaximum)")
        }
        guard core.isUsable else {
            throw .configuration("the configuration contradicts itself in [aggregation] or [federation]")
        }
        let needed = core.wireLimits.largestMessageBytes
        guard configuration.network.largestMessageBytes >= needed else {
            throw .configuration(
                "[network] largest_message_bytes = \(configuration.network.largestMessageBytes): the policy's messages "
                    + "take up to \(needed); raise it there and on every agent")
        }
        fillRest(configuration)
    }

    private static func shape(_ specification: PolicySpecification) throws(GatewayError) -> PolicyShape {
        guard specification.isValid else {
            throw .configuration("[policy]: a network of these widths cannot be built; make it smaller")
        }
        var widths = HiddenWidths()
        for index in 0..<specification.hiddenWidths.count {
            let width = specification.hiddenWidths[index]
            guard width <= WireLimits.hiddenWidthMaximum, widths.append(width) else {
                throw .configuration("[policy] hidden: at most 8 layers of \(WireLimits.hiddenWidthMaximum)")
            }
        }
        guard specification.observationCount <= WireLimits.observationCountMaximum,
            specification.actionCount <= WireLimits.actionCountMaximum
        else {
            throw .configuration(
                "[policy]: at most \(WireLimits.observationCountMaximum) observations and "
                    + "\(WireLimits.actionCountMaximum) actions can be sent")
        }
        return PolicyShape(
            distribution: specification.distribution == .gaussian ? .gaussian : .softmax,
            observationCount: specification.observationCount, actionCount: specification.actionCount,
            hiddenWidths: widths)
    }

    private mutating func fillCore(_ configuration: GatewayConfiguration) {
        core.rule = configuration.serverRule
        core.filter = configuration.arrivalFilter
        if !configuration.validator.isEmpty {
            // With keys this one is nobody's, until the list has said whose it is.
            core.validator = AgentKey(insecureName: configuration.validator)
        }
        core.federationName = configuration.name
        core.isInsecure = configuration.isInsecure
        core.agentsMinimum = configuration.agentsMinimum
        core.agentsMaximum = configuration.agentsMaximum
        core.knownAgentsMaximum = min(
            max(256, 4 * configuration.agentsMaximum), GatewaySettings.knownAgentsLimit)
        core.stalenessMaximum = configuration.stalenessMaximum
        core.local.batches = configuration.localBatches
        core.local.stepSize = configuration.localStepSize
        core.local.normalises = configuration.localNormalises
        core.collectFrom = configuration.collectFrom
        core.collectTimeoutMilliseconds = configuration.collectTimeoutMilliseconds
        core.collectResendMilliseconds = configuration.collectResendMilliseconds
        core.roundTimeoutMilliseconds = configuration.roundTimeoutMilliseconds
        if configuration.critic.isShared {
            var critic = SharedCriticSettings(hiddenWidths: configuration.critic.hiddenWidths)
            critic.weight = configuration.critic.weight
            critic.uplinkCodec = configuration.critic.uplinkCodec
            critic.downlinkCodec = configuration.critic.downlinkCodec
            core.critic = critic
        }
        core.uplink = configuration.uplink
        core.acceptedCodecs = Self.gradientCodecs
        core.gateWeight = configuration.gateWeight
        core.gateHistory = configuration.gateHistory
        core.downlinkCodec = configuration.downlinkCodec
        core.latticeExponent = configuration.latticeExponent
        core.downlinkHistory = configuration.downlinkHistory
        core.targetReturn =
            configuration.targetReturn < GatewayConfiguration.noTarget ? configuration.targetReturn : nil
        core.targetEpisodes = configuration.targetEpisodes
        core.durability = configuration.durability == .durable ? .durable : .volatile
        core.broadcast = GatewayBroadcast(configuration.broadcast)
        core.announceIntervalMilliseconds = configuration.announceIntervalMilliseconds
        core.updatesMaximum = configuration.updatesMaximum
        core.stepsMaximum = configuration.stepsMaximum
        core.heartbeatIntervalMilliseconds = UInt32(configuration.network.heartbeatIntervalMilliseconds)
    }

    /// Every codec that says by itself how it is unpacked: an agent may be told to use its own (`settings = own`).
    private static var gradientCodecs: CodecSet {
        var codecs = CodecSet(bits: 0)
        for codec in VectorCodec.allCases where codec != .lattice { codecs.insert(codec) }
        return codecs
    }

    private mutating func fillRest(_ configuration: GatewayConfiguration) {
        initialisation = configuration.initialisation
        seed = configuration.seed == 0 ? UInt64.random(in: 1...UInt64(Int64.max)) : configuration.seed
        core.critic?.seed = seed
        initialPolicyPath = configuration.initialPolicyFile.string
        environment = configuration.environment.string
        endpoint = configuration.endpoint
        keyPath = configuration.keyFile.string
        allowedKeysPath = configuration.allowedKeysFile.string
        if !configuration.isInsecure { validatorName = configuration.validator }
        storePath = configuration.storePath.string
        commitIntervalMilliseconds = configuration.commitIntervalMilliseconds
        keptVersions = configuration.keptVersions
        statusIntervalMilliseconds = configuration.statusIntervalMilliseconds
        memoryLimitBytes = configuration.memoryLimitBytes
        configurationText = configuration.canonicalText
        configurationHash = configuration.hash
        let network = configuration.network
        limits.largestMessageBytes = network.largestMessageBytes
        limits.heartbeatIntervalMilliseconds = network.heartbeatIntervalMilliseconds
        limits.heartbeatTimeoutMilliseconds = network.heartbeatTimeoutMilliseconds
        limits.handshakeIntervalMilliseconds = network.handshakeIntervalMilliseconds
        limits.reconnectIntervalMilliseconds = network.reconnectIntervalMilliseconds
        limits.reconnectIntervalMaximumMilliseconds = network.reconnectIntervalMaximumMilliseconds
        limits.lingerMilliseconds = network.lingerMilliseconds
    }
}

extension GatewayConfiguration {
    /// Every key with its value, in a fixed order, as a file that can be read again.
    public var canonicalText: String {
        var bytes = [UInt8](repeating: 0, count: 32_768)
        return bytes.withUnsafeMutableBufferPointer { buffer in
            var writer = TextWriter(into: buffer)
            write(to: &writer)
            return String(decoding: writer.bytes, as: UTF8.self)
        }
    }
}

extension GatewayBroadcast {
    init(_ mode: BroadcastMode) {
        switch mode {
        case .reply: self = .reply
        case .announce: self = .announce
        case .push: self = .push
        }
    }
}
