/// One joint's soft stops at both ends of its range, as MuJoCo models them.
///
/// Beyond a stop, a spring and damper ask for an acceleration back into the range, and get it as far as the
/// constraint's regularisation allows. **Units:** m or rad. **Source:** MuJoCo's documentation, "Computation",
/// constraint model, with the default `solref` and `solimp`; a time constant below two time steps is raised to that.
struct JointLimit: Sendable {
    /// The range is `-bound ... bound`.
    let bound: Double
    /// 1 / (d² t²) with d = 0.95 the largest impedance and t the time constant.
    let stiffness: Double
    /// 2 / (d t).
    let damping: Double
    /// What MuJoCo takes for the joint's inverse inertia, from the configuration that the model is written in.
    let inverseInertia: Double

    init(bound: Double, timeConstant: Double, inverseInertia: Double) {
        self.bound = bound
        stiffness = 1 / (0.95 * 0.95 * timeConstant * timeConstant)
        damping = 2 / (0.95 * timeConstant)
        self.inverseInertia = inverseInertia
    }

    /// What a violated stop asks for.
    struct Demand {
        /// +1 at the lower stop, -1 at the upper, 0 when neither is violated.
        var sign = 0.0
        /// The acceleration away from the stop that it asks for.
        var acceleration = 0.0
        /// How soft it is: acceleration given up for a unit of force.
        var softness = 0.0
    }

    @inline(__always)
    func isViolated(at position: Double) -> Bool { abs(position) > bound }

    /// What the stop beyond which `position` lies asks for.
    func demand(position: Double, velocity: Double) -> Demand {
        let sign = position < 0 ? 1.0 : -1.0
        let clearance = bound - abs(position)
        guard clearance < 0 else { return Demand() }
        let depth = min(1, -clearance / 0.001)
        let blend = depth <= 0.5 ? 2 * depth * depth : 1 - 2 * (1 - depth) * (1 - depth)
        let impedance = 0.9 + 0.05 * blend
        return Demand(
            sign: sign,
            acceleration: -damping * (sign * velocity) - stiffness * impedance * clearance,
            softness: (1 - impedance) / impedance * inverseInertia)
    }
}
