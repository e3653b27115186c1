/// What the command line asks for.
struct Options {
    static let usage = "usage: simulation-benchmarks --lapwing PROGRAM [--toy] [--seed N] [--rounds N]"

    /// The program whose `simulate` is measured.
    var lapwing = ""
    var seed: UInt64 = 1
    var rounds = 9
    /// Environment steps of a round, of all agents.
    var steps = 480_000
    let agents = 8

    /// Nil when an argument is not understood, or the required one is missing.
    init?(_ arguments: [String]) {
        var rest = arguments.dropFirst()
        while let argument = rest.popFirst() {
            switch argument {
            case "--toy":
                rounds = 2
                steps = 16_000
            case "--lapwing":
                guard let text = rest.popFirst() else { return nil }
                lapwing = text
            case "--seed":
                guard let text = rest.popFirst(), let number = UInt64(text) else { return nil }
                seed = number
            case "--rounds":
                guard let text = rest.popFirst(), let number = Int(text), number > 0 else { return nil }
                rounds = number
            default: return nil
            }
        }
        guard !lapwing.isEmpty else { return nil }
    }
}
