/// The swimmer's equations of motion, for one swimmer or for two side by side.
///
/// Each link's centre is (x, y) + Σ cₖ eₖ, with eₖ the direction of link k and cₖ constants, so everything depends on
/// the links' absolute angles and rates. The two forward motions have a constant inertia and are eliminated by hand; of
/// the three equations that are left, the heading's is eliminated too, and the joints' pair is solved with its stops.
struct SwimmerMotion<Number: MotionNumber>: Mechanism {
    var position = Coordinates()
    var velocity = Coordinates()
    /// What the motors give to each joint. **Units:** Nm.
    var torque1 = Number(0)
    var torque2 = Number(0)

    /// Position, heading and joint angles; or their rates.
    struct Coordinates: MechanismCoordinates {
        var x = Number(0)
        var y = Number(0)
        var heading = Number(0)
        var joint1 = Number(0)
        var joint2 = Number(0)

        @inline(__always)
        func adding(_ factor: Double, _ other: Coordinates) -> Coordinates {
            Coordinates(
                x: x + factor * other.x, y: y + factor * other.y, heading: heading + factor * other.heading,
                joint1: joint1 + factor * other.joint1, joint2: joint2 + factor * other.joint2)
        }
    }

    // One copy for the four looks of a Runge–Kutta step: the call costs little beside it, and the binary is small.
    @inline(never)
    func acceleration(position: Coordinates, velocity: Coordinates) -> Coordinates {
        let angle1 = position.heading + position.joint1
        let (sines, cosines) = Number.sinesAndCosines(position.heading, angle1, angle1 + position.joint2)
        let (s0, s1, s2) = sines
        let (c0, c1, c2) = cosines
        let rate0 = velocity.heading
        let rate1 = rate0 + velocity.joint1
        let rate2 = rate1 + velocity.joint2

        // Velocities of the links' centres: each direction turns with its rate.
        let turn0x = rate0.negated * s0, turn0y = rate0 * c0
        let turn1x = rate1.negated * s1, turn1y = rate1 * c1
        let turn2x = rate2.negated * s2, turn2y = rate2 * c2
        let middleX = velocity.x + 0.5 * turn0x, middleY = velocity.y + 0.5 * turn0y
        let drag0 = Drag(c0, s0, velocity.x + turn0x, velocity.y + turn0y, rate0)
        let drag1 = Drag(c1, s1, middleX - 0.5 * turn1x, middleY - 0.5 * turn1y, rate1)
        let drag2 = Drag(c2, s2, middleX - turn1x - 0.5 * turn2x, middleY - turn1y - 0.5 * turn2y, rate2)

        // Drag and centrifugal force on each link.
        let pull0 = Link.mass * (rate0 * rate0)
        let pull1 = Link.mass * (rate1 * rate1)
        let pull2 = Link.mass * (rate2 * rate2)
        let pull0x = pull0 * c0, pull0y = pull0 * s0
        let pull1x = pull1 * c1, pull1y = pull1 * s1
        let force0x = drag0.x + pull0x, force0y = drag0.y + pull0y
        let force1x = drag1.x + 0.5 * (pull0x - pull1x), force1y = drag1.y + 0.5 * (pull0y - pull1y)
        let force2x = drag2.x + 0.5 * (pull0x - pull2 * c2) - pull1x
        let force2y = drag2.y + 0.5 * (pull0y - pull2 * s2) - pull1y
        let forceX = force0x + force1x + force2x
        let forceY = force0y + force1y + force2y

        // Torque on each absolute angle, less what the forward motions take of it.
        let shareX = forceX * (Link.mass / Link.totalMass)
        let shareY = forceY * (Link.mass / Link.totalMass)
        let lever0x = force0x + 0.5 * (force1x + force2x) - 2 * shareX
        let lever0y = force0y + 0.5 * (force1y + force2y) - 2 * shareY
        let lever1x = -0.5 * force1x - force2x + 1.5 * shareX
        let lever1y = -0.5 * force1y - force2y + 1.5 * shareY
        let lever2x = 0.5 * (shareX - force2x)
        let lever2y = 0.5 * (shareY - force2y)
        let load0 = c0 * lever0y - s0 * lever0x + drag0.torque
        let load1 = c1 * lever1y - s1 * lever1x + drag1.torque
        let load2 = c2 * lever2y - s2 * lever2x + drag2.torque
        let torqueJoint2 = load2 + torque2
        let torqueJoint1 = load1 + load2 + torque1
        let torqueHeading = load0 + load1 + load2

        // Inertia of the absolute angles without the forward motions: Iδ + κ cos(difference of angles).
        let i01 = Link.coupling(-0.75, 2 * -1.5) * (c0 * c1 + s0 * s1)
        let i02 = Link.coupling(-0.25, 2 * -0.5) * (c0 * c2 + s0 * s2)
        let i12 = Link.coupling(0.5, 1.5 * 0.5) * (c1 * c2 + s1 * s2)
        let i00 = Link.inertia + Link.coupling(1.5, 2 * 2)
        let i11 = Link.inertia + Link.coupling(1.25, 1.5 * 1.5)
        let i22 = Link.inertia + Link.coupling(0.25, 0.5 * 0.5)
        // The same for heading and joint angles, each the sum of the absolute ones from its link on.
        let m22 = i22
        let m12 = i12 + i22
        let m02 = i02 + m12
        let m11 = i11 + i12 + m12
        let m01 = i01 + i02 + m11
        let m00 = i00 + i01 + i02 + m01 + Link.armature

        let inverse = 1 / m00
        let share1 = m01 * inverse
        let share2 = m02 * inverse
        let inertia11: Number = m11 + Link.armature - m01 * share1
        let inertia22 = Number(m22 + Link.armature) - m02 * share2
        let pair = LimitedPair<Number>(
            inertia11: inertia11, inertia12: m12 - m01 * share2, inertia22: inertia22,
            force1: torqueJoint1 - share1 * torqueHeading, force2: torqueJoint2 - share2 * torqueHeading)
        var (joint1, joint2) = pair.free
        for lane in 0..<Number.laneCount {
            let place1 = position.joint1.lane(lane), place2 = position.joint2.lane(lane)
            guard Link.limit1.isViolated(at: place1) || Link.limit2.isViolated(at: place2) else { continue }
            let (held1, held2) = pair.lane(lane).resolved(
                Link.limit1.demand(position: place1, velocity: velocity.joint1.lane(lane)),
                Link.limit2.demand(position: place2, velocity: velocity.joint2.lane(lane)))
            joint1.setLane(lane, to: held1)
            joint2.setLane(lane, to: held2)
        }
        let heading = (torqueHeading - m01 * joint1 - m02 * joint2) * inverse

        // The forward motions follow from the angles'.
        let spin0: Number = (2 * Link.mass) * heading
        let spin1: Number = (1.5 * Link.mass) * (heading + joint1)
        let spin2: Number = (0.5 * Link.mass) * (heading + joint1 + joint2)
        let forwardX: Number = forceX + s0 * spin0 - s1 * spin1 - s2 * spin2
        let forwardY: Number = forceY - c0 * spin0 + c1 * spin1 + c2 * spin2
        return Coordinates(
            x: Link.inverseMass * forwardX, y: Link.inverseMass * forwardY, heading: heading, joint1: joint1,
            joint2: joint2)
    }

    /// What the fluid does to one link: MuJoCo's model of a box with the link's inertia.
    private struct Drag {
        let x: Number
        let y: Number
        let torque: Number

        /// The link points along (`cosine`, `sine`), its centre moves at the velocity, and it turns at `rate`.
        @inline(__always)
        init(_ cosine: Number, _ sine: Number, _ velocityX: Number, _ velocityY: Number, _ rate: Number) {
            let density = 4000.0, viscosity = 0.1
            let length = 1.1362476946200646, width = 0.1711552442873394
            let diameter = (length + 2 * width) / 3
            let linear = 3 * Double.pi * diameter * viscosity
            let lengthways: Double = 0.5 * density * width * width
            let crossways: Double = 0.5 * density * length * width
            let along = velocityX * cosine + velocityY * sine
            let across = velocityY * cosine - velocityX * sine
            let forceAlong = (linear + lengthways * along.magnitude).negated * along
            let forceAcross = (linear + crossways * across.magnitude).negated * across
            x = forceAlong * cosine - forceAcross * sine
            y = forceAlong * sine + forceAcross * cosine
            let fourthPowers = length * length * length * length + width * width * width * width
            let turning: Double = Double.pi * diameter * diameter * diameter * viscosity
            let spinning: Double = density * width * fourthPowers / 64
            torque = (turning + spinning * rate.magnitude).negated * rate
        }
    }
}

/// What a link is like, and its joints' stops.
private enum Link {
    /// Mass of a link, and its moment of inertia about the axis across the plane.
    static let mass = 35.604716740684324
    static let inertia = 3.9175660390264717
    /// Mass of all, with MuJoCo's armature of 0.1 on each motion.
    static let totalMass = 3 * mass + armature
    static let inverseMass = 1 / totalMass
    static let armature = 0.1

    static let limit1 = JointLimit(
        bound: 1.7453292519943295, timeConstant: 0.02, inverseInertia: 0.38529334162134676)
    static let limit2 = JointLimit(
        bound: 1.7453292519943295, timeConstant: 0.02, inverseInertia: 0.3933336741383495)

    /// κ for two links: what both move together (Σ cⱼ cₖ), less what the forward motions take (Σ cⱼ · Σ cₖ).
    @inline(__always)
    static func coupling(_ together: Double, _ forward: Double) -> Double {
        mass * together - mass * mass / totalMass * forward
    }
}
