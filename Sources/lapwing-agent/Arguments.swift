import Bounded

/// The command line after the program's name.
struct Arguments {
    private let texts: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
    private let count: Int

    init(_ count: Int32, _ texts: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?) {
        self.count = texts == nil ? 0 : Int(count)
        self.texts = texts
    }

    /// The `index`-th argument; nil beyond the last. The program's name is not one.
    subscript(index: Int) -> FixedText? {
        guard index >= 0, index + 1 < count, let text = texts?[index + 1] else { return nil }
        return FixedText(cString: text)
    }

    /// The `index`-th argument if it is no option: a path that may be given in place of `--config`.
    func path(at index: Int) -> FixedText? {
        guard let argument = self[index], !argument.isEmpty, argument[0] != 0x2d else { return nil }
        return argument
    }

    /// Whether `flag` is among the arguments from `start` on, and is not the value of an option.
    func contains(_ flag: StaticString, from start: Int, options: Options) -> Bool {
        var index = start
        while let argument = self[index] {
            if argument == flag { return true }
            index += options.takesValue(argument) ? 2 : 1
        }
        return false
    }

    /// The `occurrence`-th value of `option`, counted from 0; nil when it is not there.
    func value(of option: StaticString, from start: Int, occurrence: Int = 0, options: Options) -> FixedText? {
        var index = start
        var seen = 0
        while let argument = self[index] {
            if argument == option {
                if seen == occurrence { return self[index + 1] }
                seen += 1
            }
            index += options.takesValue(argument) ? 2 : 1
        }
        return nil
    }

    /// Refuses whatever a command does not know.
    func check(from start: Int, options: Options) throws(Failure) {
        var index = start
        while let argument = self[index] {
            if options.takesValue(argument) {
                guard let value = self[index + 1] else {
                    throw Failure.usage(argument, " needs a value")
                }
                if argument == "--format", !(value == "json"), !(value == "text") {
                    throw Failure.usage(value, " is no format: text or json")
                }
                guard !value.wasCut else { throw Failure.usage(argument, " has a value above 255 bytes") }
                index += 2
            } else if argument == "--help" || argument == "-h" {
                index += 1
            } else {
                throw Failure.usage(argument, " is not known here")
            }
        }
    }
}

/// The options that a command takes, each with a value.
struct Options {
    var takesConfiguration = false
    var takesFormat = false
    var takesOutput = false

    func takesValue(_ argument: FixedText) -> Bool {
        if argument == "--config" || argument == "--profile" || argument == "--set" { return takesConfiguration }
        if argument == "--format" { return takesFormat }
        if argument == "--out" || argument == "--name" { return takesOutput }
        return false
    }
}

extension Failure {
    static func usage(_ argument: FixedText, _ what: StaticString) -> Failure {
        var cause = argument
        cause.append(what)
        return Failure(.usage, cause, FixedText("lapwing-agent --help shows what there is"))
    }
}
