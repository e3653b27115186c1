/// How gradients become policy versions.
public enum AggregationRule: UInt32, Sendable, ConfigurationChoice {
    /// Asynchronous policy gradient with a delay-adaptive lookahead (Lan et al. 2024).
    case afedpg = 0

    static var words: StaticString { "afedpg" }
}
