import Bounded

/// Why a configuration cannot be used: where, what, and what to do about it.
public struct ConfigurationError: Error, Sendable {
    /// What is wrong.
    enum Problem: Sendable {
        case missingFile
        case unreadableFile(code: Int32)
        case fileTooLarge(limitBytes: Int)
        case lineTooLong(limitBytes: Int)
        case strangeByte
        case notKeyAndValue
        case beforeAnySection
        case unknownSection(suggestion: StaticString?)
        case unknownKey(suggestion: StaticString?)
        case keyOfOtherSection(StaticString)
        case notInProfile
        case duplicate(firstLine: Int)
        case missing(remedy: StaticString)
        case contradiction(StaticString)
        case notAnInteger(FixedText, IntegerRange)
        case integerOutOfRange(FixedText, IntegerRange)
        case notANumber(FixedText, NumberRange)
        case numberOutOfRange(FixedText, NumberRange)
        case notAFlag(FixedText)
        case notAChoice(FixedText, words: StaticString)
        case notWidths(FixedText)
        case notAnEndpoint(FixedText)
        case textTooLong
        case tooManyEntries
        case malformedOverride
    }

    /// A place on the heap: an error of a thousand bytes would be copied wherever it is thrown or passed on. A
    /// configuration is read before an agent's memory is sealed.
    private final class Place: Sendable {
        let path: FixedText
        let line: Int
        let section: FixedText
        let key: FixedText
        let problem: Problem

        init(path: FixedText, line: Int, section: FixedText, key: FixedText, problem: Problem) {
            self.path = path
            self.line = line
            self.section = section
            self.key = key
            self.problem = problem
        }
    }

    private let place: Place

    /// The file, or `--set`.
    public var path: FixedText { place.path }
    /// The line, counted from 1; 0 when it is none in particular.
    public var line: Int { place.line }
    /// The section, empty when it is none in particular.
    public var section: FixedText { place.section }
    /// The key, empty when it is none in particular.
    public var key: FixedText { place.key }
    var problem: Problem { place.problem }

    @inline(never)
    init(
        path: FixedText, line: Int = 0, section: FixedText = FixedText(), key: FixedText = FixedText(),
        _ problem: Problem
    ) {
        place = Place(path: path, line: line, section: section, key: key, problem: problem)
    }

    /// How a program that stops because of this error ends.
    public var exitCode: ExitCode {
        switch problem {
        case .missingFile: .missingInput
        case .unreadableFile: .inputOutput
        case .malformedOverride: .usage
        default: .configuration
        }
    }
}
