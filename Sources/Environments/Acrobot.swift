import Bounded
import CSystem

/// Two links hanging from a pivot, to be swung above the bar by a torque on the joint between them.
///
/// **Shape:** state: both angles, both angular velocities. Observation: cosine and sine of each angle, angular
/// velocities. Actions: 0, 1, 2 for a torque of -1, 0, +1. **Units:** rad, rad/s, N m.
/// **Source:** Sutton, "Generalization in reinforcement learning: successful examples using sparse coarse coding", in
/// the "book" variant of Gymnasium's Acrobot-v1, with its single-precision observations.
public struct Acrobot: Environment {
    private var state = State()

    /// The angles and their rates; also their derivatives.
    private struct State: BitwiseCopyable, Sendable {
        var angle1 = 0.0, angle2 = 0.0, rate1 = 0.0, rate2 = 0.0

        func advanced(_ interval: Double, along slope: State) -> State {
            State(
                angle1: angle1 + interval * slope.angle1, angle2: angle2 + interval * slope.angle2,
                rate1: rate1 + interval * slope.rate1, rate2: rate2 + interval * slope.rate2)
        }
    }

    /// Shape, ranges and limits, as Gymnasium registers them.
    public static var description: EnvironmentDescription {
        EnvironmentDescription(
            name: FixedText("acrobot"), observationCount: 6, actionCount: 3, isDiscrete: true, stepLimit: 500,
            rewardThreshold: -100, stateCount: 4)
    }

    /// The task at rest.
    public init() {}

    /// Draws a first state as Gymnasium does.
    public mutating func reset(using generator: inout RandomGenerator) {
        // Gymnasium draws this one state in single precision.
        state.angle1 = asSingle(generator.uniform(-0.1, 0.1))
        state.angle2 = asSingle(generator.uniform(-0.1, 0.1))
        state.rate1 = asSingle(generator.uniform(-0.1, 0.1))
        state.rate2 = asSingle(generator.uniform(-0.1, 0.1))
    }

    /// Takes over a state: both angles, both angular velocities.
    public mutating func setState(_ numbers: UnsafeBufferPointer<Double>) {
        state = State(angle1: numbers[0], angle2: numbers[1], rate1: numbers[2], rate2: numbers[3])
    }

    /// Holds the torque for 200 ms.
    public mutating func step(action: UnsafeBufferPointer<Double>) -> Transition {
        let torque = action[0] - 1
        let interval = 0.2
        let slope1 = slope(at: state, torque: torque)
        let slope2 = slope(at: state.advanced(interval / 2, along: slope1), torque: torque)
        let slope3 = slope(at: state.advanced(interval / 2, along: slope2), torque: torque)
        let slope4 = slope(at: state.advanced(interval, along: slope3), torque: torque)
        let sixth = interval / 6
        func sum(_ a: Double, _ b: Double, _ c: Double, _ d: Double) -> Double { sixth * (a + 2 * b + 2 * c + d) }
        state.angle1 += sum(slope1.angle1, slope2.angle1, slope3.angle1, slope4.angle1)
        state.angle2 += sum(slope1.angle2, slope2.angle2, slope3.angle2, slope4.angle2)
        state.rate1 += sum(slope1.rate1, slope2.rate1, slope3.rate1, slope4.rate1)
        state.rate2 += sum(slope1.rate2, slope2.rate2, slope3.rate2, slope4.rate2)

        state.angle1 = wrapped(state.angle1)
        state.angle2 = wrapped(state.angle2)
        state.rate1 = clamp(state.rate1, -4 * Double.pi, 4 * Double.pi)
        state.rate2 = clamp(state.rate2, -9 * Double.pi, 9 * Double.pi)
        let terminated = -cos(state.angle1) - cos(state.angle2 + state.angle1) > 1
        return Transition(reward: terminated ? 0 : -1, terminated: terminated)
    }

    /// Writes the observation.
    public func observe(into observation: UnsafeMutableBufferPointer<Double>) {
        let (sine1, cosine1) = sineAndCosine(state.angle1)
        let (sine2, cosine2) = sineAndCosine(state.angle2)
        observation[0] = asSingle(cosine1)
        observation[1] = asSingle(sine1)
        observation[2] = asSingle(cosine2)
        observation[3] = asSingle(sine2)
        observation[4] = asSingle(state.rate1)
        observation[5] = asSingle(state.rate2)
    }

    /// The equations of motion. Lengths and masses are 1, centres of mass at 0.5, moments of inertia 1.
    private func slope(at state: State, torque: Double) -> State {
        let gravity = 9.8
        let (sine2, cosine2) = sineAndCosine(state.angle2)
        let d1 = 0.25 + (1 + 0.25 + cosine2) + 2
        let d2 = (0.25 + 0.5 * cosine2) + 1
        let phi2 = 0.5 * gravity * cos(state.angle1 + state.angle2 - Double.pi / 2)
        let phi1 =
            -0.5 * (state.rate2 * state.rate2) * sine2 - state.rate2 * state.rate1 * sine2
            + 1.5 * gravity * cos(state.angle1 - Double.pi / 2) + phi2
        let acceleration2 =
            (torque + d2 / d1 * phi1 - 0.5 * (state.rate1 * state.rate1) * sine2 - phi2) / (1.25 - d2 * d2 / d1)
        let acceleration1 = -(d2 * acceleration2 + phi1) / d1
        return State(angle1: state.rate1, angle2: state.rate2, rate1: acceleration1, rate2: acceleration2)
    }

    /// The same angle in -π ... π.
    private func wrapped(_ angle: Double) -> Double {
        let turn = 2 * Double.pi
        // Whole turns first, so that a wild state costs no loop; then Gymnasium's own subtractions.
        var angle = abs(angle) > 64 * turn ? fmod(angle, turn) : angle
        while angle > Double.pi { angle -= turn }
        while angle < -Double.pi { angle += turn }
        return angle
    }
}
