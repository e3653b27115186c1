import Bounded
import CSystem

/// A pendulum to be swung up and held upright by a torque too weak to lift it in one go.
///
/// **Shape:** state: angle from upright, angular velocity. Observation: cosine and sine of the angle, angular velocity.
/// Action: a torque; what lies beyond ±2 is cut. **Units:** rad, rad/s, N m.
/// **Source:** Gymnasium's Pendulum-v1, with its single-precision observations.
public struct Pendulum: Environment {
    private var angle = 0.0, angularVelocity = 0.0

    /// Shape, ranges and limits, as Gymnasium registers them.
    public static var description: EnvironmentDescription {
        EnvironmentDescription(
            name: FixedText("pendulum"), observationCount: 3, actionCount: 1, actionBound: 2, stepLimit: 200,
            stateCount: 2)
    }

    /// The task at rest.
    public init() {}

    /// Draws a first state as Gymnasium does.
    public mutating func reset(using generator: inout RandomGenerator) {
        angle = generator.uniform(-Double.pi, Double.pi)
        angularVelocity = generator.uniform(-1, 1)
    }

    /// Takes over a state: angle, angular velocity.
    public mutating func setState(_ state: UnsafeBufferPointer<Double>) {
        (angle, angularVelocity) = (state[0], state[1])
    }

    /// Holds the torque for 50 ms.
    public mutating func step(action: UnsafeBufferPointer<Double>) -> Transition {
        let interval = 0.05
        let torque = clamp(action[0], -2, 2)
        let turn = wrapped(angle)
        let cost = turn * turn + 0.1 * (angularVelocity * angularVelocity) + 0.001 * (torque * torque)
        // 3 g / (2 l) with g = 10, l = 1, and 3 / (m l²) with m = 1.
        let acceleration = 15 * sin(angle) + 3 * torque
        angularVelocity = clamp(angularVelocity + acceleration * interval, -8, 8)
        angle += angularVelocity * interval
        return Transition(reward: -cost)
    }

    /// Writes the observation.
    public func observe(into observation: UnsafeMutableBufferPointer<Double>) {
        let (sine, cosine) = sineAndCosine(angle)
        observation[0] = asSingle(cosine)
        observation[1] = asSingle(sine)
        observation[2] = asSingle(angularVelocity)
    }

    /// The same angle in -π ..< π.
    private func wrapped(_ angle: Double) -> Double {
        let turn = 2 * Double.pi
        var remainder = fmod(angle + Double.pi, turn)
        if remainder < 0 { remainder += turn }
        return remainder - Double.pi
    }
}
