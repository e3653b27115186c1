import Bounded
import PolicyMath

/// Looks for what an unknown section or key may have been meant to be.
struct SuggestingVisitor: SchemaVisitor {
    let section: FixedText
    let key: FixedText

    /// Whether there is a section of that name.
    private(set) var isSectionKnown = false
    /// A section that has exactly this key.
    private(set) var sectionOfKey: StaticString?
    private(set) var nearestSection: NearestWord
    private(set) var nearestKey: NearestWord

    private var current: StaticString = ""
    private var isHere = false

    init(section: FixedText, key: FixedText) {
        self.section = section
        self.key = key
        nearestSection = NearestWord(to: section)
        nearestKey = NearestWord(to: key)
    }

    mutating func begin(section name: StaticString) {
        current = name
        isHere = section.equals(name)
        if isHere { isSectionKnown = true }
        nearestSection.consider(name, for: section)
    }

    private mutating func consider(_ name: StaticString) {
        if key.equals(name), sectionOfKey == nil { sectionOfKey = current }
        if isHere { nearestKey.consider(name, for: key) }
    }

    mutating func text(_ key: StaticString, _ value: inout FixedText, _ kind: TextKind) { consider(key) }
    mutating func integer(_ key: StaticString, _ value: inout Int, _ range: IntegerRange) { consider(key) }
    mutating func number(_ key: StaticString, _ value: inout Double, _ range: NumberRange) { consider(key) }
    mutating func number(_ key: StaticString, _ value: inout Float, _ range: NumberRange) { consider(key) }
    mutating func flag(_ key: StaticString, _ value: inout Bool) { consider(key) }
    mutating func choice(_ key: StaticString, _ index: inout Int, words: StaticString) { consider(key) }
    mutating func widths(_ key: StaticString, _ value: inout LayerWidths) { consider(key) }
}
