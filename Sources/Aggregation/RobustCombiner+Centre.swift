extension RobustCombiner {
    /// Weiszfeld's iteration from the coordinates' median.
    func findGeometricMedian(into result: UnsafeMutableBufferPointer<Double>) {
        writeMedian(into: result)
        for _ in 0..<settings.weiszfeldIterations {
            var sum = 0.0
            for index in 0..<count {
                scratch[index] = 1 / max(distance(of: index, from: result), settings.weiszfeldSmoothing)
                sum += scratch[index]
            }
            result.update(repeating: 0)
            for index in 0..<count { VectorKernels.add(row(index), to: result, weight: scratch[index] / sum) }
        }
    }

    /// Clips the differences from the centre, and moves it by their mean.
    func clipAroundCentre(into result: UnsafeMutableBufferPointer<Double>) {
        for _ in 0..<settings.clippingIterations {
            for index in 0..<count { scratch[index] = distance(of: index, from: centre) }
            let radius = settings.clippingRadius > 0 ? settings.clippingRadius : medianOfScratch()
            result.update(repeating: 0)
            // v + Σ wᵢ (xᵢ − v) with wᵢ = min(1, τ/‖xᵢ − v‖) / n.
            var kept = 1.0
            for index in 0..<count {
                let weight = (scratch[index] > radius ? radius / scratch[index] : 1) / Double(count)
                VectorKernels.add(row(index), to: result, weight: weight)
                kept -= weight
            }
            for index in 0..<parameterCount { centre[index] = centre[index] * kept + result[index] }
        }
        for index in 0..<parameterCount { result[index] = centre[index] }
    }

    private func distance(of index: Int, from point: UnsafeMutableBufferPointer<Double>) -> Double {
        guard let point = point.baseAddress else { return 0 }
        return VectorKernels.squaredDistance(row(index), point, parameterCount).squareRoot()
    }

    /// The median of the first `count` scratch numbers, which stay where they are.
    private func medianOfScratch() -> Double {
        sortOrder { scratch[$0] }
        let middle = count / 2
        return count % 2 == 1
            ? scratch[order[middle]] : (scratch[order[middle - 1]] + scratch[order[middle]]) / 2
    }

    /// How many numbers `write(state:)` needs.
    public var stateCount: Int { centre.count }

    /// Writes what has to survive a restart: the last aggregate of centred clipping.
    public func write(state: UnsafeMutableBufferPointer<Double>) {
        precondition(state.count == stateCount, "a state of another rule")
        for index in 0..<centre.count { state[index] = centre[index] }
    }

    /// Takes back what `write(state:)` wrote, without gradients; false, and nothing changed, when it cannot have.
    public mutating func restore(state: UnsafeBufferPointer<Double>) -> Bool {
        guard state.count == stateCount else { return false }
        for index in 0..<state.count where !state[index].isFinite { return false }
        count = 0
        for index in 0..<centre.count { centre[index] = state[index] }
        return true
    }
}
