import CSystem

extension RobustCombiner {
    /// Finds the squared distance of every two gradients.
    func measureDistances() {
        for left in 0..<count {
            distances[left * capacity + left] = 0
            for right in left + 1..<max(count, left + 1) {
                let squared = VectorKernels.squaredDistance(row(left), row(right), parameterCount)
                distances[left * capacity + right] = squared
                distances[right * capacity + left] = squared
            }
        }
    }

    /// The squared distance of gradients `left` and `right`, as `measureDistances` found it.
    func squaredDistance(_ left: Int, _ right: Int) -> Double { distances[left * capacity + right] }

    /// Puts the gradients into `order` by `key`, smallest first; equals in the order that they have.
    func sortOrder(by key: (Int) -> Double) {
        for index in 0..<count {
            let number = key(index)
            var place = index
            while place > 0, key(order[place - 1]) > number {
                order[place] = order[place - 1]
                place -= 1
            }
            order[place] = index
        }
    }

    /// The mean of the first `number` gradients in `order`.
    func writeMeanOfOrder(_ number: Int, into result: UnsafeMutableBufferPointer<Double>) {
        result.update(repeating: 0)
        for place in 0..<number { VectorKernels.add(row(order[place]), to: result) }
        let weight = 1 / Double(number)
        for index in 0..<result.count { result[index] *= weight }
    }

    /// The mean of the first `number` gradients.
    func writeMean(of number: Int, into result: UnsafeMutableBufferPointer<Double>) {
        for index in 0..<number { order[index] = index }
        writeMeanOfOrder(number, into: result)
    }

    /// Krum, or the mean of Multi-Krum's best.
    func selectByKrum(into result: UnsafeMutableBufferPointer<Double>, adversaries: Int) {
        let neighbours = count - adversaries - 2
        for index in 0..<count {
            sortOrder { squaredDistance(index, $0) }
            // Itself, at distance 0, takes one of the places; which of its equals makes no difference.
            var sum = 0.0
            for place in 0...neighbours { sum += squaredDistance(index, order[place]) }
            scratch[index] = sum
        }
        sortOrder { scratch[$0] }
        var selected = 1
        if settings.combination == .multiKrum {
            selected = settings.krumSelected > 0 ? min(settings.krumSelected, count) : count - adversaries
        }
        writeMeanOfOrder(selected, into: result)
    }

    /// FedPG-BR's rule R1, and R2 when R1 leaves fewer than n − f; false when that leaves none either.
    func filter(into result: UnsafeMutableBufferPointer<Double>, adversaries: Int) -> Bool {
        let variance = 2 * log(2 * Double(count) / settings.filterFailure)
        let radius = 2 * settings.filterDeviation
        var found = gather(within: radius * (variance / Double(settings.filterTrajectories)).squareRoot())
        if found < max(count - adversaries, 1) { found = gather(within: radius) }
        guard found > 0 else { return false }
        writeMeanOfOrder(found, into: result)
        return true
    }

    /// Puts the gradients that are near the one in the middle of the majority into `order`, and counts them.
    private func gather(within radius: Double) -> Int {
        let limit = radius * radius
        var crowd = 0
        for index in 0..<count {
            var near = 0
            for other in 0..<count where squaredDistance(index, other) <= limit { near += 1 }
            guard 2 * near > count else { continue }
            order[crowd] = index
            crowd += 1
        }
        guard crowd > 0 else { return 0 }
        // The one nearest to the crowd's mean is the one with the least sum of squared distances to the crowd.
        var (middle, least) = (order[0], Double.infinity)
        for place in 0..<crowd {
            var sum = 0.0
            for other in 0..<crowd { sum += squaredDistance(order[place], order[other]) }
            if sum < least { (middle, least) = (order[place], sum) }
        }
        var found = 0
        for index in 0..<count where squaredDistance(index, middle) <= limit {
            order[found] = index
            found += 1
        }
        return found
    }
}
