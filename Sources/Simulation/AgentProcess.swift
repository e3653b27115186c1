import AgentCore
import AgentSetup
import Bounded
import Configuration
import Environments
import Training

/// One run of an agent's program, from its start to its end: the core, and the memory under it.
///
/// **Memory:** as much as the real program would take for the same, from an arena of its own.
final class AgentProcess {
    var core: AgentCore
    private let arena: Arena

    /// Opens the environment and starts the agent in boot `epoch`.
    ///
    /// **Throws:** what the real program would end with: no memory for the configuration, or no such environment.
    init(_ configuration: AgentConfiguration, epoch: UInt64, rewardFactor: Double = 1) throws(TrainingError) {
        var arena = try reserving { () throws(Arena.Refusal) in
            try Arena(limitBytes: configuration.memoryLimitBytes)
        }
        var environment: EnvironmentInstance
        do throws(EnvironmentError) {
            environment = try EnvironmentInstance(
                name: configuration.environmentName, plugin: configuration.environmentPlugin,
                options: configuration.environmentOptions, arena: &arena)
        } catch {
            throw TrainingError(error)
        }
        environment.rewardFactor = rewardFactor
        do throws(Arena.Refusal) {
            core = try AgentCore(
                settings: AgentSettings(configuration, version: SimulatedAgent.softwareVersion),
                environment: environment, epoch: BootEpoch(epoch), arena: &arena)
        } catch {
            throw TrainingError(error)
        }
        core.frameCost = FrameCost(isEncrypted: !configuration.isInsecure)
        arena.seal()
        self.arena = arena
    }
}
