import Bounded
import PolicyMath

/// Looks for what an unknown section or key may have been meant to be.
final class SuggestingVisitor: SchemaVisitor {
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

    override func begin(section name: StaticString) {
        current = name
        isHere = section.equals(name)
        if isHere { isSectionKnown = true }
        nearestSection.consider(name, for: section)
    }

    @inline(never)
    private func consider(_ name: StaticString) {
        if key.equals(name), sectionOfKey == nil { sectionOfKey = current }
        if isHere { nearestKey.consider(name, for: key) }
    }

    override func text(_ key: StaticString, _ value: inout FixedText, _ kind: TextKind) { consider(key) }
    override func integer(_ key: StaticString, _ value: inout Int, _ range: IntegerRange) { consider(key) }
    override func number(_ key: StaticString, _ value: inout Double, _ range: NumberRange, isSingle: Bool) {
        consider(key)
    }
    override func flag(_ key: StaticString, _ value: inout Bool) { consider(key) }
    override func choice(_ key: StaticString, _ index: inout Int, words: StaticString) { consider(key) }
    override func widths(_ key: StaticString, _ value: inout LayerWidths) { consider(key) }
}
