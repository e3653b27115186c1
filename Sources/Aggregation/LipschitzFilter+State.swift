import Bounded

extension LipschitzFilter {
    /// How many agents `passed` has, whether anything was applied, how long its step was, where `passed` begins; those
    /// agents; the last gradient that passed; the table of agents.
    var stateCount: Int { 4 + passed.count + parameterCount + agents.stateCount }

    func write(state: UnsafeMutableBufferPointer<Double>) {
        precondition(state.count == stateCount, "a state of another size")
        state[0] = Double(passed.count)
        state[1] = hasApplied ? 1 : 0
        state[2] = lastStepLength
        state[3] = Double(nextPassed)
        var place = 4
        for agent in passed {
            state[place] = Double(agent)
            place += 1
        }
        for index in 0..<parameterCount { state[place + index] = hasApplied ? Double(applied.base[index]) : 0 }
        agents.write(state: UnsafeMutableBufferPointer(rebasing: state[(place + parameterCount)...]))
    }

    /// Takes back what `write` wrote; nothing at all when any of it cannot be.
    mutating func restore(state: UnsafeBufferPointer<Double>) {
        guard state.count == stateCount, state[0] == Double(passed.count), state[2] >= 0,
            let next = Int(exactly: state[3]), next >= 0, next < max(passed.count, 1)
        else { return }
        for value in state where !value.isFinite { return }
        for place in 4..<4 + passed.count where Int(exactly: state[place]) == nil { return }
        let vector = 4 + passed.count
        let table = UnsafeBufferPointer(rebasing: state[(vector + parameterCount)...])
        guard agents.restore(state: table) else { return }
        for place in 0..<passed.count { passed[place] = Int(state[4 + place]) }
        nextPassed = next
        hasApplied = state[1] == 1
        lastStepLength = state[2]
        for index in 0..<parameterCount { applied.base[index] = Float(state[vector + index]) }
    }
}

extension LipschitzTable {
    /// Numbers of an agent beside its coefficients.
    private static let rowNumbers = 5

    /// The clock, and a row for each agent.
    var stateCount: Int { 1 + rows.count * (Self.rowNumbers + LipschitzFilter.memory) }

    func write(state: UnsafeMutableBufferPointer<Double>) {
        state[0] = Double(clock)
        var place = 1
        for index in 0..<rows.count {
            let row = rows[index]
            state[place] = Double(row.agent)
            state[place + 1] = Double(row.lastUse)
            state[place + 2] = Double(row.coefficientCount)
            state[place + 3] = Double(row.nextCoefficient)
            state[place + 4] = row.isRefused ? 1 : 0
            place += Self.rowNumbers
            for coefficient in 0..<LipschitzFilter.memory {
                state[place + coefficient] =
                    coefficient < row.coefficientCount ? coefficients[index * LipschitzFilter.memory + coefficient] : 0
            }
            place += LipschitzFilter.memory
        }
    }

    /// Takes back what `write` wrote; false, and nothing changed, when it cannot have.
    mutating func restore(state: UnsafeBufferPointer<Double>) -> Bool {
        let width = Self.rowNumbers + LipschitzFilter.memory
        guard state.count == stateCount, let newest = UInt64(exactly: state[0]) else { return false }
        for index in 0..<rows.count {
            let place = 1 + index * width
            guard Int(exactly: state[place]) != nil, UInt64(exactly: state[place + 1]) != nil,
                let count = Int(exactly: state[place + 2]), (0...LipschitzFilter.memory).contains(count),
                let next = Int(exactly: state[place + 3]), (0..<LipschitzFilter.memory).contains(next)
            else { return false }
        }
        for index in 0..<rows.count {
            let place = 1 + index * width
            var row = Row()
            row.agent = Int(state[place])
            row.lastUse = UInt64(state[place + 1])
            row.coefficientCount = Int(state[place + 2])
            row.nextCoefficient = Int(state[place + 3])
            row.isRefused = state[place + 4] == 1
            rows[index] = row
            let first = index * LipschitzFilter.memory
            for coefficient in 0..<LipschitzFilter.memory {
                coefficients[first + coefficient] = state[place + Self.rowNumbers + coefficient]
            }
        }
        clock = newest
        return true
    }
}
