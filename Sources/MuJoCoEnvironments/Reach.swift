import CEnvironment
import CMuJoCo

/// What makes Reacher another task than walking: an arm's fingertip is to meet a target, which lies somewhere else in
/// each episode.
///
/// **Source:** Gymnasium 0.29.1, `envs/mujoco/reacher_v4.py`.
struct Reach {
    private let fingertip: Int
    private let target: Int

    /// Nil when the model has no such bodies.
    init?(_ model: UnsafePointer<mjModel>) {
        fingertip = Int(mj_name2id(model, Int32(mjOBJ_BODY.rawValue), "fingertip"))
        target = Int(mj_name2id(model, Int32(mjOBJ_BODY.rawValue), "target"))
        if fingertip < 0 || target < 0 { return nil }
    }

    /// Cosines and sines of two joints, two coordinates of the target, two joint velocities, and the way from target to
    /// fingertip.
    static let observationCount = 11

    /// Lays the target into a disc of 0.2 m and lets it rest; the joints' velocities are a twentieth of what was drawn.
    static func placeTarget(_ data: UnsafeMutablePointer<mjData>, _ random: inout lapwing_random) {
        guard let positions = data.pointee.qpos, let velocities = data.pointee.qvel else { return }
        repeat {
            positions[2] = lapwing_random_uniform(&random, -0.2, 0.2)
            positions[3] = lapwing_random_uniform(&random, -0.2, 0.2)
        } while positions[2] * positions[2] + positions[3] * positions[3] >= 0.2 * 0.2
        velocities[0] *= 0.05
        velocities[1] *= 0.05
        (velocities[2], velocities[3]) = (0, 0)
    }

    /// Metres from target to fingertip, where MuJoCo last computed them.
    func distance(_ data: UnsafePointer<mjData>) -> Double {
        let way = way(data)
        return (way.x * way.x + way.y * way.y + way.z * way.z).squareRoot()
    }

    func observe(_ data: UnsafePointer<mjData>, _ observation: UnsafeMutablePointer<Double>) {
        guard let positions = data.pointee.qpos, let velocities = data.pointee.qvel else { return }
        for joint in 0..<2 {
            observation[joint] = cos(positions[joint])
            observation[2 + joint] = sin(positions[joint])
            observation[4 + joint] = positions[2 + joint]
            observation[6 + joint] = velocities[joint]
        }
        let way = way(data)
        (observation[8], observation[9], observation[10]) = (way.x, way.y, way.z)
    }

    private func way(_ data: UnsafePointer<mjData>) -> (x: Double, y: Double, z: Double) {
        guard let places = data.pointee.xpos else { return (0, 0, 0) }
        let (from, to) = (places + 3 * target, places + 3 * fingertip)
        return (to[0] - from[0], to[1] - from[1], to[2] - from[2])
    }
}
