import Bounded
import CInih
import CSystem

extension ConfigurationSource {
    /// Reads a file.
    ///
    /// **Throws:** `ConfigurationError` when the file cannot be read, or a line is no key and value.
    public init(reading path: FixedText) throws(ConfigurationError) {
        self.init(path: path)
        try take(path, as: .file)
    }

    /// Reads a profile: a file with `[uplink]` and `[downlink]` alone, whose keys go before those of the main file.
    ///
    /// Keys of the command line go before both; take them afterwards.
    /// **Throws:** `ConfigurationError` when the file cannot be read, or a line is no key and value.
    public mutating func overlay(profile path: FixedText) throws(ConfigurationError) {
        profilePath = path
        try take(path, as: .profile)
    }

    private func take(_ path: FixedText, as origin: SourceEntry.Origin) throws(ConfigurationError) {
        let bytes = UnsafeMutableRawPointer.allocate(byteCount: Self.fileLimitBytes + 1, alignment: 1)
        defer { bytes.deallocate() }
        let buffer = UnsafeMutableRawBufferPointer(start: bytes, count: Self.fileLimitBytes + 1)
        let count = try Self.readFile(path, into: buffer)
        try parse(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(buffer)[0..<count]), as: origin)
    }

    private static func readFile(
        _ path: FixedText, into buffer: UnsafeMutableRawBufferPointer
    ) throws(ConfigurationError) -> Int {
        let descriptor = path.withCString { lapwing_open_for_reading($0) }
        guard descriptor >= 0 else {
            let code = lapwing_errno()
            throw ConfigurationError(path: path, code == ENOENT ? .missingFile : .unreadableFile(code: code))
        }
        defer { close(descriptor) }
        var count = 0
        while count < buffer.count {
            let size = read(descriptor, buffer.baseAddress.map { $0 + count }, buffer.count - count)
            if size == 0 { break }
            if size > 0 { count += size }
            if size < 0 && lapwing_errno() != EINTR {
                throw ConfigurationError(path: path, .unreadableFile(code: lapwing_errno()))
            }
        }
        guard count <= fileLimitBytes else {
            throw ConfigurationError(path: path, .fileTooLarge(limitBytes: fileLimitBytes))
        }
        return count
    }

    /// Takes in the text of a file.
    func parse(
        _ bytes: UnsafeRawBufferPointer, as origin: SourceEntry.Origin = .file
    ) throws(ConfigurationError) {
        let path = origin == .profile ? profilePath : path
        var state = ParserState(bytes: bytes, origin: origin, entries: entries)
        let code = withUnsafeMutablePointer(to: &state) { pointer in
            ini_parse_stream(nextLine, pointer, takeEntry, pointer)
        }
        // inih goes on after a line that it cannot read, and names the first such line.
        if code > 0 { state.note(.notKeyAndValue, line: Int(code)) }
        if code < 0 { throw ConfigurationError(path: path, .unreadableFile(code: ENOMEM)) }
        if let problem = state.problem {
            throw ConfigurationError(
                path: path, line: state.problemLine, section: state.problemSection, key: state.problemKey, problem)
        }
    }
}

/// What inih's two callbacks share.
private struct ParserState {
    let bytes: UnsafeRawBufferPointer
    let origin: SourceEntry.Origin
    var position = 0
    var line = 0
    let entries: UnsafeMutablePointer<SourceEntries>

    var problem: ConfigurationError.Problem?
    var problemLine = Int.max
    var problemSection = FixedText()
    var problemKey = FixedText()

    init(
        bytes: UnsafeRawBufferPointer, origin: SourceEntry.Origin, entries: UnsafeMutablePointer<SourceEntries>
    ) {
        self.bytes = bytes
        self.origin = origin
        self.entries = entries
    }

    /// Keeps the first problem of the file; the first one told of a line is the most precise.
    mutating func note(
        _ problem: ConfigurationError.Problem, line: Int, section: FixedText = FixedText(),
        key: FixedText = FixedText()
    ) {
        guard line < problemLine else { return }
        self.problem = problem
        problemLine = line
        problemSection = section
        problemKey = key
    }

    /// Copies the next line, cut to `capacity` with its end; false after the last.
    mutating func copyLine(to target: UnsafeMutablePointer<CChar>, capacity: Int) -> Bool {
        guard position < bytes.count else { return false }
        line += 1
        var count = 0
        var isLeading = true
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            if byte == 0x0a { break }
            if byte == 0 || (byte < 0x20 && byte != 0x09 && byte != 0x0d) { note(.strangeByte, line: line) }
            // Indentation would make inih take the line for more of the last value.
            if isLeading, byte == 0x20 || byte == 0x09 { continue }
            isLeading = false
            if count == capacity - 3 {
                if byte != 0x0d { note(.lineTooLong(limitBytes: capacity - 3), line: line) }
                continue
            }
            target[count] = CChar(bitPattern: byte)
            count += 1
        }
        target[count] = 0x0a
        target[count + 1] = 0
        return true
    }

    mutating func take(section: FixedText, key: FixedText, value: FixedText) {
        guard !section.isEmpty else { return note(.beforeAnySection, line: line, key: key) }
        guard entries.pointee.add(origin: origin, line: line, section: section, key: key, value: value) else {
            return note(.tooManyEntries, line: line)
        }
    }
}

private func nextLine(
    _ target: UnsafeMutablePointer<CChar>?, _ capacity: Int32, _ stream: UnsafeMutableRawPointer?
) -> UnsafeMutablePointer<CChar>? {
    guard let target, let state = stream?.assumingMemoryBound(to: ParserState.self) else { return nil }
    return state.pointee.copyLine(to: target, capacity: Int(capacity)) ? target : nil
}

private func takeEntry(
    _ user: UnsafeMutableRawPointer?, _ section: UnsafePointer<CChar>?, _ name: UnsafePointer<CChar>?,
    _ value: UnsafePointer<CChar>?
) -> Int32 {
    guard let state = user?.assumingMemoryBound(to: ParserState.self), let section, let name, let value
    else { return 0 }
    state.pointee.take(
        section: FixedText(cString: section), key: FixedText(cString: name), value: FixedText(cString: value))
    return 1
}
