import Bounded
import CZeroMQ
import Foundation
import Testing

@testable import ZMQTransport

@Suite("Keys")
struct KeyTests {
    @Test("Z85 agrees with libzmq on drawn keys, there and back")
    func z85() throws {
        for _ in 0..<50 {
            let text = try KeyPair.generate().publicKey.z85
            var bytes = [UInt8](repeating: 0, count: 32)
            let isDecoded = text.withCString { zmq_z85_decode(&bytes, $0) != nil }
            #expect(isDecoded)
            let key = try #require(PublicKey(z85: text))
            key.withBytes { #expect(Array($0) == bytes) }
            #expect(key.z85.string == text.string)
        }
    }

    @Test("every character is a digit exactly when it is in the alphabet")
    func alphabet() {
        let characters = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#"
        let alphabet = Array(characters.utf8)
        for character in UInt8.min...UInt8.max {
            #expect(Z85.digit(of: character) == alphabet.firstIndex(of: character).map { UInt32($0) })
        }
    }

    @Test("the example of ZeroMQ's RFC 32 reads and writes as it says")
    func example() throws {
        let text = String(repeating: "HelloWorld", count: 4)
        let key = try #require(PublicKey(z85: FixedText(text)))
        let part: [UInt8] = [0x86, 0x4f, 0xd2, 0x6f, 0xb5, 0x59, 0xf7, 0x5b]
        key.withBytes { #expect(Array($0) == part + part + part + part) }
        #expect(key.z85.string == text)
    }

    @Test(
        "what is no key is refused",
        arguments: [
            "", "HelloWorld", String(repeating: "H", count: 39), String(repeating: "H", count: 41),
            String(repeating: "H", count: 39) + "\"", String(repeating: "H", count: 39) + " ",
            // Five digits of 84 pass 32 bits; libzmq's own decoder takes them.
            String(repeating: "#", count: 40),
        ])
    func noKey(text: String) { #expect(PublicKey(z85: FixedText(text)) == nil) }

    @Test("a pair's public half follows from its secret half")
    func completing() throws {
        let pair = try KeyPair.generate()
        let secret = try #require(AgentKey(z85: pair.secretKey.z85))
        guard let again = KeyPair.completing(secret: secret) else { throw KeyFileError.noEncryption }
        #expect(again.publicKey == pair.publicKey)
    }

    @Test("the list of allowed keys agrees with a set, over random insertions and removals")
    func allowList() throws {
        var arena = try testArena()
        var list = try AllowList(maximum: 24, arena: &arena)
        var model: Set<AgentKey> = []
        var generator = RandomGenerator(seed: 3)
        // Few distinct first words, so that keys collide.
        let keys = (0..<64).map { AgentKey(words: (UInt64($0 % 5), UInt64($0), 0, 0)) }
        for _ in 0..<20_000 {
            let key = keys[generator.below(keys.count)]
            if generator.below(2) == 0 {
                let isIn = list.insert(key)
                #expect(isIn == (model.contains(key) || model.count < 24))
                if isIn { model.insert(key) }
            } else {
                let wasIn = list.remove(key)
                #expect(wasIn == (model.remove(key) != nil))
            }
            let count = list.count
            #expect(count == model.count)
        }
        for key in keys {
            let isIn = list.contains(key)
            #expect(isIn == model.contains(key))
        }
        list.removeAll()
        let isIn = list.contains(keys[0])
        #expect(!isIn)
    }
}
