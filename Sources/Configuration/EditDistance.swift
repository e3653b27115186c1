import Bounded

/// How many letters have to be put in, left out, changed, or exchanged with their neighbour to make one word of the
/// other.
///
/// **Limit:** words above 48 bytes count as very far apart.
/// **Source:** optimal string alignment distance.
func editDistance(_ written: FixedText, _ word: StaticString) -> Int {
    let columns = word.utf8CodeUnitCount
    guard written.count <= 48, columns <= 48 else { return Int.max }
    var beforeLast: InlineArray<49, Int> = .init(repeating: 0)
    var last: InlineArray<49, Int> = .init(repeating: 0)
    var current: InlineArray<49, Int> = .init(repeating: 0)
    for column in 0...columns { last[column] = column }
    for row in 0..<written.count {
        current[0] = row + 1
        for column in 0..<columns {
            let isSame = written[row] == word.utf8Start[column]
            var cost = min(last[column + 1] + 1, current[column] + 1, last[column] + (isSame ? 0 : 1))
            let isExchange =
                row > 0 && column > 0 && written[row] == word.utf8Start[column - 1]
                && written[row - 1] == word.utf8Start[column]
            if isExchange { cost = min(cost, beforeLast[column - 1] + 1) }
            current[column + 1] = cost
        }
        beforeLast = last
        last = current
    }
    return last[columns]
}

/// Collects the word that is nearest to what was written.
struct NearestWord {
    private(set) var word: StaticString?
    private var distance: Int

    /// Words further away than a third of what was written are no help.
    init(to written: FixedText) { distance = max(2, written.count / 3) + 1 }

    mutating func consider(_ candidate: StaticString, for written: FixedText) {
        let found = editDistance(written, candidate)
        if found < distance {
            distance = found
            word = candidate
        }
    }
}
