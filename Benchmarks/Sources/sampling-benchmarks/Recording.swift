import CSimulationComparison

/// What happened in one batch: enough to make the same simulation steps again.
struct Recording {
    /// Hopper's simulation steps for one action.
    static let frameSkip: Int32 = 4
    static let stateCount = 12
    static let controlCount = 3

    private var controls: [Double] = []
    private var states: [Double] = []
    /// The steps before which the next of `states` was set.
    private var resets: [Int] = []

    init(batchSteps: Int) {
        controls.reserveCapacity(batchSteps * Self.controlCount)
        states.reserveCapacity(batchSteps * Self.stateCount)
        resets.reserveCapacity(batchSteps)
    }

    private var stepCount: Int { controls.count / Self.controlCount }

    mutating func clear() {
        controls.removeAll(keepingCapacity: true)
        states.removeAll(keepingCapacity: true)
        resets.removeAll(keepingCapacity: true)
    }

    mutating func noteState(_ state: UnsafeBufferPointer<Double>) {
        resets.append(stepCount)
        states.append(contentsOf: state)
    }

    mutating func noteControls(_ action: UnsafeBufferPointer<Double>) { controls.append(contentsOf: action) }

    /// Makes the recorded steps with nothing around them.
    func replay(on simulation: OpaquePointer) {
        controls.withUnsafeBufferPointer { controls in
            states.withUnsafeBufferPointer { states in
                guard let control = controls.baseAddress, let state = states.baseAddress else { return }
                var reset = 0
                for step in 0..<stepCount {
                    if reset < resets.count, resets[reset] == step {
                        simulation_comparison_set(simulation, state + reset * Self.stateCount)
                        reset += 1
                    }
                    simulation_comparison_step(simulation, control + step * Self.controlCount, Self.frameSkip)
                }
            }
        }
    }
}
