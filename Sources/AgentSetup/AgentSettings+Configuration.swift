import AgentCore
import Bounded
import Configuration
import CSystem

extension AgentSettings {
    /// What the configuration says, in the core's terms, for the release `version` of the program.
    public init(_ configuration: AgentConfiguration, version: StaticString) {
        self.init()
        name = configuration.name
        softwareVersion = FixedText(version)
        seed = configuration.seed == 0 ? Self.drawnSeed() : configuration.seed
        hiddenWidths = configuration.hiddenWidths
        normalisesObservations = configuration.normalisesObservations
        batchSteps = configuration.batchSteps
        episodes = configuration.episodes == .whole ? .whole : .continued
        clipsActions = configuration.clipsActions
        estimator = configuration.estimator
        uplink = configuration.uplink
        usesOwnUplink = configuration.usesOwnUplink
        shadowsGate = configuration.shadowsGate
        resendIntervalMilliseconds = configuration.resendIntervalMilliseconds
        helloIntervalMilliseconds = configuration.network.handshakeIntervalMilliseconds
    }

    private static func drawnSeed() -> UInt64 {
        var seed: UInt64 = 0
        if getrandom(&seed, 8, 0) != 8 { seed = lapwing_wall_nanoseconds() }
        return seed
    }
}
