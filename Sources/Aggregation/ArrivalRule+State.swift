import Bounded

extension ArrivalRule {
    /// What tells this rule's state from that of AFedPG, which begins with a number that is not negative.
    private var mark: Double { settings.scaling == .rmsProp ? -2 : -1 }

    /// How many numbers `write(state:)` needs beside the parameters and the accumulator.
    public var stateCount: Int { normGuard.stateCount + 2 }

    /// Writes what has to survive a restart beside the parameters, the accumulator and the version.
    public func write(state: UnsafeMutableBufferPointer<Double>) {
        precondition(state.count == stateCount, "a state of another size")
        state[0] = mark
        state[1] = Double(bufferedCount)
        normGuard.write(state: UnsafeMutableBufferPointer(rebasing: state[2...]))
    }

    /// Continues where a snapshot was taken, bit for bit.
    ///
    /// Of a snapshot that another rule wrote, or that has no state, the policy is taken and nothing else. A buffer that
    /// was configured longer before is kept, and steps with the next arrival.
    /// - Returns: false, and nothing that can be relied on, when the snapshot has another size or cannot be one.
    public mutating func restore(
        parameters storedParameters: UnsafeBufferPointer<Double>, accumulator stored: UnsafeBufferPointer<Double>,
        state: UnsafeBufferPointer<Double>?, version storedVersion: PolicyVersion
    ) -> Bool {
        guard storedParameters.count == parameters.count, stored.count == parameters.count else { return false }
        for index in 0..<parameters.count
        where !(storedParameters[index].isFinite && stored[index].isFinite) { return false }
        bufferedCount = 0
        let isOwn = state.map { $0.count >= 2 && $0[0] == mark } ?? false
        if isOwn, let state {
            guard let count = Int(exactly: state[1]), (0..<ArrivalRuleSettings.maximumBuffer).contains(count) else {
                return false
            }
            bufferedCount = min(count, settings.bufferLength - 1)
            // Another clip was configured since: its window starts empty.
            if state.count == stateCount {
                guard normGuard.restore(state: UnsafeBufferPointer(rebasing: state[2...])) else { return false }
            }
        }
        for index in 0..<parameters.count {
            parameters[index] = storedParameters[index]
            let value = isOwn ? stored[index] : 0
            guard settings.scaling == .plain || value >= 0 else { return false }
            accumulator[index] = value
        }
        version = storedVersion
        return true
    }
}
