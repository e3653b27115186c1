import CKernelComparison
import CSimulationComparison

/// Hopper in MuJoCo's own library, with the network 11-64-64-3 at its initial scale and deviation.
struct HopperLoop: BareLoop {
    private let simulation: OpaquePointer
    private let seed: UInt64

    /// Nil, with a line on standard error, when the model cannot be loaded.
    init?(models: String, seed: UInt64) {
        guard let simulation = simulation_comparison_open(models + "/hopper.xml") else { return nil }
        self.simulation = simulation
        self.seed = seed
    }

    func run(steps: Int) {
        guard let policy = ComparisonNetwork(observations: 11, actions: 3, outputScale: 0.01, seed: seed) else {
            return
        }
        let total = simulation_comparison_run_hopper(
            simulation, steps, seed, 0.606_530_66,
            { network, observation, mean in comparison_forward(OpaquePointer(network), observation, mean) },
            UnsafeRawPointer(policy.network))
        precondition(total.isFinite, "the loop has diverged")
    }
}
