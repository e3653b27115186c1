import Foundation
import Testing

@testable import Training

@Suite("Queue of runs", .serialized)
struct RunQueueTests {
    /// A run that is a line of shell; what it leaves in `outcome` is what it came to.
    static func item(_ label: String, _ script: String, in root: URL) -> RunQueue.Item {
        let folder = root.appending(path: label)
        return RunQueue.Item(
            label: label, arguments: ["-c", script], folder: folder, logName: "run.log",
            outcome: { try? String(contentsOf: folder.appending(path: "outcome"), encoding: .utf8) })
    }

    static func queue() -> RunQueue {
        RunQueue(program: URL(fileURLWithPath: "/bin/sh"), parallel: 2, reporter: RunReporter())
    }

    @Test("a run that fails is named with its last line, and the others are made")
    func failures() throws {
        let root = RunFolderTests.temporaryFolder()
        defer { try? FileManager.default.removeItem(at: root) }
        let queue = Self.queue()
        try queue.run(
            [
                Self.item("bad", "echo first; echo no such task >&2; exit 64", in: root),
                Self.item("silent", "exit 3", in: root),
                Self.item("good", "echo 351.4 > '\(root.path)/good/outcome'", in: root),
            ], finished: 0, total: 3)
        #expect(Set(queue.failures) == ["bad: no such task", "silent: exit code 3"])
        #expect(!queue.isInterrupted)
        #expect(try String(contentsOf: root.appending(path: "good/outcome"), encoding: .utf8) == "351.4\n")
    }

    @Test("a run that fails has failed even where an earlier one left an outcome")
    func outcomeOfAnEarlierRun() throws {
        let root = RunFolderTests.temporaryFolder()
        defer { try? FileManager.default.removeItem(at: root) }
        let again = Self.item("again", "exit 1", in: root)
        try FileManager.default.createDirectory(at: again.folder, withIntermediateDirectories: true)
        try Data("352.8\n".utf8).write(to: again.folder.appending(path: "outcome"))
        let queue = Self.queue()
        try queue.run([again], finished: 0, total: 1)
        #expect(queue.failures == ["again: exit code 1"])
    }

    @Test("a run that ends well and leaves nothing has failed")
    func nothingLeft() throws {
        let root = RunFolderTests.temporaryFolder()
        defer { try? FileManager.default.removeItem(at: root) }
        let queue = Self.queue()
        try queue.run([Self.item("empty", "true", in: root)], finished: 0, total: 1)
        #expect(queue.failures == ["empty: exit code 0"])
    }
}
