/// How gradients become policy versions.
public enum AggregationRule: UInt32, Sendable, ConfigurationChoice {
    /// Asynchronous policy gradient with a delay-adaptive lookahead (Lan et al. 2024).
    case afedpg = 0
    /// Synchronous rounds, and the sum of the learners' last gradients (Chen et al. 2018). Without a gate it is plain
    /// distributed policy gradient. Of this section's keys it uses the step size's and the gradient norm's.
    case lapg = 1
    /// Synchronous rounds, and AFedPG's step with their mean.
    case fedpg = 2
    /// AFedPG without its lookahead.
    case vanilla = 3
    /// Every gradient as it comes, plainly or with shared RMSProp (Mnih et al. 2016).
    case a3c = 4
    /// Every gradient as it comes, weighted by its staleness (Xie et al. 2019).
    case fedasync = 5
    /// A step along the mean of every K gradients, each weighted by its staleness (Nguyen et al. 2022).
    case fedbuff = 6
    /// Rounds of a number of gradients, whoever made them, and AFedPG's step with their mean (Tyurin et al. 2025).
    case rennala = 7
    /// Rounds in which every agent has made enough gradients, and AFedPG's step with the mean of the agents' means (the
    /// same).
    case malenia = 8

    /// Synchronous rounds in which the agents agree on a natural gradient, and a step along it (Lan et al. 2023).
    case fednpgADMM = 9

    /// Whether agents go on at one version until the gateway has enough gradients.
    public var collects: Bool { self == .rennala || self == .malenia }

    static var words: StaticString { "afedpg lapg fedpg vanilla a3c fedasync fedbuff rennala malenia fednpg-admm" }
}
