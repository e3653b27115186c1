import Bounded
import CSystem

/// What a configuration file and the command line say, before it is known whether it makes sense.
///
/// **Limit:** a file of 64 KiB, 256 keys.
/// **Memory:** about 100 KB while it exists; it belongs to the start of a program and goes away with it.
public struct ConfigurationSource: ~Copyable {
    static let fileLimitBytes = 65_536
    private static let entriesMaximum = 256
    private static let textLimitBytes = 2 * fileLimitBytes

    let path: FixedText
    /// The folder that the file lies in; empty for the working folder.
    let folder: FixedText
    private let texts: UnsafeMutablePointer<UInt8>
    private var textCount = 0
    private let entries: UnsafeMutablePointer<SourceEntry>
    private(set) var entryCount = 0

    /// An empty source that speaks for `path`.
    init(path: FixedText) {
        self.path = path
        folder = Self.folder(of: path)
        texts = .allocate(capacity: Self.textLimitBytes)
        entries = .allocate(capacity: Self.entriesMaximum)
    }

    deinit {
        texts.deallocate()
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

    /// Adds what one line says; false when there is no room.
    mutating func add(line: Int, section: FixedText, key: FixedText, value: FixedText) -> Bool {
        let needed = section.count + key.count + value.count
        guard entryCount < Self.entriesMaximum, textCount + needed <= Self.textLimitBytes else { return false }
        let entry = SourceEntry(
            line: Int32(line), section: store(section), key: store(key), value: store(value))
        (entries + entryCount).initialize(to: entry)
        entryCount += 1
        return true
    }

    private mutating func store(_ text: FixedText) -> TextRange {
        let start = textCount
        for index in 0..<text.count { texts[start + index] = text[index] }
        textCount += text.count
        return TextRange(start: Int32(start), count: Int32(text.count))
    }

    func entry(_ index: Int) -> SourceEntry {
        precondition(index >= 0 && index < entryCount, "an entry beyond the source")
        return entries[index]
    }

    func text(_ range: TextRange) -> FixedText {
        FixedText(bytes: UnsafeBufferPointer(start: texts + Int(range.start), count: Int(range.count)))
    }

    /// The entry that sets the same key as entry `index` and stands before it, of the same origin.
    private func earlier(than index: Int) -> SourceEntry? {
        let later = entries[index]
        for other in 0..<index
        where entries[other].isOverride == later.isOverride
            && text(entries[other].key) == text(later.key) && text(entries[other].section) == text(later.section)
        {
            return entries[other]
        }
        return nil
    }

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
        let isAdded = add(
            line: 0, section: text.part(0, dot), key: text.part(dot + 1, equals),
            value: text.part(equals + 1, text.count))
        guard isAdded else { throw ConfigurationError(path: Self.commandLine(text), .tooManyEntries) }
    }

    private static func commandLine(_ text: FixedText) -> FixedText {
        var path = FixedText("--set ")
        path.append(text)
        return path
    }

    // MARK: - Applying

    /// Sets every key that is named in `configuration`.
    ///
    /// **Throws:** `ConfigurationError` for the first line that makes no sense.
    func apply<Target: SchemaDescribed>(
        to configuration: inout Target, resolvingPaths: Bool
    ) throws(ConfigurationError) {
        for index in 0..<entryCount {
            let entry = entries[index]
            let isFromFile = !entry.isOverride
            var visitor = AssigningVisitor(
                section: text(entry.section), key: text(entry.key), written: text(entry.value),
                folder: resolvingPaths && isFromFile ? folder : FixedText())
            configuration.visit(&visitor)
            if !visitor.isFound { throw unknown(entry, in: configuration) }
            if let problem = visitor.problem { throw error(entry, problem) }
            if let first = earlier(than: index) { throw error(entry, .duplicate(firstLine: Int(first.line))) }
        }
    }

    private func unknown<Target: SchemaDescribed>(
        _ entry: SourceEntry, in configuration: Target
    ) -> ConfigurationError {
        var copy = configuration
        var visitor = SuggestingVisitor(section: text(entry.section), key: text(entry.key))
        copy.visit(&visitor)
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
            path: origin(entry), line: Int(entry.line), section: text(entry.section), key: text(entry.key), problem)
    }

    private func origin(_ entry: SourceEntry) -> FixedText { entry.isOverride ? FixedText("--set") : path }

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
