/// What a store writer reserves while it starts.
public struct WriterSettings: Equatable, Sendable {
    /// Numbers in the parameter vector.
    public var parameterCount: Int
    /// Numbers in each vector of the normaliser; 0 without observation normalisation.
    public var observationCount: Int
    /// Numbers that the server rule keeps beside its vectors.
    public var ruleCount: Int
    /// The most versions that one commit takes. While one commit is written the next fills, so twice as many can wait.
    public var versionsPerCommit: Int
    /// The most agents whose records can wait; the gateway's `agents_max`.
    public var agentCount: Int
    /// The least time from one commit to the next; what comes in between waits for it and is committed together.
    public var commitIntervalMilliseconds: Int

    /// How many mirrors the gateway keeps; 0: none.
    public var mirrorCount = 0
    /// The bytes of one mirror.
    public var mirrorByteCount = 0
    /// The parameters of how many of the newest versions are kept; 0: of all.
    public var keptVersions: UInt64 = 0

    public init(
        parameterCount: Int, observationCount: Int, ruleCount: Int, versionsPerCommit: Int, agentCount: Int,
        commitIntervalMilliseconds: Int = 0
    ) {
        self.parameterCount = parameterCount
        self.observationCount = observationCount
        self.ruleCount = ruleCount
        self.versionsPerCommit = versionsPerCommit
        self.agentCount = agentCount
        self.commitIntervalMilliseconds = commitIntervalMilliseconds
    }
}
