import Bounded
import Foundation
import Testing

@testable import Configuration

@Suite("The systemd units")
struct ServiceUnitTests {
    static let root = ExampleFileTests.folder.deletingLastPathComponent()

    static func unit(_ name: String) throws -> [String] {
        let file = ExampleFileTests.folder.appending(path: "systemd/\(name).service")
        return try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map(String.init)
    }

    @Test(
        "do not try again what docs/exit-codes.md says is not worth it",
        arguments: ["lapwing-agent", "lapwing-gateway"])
    func exitCodes(name: String) throws {
        let table = try String(contentsOf: Self.root.appending(path: "docs/exit-codes.md"), encoding: .utf8)
        var hopeless: [String] = []
        for line in table.split(separator: "\n") where line.hasPrefix("| ") {
            let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
            if cells.last == "no", let code = cells.first { hopeless.append(code) }
        }
        #expect(hopeless.count >= 8)
        #expect(try Self.unit(name).contains("RestartPreventExitStatus=\(hopeless.joined(separator: " "))"))
    }

    @Test("keep their state where the configuration has it by default")
    func stateDirectories() throws {
        #expect(try Self.unit("lapwing-agent").contains("StateDirectory=lapwing-agent"))
        #expect(AgentConfiguration().stateDirectory.string == "/var/lib/lapwing-agent")
        #expect(try Self.unit("lapwing-gateway").contains("StateDirectory=lapwing-gateway"))
        #expect(GatewayConfiguration().storePath.string.hasPrefix("/var/lib/lapwing-gateway/"))
    }
}
