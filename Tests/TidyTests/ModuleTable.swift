import Foundation

/// The module table of `docs/architecture.md`: what each module may import, and which are constrained.
struct ModuleTable {
    struct Row {
        let name: String
        let imports: Set<String>
        let isConstrained: Bool
    }

    let rows: [Row]

    /// Modules that any ordinary module may import beside those of its row.
    static let systemModules: Set<String> = ["Foundation", "Glibc", "Dispatch", "Synchronization"]
    /// Part of every build, Embedded or not.
    static let languageModules: Set<String> = ["Swift", "_Concurrency"]

    /// Reads the table that follows `<!-- modules -->`.
    init(markdown: String) {
        var rows: [Row] = []
        let table = markdown.components(separatedBy: "<!-- modules -->").dropFirst().first ?? ""
        let lines = table.split(separator: "\n", omittingEmptySubsequences: false).drop { !$0.hasPrefix("|") }
        for line in lines.prefix(while: { $0.hasPrefix("|") }) {
            let cells = line.split(separator: "|", omittingEmptySubsequences: false)
                .map { $0.trimmingCharacters(in: .whitespaces) }
            guard cells.count >= 6, cells[1].hasPrefix("`") else { continue }
            let imports = cells[3].split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
            rows.append(
                Row(
                    name: cells[1].trimmingCharacters(in: ["`"]), imports: Set(imports),
                    isConstrained: cells[4] == "C"))
        }
        self.rows = rows
    }

    func row(_ name: String) -> Row? { rows.first { $0.name == name } }

    /// Rows that import a module of a later row: the table itself must run downward.
    func upwardImports() -> [String] {
        let names = rows.map(\.name)
        return rows.indices.flatMap { index in
            rows[index].imports.filter { names[index...].contains($0) }.sorted().map { "\(names[index]) imports \($0)" }
        }
    }
}
