/// What the command line asks for.
struct Options {
    var isToy = false
    var seed: UInt64 = 1
    var repetitions = 101

    /// Nil, with a message, when an argument is not understood.
    init?(_ arguments: [String]) {
        var rest = arguments.dropFirst()
        while let argument = rest.popFirst() {
            switch argument {
            case "--toy":
                isToy = true
                repetitions = 5
            case "--seed":
                guard let text = rest.popFirst(), let number = UInt64(text) else { return nil }
                seed = number
            case "--repetitions":
                guard let text = rest.popFirst(), let number = Int(text), number > 0 else { return nil }
                repetitions = number
            default: return nil
            }
        }
    }
}
