import Foundation

/// What a benchmark's command line asks for: `--toy`, `--seed N`, `--repetitions N`, and texts that it needs.
public struct BenchmarkOptions {
    /// Whether only to show that the benchmark works.
    public private(set) var isToy = false
    /// What everything random follows from.
    public private(set) var seed: UInt64 = 1
    /// How often what is measured is measured.
    public private(set) var repetitions: Int
    private var texts: [String: String] = [:]

    /// Reads the command line; ends the program with code 64 and the usage when it is not understood.
    ///
    /// Each of `needed` is a flag with a text, and must be given.
    public static func parsed(
        program: String, repetitions: Int, toyRepetitions: Int, needed: [String] = []
    ) -> BenchmarkOptions {
        if let options = BenchmarkOptions(CommandLine.arguments, repetitions, toyRepetitions, needed) { return options }
        let flags = needed.map { "--\($0) TEXT " }.joined()
        let usage = "usage: \(program) \(flags)[--toy] [--seed N] [--repetitions N]\n"
        FileHandle.standardError.write(Data(usage.utf8))
        exit(64)
    }

    private init?(_ arguments: [String], _ repetitions: Int, _ toyRepetitions: Int, _ needed: [String]) {
        self.repetitions = arguments.contains("--toy") ? toyRepetitions : repetitions
        var rest = arguments.dropFirst()
        while let argument = rest.popFirst() {
            if argument == "--toy" {
                isToy = true
                continue
            }
            guard argument.hasPrefix("--"), let text = rest.popFirst() else { return nil }
            switch String(argument.dropFirst(2)) {
            case "seed":
                guard let number = UInt64(text) else { return nil }
                seed = number
            case "repetitions":
                guard let number = Int(text), number > 0 else { return nil }
                self.repetitions = number
            case let name where needed.contains(name): texts[name] = text
            default: return nil
            }
        }
        guard needed.allSatisfy({ texts[$0]?.isEmpty == false }) else { return nil }
    }

    /// What was given for a flag that the benchmark needs.
    public subscript(name: String) -> String { texts[name] ?? "" }
}
