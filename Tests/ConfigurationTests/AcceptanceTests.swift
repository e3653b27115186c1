import Bounded
import Foundation
import PolicyMath
import Testing

@testable import Configuration

@Suite("A configuration that makes sense")
struct AcceptanceTests {
    @Test("an agent needs only names, keys and an endpoint; the rest is what was seen to learn Swimmer")
    func smallAgentIsEnough() throws {
        let configuration = try agent(smallAgent)
        #expect(configuration.name == "kitchen")
        #expect(configuration.estimator == EstimatorSettings())
        #expect(configuration.estimator.discount == 0.999)
        #expect(configuration.batchSteps == 1_000)
        #expect(configuration.episodes == .whole)
    }

    @Test("comments, indentation, empty lines, a byte order mark and carriage returns change nothing")
    func formatting() throws {
        let plain = try agent(smallAgent)
        let formatted = try agent(
            "\u{feff}# a comment\r\n; another\r\n\r\n"
                + smallAgent.replacing("\n", with: "\r\n").replacing("name = kitchen", with: "  name=kitchen ; inline"))
        #expect(formatted.hash == plain.hash)
    }

    @Test("every kind of value is read")
    func values() throws {
        let configuration = try agent(
            smallAgent + """

                [policy]
                hidden = 32 16 8
                [sampling]
                episodes = continued
                [learning]
                estimator = gae
                baseline = critic
                discount = 9.95e-1
                critic_learning_rate = 0.003
                normalise_advantages = false
                [agent]
                seed = 18
                """, overrides: ["learning.lambda=0.95", "agent.seed=19"])
        #expect(configuration.hiddenWidths == LayerWidths([32, 16, 8]))
        #expect(configuration.episodes == .continued)
        #expect(configuration.estimator.estimator == .gae)
        #expect(configuration.estimator.discount == 0.995)
        #expect(configuration.estimator.lambda == 0.95)
        #expect(configuration.estimator.critic.learningRate == 0.003)
        #expect(!configuration.estimator.normalisesAdvantages)
        #expect(configuration.seed == 19)
    }

    @Test("the canonical form reads back as the same configuration, with the same hash")
    func canonicalForm() throws {
        let first = try agent(smallAgent, overrides: ["learning.discount=0.123456789", "policy.hidden=none"])
        let text = canonical { first.write(to: &$0) }
        let second = try agent(text)
        #expect(second.hash == first.hash)
        #expect(canonical { second.write(to: &$0) } == text)
        let gatewayFirst = try gateway(smallGateway, overrides: ["policy.log_std_minimum=-1.1"])
        let gatewayText = canonical { gatewayFirst.write(to: &$0) }
        #expect(gatewayText.contains("log_std_minimum = -1.1\n"))
        let gatewaySecond = try gateway(gatewayText)
        #expect(gatewaySecond.hash == gatewayFirst.hash)
    }

    @Test("the hash differs when a value differs, and not by the order of the file")
    func hash() throws {
        let plain = try agent(smallAgent).hash
        #expect(try agent(smallAgent, overrides: ["agent.seed=1"]).hash != plain)
        let section = "[environment]\nname = swimmer"
        let reordered = section + "\n" + smallAgent.replacing(section, with: "")
        #expect(try agent(reordered).hash == plain)
    }

    @Test("the hash is FNV-1a over the canonical form")
    func hashFunction() throws {
        let configuration = try agent(smallAgent)
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in canonical({ configuration.write(to: &$0) }).utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        #expect(configuration.hash == hash)
        #expect(hash != 0xcbf2_9ce4_8422_2325)
    }

    @Test("relative paths are meant from the file's folder, and do not change the hash")
    func paths() throws {
        let elsewhere = try ConfigurationFile.agent(from: source(smallAgent, path: "runs/one/agent.conf"))
        #expect(elsewhere.keyFile.string == "runs/one/agent.key")
        #expect(elsewhere.stateDirectory.string == "/var/lib/lapwing-agent")
        #expect(try elsewhere.hash == agent(smallAgent).hash)
        let plugin = try ConfigurationFile.agent(
            from: source(smallAgent + "\nplugin = liblapwing-mujoco.so\n", path: "runs/one/agent.conf"))
        #expect(plugin.environmentPlugin.string == "liblapwing-mujoco.so")
    }

    @Test("a file that is missing or unreadable is an error with its name")
    func files() throws {
        let folder = FileManager.default.temporaryDirectory.path
        #expect(
            refusal { () throws(ConfigurationError) in
                _ = try ConfigurationFile.loadAgent(FixedText(folder + "/there-is-no-such.conf"))
            } == folder
                + "/there-is-no-such.conf: no such file; correct the path, or begin with the example in edge-config/")
        #expect(
            refusal { () throws(ConfigurationError) in _ = try ConfigurationFile.loadAgent(FixedText(folder)) }
                == folder + ": cannot be read: Is a directory; name a file that this user can read")
    }
}
