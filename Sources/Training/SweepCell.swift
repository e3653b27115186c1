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
