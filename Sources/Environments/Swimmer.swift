import Bounded

/// Three links in a viscous fluid that swim by bending their two joints: Gymnasium's Swimmer-v4 in closed form.
///
/// **Shape:** state: position of the front link's joint (x, y), its heading, two joint angles, then the rates of all
/// five. Observation: the state without x and y. Action: two torques; what lies beyond ±1 has no effect, but costs.
/// **Units:** m, rad, m/s, rad/s.
/// **Complexity:** 16 evaluations of the equations of motion (`Swimmer+Motion.swift`) a step.
/// **Source:** the equations of motion of Gymnasium's `swimmer.xml`, derived by hand. They agree with MuJoCo 2.2.2 to
/// round-off in one step, joint stops included, and need no MuJoCo on the board.
public struct Swimmer: Environment, Mechanism {
    var position = Coordinates()
    var velocity = Coordinates()
    var torque1 = 0.0
    var torque2 = 0.0

    /// Position, heading and joint angles; or their rates.
    struct Coordinates: MechanismCoordinates {
        var x = 0.0
        var y = 0.0
        var heading = 0.0
        var joint1 = 0.0
        var joint2 = 0.0

        @inline(__always)
        func adding(_ factor: Double, _ other: Coordinates) -> Coordinates {
            Coordinates(
                x: x + factor * other.x, y: y + factor * other.y, heading: heading + factor * other.heading,
                joint1: joint1 + factor * other.joint1, joint2: joint2 + factor * other.joint2)
        }
    }

    /// Shape, ranges and limits, as Gymnasium registers them.
    public static var description: EnvironmentDescription {
        EnvironmentDescription(
            name: FixedText("swimmer"), observationCount: 8, actionCount: 2, stepLimit: 1000, rewardThreshold: 360,
            stateCount: 10)
    }

    /// The task at rest.
    public init() {}

    /// Draws a first state as Gymnasium does.
    public mutating func reset(using generator: inout RandomGenerator) {
        position = Self.noise(&generator)
        velocity = Self.noise(&generator)
    }

    /// Takes over a state: five positions, five rates.
    public mutating func setState(_ state: UnsafeBufferPointer<Double>) {
        position = Coordinates(x: state[0], y: state[1], heading: state[2], joint1: state[3], joint2: state[4])
        velocity = Coordinates(x: state[5], y: state[6], heading: state[7], joint1: state[8], joint2: state[9])
    }

    /// Holds the torques for 40 ms.
    public mutating func step(action: UnsafeBufferPointer<Double>) -> Transition {
        let before = position.x
        torque1 = 150 * clamp(action[0], -1, 1)
        torque2 = 150 * clamp(action[1], -1, 1)
        for _ in 0..<4 { integrate(interval: 0.01) }
        let speed = (position.x - before) / 0.04
        return Transition(reward: speed - 1e-4 * (action[0] * action[0] + action[1] * action[1]))
    }

    /// Writes the observation.
    public func observe(into observation: UnsafeMutableBufferPointer<Double>) {
        observation[0] = position.heading
        observation[1] = position.joint1
        observation[2] = position.joint2
        observation[3] = velocity.x
        observation[4] = velocity.y
        observation[5] = velocity.heading
        observation[6] = velocity.joint1
        observation[7] = velocity.joint2
    }

    private static func noise(_ generator: inout RandomGenerator) -> Coordinates {
        Coordinates(
            x: generator.uniform(-0.1, 0.1), y: generator.uniform(-0.1, 0.1), heading: generator.uniform(-0.1, 0.1),
            joint1: generator.uniform(-0.1, 0.1), joint2: generator.uniform(-0.1, 0.1))
    }
}
