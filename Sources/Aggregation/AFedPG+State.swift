import Bounded

extension AFedPG {
    /// How many numbers `write(state:)` needs beside the parameters and the direction.
    public var stateCount: Int { normGuard.stateCount + 2 }

    /// Writes what has to survive a restart beside the parameters, the direction and the version.
    public func write(state: UnsafeMutableBufferPointer<Double>) {
        precondition(state.count == stateCount, "a state of another size")
        state[0] = lookaheadFactor
        state[1] = hasMomentum ? 1 : 0
        normGuard.write(state: UnsafeMutableBufferPointer(rebasing: state[2...]))
    }

    /// Continues where a snapshot was taken, bit for bit.
    ///
    /// - Parameter state: what `write(state:)` wrote; nil for a snapshot from elsewhere, of which only the policy and
    ///   the momentum are known: θ̃ is then θ until the next gradient. Of a snapshot of another rule, whose state
    ///   begins with a negative number, only the policy is taken.
    /// - Returns: false, and nothing that can be relied on, when the snapshot has another size or cannot be one.
    public mutating func restore(
        parameters storedParameters: UnsafeBufferPointer<Double>,
        direction storedDirection: UnsafeBufferPointer<Double>,
        state: UnsafeBufferPointer<Double>?, version storedVersion: PolicyVersion
    ) -> Bool {
        guard storedParameters.count == parameterCount, storedDirection.count == parameterCount else { return false }
        for index in 0..<parameterCount
        where !(storedParameters[index].isFinite && storedDirection[index].isFinite) { return false }
        var keepsDirection = true
        if let state {
            guard state.count >= 2, state[0].isFinite else { return false }
            keepsDirection = state[0] >= 0
        }
        if let state, keepsDirection {
            // Another clip was configured since: its window starts empty.
            if state.count == stateCount {
                guard normGuard.restore(state: UnsafeBufferPointer(rebasing: state[2...])) else { return false }
            }
            lookaheadFactor = state[0]
            hasMomentum = state[1] != 0
        } else {
            lookaheadFactor = 0
            hasMomentum = keepsDirection || settings.momentumStart == .zero
        }
        for index in 0..<parameterCount {
            parameters[index] = storedParameters[index]
            direction[index] = keepsDirection ? storedDirection[index] : 0
            lookahead[index] = parameters[index] + lookaheadFactor * direction[index]
        }
        version = storedVersion
        return true
    }
}
