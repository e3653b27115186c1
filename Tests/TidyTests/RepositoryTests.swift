import Foundation
import Testing

/// The rules, run over this repository.
@Suite("The repository keeps the house rules")
struct RepositoryTests {
    static let table: ModuleTable = {
        let page = try? SourceTree.file("docs/architecture.md")
        return ModuleTable(markdown: page?.text ?? "")
    }()

    static func sources() throws -> [SourceFile] {
        let files = try SourceTree.files(in: "Sources", extensions: ["swift"])
        try #require(files.count > 20, "the sources were not found")
        return files
    }

    static func report(_ findings: [Finding]) {
        for finding in findings { Issue.record("\(finding)") }
    }

    @Test("every folder of Sources is a row of the module table, and every row a folder")
    func tableIsComplete() throws {
        let folders = try FileManager.default.contentsOfDirectory(
            atPath: SourceTree.root.appending(path: "Sources").path
        ).filter { !$0.hasPrefix(".") }
        #expect(Set(Self.table.rows.map(\.name)) == Set(folders))
    }

    @Test("the module table imports downward only")
    func tableRunsDownward() {
        #expect(Self.table.upwardImports() == [])
    }

    @Test("modules import what the table grants and nothing else; constrained ones neither Foundation nor Glibc")
    func imports() throws {
        Self.report(try Self.sources().flatMap { Rules.imports($0, table: Self.table) })
    }

    @Test("constrained modules use no existential and no untyped throws")
    func constrainedLanguage() throws {
        let constrained = try Self.sources().filter { Self.table.row($0.module)?.isConstrained == true }
        try #require(!constrained.isEmpty)
        Self.report(constrained.flatMap { Rules.constrainedLanguage($0) })
    }

    @Test("nothing is forced: no try!, no forced unwrap or cast, no fatalError, no note to self")
    func nothingIsForced() throws {
        Self.report(try Self.sources().flatMap { Rules.noForce($0) })
    }

    @Test("public symbols are documented")
    func documentation() throws {
        Self.report(try Self.sources().flatMap { Rules.publicSymbolsAreDocumented($0) })
    }

    @Test("files have at most 400 lines and lines at most 120 columns")
    func length() throws {
        let tests = try SourceTree.files(in: "Tests", extensions: ["swift", "py"])
        let headers = try SourceTree.files(in: "Sources", extensions: ["h", "c"])
        let fuzzing = try SourceTree.files(in: "Fuzzing", extensions: ["swift"])
        let benchmarks = try SourceTree.files(in: "Benchmarks/Sources", extensions: ["swift", "h", "c"])
        let manifests = try ["Package.swift", "Benchmarks/Package.swift"].map(SourceTree.file)
        try #require(fuzzing.count >= 3 && benchmarks.count > 10 && headers.count > 10)
        let files = try Self.sources() + tests + headers + fuzzing + benchmarks + manifests
        // Golden bytes, and what protoc-c writes.
        Self.report(
            files.filter { !$0.path.contains("Golden") && !$0.path.contains(".pb-c.") }.flatMap { Rules.length($0) })
    }

    @Test("no file names a path of one machine")
    func machinePaths() throws {
        Self.report(try SourceTree.trackedFiles().flatMap { Rules.noMachinePaths($0) })
    }

    @Test("no build setting takes checks away")
    func checksStayOn() throws {
        for path in ["Package.swift", "Makefile"] {
            let text = try SourceTree.file(path).text
            #expect(!text.contains("-O" + "unchecked"), "\(path)")
        }
    }

    @Test("the generated wire code is up to date with proto/lapwing.proto")
    func generatedCode() throws {
        let script = SourceTree.root.appending(path: "scripts/regenerate-wire")
        let process = Process()
        let output = Pipe()
        process.executableURL = script
        process.arguments = ["--check"]
        process.currentDirectoryURL = SourceTree.root
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationStatus == 0, "\(text)")
    }
}
