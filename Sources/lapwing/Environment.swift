import ArgumentParser
import Foundation
import Training

struct Environment: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Lists and steps environments.", subcommands: [List.self, Trace.self])

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Lists the tasks that lapwing train has a recipe for.")

        @OptionGroup var formatOptions: FormatOptions

        func run() throws {
            let list = EnvironmentList()
            formatOptions.show("environment list", list.environments) { list.text }
        }
    }

    struct Trace: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Steps an environment from a given state with given actions.",
            discussion: """
                Prints {"observation":[…],"reward":r,"terminated":b,"truncated":b} for each step. It goes on after an \
                end, as a recording may; nothing is clipped. Numbers have the fewest digits that read back as the same \
                double. docs/referees.md has worked examples.
                """)

        @Option(help: "The task.")
        var environment: String

        @Option(help: "{\"qpos\":[…],\"qvel\":[…]}, or {\"state\":[…]}.")
        var state: String

        @Option(help: "A file with an action a line: an array of numbers, or the index of a discrete action.")
        var actions: String

        @OptionGroup var environmentOptions: EnvironmentOptions

        func run() throws {
            try TraceReferee.run(
                choice: try environmentOptions.choice(environment), state: state,
                actions: URL(fileURLWithPath: actions)
            ) { print($0) }
        }
    }
}
