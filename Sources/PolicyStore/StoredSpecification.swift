import Foundation

/// The shape of a federation's policy, as the store and exported policies spell it.
///
/// The keys are those of `[policy]` in `gateway.conf`.
public struct StoredSpecification: Codable, Equatable, Sendable {
    /// `gaussian` or `softmax`.
    public var distribution: String
    /// Numbers in an observation.
    public var observationCount: Int
    /// Dimensions of an action, or choices.
    public var actionCount: Int
    /// Widths of the tanh layers, first to last.
    public var hidden: [Int]
    /// Gaussian: the least log standard deviation.
    public var logStdMinimum: Float
    /// Gaussian: the largest log standard deviation.
    public var logStdMaximum: Float
    /// Whether observations are shifted and scaled first.
    public var observationNormalisation: Bool

    public init(
        distribution: String, observationCount: Int, actionCount: Int, hidden: [Int], logStdMinimum: Float,
        logStdMaximum: Float, observationNormalisation: Bool
    ) {
        self.distribution = distribution
        self.observationCount = observationCount
        self.actionCount = actionCount
        self.hidden = hidden
        self.logStdMinimum = logStdMinimum
        self.logStdMaximum = logStdMaximum
        self.observationNormalisation = observationNormalisation
    }

    enum CodingKeys: String, CodingKey {
        case distribution
        case observationCount = "observation_count"
        case actionCount = "action_count"
        case hidden
        case logStdMinimum = "log_std_minimum"
        case logStdMaximum = "log_std_maximum"
        case observationNormalisation = "observation_normalisation"
    }

    /// How many numbers the parameter vector has: weights and biases of every layer, and a log standard deviation for
    /// each action dimension of a Gaussian policy.
    public var parameterCount: Int {
        var count = distribution == "gaussian" ? actionCount : 0
        var width = observationCount
        for next in hidden + [actionCount] {
            count += (width + 1) * next
            width = next
        }
        return count
    }

    /// One line of JSON with sorted keys.
    public var text: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(self) else { return "{}" }
        return String(decoding: data, as: UTF8.self)
    }

    /// Reads what `text` wrote; nil when it is something else, or a shape that no policy has.
    public init?(text: String) {
        guard let read = try? JSONDecoder().decode(Self.self, from: Data(text.utf8)) else { return nil }
        guard ["gaussian", "softmax"].contains(read.distribution) else { return nil }
        let counts = [read.observationCount, read.actionCount] + read.hidden
        guard counts.allSatisfy({ (1...1_000_000).contains($0) }), read.hidden.count <= 8 else { return nil }
        self = read
    }
}
