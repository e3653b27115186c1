import Bounded
import Testing

@testable import Configuration

@Suite("A file of arbitrary bytes")
struct ArbitraryBytesTests {
    @Test(
        "is refused or read, and never more than that",
        arguments: [(smallAgent, SourceEntry.Origin.file), (smallGateway, .file), (ProfileTests.full, .profile)])
    func mutations(text: String, origin: SourceEntry.Origin) throws {
        let original = Array(text.utf8)
        var generator = RandomGenerator(seed: 20)
        for _ in 0..<2_000 {
            var bytes = original
            for _ in 0...generator.below(6) {
                let place = generator.below(bytes.count)
                switch generator.below(4) {
                case 0: bytes[place] = UInt8(truncatingIfNeeded: generator.next())
                case 1: bytes.remove(at: place)
                case 2: bytes.insert(contentsOf: bytes[..<place], at: place)
                default: bytes.insert([0x0a, 0x3d, 0x5b, 0x20, 0x3b][generator.below(5)], at: place)
                }
            }
            var source = ConfigurationSource(path: FixedText("any.conf" as String))
            do throws(ConfigurationError) {
                try parse(bytes, as: origin, into: &source)
                _ = try ConfigurationFile.agent(from: source)
            } catch {
                #expect(!error.description.contains("\n"))
            }
            do throws(ConfigurationError) { _ = try ConfigurationFile.gateway(from: source) } catch {
                #expect(!error.description.isEmpty)
            }
        }
    }
}
