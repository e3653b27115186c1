/// What a store belongs to: one federation, its policy and the configuration it ran with last.
public struct FederationRecord: Equatable, Sendable {
    /// What tells this federation from every other; drawn once, when the store is made.
    public var identifier: UInt64
    /// The name, for people.
    public var name: String
    /// The label of the task, for people and exports.
    public var environment: String
    /// The shape of the policy.
    public var specification: StoredSpecification
    /// The canonical text of the effective configuration, as `check-config` prints it.
    public var configuration: String
    /// The hash of that text.
    public var configurationHash: UInt64
    /// What the first policy was drawn from.
    public var seed: UInt64
    /// **Units:** nanoseconds since 1970, UTC.
    public var createdNanoseconds: UInt64

    public init(
        identifier: UInt64, name: String, environment: String, specification: StoredSpecification,
        configuration: String, configurationHash: UInt64, seed: UInt64, createdNanoseconds: UInt64
    ) {
        self.identifier = identifier
        self.name = name
        self.environment = environment
        self.specification = specification
        self.configuration = configuration
        self.configurationHash = configurationHash
        self.seed = seed
        self.createdNanoseconds = createdNanoseconds
    }
}
