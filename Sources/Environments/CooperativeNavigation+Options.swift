import Bounded
import CSystem

extension CooperativeNavigation {
    /// Whose reward is paid, and how it differs from the others'.
    struct Options: BitwiseCopyable {
        /// How many agents, landmarks and learners.
        var learners = 4
        /// The learner whose reward is paid, from 0; nil: the sum of all.
        var learner: Int?
        /// What each learner's reward is multiplied by.
        var scales = InlineArray<8, Double>(repeating: 1)
        /// How far from the middle the centre of a learner's starts lies, each in a direction of its own.
        var shift = 0.0

        /// The defaults.
        init() {}

        /// Reads `learner=2 learners=4 scales=1,0.5,0.25,0.1 shift=0.3`, in any order; what is not said keeps its
        /// default.
        ///
        /// - Returns: nil when a word is none of these, or a number is out of range.
        @inline(never)
        init?(_ text: FixedText) {
            let isRead = text.withCString { start in
                var cursor = UnsafeMutablePointer(mutating: start)
                while true {
                    while cursor.pointee == 0x20 { cursor += 1 }
                    if cursor.pointee == 0 { return true }
                    guard read(&cursor), cursor.pointee == 0x20 || cursor.pointee == 0 else { return false }
                }
            }
            guard isRead, learner ?? 0 < learners else { return nil }
        }

        /// Reads the word at `cursor`, and moves past it.
        private mutating func read(_ cursor: inout UnsafeMutablePointer<CChar>) -> Bool {
            if takes("learner=all", &cursor) {
                learner = nil
            } else if takes("learner=", &cursor) {
                let number = number(&cursor, 1, Double(CooperativeNavigation.learnersMaximum))
                learner = Int(number) - 1
                return number == number.rounded(.down) && number > 0
            } else if takes("learners=", &cursor) {
                let number = number(&cursor, 2, Double(CooperativeNavigation.learnersMaximum))
                learners = Int(number)
                return number == number.rounded(.down) && number > 0
            } else if takes("shift=", &cursor) {
                shift = number(&cursor, 0, 2)
                return shift >= 0
            } else if takes("scales=", &cursor) {
                for index in 0..<CooperativeNavigation.learnersMaximum {
                    scales[index] = number(&cursor, 1e-6, 1e6)
                    if scales[index] < 0 { return false }
                    if cursor.pointee != 0x2c { return true }
                    cursor += 1
                }
                return false
            } else {
                return false
            }
            return true
        }

        /// Whether `word` is at `cursor`; it is then moved past.
        private func takes(_ word: StaticString, _ cursor: inout UnsafeMutablePointer<CChar>) -> Bool {
            guard memcmp(word.utf8Start, cursor, strnlen(cursor, word.utf8CodeUnitCount)) == 0,
                strnlen(cursor, word.utf8CodeUnitCount) == word.utf8CodeUnitCount
            else { return false }
            cursor += word.utf8CodeUnitCount
            return true
        }

        /// The decimal number at `cursor`, moved past; -1 when there is none in the range.
        private func number(
            _ cursor: inout UnsafeMutablePointer<CChar>, _ low: Double, _ high: Double
        ) -> Double {
            // No sign, no infinity, no NaN.
            guard (0x30...0x39).contains(cursor.pointee) else { return -1 }
            var end: UnsafeMutablePointer<CChar>?
            let number = strtod(cursor, &end)
            if let end { cursor = end }
            return number >= low && number <= high ? number : -1
        }
    }
}
