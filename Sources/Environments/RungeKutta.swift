/// Positions, velocities or accelerations of a mechanism: numbers that can be added and scaled.
protocol MechanismCoordinates: BitwiseCopyable, Sendable {
    /// This plus `factor` times `other`.
    func adding(_ factor: Double, _ other: Self) -> Self
}

/// A mechanism whose accelerations follow from its positions and velocities.
protocol Mechanism {
    associatedtype Coordinates: MechanismCoordinates
    var position: Coordinates { get set }
    var velocity: Coordinates { get set }
    func acceleration(position: Coordinates, velocity: Coordinates) -> Coordinates
}

extension Mechanism {
    /// One classical Runge–Kutta step, in the order of MuJoCo's integrator `RK4`.
    @inline(__always)
    mutating func integrate(interval: Double) {
        let half = interval / 2
        let velocity1 = velocity
        let acceleration1 = acceleration(position: position, velocity: velocity1)
        let velocity2 = velocity.adding(half, acceleration1)
        let acceleration2 = acceleration(position: position.adding(half, velocity1), velocity: velocity2)
        let velocity3 = velocity.adding(half, acceleration2)
        let acceleration3 = acceleration(position: position.adding(half, velocity2), velocity: velocity3)
        let velocity4 = velocity.adding(interval, acceleration3)
        let acceleration4 = acceleration(position: position.adding(interval, velocity3), velocity: velocity4)
        let sixth = interval / 6
        let third = interval / 3
        position =
            position.adding(sixth, velocity1).adding(third, velocity2).adding(third, velocity3).adding(sixth, velocity4)
        velocity =
            velocity.adding(sixth, acceleration1).adding(third, acceleration2).adding(third, acceleration3)
            .adding(sixth, acceleration4)
    }
}
