import Bounded

/// The loops of the server rules: eight sums side by side, always in the same order, so that every build mode and
/// machine finds the same bits.
enum VectorKernels {
    typealias Lanes = SIMD8<Double>

    /// The sum of squares of `vector`, in double precision; not finite exactly when an element is not.
    ///
    /// The square of the largest `Float` is 10⁷⁷, so a sum of finite squares cannot overflow.
    static func squaredNorm(_ vector: Vector) -> Double {
        let values = vector.base
        let vectorised = vector.count & ~7
        var sums = Lanes.zero
        var index = 0
        while index < vectorised {
            let lanes = widened(values + index)
            sums += lanes * lanes
            index += 8
        }
        var sum = total(sums)
        while index < vector.count {
            let value = Double(values[index])
            sum += value * value
            index += 1
        }
        return sum
    }

    /// d ← `keeping` · d + `weight` · g; returns the square of the new norm.
    static func blend(
        into direction: UnsafeMutableBufferPointer<Double>, keeping: Double, _ gradient: Vector, weight: Double
    ) -> Double {
        guard let d = direction.baseAddress else { return 0 }
        let g = gradient.base
        let vectorised = direction.count & ~7
        var sums = Lanes.zero
        var index = 0
        while index < vectorised {
            let lanes = load(d + index) * keeping + widened(g + index) * weight
            store(lanes, d + index)
            sums += lanes * lanes
            index += 8
        }
        var sum = total(sums)
        while index < direction.count {
            let value = d[index] * keeping + Double(g[index]) * weight
            d[index] = value
            sum += value * value
            index += 1
        }
        return sum
    }

    /// The sum of squares of `values`, for recorded arrivals: plain, in order.
    static func squaredNorm(_ values: UnsafeBufferPointer<Double>) -> Double {
        var sum = 0.0
        for value in values { sum += value * value }
        return sum
    }

    /// d ← `keeping` · d + `weight` · g, for recorded arrivals; returns the square of the new norm.
    static func blend(
        into direction: UnsafeMutableBufferPointer<Double>, keeping: Double, _ gradient: UnsafeBufferPointer<Double>,
        weight: Double
    ) -> Double {
        var sum = 0.0
        for index in 0..<direction.count {
            let value = direction[index] * keeping + gradient[index] * weight
            direction[index] = value
            sum += value * value
        }
        return sum
    }

    /// θ ← θ + `factor` · d, θ̃ ← θ + `aheadFactor` · d.
    static func step(
        _ parameters: UnsafeMutableBufferPointer<Double>, _ lookahead: UnsafeMutableBufferPointer<Double>,
        along direction: UnsafeMutableBufferPointer<Double>, by factor: Double, ahead aheadFactor: Double
    ) {
        guard let theta = parameters.baseAddress, let ahead = lookahead.baseAddress, let d = direction.baseAddress
        else { return }
        let vectorised = direction.count & ~7
        var index = 0
        while index < vectorised {
            let lanes = load(d + index)
            let moved = load(theta + index) + lanes * factor
            store(moved, theta + index)
            store(moved + lanes * aheadFactor, ahead + index)
            index += 8
        }
        while index < direction.count {
            theta[index] += d[index] * factor
            ahead[index] = theta[index] + d[index] * aheadFactor
            index += 1
        }
    }

    /// θ ← θ + `factor` · b.
    static func add(
        _ addend: UnsafeMutableBufferPointer<Double>, times factor: Double,
        to parameters: UnsafeMutableBufferPointer<Double>
    ) {
        guard let theta = parameters.baseAddress, let b = addend.baseAddress else { return }
        let vectorised = addend.count & ~7
        var index = 0
        while index < vectorised {
            store(load(theta + index) + load(b + index) * factor, theta + index)
            index += 8
        }
        while index < addend.count {
            theta[index] += b[index] * factor
            index += 1
        }
    }

    @inline(__always)
    private static func load(_ source: UnsafeMutablePointer<Double>) -> Lanes {
        UnsafeRawPointer(source).loadUnaligned(as: Lanes.self)
    }

    @inline(__always)
    private static func store(_ lanes: Lanes, _ target: UnsafeMutablePointer<Double>) {
        UnsafeMutableRawPointer(target).storeBytes(of: lanes, as: Lanes.self)
    }

    @inline(__always)
    private static func widened(_ source: UnsafeMutablePointer<Float>) -> Lanes {
        Lanes(
            Double(source[0]), Double(source[1]), Double(source[2]), Double(source[3]),
            Double(source[4]), Double(source[5]), Double(source[6]), Double(source[7]))
    }

    @inline(__always)
    private static func total(_ sums: Lanes) -> Double {
        ((sums[0] + sums[4]) + (sums[2] + sums[6])) + ((sums[1] + sums[5]) + (sums[3] + sums[7]))
    }
}
