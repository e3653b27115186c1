import AgentCore
import AgentSetup
import Bounded
import Configuration
import Environments
import ZMQTransport

/// The agent and the memory under it, from its configuration: what `run` runs and `plan` prints.
struct Assembly: ~Copyable {
    var arena: Arena
    var core: AgentCore
    /// Holds one incoming frame.
    let incoming: UnsafeMutableRawBufferPointer

    init(_ configuration: AgentConfiguration, epoch: BootEpoch) throws(Failure) {
        var arena = try Self.arena(configuration)
        let environment = try Self.environment(configuration, arena: &arena)
        do throws(Arena.Refusal) {
            let core = try AgentCore(
                settings: AgentSettings(configuration, version: lapwingVersion), environment: environment,
                epoch: epoch, arena: &arena)
            incoming = UnsafeMutableRawBufferPointer(
                try arena.reserve(UInt8.self, count: core.largestMessageBytes, holder: "incoming frame"))
            self.core = core
        } catch {
            throw Failure(error)
        }
        self.arena = arena
    }

    private static func arena(_ configuration: AgentConfiguration) throws(Failure) -> Arena {
        do throws(Arena.Refusal) {
            return try Arena(limitBytes: configuration.memoryLimitBytes)
        } catch {
            throw Failure(error)
        }
    }

    private static func environment(
        _ configuration: AgentConfiguration, arena: inout Arena
    ) throws(Failure) -> EnvironmentInstance {
        do throws(EnvironmentError) {
            return try EnvironmentInstance(
                name: configuration.environmentName, plugin: configuration.environmentPlugin,
                options: configuration.environmentOptions, arena: &arena)
        } catch {
            if case .memory(let refusal) = error { throw Failure(refusal) }
            throw Failure(error)
        }
    }
}
