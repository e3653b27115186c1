import Foundation

/// A table of numbers in a text file: a heading of names, then lines of as many numbers; an empty field is NaN.
struct NumberTable {
    private let names: [String]
    private let rows: [[Double]]

    /// Reads the text of such a file; `path` is what errors call it.
    ///
    /// **Throws:** `data` for a missing column, or a line that has other fields than the heading; a last line without
    /// its end is left out, for a run may just be writing it.
    init(parsing text: String, path: String, needing needed: [String]) throws(TrainingError) {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        lines.removeLast()
        names = lines.first?.split(separator: ",").map(String.init) ?? []
        for name in needed where !names.contains(name) {
            throw .data(path, line: 1, "there is no column \(name)")
        }
        var rows: [[Double]] = []
        for (index, line) in lines.enumerated().dropFirst() where !line.isEmpty {
            let fields = line.split(separator: ",", omittingEmptySubsequences: false)
            guard fields.count == names.count else {
                throw .data(path, line: index + 1, "\(fields.count) fields; the heading has \(names.count)")
            }
            rows.append(fields.map { $0.isEmpty ? .nan : Double($0) ?? .nan })
        }
        self.rows = rows
    }

    /// The numbers of a column; nil when there is none of that name.
    func column(_ name: String) -> [Double]? {
        guard let index = names.firstIndex(of: name) else { return nil }
        return rows.map { $0[index] }
    }
}
