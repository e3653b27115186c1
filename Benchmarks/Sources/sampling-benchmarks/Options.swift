/// What the command line asks for.
struct Options {
    static let usage = """
        usage: sampling-benchmarks --plugin liblapwing-mujoco.so --models DIRECTORY [--toy] [--seed N] [--rounds N]
        """

    var plugin = ""
    var models = ""
    var seed: UInt64 = 1
    var rounds = 60
    var batchSteps = 1_000

    /// Nil when an argument is not understood, or a required one is missing.
    init?(_ arguments: [String]) {
        var rest = arguments.dropFirst()
        while let argument = rest.popFirst() {
            switch argument {
            case "--toy":
                rounds = 3
                batchSteps = 50
            case "--plugin":
                guard let text = rest.popFirst() else { return nil }
                plugin = text
            case "--models":
                guard let text = rest.popFirst() else { return nil }
                models = text
            case "--seed":
                guard let text = rest.popFirst(), let number = UInt64(text) else { return nil }
                seed = number
            case "--rounds":
                guard let text = rest.popFirst(), let number = Int(text), number > 0 else { return nil }
                rounds = number
            default: return nil
            }
        }
        guard !plugin.isEmpty, !models.isEmpty else { return nil }
    }
}
