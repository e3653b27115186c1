import Bounded
import CSystem

/// A car too weak to climb out of its valley without swinging up first.
///
/// **Shape:** state and observation: position, velocity. Action: a force; what lies beyond ±1 has no effect, but costs.
/// **Source:** Gymnasium's MountainCarContinuous-v0. Like there, the state itself is rounded to single precision after
/// every step.
public struct MountainCarContinuous: Environment {
    private var position = 0.0, velocity = 0.0

    /// Shape, ranges and limits, as Gymnasium registers them.
    public static var description: EnvironmentDescription {
        EnvironmentDescription(
            name: FixedText("mountain-car-continuous"), observationCount: 2, actionCount: 1, stepLimit: 999,
            rewardThreshold: 90, stateCount: 2)
    }

    /// The task at rest.
    public init() {}

    /// Draws a first state as Gymnasium does.
    public mutating func reset(using generator: inout RandomGenerator) {
        position = generator.uniform(-0.6, -0.4)
        velocity = 0
    }

    /// Takes over a state: position, velocity.
    public mutating func setState(_ state: UnsafeBufferPointer<Double>) {
        (position, velocity) = (state[0], state[1])
    }

    /// Holds the force for one step.
    public mutating func step(action: UnsafeBufferPointer<Double>) -> Transition {
        let force = clamp(action[0], -1, 1)
        velocity = clamp(velocity + (force * 0.0015 - 0.0025 * cos(3 * position)), -0.07, 0.07)
        position = clamp(position + velocity, -1.2, 0.6)
        if position == -1.2, velocity < 0 { velocity = 0 }
        let terminated = position >= 0.45 && velocity >= 0
        position = asSingle(position)
        velocity = asSingle(velocity)
        return Transition(reward: (terminated ? 100 : 0) - action[0] * action[0] * 0.1, terminated: terminated)
    }

    /// Writes the observation.
    public func observe(into observation: UnsafeMutableBufferPointer<Double>) {
        observation[0] = asSingle(position)
        observation[1] = asSingle(velocity)
    }
}
