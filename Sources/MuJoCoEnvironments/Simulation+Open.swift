import CEnvironment
import CMuJoCo

extension Simulation {
    /// Reads the task's model and makes a simulation of it; nil, with one line in `error`, when that fails.
    static func open(
        task name: UnsafePointer<CChar>, options: UnsafePointer<CChar>, error: inout MessageWriter
    ) -> UnsafeMutablePointer<Simulation>? {
        guard let task = MuJoCoTask(named: name) else {
            error.write("unknown task")
            return nil
        }
        guard mj_version() == lapwing_mujoco_header_version() else {
            error.write("another version of libmujoco is installed than this plug-in was built for; rebuild it")
            return nil
        }
        guard let options = TaskOptions(options, modelFile: task.modelFile) else {
            error.write("expected models=DIRECTORY, or models=DIRECTORY;sensors=straight, reversed or either; ")
            error.write("scripts/fetch-mujoco-models makes a directory")
            return nil
        }
        guard access(options.model, R_OK) == 0 else {
            error.write("no model file ")
            error.write(cString: options.model)
            error.write("; run scripts/fetch-mujoco-models, or correct models=")
            return nil
        }
        lapwing_mujoco_start()
        var loaded: UnsafeMutablePointer<mjModel>?
        guard lapwing_mujoco_load(options.model, &loaded) == 0, let model = loaded else {
            error.write(cString: options.model)
            error.write(": ")
            error.write(cString: lapwing_mujoco_message())
            error.write("; fetch the models anew")
            return nil
        }
        let size = MuJoCoTask.Size(
            positions: Int(model.pointee.nq), velocities: Int(model.pointee.nv), actuators: Int(model.pointee.nu))
        let reach = task == .reacher ? Reach(model) : nil
        guard size == task.size, task != .reacher || reach != nil else {
            mj_deleteModel(model)
            error.write(cString: options.model)
            error.write(": not the model of this task; fetch the models anew")
            return nil
        }
        var made: UnsafeMutablePointer<mjData>?
        guard lapwing_mujoco_make_data(model, &made) == 0, let data = made else {
            mj_deleteModel(model)
            error.write(cString: lapwing_mujoco_message())
            return nil
        }
        let simulation = UnsafeMutablePointer<Simulation>.allocate(capacity: 1)
        simulation.initialize(
            to: Simulation(task: task, model: model, data: data, reach: reach, sensors: options.sensors))
        return simulation
    }
}

extension MuJoCoTask {
    fileprivate init?(named name: UnsafePointer<CChar>) {
        for raw in 0..<Self.count {
            guard let task = MuJoCoTask(rawValue: raw) else { continue }
            if strcmp(UnsafeRawPointer(task.name.utf8Start).assumingMemoryBound(to: CChar.self), name) == 0 {
                self = task
                return
            }
        }
        return nil
    }
}
