import Foundation

/// One way of sending gradients in a sweep: what its runs have in common, but for the seed.
public struct SweepCell: Sendable {
    /// What tables and plots call it, such as `ternary, c 1`.
    public var label: String
    /// What it belongs to in a plot: a codec's name, or `profile`.
    public var family: String
    /// The profile, by name or path; nil: the settings alone.
    public var profile: Profile?
    /// Keys of `[uplink]` and `[downlink]` that differ from the default.
    public var settings: SettingList

    init(label: String, family: String, profile: Profile? = nil, settings: SettingList = []) {
        self.label = label
        self.family = family
        self.profile = profile
        self.settings = settings
    }

    /// Reads `label: key=value, key=value`; keys are those of `[uplink]`, or `downlink.key`.
    ///
    /// **Throws:** `usage` with the text and what was expected.
    public init(parsing text: String) throws(TrainingError) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].trimmingCharacters(in: .whitespaces).isEmpty else {
            throw TrainingError(.usage, "--cell \(text): expected label: key=value, key=value")
        }
        var settings: SettingList = []
        for word in parts[1].split(separator: ",", omittingEmptySubsequences: false) {
            let change = word.trimmingCharacters(in: .whitespaces)
            let setting: Setting
            do throws(TrainingError) {
                let isWhole = change.prefix { $0 != "=" }.contains(".")
                setting = try Setting(parsing: isWhole ? change : "uplink.\(change)")
            } catch { throw TrainingError(.usage, "--cell \(text): \(change) is no key=value") }
            settings.set(setting)
        }
        let label = parts[0].trimmingCharacters(in: .whitespaces)
        let family = settings.value("uplink", "codec") ?? SweepGrid.denseLabel
        self.init(label: label, family: family, settings: settings)
    }

    /// The value of a key, the cell's own or its profile's; empty when neither says.
    func value(_ section: String, _ key: String) -> String {
        settings.value(section, key) ?? profile?.settings.value(section, key) ?? ""
    }

    /// The label in letters, digits and dashes.
    var slug: String {
        let plain = label.lowercased().map { $0.isLetter || $0.isNumber || $0 == "." ? $0 : "-" }
        return String(plain).split(separator: "-").joined(separator: "-").prefix(48).description
    }
}
