import Bounded

// Checks of what goes in and comes out. They are mutating though they change nothing: for a call that is not, the
// compiler copies the whole instance, a kilobyte and more.

extension EnvironmentInstance {
    mutating func checkCount(_ found: Int, _ expected: Int, _ what: StaticString) throws(EnvironmentError) {
        guard found == expected else {
            throw .wrongCount(task: description.name, what: what, found: found, expected: expected)
        }
    }

    mutating func check(action: UnsafeBufferPointer<Double>) throws(EnvironmentError) {
        try checkCount(action.count, description.actionNumbers, "an action")
        let isUsable =
            description.isDiscrete
            ? action[0] >= 0 && action[0] < Double(description.actionCount) && action[0] == action[0].rounded(.down)
            : Self.areFinite(action)
        guard isUsable else { throw .outOfRange(task: description.name, what: "action") }
    }

    mutating func checkFinite(_ observation: UnsafeMutableBufferPointer<Double>) throws(EnvironmentError) {
        guard Self.areFinite(UnsafeBufferPointer(observation)) else {
            throw .notFinite(task: description.name, what: "observation")
        }
    }

    static func areFinite(_ numbers: UnsafeBufferPointer<Double>) -> Bool {
        // Zero times a finite number is zero; times anything else it is not a number.
        var sum = 0.0
        for number in numbers { sum += number * 0 }
        return sum == 0
    }
}
