import Bounded
import Foundation
import PolicyStore

/// A policy on its own: `policy.lapwing`, which can be evaluated, deployed and checked without the run that made it.
///
/// The file is a first line, a line of JSON, then numbers, all little-endian:
///
///     LAPWING-POLICY 1\n
///     {header}\n
///     float32 × parameter_count        in the order of the wire
///     float32 × observation_count × 2  the normaliser's mean and scale, when the header has `normaliser`
///     uint32                           CRC-32C of everything before it
///
/// The header carries an observation and what the policy makes of it, so that a reader can show that it computes the
/// same policy.
public struct PolicyFile: Equatable, Sendable {
    /// The first line of the one format version there is.
    static let magic = "LAPWING-POLICY 1\n"
    /// The most bytes that a reader takes: a policy of 16 million parameters.
    static let largestBytes = 80_000_000

    /// Where a policy comes from.
    public struct Provenance: Codable, Equatable, Sendable {
        /// The folder name of the run, or what else made it.
        public var run: String
        /// The policy version.
        public var version: UInt64
        /// The server rule.
        public var rule: String
        /// The run's seed.
        public var seed: UInt64
        /// The hash over the run's effective configuration.
        public var configurationHash: String

        enum CodingKeys: String, CodingKey {
            case run, version, rule, seed
            case configurationHash = "configuration_hash"
        }

        public init(run: String, version: UInt64, rule: String, seed: UInt64, configurationHash: String) {
            self.run = run
            self.version = version
            self.rule = rule
            self.seed = seed
            self.configurationHash = configurationHash
        }
    }

    /// An observation, and what the policy makes of it.
    public struct Example: Codable, Equatable, Sendable {
        /// A raw observation, before normalisation.
        public var observation: [Double]
        /// The mean action; for a discrete task, the index of the likeliest action alone.
        public var action: [Float]
        /// The log-probability (density) of that action.
        public var logProbability: Float

        enum CodingKeys: String, CodingKey {
            case observation, action
            case logProbability = "log_probability"
        }

        public init(observation: [Double], action: [Float], logProbability: Float) {
            self.observation = observation
            self.action = action
            self.logProbability = logProbability
        }
    }

    /// The task that it was trained on.
    public var environment: String
    /// Its shape.
    public var specification: StoredSpecification
    /// θ.
    public var parameters: [Float]
    /// The normaliser's mean and scale; both empty without one.
    public var normaliserMean: [Float]
    /// See `normaliserMean`.
    public var normaliserScale: [Float]
    /// The self-check.
    public var example: Example
    /// Where it comes from.
    public var provenance: Provenance

    public init(
        environment: String, specification: StoredSpecification, parameters: [Float], normaliserMean: [Float],
        normaliserScale: [Float], example: Example, provenance: Provenance
    ) {
        self.environment = environment
        self.specification = specification
        self.parameters = parameters
        self.normaliserMean = normaliserMean
        self.normaliserScale = normaliserScale
        self.example = example
        self.provenance = provenance
    }

    struct Header: Codable {
        var environment: String
        var specification: StoredSpecification
        var parameterCount: Int
        var normaliser: Bool
        var example: Example
        var provenance: Provenance

        enum CodingKeys: String, CodingKey {
            case environment, specification, normaliser, example, provenance
            case parameterCount = "parameter_count"
        }
    }
}
