import Bounded

/// Three links in a viscous fluid that swim by bending their two joints: Gymnasium's Swimmer-v4 in closed form.
///
/// **Shape:** state: position of the front link's joint (x, y), its heading, two joint angles, then the rates of all
/// five. Observation: the state without x and y. Action: two torques; what lies beyond ±1 has no effect, but costs.
/// **Units:** m, rad, m/s, rad/s.
/// **Complexity:** 16 evaluations of the equations of motion (`SwimmerMotion`) a step.
/// **Source:** the equations of motion of Gymnasium's `swimmer.xml`, derived by hand. They agree with MuJoCo 2.2.2 to
/// round-off in one step, joint stops included, and need no MuJoCo on the board.
public struct Swimmer: Environment {
    private var motion = SwimmerMotion<Double>()

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
        motion.position = Self.noise(&generator)
        motion.velocity = Self.noise(&generator)
    }

    /// Takes over a state: five positions, five rates.
    public mutating func setState(_ state: UnsafeBufferPointer<Double>) {
        motion.position = Coordinates(x: state[0], y: state[1], heading: state[2], joint1: state[3], joint2: state[4])
        motion.velocity = Coordinates(x: state[5], y: state[6], heading: state[7], joint1: state[8], joint2: state[9])
    }

    /// Holds the torques for 40 ms.
    public mutating func step(action: UnsafeBufferPointer<Double>) -> Transition {
        let before = motion.position.x
        motion.torque1 = Self.torque(action[0])
        motion.torque2 = Self.torque(action[1])
        motion.swim()
        return transition(from: before, action)
    }

    /// Steps two swimmers side by side, each as it would step alone, to the bit.
    static func step(
        _ first: UnsafeMutablePointer<Swimmer>, _ second: UnsafeMutablePointer<Swimmer>,
        actions: (UnsafeBufferPointer<Double>, UnsafeBufferPointer<Double>)
    ) -> (Transition, Transition) {
        var both = SwimmerMotion<SIMD2<Double>>(first.pointee.motion, second.pointee.motion)
        let before = both.position.x
        both.torque1 = SIMD2(torque(actions.0[0]), torque(actions.1[0]))
        both.torque2 = SIMD2(torque(actions.0[1]), torque(actions.1[1]))
        both.swim()
        first.pointee.motion = both.lane(0)
        second.pointee.motion = both.lane(1)
        return (
            first.pointee.transition(from: before[0], actions.0), second.pointee.transition(from: before[1], actions.1)
        )
    }

    /// Writes the observation.
    public func observe(into observation: UnsafeMutableBufferPointer<Double>) {
        observation[0] = motion.position.heading
        observation[1] = motion.position.joint1
        observation[2] = motion.position.joint2
        observation[3] = motion.velocity.x
        observation[4] = motion.velocity.y
        observation[5] = motion.velocity.heading
        observation[6] = motion.velocity.joint1
        observation[7] = motion.velocity.joint2
    }

    private static func noise(_ generator: inout RandomGenerator) -> Coordinates {
        Coordinates(
            x: generator.uniform(-0.1, 0.1), y: generator.uniform(-0.1, 0.1), heading: generator.uniform(-0.1, 0.1),
            joint1: generator.uniform(-0.1, 0.1), joint2: generator.uniform(-0.1, 0.1))
    }

    private typealias Coordinates = SwimmerMotion<Double>.Coordinates

    private static func torque(_ action: Double) -> Double { 150 * clamp(action, -1, 1) }

    private func transition(from before: Double, _ action: UnsafeBufferPointer<Double>) -> Transition {
        let speed = (motion.position.x - before) / 0.04
        return Transition(reward: speed - 1e-4 * (action[0] * action[0] + action[1] * action[1]))
    }
}

extension SwimmerMotion {
    /// 40 ms with the torques as they are.
    @inline(__always)
    fileprivate mutating func swim() {
        for _ in 0..<4 { integrate(interval: 0.01) }
    }
}

extension SwimmerMotion<SIMD2<Double>> {
    @inline(__always)
    fileprivate init(_ first: SwimmerMotion<Double>, _ second: SwimmerMotion<Double>) {
        position = Coordinates(first.position, second.position)
        velocity = Coordinates(first.velocity, second.velocity)
    }

    /// One of the two, with its torques.
    @inline(__always)
    fileprivate func lane(_ index: Int) -> SwimmerMotion<Double> {
        SwimmerMotion<Double>(
            position: position.lane(index), velocity: velocity.lane(index), torque1: torque1[index],
            torque2: torque2[index])
    }
}

extension SwimmerMotion<SIMD2<Double>>.Coordinates {
    @inline(__always)
    fileprivate init(_ first: SwimmerMotion<Double>.Coordinates, _ second: SwimmerMotion<Double>.Coordinates) {
        self.init(
            x: SIMD2(first.x, second.x), y: SIMD2(first.y, second.y), heading: SIMD2(first.heading, second.heading),
            joint1: SIMD2(first.joint1, second.joint1), joint2: SIMD2(first.joint2, second.joint2))
    }

    @inline(__always)
    fileprivate func lane(_ index: Int) -> SwimmerMotion<Double>.Coordinates {
        SwimmerMotion<Double>.Coordinates(
            x: x[index], y: y[index], heading: heading[index], joint1: joint1[index], joint2: joint2[index])
    }
}
