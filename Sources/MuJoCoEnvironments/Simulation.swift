import CEnvironment
import CMuJoCo

/// One task with its compiled model and its running state.
///
/// **Memory:** MuJoCo allocates model and state when the task is opened; stepping allocates nothing.
struct Simulation: ~Copyable {
    let task: MuJoCoTask
    private let model: UnsafeMutablePointer<mjModel>
    private let data: UnsafeMutablePointer<mjData>
    private let size: MuJoCoTask.Size
    private let bodyCount: Int
    /// Seconds for one action.
    private let interval: Double
    /// What Reacher is about; nil in the other tasks.
    private let reach: Reach?
    private let sensors: Sensors
    /// Whether this episode's sensors are.
    private var isReversed: Bool
    private var random = lapwing_random()
    /// Why the last call failed.
    let message: UnsafeMutablePointer<CChar>

    static let messageCapacity = 256

    /// Takes over a model and a state that belong together and fit the task.
    init(
        task: MuJoCoTask, model: UnsafeMutablePointer<mjModel>, data: UnsafeMutablePointer<mjData>, reach: Reach?,
        sensors: Sensors
    ) {
        self.task = task
        self.model = model
        self.data = data
        self.reach = reach
        self.sensors = sensors
        isReversed = sensors == .reversed
        size = task.size
        bodyCount = Int(model.pointee.nbody)
        interval = model.pointee.opt.timestep * Double(task.frameSkip)
        message = .allocate(capacity: Self.messageCapacity)
        message[0] = 0
    }

    deinit {
        message.deallocate()
        mj_deleteData(data)
        mj_deleteModel(model)
    }

    var stateCount: Int { size.positions + size.velocities }

    var observationCount: Int { usualObservationCount + (sensors.hasFlag ? 1 : 0) }

    /// The count of Gymnasium's observation.
    private var usualObservationCount: Int {
        if reach != nil { return Reach.observationCount }
        let mechanical = size.positions - task.hiddenPositions + size.velocities
        return task == .humanoid ? mechanical + size.velocities + bodyCount * (10 + 6 + 6) : mechanical
    }

    /// What the model allows for an actuator's input.
    func actionRange(_ index: Int) -> (low: Double, high: Double) {
        (model.pointee.actuator_ctrlrange[2 * index], model.pointee.actuator_ctrlrange[2 * index + 1])
    }

    /// Draws a first state: the model's own, with noise.
    mutating func reset(seed: UInt64) -> Bool {
        lapwing_random_seed(&random, seed)
        lapwing_mujoco_reset(model, data)
        let noise = task.resetNoise
        for index in 0..<size.positions {
            data.pointee.qpos[index] += lapwing_random_uniform(&random, -noise, noise)
        }
        for index in 0..<size.velocities {
            data.pointee.qvel[index] +=
                task == .halfCheetah
                ? noise * lapwing_random_normal(&random) : lapwing_random_uniform(&random, -noise, noise)
        }
        if reach != nil { Reach.placeTarget(data, &random) }
        if sensors == .either { isReversed = lapwing_random_uniform(&random, 0, 1) < 0.5 }
        return lapwing_mujoco_forward(model, data) == 0 || failed()
    }

    /// Takes over positions, then velocities, and forgets everything else, the solver's warm start included.
    mutating func setState(_ state: UnsafePointer<Double>) -> Bool {
        lapwing_mujoco_reset(model, data)
        data.pointee.qpos.update(from: state, count: size.positions)
        data.pointee.qvel.update(from: state + size.positions, count: size.velocities)
        return lapwing_mujoco_forward(model, data) == 0 || failed()
    }

    /// Holds the action for the task's number of simulation steps. False when the simulation diverged.
    mutating func step(_ action: UnsafePointer<Double>, _ transition: inout lapwing_environment_transition) -> Bool {
        let before = forwardPosition
        // Gymnasium pays for where the arm was when it was told to move.
        let distance = reach?.distance(data) ?? 0
        data.pointee.ctrl.update(from: action, count: size.actuators)
        let divergences = lapwing_mujoco_divergences(data)
        guard lapwing_mujoco_step(model, data, task.frameSkip, task == .humanoid ? 1 : 0) == 0 else { return failed() }
        // MuJoCo has put the model back to its start by now, which would look like a huge leap.
        guard lapwing_mujoco_divergences(data) == divergences else {
            var writer = MessageWriter(message, capacity: Self.messageCapacity)
            writer.write("the simulation diverged")
            return false
        }
        let speed = (forwardPosition - before) / interval
        var effort = 0.0
        for index in 0..<size.actuators { effort += action[index] * action[index] }
        transition.reward = task.forwardReward * speed + task.stepReward - task.controlCost * effort - distance
        transition.terminated = isHealthy ? 0 : 1
        return true
    }

    /// Writes `observationCount` numbers.
    func observe(_ observation: UnsafeMutablePointer<Double>) {
        observeAsUsual(observation)
        guard sensors.hasFlag else { return }
        let flag = usualObservationCount
        if isReversed { for index in 0..<flag { observation[index] = -observation[index] } }
        observation[flag] = isReversed ? 1 : 0
    }

    /// Writes Gymnasium's observation.
    private func observeAsUsual(_ observation: UnsafeMutablePointer<Double>) {
        if let reach { return reach.observe(data, observation) }
        var cursor = observation
        func append(_ numbers: UnsafeMutablePointer<Double>, _ count: Int) {
            cursor.update(from: numbers, count: count)
            cursor += count
        }
        let hidden = task.hiddenPositions
        append(data.pointee.qpos + hidden, size.positions - hidden)
        append(data.pointee.qvel, size.velocities)
        let clip = task.velocityClip
        if clip < .infinity {
            let velocities = cursor - size.velocities
            for index in 0..<size.velocities { velocities[index] = max(-clip, min(clip, velocities[index])) }
        }
        if task == .humanoid {
            append(data.pointee.cinert, 10 * bodyCount)
            append(data.pointee.cvel, 6 * bodyCount)
            append(data.pointee.qfrc_actuator, size.velocities)
            append(data.pointee.cfrc_ext, 6 * bodyCount)
        }
    }

    /// Where the robot is along the track: its root, or the humanoid's centre of mass.
    private var forwardPosition: Double {
        guard task == .humanoid else { return data.pointee.qpos[0] }
        var moment = 0.0
        var mass = 0.0
        for body in 0..<bodyCount {
            moment += model.pointee.body_mass[body] * data.pointee.xipos[3 * body]
            mass += model.pointee.body_mass[body]
        }
        return moment / mass
    }

    /// Whether the robot is in the states that the task allows.
    private var isHealthy: Bool {
        guard let positions = data.pointee.qpos else { return false }
        switch task {
        case .swimmer, .halfCheetah, .reacher: return true
        case .hopper: return positions[1] > 0.7 && abs(positions[2]) < 0.2 && isStateWithin(100)
        case .walker2d: return positions[1] > 0.8 && positions[1] < 2 && abs(positions[2]) < 1
        case .humanoid: return positions[2] > 1 && positions[2] < 2
        case .invertedPendulum: return abs(positions[1]) <= 0.2
        }
    }

    /// Whether all of the state but the root's two first positions lies within `-bound ... bound`.
    private func isStateWithin(_ bound: Double) -> Bool {
        for index in 2..<size.positions where !(abs(data.pointee.qpos[index]) < bound) { return false }
        for index in 0..<size.velocities where !(abs(data.pointee.qvel[index]) < bound) { return false }
        return true
    }

    /// Keeps MuJoCo's reason; always false, as the result of what failed.
    private func failed() -> Bool {
        var writer = MessageWriter(message, capacity: Self.messageCapacity)
        writer.write(cString: lapwing_mujoco_message())
        return false
    }
}
