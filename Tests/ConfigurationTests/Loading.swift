import Bounded
import Foundation

@testable import Configuration

extension FixedText {
    init(_ text: String) {
        self.init()
        for byte in text.utf8 { append(byte: byte) }
    }

    var string: String { withBytes { String(decoding: $0, as: UTF8.self) } }
}

/// Reads a text as if it were the file `path`.
func source(
    _ text: String, path: String, profile: String = "", overrides: [String] = []
) throws(ConfigurationError) -> ConfigurationSource {
    var source = ConfigurationSource(path: FixedText(path))
    try parse(Array(text.utf8), into: &source)
    if !profile.isEmpty {
        source.profilePath = FixedText("profiles/some.conf" as String)
        try parse(Array(profile.utf8), as: .profile, into: &source)
    }
    for text in overrides { try source.override(FixedText(text)) }
    return source
}

/// Hands the bytes of a file to a source.
func parse(
    _ bytes: [UInt8], as origin: SourceEntry.Origin = .file, into source: inout ConfigurationSource
) throws(ConfigurationError) {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: max(bytes.count, 1), alignment: 1)
    defer { buffer.deallocate() }
    buffer.copyBytes(from: bytes)
    try source.parse(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(buffer)[0..<bytes.count]), as: origin)
}

/// The agent's configuration that a text makes.
func agent(
    _ text: String, profile: String = "", overrides: [String] = []
) throws(ConfigurationError) -> AgentConfiguration {
    let source = try source(text, path: "agent.conf", profile: profile, overrides: overrides)
    return try ConfigurationFile.agent(from: source)
}

/// The gateway's configuration that a text makes.
func gateway(
    _ text: String, profile: String = "", overrides: [String] = []
) throws(ConfigurationError) -> GatewayConfiguration {
    let source = try source(text, path: "gateway.conf", profile: profile, overrides: overrides)
    return try ConfigurationFile.gateway(from: source)
}

/// The one line that is printed when a text is refused, or the empty string.
func refusal(_ body: () throws(ConfigurationError) -> Void) -> String {
    do throws(ConfigurationError) {
        try body()
        return ""
    } catch {
        return error.description
    }
}

/// What a configuration's `write` gives.
func canonical(_ body: (inout TextWriter) -> Void) -> String {
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 32_768) { buffer in
        var writer = TextWriter(into: buffer)
        body(&writer)
        return String(decoding: writer.bytes, as: UTF8.self)
    }
}

/// The least that an agent must be told.
let smallAgent = """
    [agent]
    name = kitchen
    [gateway]
    endpoint = tcp://gateway.example:5870
    public_key_file = gateway.pub
    [keys]
    key_file = agent.key
    [environment]
    name = swimmer
    """

/// The least that a gateway must be told.
let smallGateway = """
    [gateway]
    endpoint = tcp://127.0.0.1:5870
    [keys]
    key_file = gateway.key
    allowed_keys_file = agents.list
    [policy]
    observation_count = 8
    action_count = 2
    """
