import Foundation

/// The house rules, each a pure function of a file: its findings, empty when the file is in order.
///
/// Pure, so that `RulesTests` can show each rule failing on a bad sample.
enum Rules {
    static let longestFile = 400
    static let longestLine = 120

    /// Imports that the module table does not grant.
    static func imports(_ file: SourceFile, table: ModuleTable) -> [Finding] {
        guard let row = table.row(file.module) else {
            return [Finding(path: file.path, line: 1, message: "\(file.module) is not in docs/architecture.md")]
        }
        var allowed = row.imports.union(ModuleTable.languageModules)
        if !row.isConstrained { allowed.formUnion(ModuleTable.systemModules) }
        let pattern = /^(?:[@\w()]+\s+)*import\s+(?:(?:struct|enum|func|class|var|let)\s+)?(\w+)/
        return each(file) { line in
            guard let match = line.firstMatch(of: pattern), !allowed.contains(String(match.1)) else { return nil }
            return "\(file.module) may not import \(match.1); docs/architecture.md has the table"
        }
    }

    /// Existentials and untyped `throws`, which Embedded Swift does not have.
    static func constrainedLanguage(_ file: SourceFile) -> [Finding] {
        each(file) { line in
            if line.contains(/\bany\s+[A-Z(]/) { return "an existential in a constrained module" }
            if line.contains(/\bthrows\b(?!\s*\()/) { return "untyped throws in a constrained module" }
            return nil
        }
    }

    /// Forced unwraps, forced tries and casts, `fatalError`, notes to self.
    static func noForce(_ file: SourceFile) -> [Finding] {
        let notes = file.lines.enumerated().compactMap { index, line -> Finding? in
            guard line.contains(/\b(TODO|FIXME|XXX)\b/) else { return nil }
            return Finding(path: file.path, line: index + 1, message: "a note to self; write an issue instead")
        }
        return notes
            + each(file) { line in
                if line.contains(/\btry!/) { return "try! outside tests" }
                if line.contains(/\bas!/) { return "a forced cast outside tests" }
                if line.contains(/\bfatalError\s*\(/) { return "fatalError outside tests" }
                if line.contains(/[\w\)\]\}>"]!(?!=)/) { return "a forced unwrap outside tests" }
                return nil
            }
    }

    /// Files and lines that are too long to read.
    static func length(_ file: SourceFile) -> [Finding] {
        var findings: [Finding] = []
        let lines = file.lines
        if lines.count > longestFile + 1 {
            findings.append(
                Finding(path: file.path, line: longestFile, message: "\(lines.count) lines; \(longestFile) at most"))
        }
        for (index, line) in lines.enumerated() where line.count > longestLine && !line.contains("://") {
            findings.append(
                Finding(path: file.path, line: index + 1, message: "\(line.count) columns; \(longestLine) at most"))
        }
        return findings
    }

    /// Public declarations without a doc comment.
    ///
    /// Initialisers that cannot fail need none (their type says what it is), and neither does what a protocol of the
    /// standard library asks for.
    static func publicSymbolsAreDocumented(_ file: SourceFile) -> [Finding] {
        let code = SwiftText(file.text).lines
        let source = file.lines
        let keyword = /\b(func|var|let|init|struct|enum|class|actor|protocol|typealias|subscript|case)\b(.*)/
        let declaration = /^\s*(?:@\w+(?:\([^)]*\))?\s+)*(?:public|open)\s+(?!import|extension)/
        var findings: [Finding] = []
        for (index, line) in code.enumerated() {
            guard line.contains(declaration), let match = line.firstMatch(of: keyword) else { continue }
            if match.1 == "init", !signature(from: index, code).contains("throws") { continue }
            if isWitness(String(match.2)) || hasDocComment(before: index, source) { continue }
            findings.append(
                Finding(path: file.path, line: index + 1, message: "a public symbol without a doc comment"))
        }
        return findings
    }

    /// Paths that exist on one machine only.
    static func noMachinePaths(_ file: SourceFile) -> [Finding] {
        let pattern = /(?:^|[^\w.~$\/}*-])(\/(?:work|root|home|Users|opt)\/[\w.-]+)/
        return file.lines.enumerated().compactMap { index, line in
            guard let match = line.firstMatch(of: pattern) else { return nil }
            return Finding(path: file.path, line: index + 1, message: "a path of one machine: \(match.1)")
        }
    }

    // MARK: - Helpers

    private static func each(_ file: SourceFile, _ rule: (String) -> String?) -> [Finding] {
        SwiftText(file.text).lines.enumerated().compactMap { index, line in
            rule(line).map { Finding(path: file.path, line: index + 1, message: $0) }
        }
    }

    /// The lines of a declaration up to its body.
    private static func signature(from index: Int, _ code: [String]) -> String {
        var text = ""
        for line in code[index...].prefix(12) {
            text += line
            if line.contains("{") { break }
        }
        return text
    }

    private static func isWitness(_ rest: String) -> Bool {
        let name = rest.trimmingCharacters(in: .whitespaces)
        let witnesses = ["==", "<", "hash(into", "description", "debugDescription", "encode(to", "errorDescription"]
        return witnesses.contains { name.hasPrefix($0) } || name.hasPrefix("(from decoder")
    }

    private static func hasDocComment(before index: Int, _ lines: [Substring]) -> Bool {
        var cursor = index - 1
        while cursor >= 0 {
            let line = lines[cursor].drop { $0 == " " }
            if line.hasPrefix("///") { return true }
            guard line.hasPrefix("@") || line.hasPrefix("#if") || line.hasPrefix("// swift-format-ignore") else {
                return false
            }
            cursor -= 1
        }
        return false
    }
}
