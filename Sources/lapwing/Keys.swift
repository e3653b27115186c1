import ArgumentParser
import Foundation
import Training

struct Keys: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Draws and shows CURVE keys.", subcommands: [New.self, Show.self])

    struct New: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Draws a key pair: NAME.key (secret, mode 0600) and NAME.pub.",
            discussion: """
                A gateway names its own NAME.key in [keys] key_file; every agent names the gateway's NAME.pub in \
                [gateway] public_key_file. An agent's line for the gateway's list of allowed keys is printed.
                """)

        @Option(help: "Whose keys they are: the files' name.")
        var name: String

        @Option(help: "The folder to write into.")
        var folder = "."

        @OptionGroup var formatOptions: FormatOptions

        func run() throws {
            let report = try KeyReport.new(name: name, folder: URL(fileURLWithPath: folder))
            formatOptions.show("keys new", report) { report.text }
        }
    }

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Shows the public key of a key file.")

        @Option(help: "A .key or .pub file.")
        var file: String

        @OptionGroup var formatOptions: FormatOptions

        func run() throws {
            let report = try KeyReport(reading: URL(fileURLWithPath: file))
            formatOptions.show("keys show", report) { report.text }
        }
    }
}
