import Aggregation
import Bounded
import Configuration
import Foundation

/// What configuration files come to, with every default, and the hash over it.
enum EffectiveConfiguration {
    /// The most bytes that one configuration's canonical text has.
    private static let textLimitBytes = 65_536

    /// The canonical text of a `gateway.conf`.
    ///
    /// **Throws:** the configuration's own error, with file, line and key.
    static func gateway(_ url: URL) throws(TrainingError) -> String {
        let path = try FixedText(checking: url.path)
        let configuration: GatewayConfiguration
        do throws(ConfigurationError) { configuration = try ConfigurationFile.loadGateway(path) } catch {
            throw TrainingError(error)
        }
        return text { configuration.write(to: &$0) }
    }

    /// The canonical text of an `agent.conf`.
    ///
    /// **Throws:** the configuration's own error, with file, line and key.
    static func agent(_ url: URL) throws(TrainingError) -> String {
        let path = try FixedText(checking: url.path)
        let configuration: AgentConfiguration
        do throws(ConfigurationError) { configuration = try ConfigurationFile.loadAgent(path) } catch {
            throw TrainingError(error)
        }
        return text { configuration.write(to: &$0) }
    }

    /// Refuses a run whose configurations make no sense; else returns every key of the gateway and the first agent.
    ///
    /// **Throws:** the error of the first that does not, without the name of a file.
    @discardableResult
    static func check(_ plan: RunPlan) throws(TrainingError) -> String {
        let file = FileManager.default.temporaryDirectory.appending(path: "lapwing-\(UUID().uuidString).conf")
        defer { try? FileManager.default.removeItem(at: file) }
        do throws(TrainingError) {
            try plan.gatewaySettings().text(heading: "").write(to: file, what: "a configuration")
            let text = try gateway(file)
            try plan.agentSettings(1, endpoint: "tcp://127.0.0.1:1").text(heading: "")
                .write(to: file, what: "a configuration")
            return try text + agent(file)
        } catch {
            throw TrainingError(
                error.code, error.message.replacing(#/[^ ]*/lapwing-[0-9A-F-]+\.conf(:\d+)?: /#, with: ""))
        }
    }

    /// `text` with paths into `folder` as seen from there: where a run's folder is makes no other run of it.
    static func seen(_ text: String, from folder: RunFolder) -> String {
        let name = NSRegularExpression.escapedPattern(for: folder.name)
        return text.replacingOccurrences(of: "= /[^\n]*/\(name)/", with: "= ", options: .regularExpression)
    }

    /// The rules that `lapwing replay` knows, in the order in which they are shown.
    static let rules: [(name: String, rule: AggregationRule)] = [
        ("afedpg", .afedpg), ("vanilla", .vanilla), ("a3c", .a3c), ("fedasync", .fedasync), ("fedbuff", .fedbuff),
        ("fedpg", .fedpg), ("lapg", .lapg), ("fednpg-admm", .fednpgADMM),
    ]

    /// The settings of the server rule `name`, with the values in a `gateway.conf`, of which nothing but
    /// `[aggregation]` need be there.
    static func rule(named name: String, in url: URL) throws(TrainingError) -> ServerRule.Settings {
        guard let rule = rules.first(where: { $0.name == name })?.rule else {
            let names = rules.map(\.name).joined(separator: ", ")
            throw TrainingError(.usage, "--rule \(name): the rules are: \(names)")
        }
        let path = try FixedText(checking: url.path)
        do throws(ConfigurationError) {
            var source = try ConfigurationSource(reading: path)
            // What a gateway cannot do without and a replay does not look at.
            for filler: StaticString in [
                "gateway.endpoint=tcp://127.0.0.1:*", "gateway.insecure=true", "policy.observation_count=1",
                "policy.action_count=1",
            ] {
                try source.override(FixedText(filler))
            }
            var configuration = try ConfigurationFile.gateway(from: source)
            configuration.rule = rule
            return configuration.serverRule
        } catch {
            throw TrainingError(error)
        }
    }

    /// FNV-1a over the bytes of a text, 64 bits as 16 hexadecimal digits.
    static func hash(_ text: String) -> String {
        var value: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in text.utf8 { value = (value ^ UInt64(byte)) &* 0x100_0000_01b3 }
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    private static func text(_ write: (inout TextWriter) -> Void) -> String {
        let buffer = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: textLimitBytes)
        defer { buffer.deallocate() }
        var writer = TextWriter(into: buffer)
        write(&writer)
        return String(decoding: writer.bytes, as: UTF8.self)
    }
}

extension TrainingError {
    /// A configuration's error: file, line, section and key, cause and remedy.
    package init(_ error: ConfigurationError) { self.init(error.exitCode, "\(error)") }
}
