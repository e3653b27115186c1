import Bounded
import CSystem

/// A pole balanced on a cart on a rail, pushed by a motor: Gymnasium's InvertedPendulum-v4 in closed form.
///
/// **Shape:** state: cart position, pole angle, cart velocity, angular velocity; the observation is the state. Action:
/// the motor's input; what lies beyond ±3 is cut. **Units:** m, rad, m/s, rad/s.
/// **Source:** the equations of motion of Gymnasium's `inverted_pendulum.xml`, derived by hand. They agree with MuJoCo
/// 2.2.2 to round-off in one step, stops included, and need no MuJoCo on the board.
public struct InvertedPendulum: Environment, Mechanism {
    var position = Pair()
    var velocity = Pair()
    private var force = 0.0

    /// The cart's number and the pole's.
    struct Pair: MechanismCoordinates {
        var cart = 0.0
        var pole = 0.0

        @inline(__always)
        func adding(_ factor: Double, _ other: Pair) -> Pair {
            Pair(cart: cart + factor * other.cart, pole: pole + factor * other.pole)
        }
    }

    /// The rail's ends and the hinge's; their time constant is two time steps.
    private static let cartLimit = JointLimit(bound: 1, timeConstant: 0.04, inverseInertia: 0.08367433805859587)
    private static let poleLimit = JointLimit(bound: .pi / 2, timeConstant: 0.04, inverseInertia: 2.023912919848819)

    /// Shape, ranges and limits, as Gymnasium registers them.
    public static var description: EnvironmentDescription {
        EnvironmentDescription(
            name: FixedText("inverted-pendulum"), observationCount: 4, actionCount: 1, actionBound: 3, stepLimit: 1000,
            rewardThreshold: 950, stateCount: 4)
    }

    /// The task at rest.
    public init() {}

    /// Draws a first state as Gymnasium does.
    public mutating func reset(using generator: inout RandomGenerator) {
        position.cart = generator.uniform(-0.01, 0.01)
        position.pole = generator.uniform(-0.01, 0.01)
        velocity.cart = generator.uniform(-0.01, 0.01)
        velocity.pole = generator.uniform(-0.01, 0.01)
    }

    /// Takes over a state: cart position, pole angle, and their rates.
    public mutating func setState(_ state: UnsafeBufferPointer<Double>) {
        position = Pair(cart: state[0], pole: state[1])
        velocity = Pair(cart: state[2], pole: state[3])
    }

    /// Holds the motor's input for 40 ms.
    public mutating func step(action: UnsafeBufferPointer<Double>) -> Transition {
        force = 100 * clamp(action[0], -3, 3)
        integrate(interval: 0.02)
        integrate(interval: 0.02)
        return Transition(reward: 1, terminated: !(abs(position.pole) <= 0.2))
    }

    /// Writes the observation.
    public func observe(into observation: UnsafeMutableBufferPointer<Double>) {
        observation[0] = position.cart
        observation[1] = position.pole
        observation[2] = velocity.cart
        observation[3] = velocity.pole
    }

    @inline(never)
    func acceleration(position: Pair, velocity: Pair) -> Pair {
        let cartMass = 10.47197551196598, poleMass = 5.018591641363306, poleInertia = 0.18874976687308845
        let (sine, cosine) = sineAndCosine(position.pole)
        // The pole's centre of mass, seen from its hinge.
        let across = 0.0005 * cosine + 0.3 * sine
        let along = -0.0005 * sine + 0.3 * cosine
        let pair = LimitedPair(
            inertia11: cartMass + poleMass,
            inertia12: poleMass * along,
            inertia22: poleInertia + poleMass * (across * across + along * along),
            force1: force - velocity.cart + poleMass * across * (velocity.pole * velocity.pole),
            force2: poleMass * 9.81 * across - velocity.pole)
        let solution =
            Self.cartLimit.isViolated(at: position.cart) || Self.poleLimit.isViolated(at: position.pole)
            ? pair.resolved(
                Self.cartLimit.demand(position: position.cart, velocity: velocity.cart),
                Self.poleLimit.demand(position: position.pole, velocity: velocity.pole))
            : pair.free
        return Pair(cart: solution.0, pole: solution.1)
    }
}
