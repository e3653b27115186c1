import Bounded
import CSystem

/// A pole balanced on a cart that is pushed left or right.
///
/// **Shape:** state and observation: cart position, cart velocity, pole angle, angular velocity. Actions: 0 pushes
/// left, 1 right. **Units:** m, m/s, rad, rad/s.
/// **Source:** Barto, Sutton and Anderson, "Neuronlike adaptive elements that can solve difficult learning control
/// problems"; numbers, explicit Euler and single-precision observations as in Gymnasium's CartPole-v1.
public struct CartPole: Environment {
    private var position = 0.0, velocity = 0.0, angle = 0.0, angularVelocity = 0.0
    /// Gymnasium pays nothing for steps beyond an end.
    private var hasEnded = false

    /// Shape, ranges and limits, as Gymnasium registers them.
    public static var description: EnvironmentDescription {
        EnvironmentDescription(
            name: FixedText("cartpole"), observationCount: 4, actionCount: 2, isDiscrete: true, stepLimit: 500,
            rewardThreshold: 475, stateCount: 4)
    }

    /// The task at rest.
    public init() {}

    /// Draws a first state as Gymnasium does.
    public mutating func reset(using generator: inout RandomGenerator) {
        position = generator.uniform(-0.05, 0.05)
        velocity = generator.uniform(-0.05, 0.05)
        angle = generator.uniform(-0.05, 0.05)
        angularVelocity = generator.uniform(-0.05, 0.05)
        hasEnded = false
    }

    /// Takes over a state: cart position, cart velocity, pole angle, angular velocity.
    public mutating func setState(_ state: UnsafeBufferPointer<Double>) {
        (position, velocity, angle, angularVelocity) = (state[0], state[1], state[2], state[3])
        hasEnded = false
    }

    /// Pushes the cart for 20 ms.
    public mutating func step(action: UnsafeBufferPointer<Double>) -> Transition {
        let gravity = 9.8, poleMass = 0.1, totalMass = 1.1, halfLength = 0.5, poleMoment = 0.05, interval = 0.02
        let force = action[0] == 1 ? 10.0 : -10.0
        let (sine, cosine) = sineAndCosine(angle)

        let shared = (force + poleMoment * (angularVelocity * angularVelocity) * sine) / totalMass
        let angularAcceleration =
            (gravity * sine - cosine * shared) / (halfLength * (4.0 / 3.0 - poleMass * (cosine * cosine) / totalMass))
        let acceleration = shared - poleMoment * angularAcceleration * cosine / totalMass

        position += interval * velocity
        velocity += interval * acceleration
        angle += interval * angularVelocity
        angularVelocity += interval * angularAcceleration

        let angleLimit = 12 * 2 * Double.pi / 360
        let terminated = abs(position) > 2.4 || abs(angle) > angleLimit
        // After an end Gymnasium pays again for each step that is within bounds.
        let reward = terminated && hasEnded ? 0.0 : 1.0
        hasEnded = hasEnded || terminated
        return Transition(reward: reward, terminated: terminated)
    }

    /// Writes the observation.
    public func observe(into observation: UnsafeMutableBufferPointer<Double>) {
        observation[0] = asSingle(position)
        observation[1] = asSingle(velocity)
        observation[2] = asSingle(angle)
        observation[3] = asSingle(angularVelocity)
    }
}
