import Foundation
import Testing

@testable import Training

@Suite("Run folders")
struct RunFolderTests {
    static func temporaryFolder() -> URL {
        FileManager.default.temporaryDirectory.appending(path: "lapwing-\(UUID().uuidString)")
    }

    @Test("a folder's name has environment, name, seed and UTC time, two underscores apart")
    func name() {
        let moment = Date(timeIntervalSince1970: 1_700_000_000)
        #expect(
            RunFolder.folderName(environment: "swimmer", name: "afedpg", seed: 7, at: moment)
                == "swimmer__afedpg__7__20231114T221320Z")
    }

    @Test("a new folder gets the link latest, also over an older link, and keys only the owner can enter")
    func create() throws {
        let runs = Self.temporaryFolder()
        defer { try? FileManager.default.removeItem(at: runs) }
        for seed in [1, 2] as [UInt64] {
            let folder = try RunFolder.create(in: runs, environment: "cartpole", name: "x", seed: seed)
            let latest = try FileManager.default.destinationOfSymbolicLink(
                atPath: runs.appending(path: "latest").path)
            #expect(latest == folder.name)
            let keys = try FileManager.default.attributesOfItem(atPath: folder.keys.path)
            #expect(keys[.posixPermissions] as? Int == 0o700)
        }
    }

    @Test("two runs of one second get two folders")
    func sameSecond() throws {
        let runs = Self.temporaryFolder()
        defer { try? FileManager.default.removeItem(at: runs) }
        let now = Date()
        let first = try RunFolder.create(in: runs, environment: "cartpole", name: "x", seed: 1, now: now)
        let second = try RunFolder.create(in: runs, environment: "cartpole", name: "x", seed: 1, now: now)
        #expect(first.name != second.name)
    }

    @Test("a name that would break the folder's name is refused", arguments: ["", "a__b", "a/b", "..", "x_", "a b"])
    func badName(name: String) {
        #expect(throws: TrainingError.self) {
            try RunFolder.create(in: Self.temporaryFolder(), environment: "cartpole", name: name, seed: 1)
        }
    }

    @Test("a folder that cannot be made is an error with its path")
    func uncreatable() throws {
        let error = #expect(throws: TrainingError.self) {
            try RunFolder.create(in: URL(fileURLWithPath: "/proc/none"), environment: "e", name: "n", seed: 1)
        }
        #expect(error?.code == .cannotCreate)
        #expect(error?.message.contains("/proc/none") == true)
    }
}
