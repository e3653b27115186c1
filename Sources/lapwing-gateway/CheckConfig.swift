import ArgumentParser
import Gateway

extension LapwingGateway {
    struct CheckConfig: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "check-config",
            abstract: "Check a configuration, and print what is in effect and its hash.")

        @OptionGroup var options: ConfigurationOptions

        func run() throws {
            let configuration = try options.load()
            _ = try GatewayPlan(configuration)
            let digits = String(configuration.hash, radix: 16)
            print("# hash " + String(repeating: "0", count: 16 - digits.count) + digits)
            print(configuration.canonicalText, terminator: "")
        }
    }
}
