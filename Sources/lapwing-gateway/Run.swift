import ArgumentParser
import Bounded
import Gateway
import Logging

extension LapwingGateway {
    struct Run: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Run the gateway until SIGTERM or SIGINT, or until its budget is used up.",
            discussion: """
                The first SIGTERM or SIGINT stops it cleanly: nothing more is admitted, what was applied is stored and \
                answered. A second one ends it at once. SIGHUP reads the list of allowed keys again.
                """)

        @OptionGroup var options: ConfigurationOptions

        @Option(name: .long, help: "How events are printed on stdout: text, or json (one object a line).")
        var format = EventFormat.text

        @Option(name: .long, help: "The least severe log lines on stderr: debug, info, notice, warning, error.")
        var logLevel = Logger.Level.info

        func run() async throws {
            let plan = try GatewayPlan(try options.load())
            var logger = Logger(label: "lapwing-gateway") { StreamLogHandler.standardError(label: $0) }
            logger.logLevel = logLevel
            try await GatewayProgram.run(plan, format: format, logger: logger)
        }
    }
}

extension EventFormat: ExpressibleByArgument {}
extension Logger.Level: @retroactive ExpressibleByArgument {}
