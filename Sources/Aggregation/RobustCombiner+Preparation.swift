import Bounded

extension RobustCombiner {
    /// ARC: the longest gradients are shortened to the length of the next.
    func clipLargest(adversaries: Int) {
        let clipped = 2 * adversaries * (count - adversaries) / count
        guard clipped > 0, clipped < count else { return }
        for index in 0..<count {
            scratch[index] = VectorKernels.squaredNorm(
                UnsafeBufferPointer(start: row(index), count: parameterCount))
        }
        sortOrder { -scratch[$0] }
        let limit = scratch[order[clipped]]
        for place in 0..<clipped {
            let index = order[place]
            guard scratch[index] > limit else { continue }
            let scale = (limit / scratch[index]).squareRoot()
            let values = row(index)
            for element in 0..<parameterCount { values[element] *= scale }
        }
    }

    /// Bucketing: the means of random groups take the place of the gradients. The last group may be smaller.
    ///
    /// The draw depends on `round` and on nothing else.
    mutating func fillBuckets(round: UInt64) {
        var generator = RandomGenerator(seed: 0x6275_636b_6574, stream: round)
        for index in 0..<count { order[index] = index }
        for index in stride(from: count - 1, to: 0, by: -1) { order.swapAt(index, generator.below(index + 1)) }
        let size = settings.bucketSize
        let buckets = (count + size - 1) / size
        // By coordinate, since a group's mean takes a place that another group has yet to be read from.
        for element in 0..<parameterCount {
            for bucket in 0..<buckets {
                let members = bucket * size..<min((bucket + 1) * size, count)
                var sum = 0.0
                for place in members { sum += row(order[place])[element] }
                scratch[bucket] = sum / Double(members.count)
            }
            for bucket in 0..<buckets { row(bucket)[element] = scratch[bucket] }
        }
        count = buckets
    }

    /// NNM: the mean of its n − f nearest takes the place of each gradient.
    ///
    /// **Complexity:** as many passes over the table as there are gradients.
    func mixNearest(adversaries: Int) {
        let nearest = max(count - adversaries, 1)
        // Which are mixed into a gradient: its row of distances becomes a row of weights.
        for index in 0..<count {
            sortOrder { squaredDistance(index, $0) }
            for place in 0..<count {
                scratch[order[place]] = place < nearest ? 1 / Double(nearest) : 0
            }
            for other in 0..<count { distances[index * capacity + other] = scratch[other] }
        }
        for element in 0..<parameterCount {
            for index in 0..<count {
                var sum = 0.0
                for other in 0..<count { sum += distances[index * capacity + other] * row(other)[element] }
                scratch[index] = sum
            }
            for index in 0..<count { row(index)[element] = scratch[index] }
        }
    }
}
