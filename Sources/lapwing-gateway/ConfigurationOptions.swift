import ArgumentParser
import Bounded
import Configuration
import Gateway

/// Where the configuration comes from: a file, a profile, and what the command line puts in its place.
struct ConfigurationOptions: ParsableArguments {
    @Option(name: .long, help: ArgumentHelp("The configuration file.", valueName: "file"))
    var config: String

    @Option(
        name: .long,
        help: ArgumentHelp(
            "A file whose [uplink] and [downlink] go before the configuration's: see edge-config/profiles.",
            valueName: "file"))
    var profile: String?

    @Option(
        name: .long,
        help: ArgumentHelp("Sets one key, whatever the file says; may be repeated.", valueName: "section.key=value"))
    var set: [String] = []

    /// **Throws:** `ConfigurationError`, one line with file, line and key.
    func load() throws -> GatewayConfiguration {
        var source = try ConfigurationSource(reading: Self.text(config))
        if let profile { try source.overlay(profile: Self.text(profile)) }
        for assignment in set { try source.override(Self.text(assignment)) }
        return try ConfigurationFile.gateway(from: source)
    }

    private static func text(_ string: String) -> FixedText {
        var string = string
        return string.withUTF8 { FixedText(bytes: $0) }
    }
}
