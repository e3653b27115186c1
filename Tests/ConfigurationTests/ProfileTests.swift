import Bounded
import Foundation
import GradientCodec
import Testing

@testable import Configuration

@Suite("A profile")
struct ProfileTests {
    static let full = """
        [uplink]
        codec = top-k
        kept_fraction = 0.02
        feedback = error
        skip_threshold = 0.5
        skip_history = 5
        [downlink]
        codec = lattice
        lattice_exponent = -8
        history = 16
        """

    @Test("goes before the file, and the command line before it")
    func order() throws {
        let text = smallAgent + "\n[uplink]\ncodec = sign\nkept_fraction = 0.5\nbits = 3\n"
        let configuration = try agent(text, profile: Self.full, overrides: ["uplink.kept_fraction=0.25"])
        #expect(configuration.uplink.codec.codec == .topK)
        #expect(configuration.uplink.codec.keptFraction == 0.25)
        #expect(configuration.uplink.codec.bits == 3)
        #expect(configuration.uplink.feedback == .error)
    }

    @Test("says all of a gateway's uplink and downlink")
    func gatewayKeys() throws {
        let configuration = try gateway(smallGateway, profile: Self.full)
        #expect(configuration.uplink.codec.codec == .topK)
        #expect(configuration.gateWeight == 0.5)
        #expect(configuration.gateHistory == 5)
        #expect(configuration.downlinkCodec == .lattice)
        #expect(configuration.latticeExponent == -8)
        #expect(configuration.downlinkHistory == 16)
    }

    @Test("makes the configuration that its keys in the main file make, with the same hash")
    func hash() throws {
        let separate = try gateway(smallGateway, profile: Self.full)
        #expect(try gateway(smallGateway + "\n" + Self.full).hash == separate.hash)
        #expect(try gateway(smallGateway).hash != separate.hash)
        let board = try agent(smallAgent, profile: Self.full)
        #expect(try agent(smallAgent, profile: "[uplink]\ncodec = sign\n").hash != board.hash)
        // What a profile says about the downlink is no business of an agent's.
        let downlink = Self.full.replacing("lattice_exponent = -8", with: "lattice_exponent = -4")
        #expect(try agent(smallAgent, profile: downlink).hash == board.hash)
    }

    static let refusals: [(profile: String, expected: String)] = [
        (
            "[uplink]\ncodek = sign\n",
            "profiles/some.conf:2: [uplink] codek: unknown key; did you mean \"codec\"?"
        ),
        (
            "[downlink]\nlattice_exponnent = -9\n",
            "profiles/some.conf:2: [downlink] lattice_exponnent: unknown key; did you mean \"lattice_exponent\"?"
        ),
        (
            "[downlink]\nlattice_exponent = 3\n",
            "profiles/some.conf:2: [downlink] lattice_exponent: \"3\" is out of range; "
                + "write a whole number from -20 to 0"
        ),
        (
            "[downlnk]\ncodec = lattice\n",
            "profiles/some.conf:2: [downlnk]: unknown section; did you mean \"downlink\"?"
        ),
        (
            "[learning]\ndiscount = 0.9\n",
            "profiles/some.conf:2: [learning] discount: a profile has only the keys of gateway.conf's [uplink] and "
                + "[downlink]; move it to the main file"
        ),
        (
            "[uplink]\nresend_interval_ms = 100\n",
            "profiles/some.conf:2: [uplink] resend_interval_ms: a profile has only the keys of gateway.conf's [uplink] "
                + "and [downlink]; move it to the main file"
        ),
        (
            "[uplink]\nbits = 2\nbits = 3\n",
            "profiles/some.conf:3: [uplink] bits: set twice, first in line 2; remove one"
        ),
        (
            "[uplink]\nskip_rule = laq\n",
            "profiles/some.conf:2: [uplink] skip_rule: a gate compares with what was sent last; "
                + "set mirror = float32 or float16"
        ),
        ("bits = 2\n", "profiles/some.conf:1: bits: stands before any section; put it below a line such as [agent]"),
    ]

    @Test("is refused with its own file and line, by an agent and by a gateway", arguments: refusals)
    func refused(profile: String, expected: String) {
        #expect(refusal { () throws(ConfigurationError) in _ = try agent(smallAgent, profile: profile) } == expected)
        #expect(
            refusal { () throws(ConfigurationError) in _ = try gateway(smallGateway, profile: profile) } == expected)
    }

    @Test("that is missing is an error with its name")
    func missing() {
        let line = refusal { () throws(ConfigurationError) in
            var source = try source(smallAgent, path: "agent.conf")
            try source.overlay(profile: FixedText("/there-is-no-such.conf" as String))
        }
        #expect(
            line == "/there-is-no-such.conf: no such file; correct the path, or begin with the example in edge-config/")
    }

    @Test("of edge-config can be laid over both example files", arguments: ["lossless", "balanced", "frugal"])
    func shipped(name: String) throws {
        let path = FixedText(ExampleFileTests.folder.appending(path: "profiles/\(name).conf").path)
        var source = try ConfigurationSource(
            reading: FixedText(ExampleFileTests.folder.appending(path: "agent.conf").path))
        try source.overlay(profile: path)
        let board = try ConfigurationFile.agent(from: source)
        var other = try ConfigurationSource(
            reading: FixedText(ExampleFileTests.folder.appending(path: "gateway.conf").path))
        try other.overlay(profile: path)
        let gateway = try ConfigurationFile.gateway(from: other)
        #expect(board.uplink == gateway.uplink)
        #expect((board.uplink.codec.codec == .denseFloat32) == (name == "lossless"))
        #expect((gateway.downlinkCodec == .denseFloat32) == (name == "lossless"))
    }
}
