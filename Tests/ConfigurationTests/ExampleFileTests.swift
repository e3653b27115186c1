import Bounded
import Foundation
import Testing

@testable import Configuration

@Suite("The example files")
struct ExampleFileTests {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "edge-config")

    /// What has no default.
    static let required: Set<String> = [
        "agent.name", "gateway.endpoint", "gateway.public_key_file", "keys.key_file", "keys.allowed_keys_file",
        "environment.name", "policy.observation_count", "policy.action_count",
    ]

    /// A key as an example file has it: the lines of comment above it, and its value.
    struct Written {
        var comment: [String]
        var value: String
    }

    static func read(_ name: String) throws -> [String: Written] {
        let text = try String(contentsOf: folder.appending(path: name), encoding: .utf8)
        var section = ""
        var comment: [String] = []
        var keys: [String: Written] = [:]
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("#") {
                comment.append(line.dropFirst().trimmingCharacters(in: .whitespaces))
            } else if line.hasPrefix("[") {
                section = String(line.dropFirst().prefix { $0 != "]" })
                comment = []
            } else if let equals = line.firstIndex(of: "=") {
                let key = line[..<equals].trimmingCharacters(in: .whitespaces)
                let value = line[line.index(after: equals)...].trimmingCharacters(in: .whitespaces)
                keys["\(section).\(key)"] = Written(comment: comment, value: value)
                comment = []
            } else {
                comment = []
            }
        }
        return keys
    }

    /// The line that states a key's values and default.
    static func statement(_ key: ListingVisitor.Key) -> String {
        let allowed = key.allowed.trimmingCharacters(in: .whitespaces)
        if required.contains("\(key.section).\(key.name)") { return "\(allowed); required" }
        return "\(allowed); default: \(key.value.isEmpty ? "empty" : key.value)"
    }

    func check<Target: SchemaDescribed>(_ name: String, _ target: Target) throws {
        var target = target
        let listing = ListingVisitor()
        target.visit(listing)
        var written = try Self.read(name)
        for key in listing.keys {
            let path = "\(key.section).\(key.name)"
            guard let found = written.removeValue(forKey: path) else {
                Issue.record("\(name) lacks \(path):\n# \(Self.statement(key))\n\(key.name) = \(key.value)")
                continue
            }
            #expect(found.comment.last == Self.statement(key), "\(name): \(path)")
            #expect(found.comment.count > 1, "\(name): \(path) is not explained")
            if !Self.required.contains(path) { #expect(found.value == key.value, "\(name): \(path)") }
        }
        #expect(written.keys.sorted() == [], "\(name) has keys that do not exist")
    }

    @Test("agent.conf explains every key, with its range, unit and default")
    func agentKeys() throws { try check("agent.conf", AgentConfiguration()) }

    @Test("gateway.conf explains every key, with its range, unit and default")
    func gatewayKeys() throws { try check("gateway.conf", GatewayConfiguration()) }

    @Test("both files can be loaded as they are")
    func loadable() throws {
        let agent = try ConfigurationFile.loadAgent(FixedText(Self.folder.appending(path: "agent.conf").path))
        #expect(!agent.isInsecure)
        let gateway = try ConfigurationFile.loadGateway(FixedText(Self.folder.appending(path: "gateway.conf").path))
        #expect(!gateway.isInsecure)
    }
}
