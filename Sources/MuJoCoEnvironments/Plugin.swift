import CEnvironment

/// The plug-in's one exported symbol; see `lapwing/environment.h`.
@c(lapwing_environment_plugin)
public func environmentPlugin() -> UnsafePointer<lapwing_environment_table> { table }

/// The table, made at the first call and kept until the process ends.
private nonisolated(unsafe) let table: UnsafePointer<lapwing_environment_table> = {
    let place = UnsafeMutablePointer<lapwing_environment_table>.allocate(capacity: 1)
    let name: StaticString = "lapwing-mujoco (MuJoCo 2.2.2)"
    place.initialize(
        to: lapwing_environment_table(
            abi_version: LAPWING_ENVIRONMENT_ABI,
            task_count: MuJoCoTask.count,
            name: cString(name),
            task_name: { index in MuJoCoTask(rawValue: index).map { cString($0.name) } },
            open: { task, options, error, capacity in
                guard let task, let options, let error, capacity > 0 else { return nil }
                var writer = MessageWriter(error, capacity: capacity)
                return Simulation.open(task: task, options: options, error: &writer).map { OpaquePointer($0) }
            },
            describe: { environment, description in
                guard let description else { return }
                describe(simulation(environment), &description.pointee)
            },
            reset: { environment, seed, observation in
                let simulation = simulation(environment)
                guard let observation, simulation.pointee.reset(seed: seed) else { return 1 }
                simulation.pointee.observe(observation)
                return 0
            },
            step: { environment, action, observation, transition in
                let simulation = simulation(environment)
                guard let action, let observation, let transition,
                    simulation.pointee.step(action, &transition.pointee)
                else { return 1 }
                simulation.pointee.observe(observation)
                return 0
            },
            set_state: { environment, state, observation in
                let simulation = simulation(environment)
                guard let state, let observation, simulation.pointee.setState(state) else { return 1 }
                simulation.pointee.observe(observation)
                return 0
            },
            last_error: { environment in UnsafePointer(simulation(environment).pointee.message) },
            close: { environment in
                let simulation = simulation(environment)
                simulation.deinitialize(count: 1)
                simulation.deallocate()
            }))
    return UnsafePointer(place)
}()

private func simulation(_ environment: OpaquePointer?) -> UnsafeMutablePointer<Simulation> {
    guard let environment else { preconditionFailure("the host passed no environment") }
    return UnsafeMutablePointer(environment)
}

private func describe(
    _ simulation: UnsafeMutablePointer<Simulation>, _ description: inout lapwing_environment_description
) {
    let task = simulation.pointee.task
    description.observation_count = UInt32(simulation.pointee.observationCount)
    description.action_count = UInt32(task.size.actuators)
    description.state_count = UInt32(simulation.pointee.stateCount)
    description.step_limit = task.stepLimit
    description.reward_threshold = task.rewardThreshold
    withUnsafeMutableBytes(of: &description.action_low) { lows in
        for index in 0..<task.size.actuators {
            lows.storeBytes(of: simulation.pointee.actionRange(index).low, toByteOffset: 8 * index, as: Double.self)
        }
    }
    withUnsafeMutableBytes(of: &description.action_high) { highs in
        for index in 0..<task.size.actuators {
            highs.storeBytes(of: simulation.pointee.actionRange(index).high, toByteOffset: 8 * index, as: Double.self)
        }
    }
}

/// A static text as C sees it; static texts end with a NUL.
private func cString(_ text: StaticString) -> UnsafePointer<CChar> {
    UnsafeRawPointer(text.utf8Start).assumingMemoryBound(to: CChar.self)
}
