/// What equations of motion reckon with: a number of one mechanism, or the numbers of two in the lanes of a vector.
///
/// One mechanism's equations are one long chain, in which most of a processor waits; two side by side take little more
/// than one. Each lane is rounded as the one number is, so that both ways give the same result, to the bit.
protocol MotionNumber: BitwiseCopyable, Sendable {
    /// How many mechanisms there are.
    static var laneCount: Int { get }
    /// The same number for each of them.
    init(_ value: Double)
    func lane(_ index: Int) -> Double
    mutating func setLane(_ index: Int, to value: Double)

    static func + (left: Self, right: Self) -> Self
    static func + (left: Double, right: Self) -> Self
    static func + (left: Self, right: Double) -> Self
    static func - (left: Self, right: Self) -> Self
    static func * (left: Self, right: Self) -> Self
    static func * (left: Double, right: Self) -> Self
    static func * (left: Self, right: Double) -> Self
    static func / (left: Double, right: Self) -> Self
    /// With its sign turned, zero's too.
    var negated: Self { get }
    var magnitude: Self { get }
    /// Of three angles. **Units:** rad.
    static func sinesAndCosines(_ first: Self, _ second: Self, _ third: Self) -> (sines: Three, cosines: Three)
}

extension MotionNumber {
    typealias Three = (Self, Self, Self)
}

extension Double: MotionNumber {
    @inline(__always) static var laneCount: Int { 1 }
    @inline(__always) func lane(_ index: Int) -> Double { self }
    @inline(__always) mutating func setLane(_ index: Int, to value: Double) { self = value }
    @inline(__always) var negated: Double { -self }

    @inline(__always)
    static func sinesAndCosines(
        _ first: Double, _ second: Double, _ third: Double
    ) -> (sines: Three, cosines: Three) {
        let (sines, cosines) = Environments.sinesAndCosines(SIMD4(first, second, third, 0))
        return ((sines[0], sines[1], sines[2]), (cosines[0], cosines[1], cosines[2]))
    }
}

extension SIMD2<Double>: MotionNumber {
    @inline(__always) static var laneCount: Int { 2 }
    @inline(__always) init(_ value: Double) { self.init(repeating: value) }
    @inline(__always) func lane(_ index: Int) -> Double { self[index] }
    @inline(__always) mutating func setLane(_ index: Int, to value: Double) { self[index] = value }

    @inline(__always) var negated: Self {
        unsafeBitCast(unsafeBitCast(self, to: SIMD2<UInt64>.self) ^ 0x8000_0000_0000_0000, to: Self.self)
    }

    @inline(__always) var magnitude: Self {
        unsafeBitCast(unsafeBitCast(self, to: SIMD2<UInt64>.self) & 0x7fff_ffff_ffff_ffff, to: Self.self)
    }

    @inline(__always)
    static func sinesAndCosines(_ first: Self, _ second: Self, _ third: Self) -> (sines: Three, cosines: Three) {
        let (firstTwo, last) = (SIMD4(lowHalf: first, highHalf: second), SIMD4(lowHalf: third, highHalf: Self()))
        guard canReduce(firstTwo), canReduce(last) else { return sinesAndCosinesLaneByLane(first, second, third) }
        let (sines, cosines) = reducedSinesAndCosines(firstTwo)
        let (lastSines, lastCosines) = reducedSinesAndCosines(last)
        return (
            (sines.lowHalf, sines.highHalf, lastSines.lowHalf), (cosines.lowHalf, cosines.highHalf, lastCosines.lowHalf)
        )
    }

    /// One mechanism's large angles must not change how the other's are rounded.
    @inline(never)
    private static func sinesAndCosinesLaneByLane(
        _ first: Self, _ second: Self, _ third: Self
    ) -> (sines: Three, cosines: Three) {
        let (sines0, cosines0) = Double.sinesAndCosines(first[0], second[0], third[0])
        let (sines1, cosines1) = Double.sinesAndCosines(first[1], second[1], third[1])
        return (
            (Self(sines0.0, sines1.0), Self(sines0.1, sines1.1), Self(sines0.2, sines1.2)),
            (Self(cosines0.0, cosines1.0), Self(cosines0.1, cosines1.1), Self(cosines0.2, cosines1.2))
        )
    }
}
