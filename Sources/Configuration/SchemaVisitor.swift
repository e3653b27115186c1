import Bounded
import PolicyMath

/// Something that is done to every key of a configuration in turn: set it, write it, compare its name.
///
/// A configuration's `visit` names each key once, with its field, unit and range; that is the schema, and everything
/// else follows from it. This is a class, so that each `visit` is compiled once and not once for each visitor.
class SchemaVisitor {
    func begin(section: StaticString) {}
    func text(_ key: StaticString, _ value: inout FixedText, _ kind: TextKind) {}
    func integer(_ key: StaticString, _ value: inout Int, _ range: IntegerRange) {}
    /// `isSingle`: the value is kept in single precision.
    func number(_ key: StaticString, _ value: inout Double, _ range: NumberRange, isSingle: Bool) {}
    func flag(_ key: StaticString, _ value: inout Bool) {}
    /// `index` is the place of the value among `words`, which have a space between them.
    func choice(_ key: StaticString, _ index: inout Int, words: StaticString) {}
    func widths(_ key: StaticString, _ value: inout LayerWidths) {}
}

extension SchemaVisitor {
    final func integer(_ key: StaticString, _ value: inout UInt64, _ range: IntegerRange) {
        var number = Int(clamping: value)
        integer(key, &number, range)
        value = UInt64(clamping: number)
    }

    final func integer(_ key: StaticString, _ value: inout UInt32, _ range: IntegerRange) {
        var number = Int(clamping: value)
        integer(key, &number, range)
        value = UInt32(clamping: number)
    }

    final func number(_ key: StaticString, _ value: inout Double, _ range: NumberRange) {
        number(key, &value, range, isSingle: false)
    }

    final func number(_ key: StaticString, _ value: inout Float, _ range: NumberRange) {
        var wide = Double(value)
        number(key, &wide, range, isSingle: true)
        value = Float(wide)
    }

    final func choice<Choice: ConfigurationChoice>(_ key: StaticString, _ value: inout Choice) {
        var index = value.choiceIndex
        choice(key, &index, words: Choice.words)
        if let chosen = Choice(choiceIndex: index) { value = chosen }
    }
}

/// What a text stands for.
enum TextKind: Equatable {
    case plain
    /// A file or folder; a relative one is meant from the folder of the configuration file.
    case path
    /// Where a gateway listens: `tcp://host:port`.
    case endpoint
    /// A path, or a bare name that is looked for elsewhere and stays as it is.
    case pathOrName
}

/// The integers that a key takes.
struct IntegerRange: BitwiseCopyable {
    let lowest: Int
    let highest: Int
    let unit: StaticString

    init(_ lowest: Int, _ highest: Int, _ unit: StaticString) {
        self.lowest = lowest
        self.highest = highest
        self.unit = unit
    }
}

/// The numbers that a key takes; `above` leaves the lowest one out.
struct NumberRange: BitwiseCopyable {
    let lowest: Double
    let highest: Double
    let isLowestExcluded: Bool
    let unit: StaticString

    init(_ lowest: Double, _ highest: Double, _ unit: StaticString = "") {
        self.lowest = lowest
        self.highest = highest
        self.unit = unit
        isLowestExcluded = false
    }

    init(above lowest: Double, _ highest: Double, _ unit: StaticString = "") {
        self.lowest = lowest
        self.highest = highest
        self.unit = unit
        isLowestExcluded = true
    }

    func contains(_ value: Double) -> Bool {
        value <= highest && (isLowestExcluded ? value > lowest : value >= lowest)
    }
}

/// A configuration with a schema.
protocol SchemaDescribed {
    mutating func visit(_ visitor: SchemaVisitor)
}

/// A configuration that a profile can change.
protocol ProfileTaking: SchemaDescribed {
    /// What a profile may say; what is not this configuration's business has its defaults, and is not kept.
    var links: LinkSettings { get set }
}
