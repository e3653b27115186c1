extension CriticMerge {
    /// What a stored critic begins with: no other part of a gateway's state has such a number.
    private static let mark = -8.3_827_417_310_566e+60
    private static let headerCount = 5

    /// How many numbers `write(state:)` needs; none without a critic.
    public var stateCount: Int { parameters.count == 0 ? 0 : Self.headerCount + parameters.count }

    /// Writes what has to survive a restart: not the open round, whose agents send their changes again.
    public func write(state: UnsafeMutableBufferPointer<Double>) {
        precondition(state.count == stateCount, "a state of another size")
        guard stateCount > 0 else { return }
        state[0] = Self.mark
        state[1] = Double(parameters.count)
        state[2] = targets.count
        state[3] = targets.mean
        state[4] = targets.squaredDeviations
        for index in 0..<parameters.count { state[Self.headerCount + index] = parameters[index] }
    }

    /// Continues with the critic somewhere in `state`, bit for bit; false, and nothing changed, when there is none of
    /// this size: it was not shared before, or had other layers.
    public mutating func restore(from state: UnsafeBufferPointer<Double>) -> Bool {
        guard stateCount > 0, state.count >= stateCount else { return false }
        for start in 0...(state.count - stateCount)
        where state[start] == Self.mark && state[start + 1] == Double(parameters.count) {
            let moments = TargetMoments(
                count: state[start + 2], mean: state[start + 3], squaredDeviations: state[start + 4])
            guard moments.count >= 0, moments.mean.isFinite, moments.squaredDeviations >= 0 else { return false }
            let stored = state[(start + Self.headerCount)..<(start + stateCount)]
            for number in stored where !number.isFinite { return false }
            for (index, number) in stored.enumerated() { parameters[index] = number }
            abandonRound()
            resume(moments)
            return true
        }
        return false
    }
}
