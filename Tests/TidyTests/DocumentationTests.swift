import Foundation
import Testing

/// What the pages say must be there to be used.
@Suite("The documentation names what exists")
struct DocumentationTests {
    static func pages() throws -> [SourceFile] {
        let pages = try SourceTree.trackedFiles().filter { $0.path.hasSuffix(".md") }
        try #require(pages.contains { $0.path == "README.md" })
        return pages
    }

    /// The lines of fenced code blocks that a shell would run.
    static func commands(_ page: SourceFile) -> [(line: Int, text: String)] {
        var isCode = false
        var found: [(Int, String)] = []
        for (index, line) in page.lines.enumerated() {
            let text = line.trimmingCharacters(in: .whitespaces)
            if text.hasPrefix("```") {
                isCode.toggle()
            } else if isCode {
                found.append((index + 1, text.hasPrefix("$ ") ? String(text.dropFirst(2)) : text))
            }
        }
        return found
    }

    @Test("the first commands of README.md are make run and make test")
    func firstCommands() throws {
        let readme = try #require(try Self.pages().first { $0.path == "README.md" })
        let first = Self.commands(readme).map(\.text).filter { $0.hasPrefix("make ") }.prefix(2)
        let plain = first.map { $0.prefix { $0 != "#" }.trimmingCharacters(in: .whitespaces) }
        #expect(plain == ["make run", "make test"])
    }

    @Test("every make target that a page names is in the Makefile")
    func makeTargets() throws {
        let makefile = try SourceTree.file("Makefile").text
        for page in try Self.pages() {
            for (line, text) in Self.commands(page) where text.hasPrefix("make ") {
                let words = text.split(separator: " ").dropFirst().prefix { $0 != "#" }
                for word in words where !word.contains("=") && !word.hasPrefix("-") && !word.contains("\"") {
                    #expect(makefile.contains("\n\(word):"), "\(page.path):\(line): make \(word)")
                }
            }
        }
    }

    @Test("every script that a page runs exists and may be executed")
    func scripts() throws {
        for page in try Self.pages() {
            for (line, text) in Self.commands(page) {
                for word in text.split(separator: " ") where word.hasPrefix("scripts/") {
                    let path = SourceTree.root.appending(path: String(word)).path
                    #expect(FileManager.default.isExecutableFile(atPath: path), "\(page.path):\(line): \(word)")
                }
            }
        }
    }

    @Test("every relative link of a page leads to a file")
    func links() throws {
        for page in try Self.pages() {
            let folder = SourceTree.root.appending(path: page.path).deletingLastPathComponent()
            for (index, line) in page.lines.enumerated() {
                for match in line.matches(of: /\]\(([^)#\s]+)(?:#[^)]*)?\)/) where !match.1.contains("://") {
                    let target = folder.appending(path: String(match.1)).standardizedFileURL.path
                    #expect(
                        FileManager.default.fileExists(atPath: target), "\(page.path):\(index + 1): \(match.1)")
                }
            }
        }
    }
}
