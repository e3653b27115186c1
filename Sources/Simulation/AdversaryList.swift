import Foundation
import Training

/// Which agents of a simulation are adversaries, as the command line spells it: `2xsign-flip,nan,3xalie:0.7`.
///
/// Each word is a kind, with how many of it in front and its strength behind. They are the last agents, in the order of
/// the list.
public struct AdversaryList: Equatable, Sendable {
    /// One adversary.
    public struct Member: Equatable, Sendable {
        /// What it does.
        public let kind: AdversaryKind
        /// How much of it.
        public let strength: Float
    }

    /// As it was spelt.
    public let text: String
    /// All of them, the one of the lowest number first.
    public let members: [Member]

    /// None.
    public init() {
        text = "none"
        members = []
    }

    /// Reads a list.
    ///
    /// **Throws:** `usage` for a list of something else.
    public init(parsing text: String) throws(TrainingError) {
        self.text = text
        var members: [Member] = []
        for word in text.split(separator: ",", omittingEmptySubsequences: false) {
            guard let found = Self.members(of: word.trimmingCharacters(in: .whitespaces)) else {
                let kinds = AdversaryKind.allCases.map(\.rawValue).joined(separator: ", ")
                throw TrainingError(
                    .usage,
                    "--adversaries \(text): \(word): expected KIND, COUNTxKIND or KIND:STRENGTH, separated by commas; "
                        + "the kinds are \(kinds)")
            }
            members += found
        }
        self.members = members
    }

    /// What one word stands for: digits and an x in front are a count, what is behind a colon is a strength.
    private static func members(of word: String) -> [Member]? {
        var name = word
        var count = 1
        let digits = word.prefix { $0.isNumber }
        if !digits.isEmpty {
            guard let number = Int(digits), (1...TrainingOptions.agentsMaximum).contains(number),
                word.dropFirst(digits.count).first == "x"
            else { return nil }
            count = number
            name = String(word.dropFirst(digits.count + 1))
        }
        let parts = name.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count <= 2, let kind = AdversaryKind(rawValue: String(parts[0])) else { return nil }
        var strength = kind.defaultStrength
        if parts.count == 2 {
            guard let number = Float(parts[1]), number.isFinite else { return nil }
            strength = number
        }
        return Array(repeating: Member(kind: kind, strength: strength), count: count)
    }

    /// The adversary that agent `number` of `agents` is; nil: it is honest.
    func member(_ number: Int, of agents: Int) -> Member? {
        let place = number - 1 - (agents - members.count)
        return members.indices.contains(place) ? members[place] : nil
    }
}
