import ArgumentParser
import Gateway

extension LapwingGateway {
    struct Version: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Print the version.")

        func run() { print("lapwing-gateway \(ProgramVersion.text)") }
    }
}
