import Foundation
import Training

/// What a person asks of `lapwing simulate`.
public struct SimulationOptions: Sendable {
    /// What a simulated run has in common with a real one.
    public var training: TrainingOptions
    /// The budget in virtual seconds; nil: steps or updates end the run.
    public var virtualSeconds: Double?
    /// Virtual seconds for an environment step of an agent with slowness 1.
    public var stepSeconds = 0.001
    /// Virtual seconds for a gradient of an agent with slowness 1.
    public var gradientSeconds = 0.0
    /// How many times slower than the fastest each agent is.
    public var slowness = AgentValues(1)
    /// From the agents to the gateway.
    public var upLatencyMilliseconds = AgentValues(0)
    /// From the gateway to the agents.
    public var downLatencyMilliseconds = AgentValues(0)
    /// From the agents to the gateway; 0: no limit.
    public var upBytesPerSecond = AgentValues(0)
    /// From the gateway to the agents; 0: no limit.
    public var downBytesPerSecond = AgentValues(0)
    /// What a message with a vector takes on the way up beside its bytes.
    public var messageSeconds = AgentValues(0)
    /// What kinds of devices there are; it wins over the lists.
    public var devices: DeviceFile?
    /// The share of messages that are lost, either way.
    public var loss = 0.0
    /// Who is gone when.
    public var dropouts: [Dropout] = []
    /// Which agents tamper with what they send.
    public var adversaries = AdversaryList()
    /// What the gateway's store takes to make a version durable. **Units:** virtual milliseconds.
    public var commitMilliseconds = 0.0
    /// Environment steps of all agents between two points of the curve; nil: forty points over the run.
    public var evaluateEvery: UInt64?
    /// Virtual seconds between two points of the curve, in place of steps; nil: steps say it.
    public var evaluateEverySeconds: Double?
    /// Episodes behind one point of the curve.
    public var curveEpisodes = 5
    /// Threads that work; nil: one for each core.
    public var threads: Int?

    public init(training: TrainingOptions) { self.training = training }

    /// The device and the link of the `number`-th agent.
    func profile(of number: Int) -> DeviceProfile {
        var profile = DeviceProfile()
        // One that validates, after the last learner, runs beside the gateway.
        guard number <= training.agents else { return profile }
        profile.slowness = slowness.value(number)
        profile.up.latencyMilliseconds = upLatencyMilliseconds.value(number)
        profile.up.bytesPerSecond = upBytesPerSecond.value(number)
        profile.up.messageSeconds = messageSeconds.value(number)
        profile.down.latencyMilliseconds = downLatencyMilliseconds.value(number)
        profile.down.bytesPerSecond = downBytesPerSecond.value(number)
        devices?.apply(to: &profile, of: number)
        return profile
    }

    /// Refuses what cannot be simulated.
    func check() throws(TrainingError) {
        func refuse(_ message: String) -> TrainingError { TrainingError(.usage, message) }
        try training.check()
        if let virtualSeconds, !(virtualSeconds > 0 && virtualSeconds <= 1e9) {
            throw refuse("--virtual-seconds \(virtualSeconds): above 0, at most 1e9")
        }
        guard stepSeconds >= 1e-9, stepSeconds <= 1e6 else {
            throw refuse("--step-seconds \(stepSeconds): 1e-9 to 1e6")
        }
        guard gradientSeconds >= 0, gradientSeconds <= 1e6 else {
            throw refuse("--gradient-seconds \(gradientSeconds): 0 to 1e6")
        }
        guard adversaries.members.count < training.agents else {
            throw refuse(
                "--adversaries \(adversaries.text): at least one of \(training.agents) agents has to be honest")
        }
        guard loss >= 0, loss < 1 else { throw refuse("--loss \(loss): 0, below 1") }
        guard commitMilliseconds >= 0, commitMilliseconds <= 1e6 else {
            throw refuse("--commit-ms \(commitMilliseconds): 0 to 1e6")
        }
        if let evaluateEvery, evaluateEvery < 1 { throw refuse("--evaluate-every \(evaluateEvery): at least 1") }
        if let evaluateEverySeconds, !(evaluateEverySeconds >= 1e-6 && evaluateEverySeconds <= 1e9) {
            throw refuse("--evaluate-every-seconds \(evaluateEverySeconds): 1e-6 to 1e9")
        }
        if evaluateEvery != nil, evaluateEverySeconds != nil {
            throw refuse("--evaluate-every and --evaluate-every-seconds contradict; give one of them")
        }
        guard (1...10_000).contains(curveEpisodes) else {
            throw refuse("--curve-episodes \(curveEpisodes): 1 to 10000")
        }
        if let threads, !(1...256).contains(threads) { throw refuse("--threads \(threads): 1 to 256") }
        for dropout in dropouts where dropout.agent > training.agents {
            throw refuse("--dropout \(dropout.agent):…: there are only \(training.agents) agents")
        }
        let inOrder = dropouts.sorted { ($0.agent, $0.from) < ($1.agent, $1.from) }
        for (one, next) in zip(inOrder, inOrder.dropFirst()) where one.agent == next.agent && next.from <= one.to {
            throw refuse(
                "--dropout \(next.text): the agent is gone already, from \(one.from) to \(one.to); make it one time")
        }
    }
}
