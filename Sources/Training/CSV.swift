import Foundation

/// Writing tables for other programs.
enum CSV {
    /// A field of a CSV file, in quotation marks where it needs them.
    static func quoted(_ text: String) -> String {
        text.contains { $0 == "," || $0 == "\"" || $0 == "\n" }
            ? "\"\(text.replacingOccurrences(of: "\"", with: "\"\""))\"" : text
    }
}
