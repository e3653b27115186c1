import Foundation

extension SettingList {
    /// Reads `key = value` lines in sections, as the programs read their configuration.
    ///
    /// What a key means, and whether its value makes sense, the programs check.
    /// **Throws:** `missingInput` when there is no such file, `configuration` with the first line that is none.
    package init(reading url: URL) throws(TrainingError) {
        guard let text = try? String(contentsOf: url, encoding: .utf8) else {
            throw TrainingError(.missingInput, "\(url.path): there is no such file, or it may not be read")
        }
        try self.init(parsing: text, path: url.path)
    }

    /// Reads the text of such a file; `path` is what errors call it.
    package init(parsing text: String, path: String) throws(TrainingError) {
        self = []
        var section = ""
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let trimmed = line.prefix { $0 != ";" }.trimmingCharacters(in: .whitespaces)
            guard !trimmed.isEmpty, !trimmed.hasPrefix("#") else { continue }
            if let match = trimmed.wholeMatch(of: /\[([a-z_]+)\]/) {
                section = String(match.1)
            } else if let match = trimmed.wholeMatch(of: /([a-z_0-9]+)\s*=\s*(.*)/), !section.isEmpty {
                set(Setting(section, String(match.1), String(match.2)))
            } else {
                throw TrainingError(
                    .configuration, "\(path):\(index + 1): \(trimmed): expected [section] or key = value")
            }
        }
    }

    /// The settings of the named sections alone, but for some keys.
    func only(_ sections: Set<String>, but keys: Set<String>) -> SettingList {
        var list: SettingList = []
        for setting in settings where sections.contains(setting.section) && !keys.contains(setting.key) {
            list.set(setting)
        }
        return list
    }
}
