/// Two coupled equations of motion, `inertia · acceleration = force`, of two joints with stops.
struct LimitedPair<Number: MotionNumber> {
    var inertia11: Number
    var inertia12: Number
    var inertia22: Number
    var force1: Number
    var force2: Number

    /// Both accelerations when no stop is touched.
    @inline(__always)
    var free: (Number, Number) {
        let scale = 1 / (inertia11 * inertia22 - inertia12 * inertia12)
        return (
            (inertia22 * force1 - inertia12 * force2) * scale, (inertia11 * force2 - inertia12 * force1) * scale
        )
    }

    /// The pair of the `index`-th mechanism alone.
    @inline(__always)
    func lane(_ index: Int) -> LimitedPair<Double> {
        LimitedPair<Double>(
            inertia11: inertia11.lane(index), inertia12: inertia12.lane(index), inertia22: inertia22.lane(index),
            force1: force1.lane(index), force2: force2.lane(index))
    }
}

extension LimitedPair<Double> {
    /// Both accelerations with the demands of violated stops.
    ///
    /// A stop pushes only outwards and only as hard as it must; two stops make four cases, of which exactly one is
    /// consistent, since the matrix is positive definite.
    func resolved(_ demand1: JointLimit.Demand, _ demand2: JointLimit.Demand) -> (Double, Double) {
        let (free1, free2) = free
        let scale = 1 / (inertia11 * inertia22 - inertia12 * inertia12)
        let lack1 = demand1.acceleration - demand1.sign * free1
        let lack2 = demand2.acceleration - demand2.sign * free2
        let a11 = inertia22 * scale + demand1.softness
        let a22 = inertia11 * scale + demand2.softness
        let a12 = -inertia12 * scale * demand1.sign * demand2.sign
        let is1 = demand1.sign != 0
        let is2 = demand2.sign != 0

        var push1 = 0.0
        var push2 = 0.0
        let alone1 = is1 ? max(0, lack1 / a11) : 0
        let alone2 = is2 ? max(0, lack2 / a22) : 0
        if !is2 || lack2 - a12 * alone1 <= 0 {
            push1 = alone1
        } else if !is1 || lack1 - a12 * alone2 <= 0 {
            push2 = alone2
        } else {
            let determinant = a11 * a22 - a12 * a12
            push1 = (a22 * lack1 - a12 * lack2) / determinant
            push2 = (a11 * lack2 - a12 * lack1) / determinant
        }
        let force1 = demand1.sign * push1
        let force2 = demand2.sign * push2
        return (
            free1 + (inertia22 * force1 - inertia12 * force2) * scale,
            free2 + (inertia11 * force2 - inertia12 * force1) * scale
        )
    }
}
