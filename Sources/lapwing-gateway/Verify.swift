import ArgumentParser
import Bounded
import Gateway

extension LapwingGateway {
    struct Verify: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Read a store whole, and check every row against its checksum.",
            discussion: """
                Prints one line for each row that is damaged, with its table and its key, and ends with exit code \
                65 if there is one. The gateway may be running on the store.
                """)

        @Argument(help: "The file of the store.")
        var store: String

        func run() throws {
            let faults = try StoreCheck.faults(path: store)
            for fault in faults { print(fault) }
            guard faults.isEmpty else { throw ArgumentParser.ExitCode(Bounded.ExitCode.data.rawValue) }
            print("\(store): every row is as it was written")
        }
    }
}
