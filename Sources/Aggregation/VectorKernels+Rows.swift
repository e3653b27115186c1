extension VectorKernels {
    /// ‖a − b‖², eight sums side by side.
    static func squaredDistance(
        _ left: UnsafeMutablePointer<Double>, _ right: UnsafeMutablePointer<Double>, _ count: Int
    ) -> Double {
        let vectorised = count & ~7
        var sums = Lanes.zero
        var index = 0
        while index < vectorised {
            let difference =
                UnsafeRawPointer(left + index).loadUnaligned(as: Lanes.self)
                - UnsafeRawPointer(right + index).loadUnaligned(as: Lanes.self)
            sums += difference * difference
            index += 8
        }
        var sum = ((sums[0] + sums[4]) + (sums[2] + sums[6])) + ((sums[1] + sums[5]) + (sums[3] + sums[7]))
        while index < count {
            let difference = left[index] - right[index]
            sum += difference * difference
            index += 1
        }
        return sum
    }

    /// s ← s + `weight` · x.
    static func add(
        _ values: UnsafeMutablePointer<Double>, to sum: UnsafeMutableBufferPointer<Double>, weight: Double = 1
    ) {
        guard let target = sum.baseAddress else { return }
        let vectorised = sum.count & ~7
        var index = 0
        while index < vectorised {
            let lanes =
                UnsafeRawPointer(target + index).loadUnaligned(as: Lanes.self)
                + UnsafeRawPointer(values + index).loadUnaligned(as: Lanes.self) * weight
            UnsafeMutableRawPointer(target + index).storeBytes(of: lanes, as: Lanes.self)
            index += 8
        }
        while index < sum.count {
            target[index] += values[index] * weight
            index += 1
        }
    }
}
