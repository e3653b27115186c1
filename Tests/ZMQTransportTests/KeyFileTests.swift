import Bounded
import Foundation
import Testing

@testable import ZMQTransport

@Suite("Key files")
struct KeyFileTests {
    /// A folder of its own for each test.
    final class Folder {
        let url = FileManager.default.temporaryDirectory.appending(path: "lapwing-keys-\(UUID().uuidString)")

        init() throws { try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true) }
        deinit { try? FileManager.default.removeItem(at: url) }

        func path(_ name: String) -> FixedText { FixedText(url.appending(path: name).path) }

        func write(_ text: String, _ name: String, mode: Int = 0o600) throws {
            let file = url.appending(path: name)
            try text.write(to: file, atomically: false, encoding: .utf8)
            try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file.path)
        }
    }

    /// The line that a failure prints, with the folder left out.
    func refusal(_ folder: Folder, _ body: () throws(KeyFileError) -> Void) -> String {
        do throws(KeyFileError) {
            try body()
            return ""
        } catch {
            return error.description.replacing(folder.url.path + "/", with: "")
        }
    }

    static let publicLine = "public-key = rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7"
    static let secretLine = "secret-key = JTKVSB%%)wK0E.X)V>+}o?pNmC{O&4W4b!Ni{Lh6"

    @Test("a written pair reads back, and only its owner may read it")
    func roundTrip() throws {
        let folder = try Folder()
        let pair = try KeyPair.generate()
        try KeyFile.writePair(pair, owner: FixedText("kitchen" as String), path: folder.path("agent.key"))
        try KeyFile.writePublic(pair.publicKey, owner: FixedText("kitchen" as String), path: folder.path("agent.pub"))
        let read = try KeyFile.readPair(path: folder.path("agent.key"))
        #expect(read.publicKey == pair.publicKey)
        #expect(read.secretKey.z85.string == pair.secretKey.z85.string)
        #expect(try KeyFile.readPublic(path: folder.path("agent.pub")) == pair.publicKey)
        let attributes = try FileManager.default.attributesOfItem(atPath: folder.path("agent.key").string)
        #expect(attributes[.posixPermissions] as? Int == 0o600)
    }

    @Test("a pair from ZeroMQ's documentation, with comments and blank lines, reads")
    func documented() throws {
        let folder = try Folder()
        try folder.write("# a pair\n\n#\n\(Self.publicLine)\r\n  \(Self.secretLine)  ", "a.key")
        #expect(
            try KeyFile.readPair(path: folder.path("a.key")).publicKey.z85.string
                == "rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7")
    }

    @Test("keys are never overwritten")
    func exists() throws {
        let folder = try Folder()
        try folder.write("", "a.key")
        let pair = try KeyPair.generate()
        let path = folder.path("a.key")
        let owner = FixedText("a" as String)
        #expect(
            refusal(folder) { () throws(KeyFileError) in try KeyFile.writePair(pair, owner: owner, path: path) }
                == "a.key: exists already, and keys are never overwritten; choose another name or remove it")
    }

    @Test(
        "a file of a pair that cannot be used is refused in one line",
        arguments: [
            (
                nil, 0o600,
                "a.key: no such key file; make one with \"lapwing-agent keys new\" or \"lapwing keys new\", "
                    + "or correct the path"
            ),
            (
                publicLine, 0o600, "a.key: holds no secret key; name the file of the key pair, not the public one"
            ),
            (
                publicLine + "\n" + secretLine, 0o644,
                "a.key: others may read this secret key (mode 0644); run chmod 600 on it, "
                    + "and draw new keys if it was exposed"
            ),
            (
                publicLine + "\nsecret-key = JTKVSB", 0o600,
                "a.key:2: expected a key of 40 Z85 characters after ="
            ),
            ("#comment\n", 0o600, "a.key:1: expected public-key = ... or secret-key = ..."),
            (
                publicLine + "\n" + publicLine, 0o600, "a.key:2: expected one public-key and one secret-key"
            ),
            (
                publicLine.replacing("rq", with: "qr") + "\n" + secretLine, 0o600,
                "a.key: its public key does not belong to its secret key; restore the file or make a new pair"
            ),
        ] as [(String?, Int, String)])
    func pairRefused(text: String?, mode: Int, expected: String) throws {
        let folder = try Folder()
        if let text { try folder.write(text, "a.key", mode: mode) }
        let path = folder.path("a.key")
        #expect(refusal(folder) { () throws(KeyFileError) in _ = try KeyFile.readPair(path: path) } == expected)
    }

    @Test("a secret key is not taken where a public one is expected")
    func secretAsPublic() throws {
        let folder = try Folder()
        try folder.write(Self.publicLine + "\n" + Self.secretLine, "gateway.key")
        let path = folder.path("gateway.key")
        let folderPath = FixedText(folder.url.path)
        #expect(
            refusal(folder) { () throws(KeyFileError) in _ = try KeyFile.readPublic(path: path) }
                == "gateway.key: holds a secret key where a public one is expected; "
                + "name the .pub file, and keep this one")
        #expect(
            refusal(folder) { () throws(KeyFileError) in _ = try KeyFile.readPublic(path: folderPath) }
                == "\(folder.url.path): not a regular file; name the key file itself")
    }

    @Test("the list of agents gives keys and names, and refuses what is neither")
    func allowedKeys() throws {
        let folder = try Folder()
        let keys = try (0..<3).map { _ in try KeyPair.generate().publicKey.z85.string }
        try folder.write("# agents\n\(keys[0]) kitchen\n\n\(keys[1])\n  \(keys[2])\tattic room \n", "allowed.keys")
        var file = try AllowedKeysFile(path: folder.path("allowed.keys"))
        var found: [(String, String)] = []
        while let entry = try file.next() { found.append((entry.key.z85.string, entry.name.string)) }
        #expect(found.map(\.0) == keys)
        #expect(found.map(\.1) == ["kitchen", "", "attic room"])
        try folder.write("\(keys[0]) kitchen\nkitchen \(keys[1])\n", "allowed.keys")
        var broken = try AllowedKeysFile(path: folder.path("allowed.keys"))
        _ = try broken.next()
        var text = ""
        do throws(KeyFileError) { _ = try broken.next() } catch { text = error.description }
        #expect(
            text.hasSuffix(
                "allowed.keys:2: expected a public key of 40 Z85 characters, a space, and a name "
                    + "(comments begin with \"# \")"))
    }
}
