/// The tasks of this plug-in, and what tells them apart.
///
/// **Source:** Gymnasium 0.29.1, `envs/mujoco/*_v4.py` with their default arguments, and `envs/__init__.py` for step
/// limits and thresholds.
enum MuJoCoTask: UInt32 {
    case swimmer, hopper, walker2d, halfCheetah, humanoid, invertedPendulum, reacher

    static let count: UInt32 = 7

    /// The numbers of positions, velocities and actuators that the task's model must have.
    struct Size: Equatable {
        let positions: Int
        let velocities: Int
        let actuators: Int
    }

    var name: StaticString {
        switch self {
        case .swimmer: "swimmer"
        case .hopper: "hopper"
        case .walker2d: "walker2d"
        case .halfCheetah: "half-cheetah"
        case .humanoid: "humanoid"
        case .invertedPendulum: "inverted-pendulum"
        case .reacher: "reacher"
        }
    }

    var modelFile: StaticString {
        switch self {
        case .swimmer: "swimmer.xml"
        case .hopper: "hopper.xml"
        case .walker2d: "walker2d.xml"
        case .halfCheetah: "half_cheetah.xml"
        case .humanoid: "humanoid.xml"
        case .invertedPendulum: "inverted_pendulum.xml"
        case .reacher: "reacher.xml"
        }
    }

    var size: Size {
        switch self {
        case .swimmer: Size(positions: 5, velocities: 5, actuators: 2)
        case .hopper: Size(positions: 6, velocities: 6, actuators: 3)
        case .walker2d, .halfCheetah: Size(positions: 9, velocities: 9, actuators: 6)
        case .humanoid: Size(positions: 24, velocities: 23, actuators: 17)
        case .invertedPendulum: Size(positions: 2, velocities: 2, actuators: 1)
        case .reacher: Size(positions: 4, velocities: 4, actuators: 2)
        }
    }

    /// Simulation steps for one action.
    var frameSkip: Int32 {
        switch self {
        case .swimmer, .hopper, .walker2d: 4
        case .halfCheetah, .humanoid: 5
        case .invertedPendulum, .reacher: 2
        }
    }

    /// Actions of an episode.
    var stepLimit: UInt32 { self == .reacher ? 50 : 1000 }

    /// Positions at the start of the state that the observation leaves out: where the robot is must not matter.
    var hiddenPositions: Int {
        switch self {
        case .swimmer, .humanoid: 2
        case .hopper, .walker2d, .halfCheetah: 1
        case .invertedPendulum, .reacher: 0
        }
    }

    /// What the observed velocities are clipped to.
    var velocityClip: Double {
        switch self {
        case .hopper, .walker2d: 10
        case .swimmer, .halfCheetah, .humanoid, .invertedPendulum, .reacher: .infinity
        }
    }

    /// Half the width of the uniform noise on the first state; half-cheetah's velocities take it as the standard
    /// deviation of normal noise, and Reacher's turn more slowly.
    var resetNoise: Double {
        switch self {
        case .swimmer, .halfCheetah, .reacher: 0.1
        case .hopper, .walker2d: 5e-3
        case .humanoid, .invertedPendulum: 1e-2
        }
    }

    /// Price of a unit of squared action.
    var controlCost: Double {
        switch self {
        case .swimmer: 1e-4
        case .hopper, .walker2d: 1e-3
        case .halfCheetah, .humanoid: 0.1
        case .invertedPendulum: 0
        case .reacher: 1
        }
    }

    /// Pay for a unit of forward velocity.
    var forwardReward: Double {
        switch self {
        case .swimmer, .hopper, .walker2d, .halfCheetah: 1
        case .humanoid: 1.25
        case .invertedPendulum, .reacher: 0
        }
    }

    /// Pay for every step, the terminating one included.
    var stepReward: Double {
        switch self {
        case .hopper, .walker2d, .invertedPendulum: 1
        case .humanoid: 5
        case .swimmer, .halfCheetah, .reacher: 0
        }
    }

    /// The mean return at which the task counts as solved.
    var rewardThreshold: Double {
        switch self {
        case .swimmer: 360
        case .hopper: 3800
        case .halfCheetah: 4800
        case .invertedPendulum: 950
        case .reacher: -3.75
        case .walker2d, .humanoid: .nan
        }
    }
}
