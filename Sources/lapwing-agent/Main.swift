import Bounded
import Configuration

/// The entry of the program. In Embedded Swift there is no `CommandLine`; the linker maps `main` to this function.
@c(lapwing_agent_main)
public func lapwingAgentMain(
    _ count: Int32, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> Int32 {
    do throws(Failure) {
        return try perform(Arguments(count, arguments)).rawValue
    } catch {
        return error.code.rawValue
    }
}

private func perform(_ arguments: Arguments) throws(Failure) -> ExitCode {
    guard let command = arguments[0] else {
        withErrorWriter { writeHelp(to: &$0) }
        return .usage
    }
    if command == "--help" || command == "-h" || command == "help" {
        withOutputWriter { writeHelp(to: &$0) }
        return .success
    }
    if command == "version" || command == "--version" {
        let options = Options(takesFormat: true)
        try arguments.check(from: 1, options: options)
        printVersion(asJSON: isJSON(arguments, options, from: 1))
        return .success
    }
    if command == "keys" { return try keys(arguments) }
    let options = Options(takesConfiguration: true, takesFormat: !(command == "check-config"))
    guard command == "run" || command == "plan" || command == "check-config" else {
        throw Failure.usage(command, " is no command")
    }
    try arguments.check(from: arguments.path(at: 1) == nil ? 1 : 2, options: options)
    if arguments.contains("--help", from: 1, options: options) {
        withOutputWriter { writeHelp(to: &$0) }
        return .success
    }
    let configuration = try configuration(arguments, options)
    let asJSON = isJSON(arguments, options, from: 1)
    if command == "run" { return try run(configuration, asJSON: asJSON) }
    if command == "plan" { return try plan(configuration, asJSON: asJSON) }
    checkConfiguration(configuration)
    return .success
}

func isJSON(_ arguments: Arguments, _ options: Options, from start: Int) -> Bool {
    guard let format = arguments.value(of: "--format", from: start, options: options) else { return false }
    return format == "json"
}

/// Reads the file that `--config` names, then that of `--profile`, then what `--set` says.
private func configuration(_ arguments: Arguments, _ options: Options) throws(Failure) -> AgentConfiguration {
    guard let path = arguments.value(of: "--config", from: 1, options: options) ?? arguments.path(at: 1) else {
        throw Failure(.usage, "--config is missing", "name the configuration file: --config agent.conf")
    }
    do throws(ConfigurationError) {
        var source = try ConfigurationSource(reading: path)
        if let profile = arguments.value(of: "--profile", from: 1, options: options) {
            try source.overlay(profile: profile)
        }
        var occurrence = 0
        while let text = arguments.value(of: "--set", from: 1, occurrence: occurrence, options: options) {
            try source.override(text)
            occurrence += 1
        }
        return try ConfigurationFile.agent(from: source)
    } catch {
        throw Failure(error)
    }
}
