import Bounded
import CSystem

/// What a configuration file, a profile and the command line say, before it is known whether it makes sense.
///
/// **Limit:** a file of 64 KiB, 256 keys.
/// **Memory:** about 100 KB while it exists; it belongs to the start of a program and goes away with it.
public struct ConfigurationSource: ~Copyable {
    static let fileLimitBytes = 65_536

    let path: FixedText
    /// The folder that the file lies in; empty for the working folder.
    let folder: FixedText
    /// The profile that was read after the file; empty when none was.
    var profilePath = FixedText()
    /// Behind a pointer, since libinih's callbacks write to it.
    let entries: UnsafeMutablePointer<SourceEntries>

    /// An empty source that speaks for `path`.
    init(path: FixedText) {
        self.path = path
        folder = Self.folder(of: path)
        entries = .allocate(capacity: 1)
        entries.initialize(to: SourceEntries())
    }

    deinit {
        entries.pointee.deallocate()
        entries.deallocate()
    }

    private static func folder(of path: FixedText) -> FixedText {
        var slash = -1
        for index in 0..<path.count where path[index] == 0x2f { slash = index }
        var folder = FixedText()
        for index in 0..<max(slash, 0) { folder.append(byte: path[index]) }
        return folder
    }

    // MARK: - Entries

    /// Takes `section.key=value` from the command line; it goes before what the file says.
    ///
    /// **Throws:** `ConfigurationError` when the text is not of that form.
    public mutating func override(_ text: FixedText) throws(ConfigurationError) {
        var dot = -1
        var equals = -1
        for index in 0..<text.count where equals < 0 {
            if text[index] == 0x2e, dot < 0 { dot = index }
            if text[index] == 0x3d { equals = index }
        }
        guard !text.wasCut, dot > 0, equals > dot + 1 else {
            throw ConfigurationError(path: Self.commandLine(text), .malformedOverride)
        }
        let isAdded = entries.pointee.add(
            origin: .commandLine, line: 0, section: text.part(0, dot), key: text.part(dot + 1, equals),
            value: text.part(equals + 1, text.count))
        guard isAdded else { throw ConfigurationError(path: Self.commandLine(text), .tooManyEntries) }
    }

    private static func commandLine(_ text: FixedText) -> FixedText {
        var path = FixedText("--set ")
        path.append(text)
        return path
    }

    // MARK: - Applying

    /// Sets every key that is named in `configuration`; what a profile names and is not its business is only checked.
    ///
    /// **Throws:** `ConfigurationError` for the first line that makes no sense.
    func apply<Target: ProfileTaking>(
        to configuration: inout Target, resolvingPaths: Bool
    ) throws(ConfigurationError) {
        for index in 0..<entries.pointee.count {
            let entry = entries.pointee[index]
            let visitor = AssigningVisitor(
                section: entries.pointee.text(entry.section), key: entries.pointee.text(entry.key),
                written: entries.pointee.text(entry.value),
                folder: resolvingPaths && entry.origin == .file ? folder : FixedText())
            if entry.origin == .profile {
                configuration.links.visit(visitor)
            } else {
                configuration.visit(visitor)
            }
            if !visitor.isFound { throw unknown(entry, in: configuration) }
            if let problem = visitor.problem { throw error(entry, problem) }
            if let first = entries.pointee.earlier(than: index) {
                throw error(entry, .duplicate(firstLine: Int(first.line)))
            }
        }
    }

    private func unknown<Target: ProfileTaking>(
        _ entry: SourceEntry, in configuration: Target
    ) -> ConfigurationError {
        var copy = configuration
        let visitor = SuggestingVisitor(
            section: entries.pointee.text(entry.section), key: entries.pointee.text(entry.key))
        if entry.origin == .profile {
            copy.links.visit(visitor)
            if visitor.isSectionKnown ? visitor.nearestKey.word == nil : visitor.nearestSection.word == nil {
                return error(entry, .notInProfile)
            }
        } else {
            copy.visit(visitor)
        }
        guard visitor.isSectionKnown else {
            return ConfigurationError(
                path: origin(entry), line: Int(entry.line), section: visitor.section,
                .unknownSection(suggestion: visitor.nearestSection.word))
        }
        if let other = visitor.sectionOfKey { return error(entry, .keyOfOtherSection(other)) }
        return error(entry, .unknownKey(suggestion: visitor.nearestKey.word))
    }

    private func error(_ entry: SourceEntry, _ problem: ConfigurationError.Problem) -> ConfigurationError {
        ConfigurationError(
            path: origin(entry), line: Int(entry.line), section: entries.pointee.text(entry.section),
            key: entries.pointee.text(entry.key), problem)
    }

    private func origin(_ entry: SourceEntry) -> FixedText {
        switch entry.origin {
        case .file: path
        case .profile: profilePath
        case .commandLine: FixedText("--set")
        }
    }

    // MARK: - Checks over several keys

    /// Refuses a configuration that leaves out what has no default.
    func require(
        _ section: StaticString, _ key: StaticString, filled isFilled: Bool, _ remedy: StaticString
    ) throws(ConfigurationError) {
        guard !isFilled else { return }
        throw ConfigurationError(
            path: path, section: FixedText(section), key: FixedText(key), .missing(remedy: remedy))
    }

    /// Refuses to do without keys where other machines can listen in.
    func refuseInsecure(_ endpoint: FixedText) throws(ConfigurationError) {
        guard let endpoint = Endpoint(endpoint), !endpoint.isLoopback else { return }
        try refuse(
            "insecure = true is refused where other machines can reach; use keys, or a loopback address", "gateway")
    }

    /// Refuses a key that contradicts others, where it was set last.
    func refuse(_ conflict: Conflict?, _ section: StaticString) throws(ConfigurationError) {
        guard let conflict else { return }
        for index in (0..<entries.pointee.count).reversed() {
            let entry = entries.pointee[index]
            if entries.pointee.text(entry.key).equals(conflict.key),
                entries.pointee.text(entry.section).equals(section)
            {
                throw error(entry, .contradiction(conflict.text))
            }
        }
        throw ConfigurationError(
            path: path, section: FixedText(section), key: FixedText(conflict.key), .contradiction(conflict.text))
    }

    /// Refuses keys that contradict each other.
    func refuse(_ contradiction: StaticString?, _ section: StaticString) throws(ConfigurationError) {
        guard let contradiction else { return }
        throw ConfigurationError(path: path, section: FixedText(section), .contradiction(contradiction))
    }
}

extension FixedText {
    /// The bytes from `start` up to `end`.
    func part(_ start: Int, _ end: Int) -> FixedText {
        var part = FixedText()
        for index in start..<end { part.append(byte: self[index]) }
        return part
    }
}
