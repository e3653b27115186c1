extension RobustCombiner {
    typealias Lanes = SIMD8<Double>

    /// Median, trimmed mean or mean around the median of each coordinate.
    ///
    /// Eight coordinates at a time are copied into the scratch memory, one in a lane, and sorted together.
    func combineCoordinates(into result: UnsafeMutableBufferPointer<Double>, adversaries: Int) {
        forEachSortedBlock { first, width, sorted in
            switch settings.combination {
            case .trimmedMean:
                var sum = Lanes.zero
                for place in adversaries..<count - adversaries { sum += sorted[place] }
                sum /= Double(count - 2 * adversaries)
                for lane in 0..<width { result[first + lane] = sum[lane] }
            case .meanAroundMedian:
                for lane in 0..<width {
                    result[first + lane] = Self.meanAroundMedian(sorted, lane, count, dropping: adversaries)
                }
            default:
                let median = Self.median(sorted, count)
                for lane in 0..<width { result[first + lane] = median[lane] }
            }
        }
    }

    /// Writes the median of each coordinate.
    func writeMedian(into result: UnsafeMutableBufferPointer<Double>) {
        forEachSortedBlock { first, width, sorted in
            let median = Self.median(sorted, count)
            for lane in 0..<width { result[first + lane] = median[lane] }
        }
    }

    private func forEachSortedBlock(_ body: (Int, Int, UnsafeMutablePointer<Lanes>) -> Void) {
        guard let memory = scratch.baseAddress else { return }
        let block = UnsafeMutableRawPointer(memory).assumingMemoryBound(to: Lanes.self)
        var first = 0
        while first < parameterCount {
            let width = min(8, parameterCount - first)
            for index in 0..<count {
                let source = row(index) + first
                if width == 8 {
                    block[index] = UnsafeRawPointer(source).loadUnaligned(as: Lanes.self)
                } else {
                    var lanes = Lanes.zero
                    for lane in 0..<width { lanes[lane] = source[lane] }
                    block[index] = lanes
                }
            }
            Self.sort(block, count)
            body(first, width, block)
            first += 8
        }
    }

    /// Sorts each lane, smallest first.
    ///
    /// **Source:** Batcher's merge exchange, algorithm M of Knuth, The Art of Computer Programming, volume 3, 5.2.2.
    static func sort(_ values: UnsafeMutablePointer<Lanes>, _ count: Int) {
        guard count > 1 else { return }
        var top = 1
        while top * 2 < count { top *= 2 }
        var stride = top
        while stride > 0 {
            var span = top
            var remainder = 0
            var distance = stride
            while true {
                for index in 0..<count - distance where index & stride == remainder {
                    let (low, high) = (values[index], values[index + distance])
                    let isWrong = high .< low
                    values[index] = low.replacing(with: high, where: isWrong)
                    values[index + distance] = high.replacing(with: low, where: isWrong)
                }
                if span == stride { break }
                distance = span - stride
                span /= 2
                remainder = stride
            }
            stride /= 2
        }
    }

    private static func median(_ sorted: UnsafeMutablePointer<Lanes>, _ count: Int) -> Lanes {
        let middle = count / 2
        return count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) * 0.5
    }

    /// In sorted order the values nearest to the median are neighbours: what is farther away goes, from either end.
    private static func meanAroundMedian(
        _ sorted: UnsafeMutablePointer<Lanes>, _ lane: Int, _ count: Int, dropping dropped: Int
    ) -> Double {
        let median = median(sorted, count)[lane]
        var low = 0
        var high = count - 1
        for _ in 0..<dropped {
            if median - sorted[low][lane] > sorted[high][lane] - median { low += 1 } else { high -= 1 }
        }
        var sum = 0.0
        for place in low...high { sum += sorted[place][lane] }
        return sum / Double(high - low + 1)
    }
}
