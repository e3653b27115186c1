import Testing

/// Each rule must be able to fail: a bad sample and a good one beside it.
@Suite("The house rules find what they are there to find")
struct RulesTests {
    static let table = ModuleTable(
        markdown: """
            <!-- modules -->
            | module | what lives there | imports | C |
            |---|---|---|---|
            | `Low` | below | | C |
            | `Core` | a core | Low | C |
            | `Shell` | a shell | Core, Logging | |

            | `NotPartOfIt` | another table | | |
            """)

    static func file(_ text: String, module: String = "Core") -> SourceFile {
        SourceFile(path: "Sources/\(module)/Sample.swift", text: text)
    }

    @Test("the module table is read up to its end")
    func tableIsRead() {
        #expect(Self.table.rows.map(\.name) == ["Low", "Core", "Shell"])
        #expect(Self.table.row("Core")?.imports == ["Low"])
        #expect(Self.table.row("Core")?.isConstrained == true)
        #expect(Self.table.row("Shell")?.isConstrained == false)
        #expect(Self.table.upwardImports() == [])
    }

    @Test("a table that imports upward is found out")
    func upwardTable() {
        let table = ModuleTable(
            markdown: "<!-- modules -->\n| `A` | | B | C |\n| `B` | | | C |\n")
        #expect(table.upwardImports() == ["A imports B"])
    }

    @Test(
        "an import that the table does not grant is found",
        arguments: [
            "import Shell", "import Foundation", "import Glibc", "@testable import Shell", "public import Foundation",
            "import struct Foundation.Data", "@_exported import Dispatch",
        ])
    func foreignImport(line: String) {
        #expect(Rules.imports(Self.file("import Low\n\(line)\n"), table: Self.table).map(\.line) == [2])
    }

    @Test("granted imports, and imports in comments and strings, pass")
    func grantedImport() {
        let sample = "import Low\n// import Foundation\nlet text = \"\"\"\n    import Glibc\n    \"\"\"\n"
        #expect(Rules.imports(Self.file(sample), table: Self.table) == [])
        let shell = Self.file("import Foundation\nimport Logging\n", module: "Shell")
        #expect(Rules.imports(shell, table: Self.table) == [])
    }

    @Test("a module that the table does not know is found")
    func unknownModule() {
        #expect(Rules.imports(Self.file("", module: "Elsewhere"), table: Self.table).count == 1)
    }

    @Test(
        "an existential or an untyped throws in a constrained module is found",
        arguments: ["func f() throws {}", "let x: any Shape", "func f() throws -> Int { 0 }", "var g: (any P)?"])
    func embeddedLanguage(line: String) {
        #expect(Rules.constrainedLanguage(Self.file(line)).count == 1)
    }

    @Test(
        "typed throws and the word any in prose pass",
        arguments: ["func f() throws(Refusal) {}", "// any Shape throws", "let text = \"any Shape\"", "let any = 3"])
    func embeddedLanguagePasses(line: String) {
        #expect(Rules.constrainedLanguage(Self.file(line)) == [])
    }

    @Test(
        "whatever may trap without a reason is found",
        arguments: [
            "let x = y!", "let x = f()!", "let x = a[0]!.b", "try! f()", "x as! Int", "fatalError(\"no\")",
            "// TODO: later", "let z = y!.count + 1",
        ])
    func force(line: String) {
        #expect(Rules.noForce(Self.file(line)).count == 1)
    }

    @Test(
        "negation, inequality and exclamations in text pass",
        arguments: ["if !x {}", "x != y", "a!=b", "print(\"stop!\")", "let s = \"\\(f(\"a\"))!\"", "// careful!"])
    func forcePasses(line: String) {
        #expect(Rules.noForce(Self.file(line)) == [])
    }

    @Test("a file of 401 lines and a line of 121 columns are found")
    func length() {
        let long = String(repeating: "x\n", count: 401)
        #expect(Rules.length(Self.file(long)).count == 1)
        #expect(Rules.length(Self.file(String(repeating: "x\n", count: 400))) == [])
        #expect(Rules.length(Self.file(String(repeating: "x", count: 121))).count == 1)
        #expect(Rules.length(Self.file(String(repeating: "x", count: 120))) == [])
    }

    @Test(
        "a public symbol without a doc comment is found",
        arguments: [
            "public func f() {}", "// not a doc comment\npublic struct S {}", "    public static let x = 1",
            "@inlinable public var y: Int { 1 }", "public private(set) var z = 0",
            "public init(path: String) throws(Refusal) {}",
            "/// Doc.\n\npublic enum E {}", "    public mutating func g() {}",
        ])
    func undocumented(sample: String) {
        #expect(Rules.publicSymbolsAreDocumented(Self.file(sample)).count == 1)
    }

    @Test(
        "documented symbols, witnesses and internal symbols pass",
        arguments: [
            "/// Doc.\npublic func f() {}", "/// Doc.\n@inlinable\npublic func f() {}", "func f() {}",
            "public static func == (a: S, b: S) -> Bool { true }", "public var description: String { \"\" }",
            "let text = \"\"\"\n    public func f() {}\n    \"\"\"", "public init(x: Int) {}",
            "public extension Int {}", "public import Low",
        ])
    func documented(sample: String) {
        #expect(Rules.publicSymbolsAreDocumented(Self.file(sample)) == [])
    }

    @Test("a path of one machine is found, a path of every machine is not")
    func machinePaths() {
        for place in ["work", "root", "home", "opt"] {
            #expect(Rules.noMachinePaths(Self.file("open(\"/\(place)/somebody/x\")")).count == 1)
        }
        let good = Self.file("/usr/lib /etc/lapwing /var/lib ./work/x ~/work a/work/b $HOME/x")
        #expect(Rules.noMachinePaths(good) == [])
    }

    @Test("raw and multi-line strings, nested comments and interpolations are blanked")
    func blanking() {
        let text = SwiftText(
            "let a = #\"x! \"quoted\" y!\"#; b\n/* one /* two! */ still! */ c\nlet d = \"\\(e(\")\")) f!\"; g\n")
        #expect(text.lines[0] == "let a = \"\"; b")
        #expect(text.lines[1] == " c")
        #expect(text.lines.count == 4)
        let continued = "let a = \"\"\"\n    one \\\n    two\n    \"\"\"\npublic func f() {}"
        #expect(SwiftText(continued).lines.count == 5)
        #expect(SwiftText(continued).lines.last == "public func f() {}")
    }
}
