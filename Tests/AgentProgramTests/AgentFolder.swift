import Bounded
import Foundation
import ZMQTransport

/// A folder with keys and a configuration, gone after the test.
final class AgentFolder {
    let url: URL

    init() throws {
        url = FileManager.default.temporaryDirectory.appendingPathComponent("lapwing-agent-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        try makeKeys("gateway")
        try makeKeys("agent")
        try makeKeys("stranger")
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    func path(_ name: String) -> String { url.appendingPathComponent(name).path }

    private func makeKeys(_ name: String) throws {
        let pair = try KeyPair.generate()
        try KeyFile.writePair(pair, owner: FixedText(swift: name), path: FixedText(swift: path("\(name).key")))
        try KeyFile.writePublic(
            pair.publicKey, owner: FixedText(swift: name), path: FixedText(swift: path("\(name).pub")))
    }

    /// The public key in `name.pub`, in Z85.
    func publicKey(_ name: String) throws -> String {
        let key = try KeyFile.readPublic(path: FixedText(swift: path("\(name).pub")))
        return key.z85.withBytes { String(decoding: $0, as: UTF8.self) }
    }

    /// Writes `agent.conf` and returns its path; a section's lines replace those of the default.
    @discardableResult
    func configure(
        endpoint: String, environment: String = "name = pendulum", policy: String = "hidden = 4 4",
        sampling: String = "batch_steps = 20", keys: Bool = true, more: String = ""
    ) throws -> String {
        let security =
            keys
            ? "public_key_file = gateway.pub\n[keys]\nkey_file = agent.key" : "insecure = true"
        let text = """
            [agent]
            name = tested
            state_directory = state
            seed = 9
            status_interval_s = 1
            [environment]
            \(environment)
            [policy]
            \(policy)
            [sampling]
            \(sampling)
            \(more)
            [gateway]
            endpoint = \(endpoint)
            \(security)

            """
        try text.write(toFile: path("agent.conf"), atomically: true, encoding: .utf8)
        return path("agent.conf")
    }
}
