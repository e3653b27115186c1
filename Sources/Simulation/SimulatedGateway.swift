import Bounded
import Gateway
import GatewayCore
import Training

/// The gateway's core, started as the gateway's program starts it, but for keys, sockets and the store on disk.
///
/// **Memory:** as much as the real program would take for the same, from an arena of its own.
final class SimulatedGateway {
    var core: GatewayCore
    let plan: GatewayPlan
    /// θ of version 0.
    let initialParameters: [Float]
    private let arena: Arena

    /// Draws the first policy, or reads it, and starts a federation with it.
    ///
    /// **Throws:** what the real program would end with.
    init(_ plan: GatewayPlan) throws(TrainingError) {
        var plan = plan
        // A real federation draws its number; here the same seed has to give the same bytes.
        var draws = RandomGenerator(seed: plan.seed, stream: 0x6665_6465)
        plan.core.federationID = draws.next() | 1 << 63
        var arena = try reserving { () throws(Arena.Refusal) in try Arena(limitBytes: plan.memoryLimitBytes) }
        let settings = plan.core
        core = try reserving { () throws(Arena.Refusal) in try GatewayCore(settings: settings, arena: &arena) }
        arena.seal()
        self.arena = arena
        var parameters: [Float]
        do throws(GatewayError) { parameters = try InitialPolicy.parameters(of: plan) } catch {
            throw TrainingError(error)
        }
        initialParameters = parameters
        self.plan = plan
        parameters.withUnsafeMutableBufferPointer { core.start(from: Vector($0)) }
    }

    /// The newest θ, with what observations are normalised by.
    func newestPolicy() -> PolicySnapshot {
        let parameters = core.snapshot().parameters
        let normaliser = core.newestNormaliser
        return PolicySnapshot(
            parameters: parameters.map { Float($0) }, normaliserMean: Array(normaliser.mean),
            normaliserScale: Array(normaliser.scale))
    }
}

extension TrainingError {
    /// A gateway's error, with its exit code.
    init(_ error: GatewayError) { self.init(error.exitCode, "\(error)") }
}
