import Foundation

/// One line of a configuration file: a key in its section, and its value as text.
public struct Setting: Equatable, Sendable {
    /// The section, without brackets.
    public var section: String
    /// The key.
    public var key: String
    /// The value, as the file spells it.
    public var value: String

    public init(_ section: String, _ key: String, _ value: String) {
        self.section = section
        self.key = key
        self.value = value
    }

    /// Reads `section.key=value`.
    ///
    /// **Throws:** `usage` with the text and what was expected.
    public init(parsing text: String) throws(TrainingError) {
        guard let match = text.wholeMatch(of: /([a-z_]+)\.([a-z_0-9]+)\s*=\s*(.*)/), !match.3.contains("\n") else {
            throw TrainingError(.usage, "\(text): expected section.key=value, such as learning.discount=0.99")
        }
        self.init(String(match.1), String(match.2), match.3.trimmingCharacters(in: .whitespaces))
    }
}

/// The lines of one configuration file, in order; a key that is set again takes the new value in its old place.
public struct SettingList: Equatable, Sendable, ExpressibleByArrayLiteral {
    /// The lines.
    public private(set) var settings: [Setting] = []

    public init(arrayLiteral elements: Setting...) {
        for setting in elements { set(setting) }
    }

    /// Sets one key.
    public mutating func set(_ setting: Setting) {
        if let index = settings.firstIndex(where: { $0.section == setting.section && $0.key == setting.key }) {
            settings[index].value = setting.value
        } else {
            settings.append(setting)
        }
    }

    /// Sets one key.
    public mutating func set(_ section: String, _ key: String, _ value: some CustomStringConvertible) {
        set(Setting(section, key, value.description))
    }

    /// Sets every key of `other`.
    public mutating func set(_ other: SettingList) {
        for setting in other.settings { set(setting) }
    }

    /// The value of a key, if it is set.
    public func value(_ section: String, _ key: String) -> String? {
        settings.first { $0.section == section && $0.key == key }?.value
    }

    /// The file: sections in the order of their first key.
    public func text(heading: String) -> String {
        var text = "; \(heading)\n"
        var sections: [String] = []
        for setting in settings where !sections.contains(setting.section) { sections.append(setting.section) }
        for section in sections {
            text += "\n[\(section)]\n"
            for setting in settings where setting.section == section { text += "\(setting.key) = \(setting.value)\n" }
        }
        return text
    }
}

/// What `--set` and `--agent-set` change: keys of the gateway, of all agents, or of one.
public struct Overrides: Equatable, Sendable {
    /// Whose keys a change is for.
    enum Program: Equatable, Sendable {
        case gateway
        case agents
        case agent(Int)
        case everyone
    }

    private var changes: [(program: Program, setting: Setting)] = []

    public init() {}

    /// Reads `gateway.section.key=value`, `agent.section.key=value`, `agent-2.section.key=value`, or a key of
    /// compression: `uplink.key=value`, for the gateway and every agent, or `downlink.key=value`, for the gateway.
    ///
    /// **Throws:** `usage` with the text and what was expected.
    public mutating func add(_ text: String) throws(TrainingError) {
        if text.hasPrefix("uplink.") || text.hasPrefix("downlink.") {
            let setting = try Setting(parsing: text)
            let isShared = setting.section == "uplink" && !Profile.gatewayKeys.contains(setting.key)
            return changes.append((isShared ? .everyone : .gateway, setting))
        }
        guard let match = text.wholeMatch(of: /(gateway|agent|agent-([1-9][0-9]{0,3}))\.(.*)/) else {
            throw TrainingError(
                .usage,
                "--set \(text): expected gateway.section.key=value, agent.…, agent-2.…, uplink.key=value or downlink.…")
        }
        let setting: Setting
        do throws(TrainingError) { setting = try Setting(parsing: String(match.3)) } catch {
            throw TrainingError(.usage, "--set \(text): after the program comes section.key=value")
        }
        if let number = match.2.flatMap({ Int($0) }) {
            changes.append((.agent(number), setting))
        } else {
            changes.append((match.1 == "gateway" ? .gateway : .agents, setting))
        }
    }

    /// Reads `section.key=value` for all agents.
    public mutating func addForAgents(_ text: String) throws(TrainingError) {
        changes.append((.agents, try Setting(parsing: text)))
    }

    /// Makes the gateway's changes.
    func applyToGateway(_ list: inout SettingList) {
        for change in changes where change.program == .gateway || change.program == .everyone {
            list.set(change.setting)
        }
    }

    /// Makes the changes for the `number`-th agent: those of all agents first, then its own.
    func applyToAgent(_ number: Int, _ list: inout SettingList) {
        for change in changes where change.program == .agents || change.program == .everyone {
            list.set(change.setting)
        }
        for change in changes where change.program == .agent(number) { list.set(change.setting) }
    }

    /// The highest agent number that a change is for.
    var highestAgent: Int {
        changes.reduce(0) { highest, change in
            if case .agent(let number) = change.program { max(highest, number) } else { highest }
        }
    }

    public static func == (left: Overrides, right: Overrides) -> Bool {
        left.changes.elementsEqual(right.changes) { $0.program == $1.program && $0.setting == $1.setting }
    }
}
