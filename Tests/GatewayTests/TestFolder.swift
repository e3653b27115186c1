import Bounded
import Foundation
import ZMQTransport

/// A folder of its own for each test, removed at the end.
final class TestFolder {
    let url: URL

    init() throws {
        url = FileManager.default.temporaryDirectory.appendingPathComponent("lapwing-gateway-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    func path(_ name: String) -> String { url.appendingPathComponent(name).path }

    /// The gateway's key pair, drawn when it is first asked for; returns its public half.
    func gatewayKey(at path: String) throws -> PublicKey {
        let file = Self.text(path)
        if FileManager.default.fileExists(atPath: path) { return try KeyFile.readPair(path: file).publicKey }
        let pair = try KeyPair.generate()
        try KeyFile.writePair(pair, owner: Self.text("gateway"), path: file)
        return pair.publicKey
    }

    /// Writes the list of agents that are let in.
    func allow(_ keys: [PublicKey]) throws {
        var lines = ["# agents of a test"]
        for (index, key) in keys.enumerated() { lines.append(Self.string(key.z85) + " agent-\(index)") }
        try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: URL(fileURLWithPath: path("allowed.keys")))
    }

    static func text(_ string: String) -> FixedText {
        var string = string
        return string.withUTF8 { FixedText(bytes: $0) }
    }

    static func string(_ text: FixedText) -> String { text.withBytes { String(decoding: $0, as: UTF8.self) } }
}
