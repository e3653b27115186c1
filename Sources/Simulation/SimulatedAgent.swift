import AgentCore
import Bounded
import Configuration
import Training

/// One agent with its own clock, its process, and the two directions of its link.
///
/// Its work is done in two ways that alternate: `advance` samples, on any thread, and touches nothing but this agent;
/// `settle` takes and sends messages, on the federation's thread.
final class SimulatedAgent: @unchecked Sendable {
    /// What the agent's program calls itself.
    static let softwareVersion: StaticString = "0.1.0"

    /// Its number, from 1.
    let number: Int
    let configuration: AgentConfiguration
    /// What its key pair would prove.
    let key: AgentKey
    /// Virtual nanoseconds for one environment step, and for one gradient.
    let stepNanoseconds: UInt64
    private let gradientNanoseconds: UInt64
    /// What its rewards are multiplied with before it learns from them; 1 but for adversaries.
    private let rewardFactor: Double
    /// One that validates: it runs on the gateway's host.
    let isBesideGateway: Bool

    /// Messages to the gateway, and from it.
    var up: VirtualLink
    var down: VirtualLink
    /// How far this agent has come.
    private(set) var clock: UInt64 = 0
    private(set) var process: AgentProcess?
    private(set) var epoch: UInt64 = 0
    /// The connection that its process has; 0: none.
    private(set) var connection: UInt32 = 0
    /// Environment steps of all its processes.
    var stepsTotal: UInt64 { stepsOfPastProcesses + (process?.core.counters.steps ?? 0) }
    private var stepsOfPastProcesses: UInt64 = 0

    init(number: Int, configuration: AgentConfiguration, options: SimulationOptions) {
        self.number = number
        self.configuration = configuration
        key = Self.key(number, seed: options.training.seed)
        let profile = options.profile(of: number)
        stepNanoseconds = max(1, VirtualClock.nanoseconds(seconds: options.stepSeconds * profile.slowness))
        gradientNanoseconds = VirtualClock.nanoseconds(seconds: options.gradientSeconds * profile.slowness)
        let adversary = options.adversaries.member(number, of: options.training.agents)
        rewardFactor = adversary.map { Adversary($0.kind, strength: $0.strength, seed: 0).tampered(reward: 1) } ?? 1
        isBesideGateway = number > options.training.agents
        let loss = isBesideGateway ? 0 : options.loss
        let cost = FrameCost(isEncrypted: !configuration.isInsecure)
        let stream = 0x6c69_6e6b_0000 + 2 * UInt64(number)
        up = VirtualLink(
            profile.up, loss: loss, frameCost: cost, seed: options.training.seed, stream: stream)
        down = VirtualLink(
            profile.down, loss: loss, frameCost: cost, seed: options.training.seed, stream: stream + 1)
    }

    /// What stands for the key pair of agent `number`.
    static func key(_ number: Int, seed: UInt64) -> AgentKey {
        AgentKey(words: (UInt64(number), 0x6c61_7077_696e_6721, seed, 0))
    }

    // MARK: - The process

    /// Starts the agent's program, with a connection to the gateway.
    func start(over connection: UInt32, at now: UInt64) throws(TrainingError) {
        epoch += 1
        clock = max(clock, now)
        let process = try AgentProcess(configuration, epoch: epoch, rewardFactor: rewardFactor)
        process.core.connected(at: Instant(nanoseconds: clock))
        self.process = process
        self.connection = connection
    }

    /// The power fails: the process and all that it knew is gone, and so is what was on its way.
    func fail(at now: UInt64) {
        stepsOfPastProcesses = stepsTotal
        process = nil
        connection = 0
        up.cut(at: now)
        down.cut(at: now)
    }

    // MARK: - Time

    /// The first moment at which something may happen beside sampling, as far as this agent knows.
    var nextEvent: UInt64 {
        guard let process, process.core.ending == nil else { return VirtualClock.never }
        let standing = process.core.standing()
        var next = VirtualClock.never
        if standing.batchStepsLeft > 0 {
            let sampled = VirtualClock.moment(stepNanoseconds, times: UInt64(standing.batchStepsLeft), after: clock)
            next = VirtualClock.moment(gradientNanoseconds, after: sampled)
        } else if standing.wantsWork {
            next = clock
        }
        let arrival = down.nextArrival
        if arrival < next { next = max(arrival, clock) }
        if let deadline = standing.deadline { next = min(next, max(deadline.nanoseconds, clock)) }
        return next
    }

    /// Whether `advance(to:)` would do anything.
    func isBusy(before time: UInt64) -> Bool {
        guard let process, clock < time else { return false }
        return process.core.standing().isSampling
    }

    /// Samples until the clock has reached `time`, at most to the end of the batch, whose gradient is then computed.
    ///
    /// The last step may end after `time`: messages are taken between steps.
    func advance(to time: UInt64) {
        guard let process else { return }
        while clock < time, process.core.standing().isSampling {
            let before = process.core.counters.steps
            process.core.work(steps: stepsLeft(to: time), at: Instant(nanoseconds: clock))
            passTime(since: before)
            guard process.core.counters.steps > before else { break }
        }
        finishGradient(process)
    }

    /// The same for two agents, side by side where that is faster; for each it comes to the same.
    static func advance(_ first: SimulatedAgent, _ second: SimulatedAgent, to time: UInt64) {
        if let one = first.process, let other = second.process {
            while first.clock < time, second.clock < time, AgentCore.canShareSteps(&one.core, &other.core) {
                let (before, otherBefore) = (one.core.counters.steps, other.core.counters.steps)
                AgentCore.sample(
                    &one.core, beside: &other.core, atMost: min(first.stepsLeft(to: time), second.stepsLeft(to: time)))
                first.passTime(since: before)
                second.passTime(since: otherBefore)
                guard one.core.counters.steps > before, other.core.counters.steps > otherBefore else { break }
            }
        }
        first.advance(to: time)
        second.advance(to: time)
    }

    /// Steps until the clock has reached `time`.
    private func stepsLeft(to time: UInt64) -> Int {
        Int(clamping: (time - clock + stepNanoseconds - 1) / stepNanoseconds)
    }

    /// Lets the time pass that the process's steps took, since it had made `steps` of them.
    private func passTime(since steps: UInt64) {
        clock += ((process?.core.counters.steps ?? steps) - steps) * stepNanoseconds
    }

    /// Takes what has arrived, sends what is due, and begins what can be begun; true when there was anything to do.
    ///
    /// - Parameter send: what is done with each message before it goes onto the link.
    func settle(at time: UInt64, outgoing send: (UnsafeRawBufferPointer) -> [UInt8]) -> Bool {
        guard let process, process.core.ending == nil, clock <= time else { return false }
        if !process.core.standing().isSampling { clock = time }
        let now = Instant(nanoseconds: clock)
        var isBusy = false
        while true {
            while let frame = down.receive(at: clock) {
                isBusy = true
                guard frame.connection == connection else { continue }
                frame.bytes.withUnsafeBytes { process.core.received($0, at: now) }
            }
            while let bytes = process.core.outgoing(at: now) {
                isBusy = true
                let before = process.core.traffic.update
                let copy = send(bytes)
                process.core.sent(at: now)
                up.send(copy, over: connection, hasVector: process.core.traffic.update != before, at: clock)
            }
            let standing = process.core.standing()
            guard standing.wantsWork, !standing.isSampling else { return isBusy }
            isBusy = true
            process.core.work(steps: 0, at: now)
            // A batch is used once more: that takes as long as its gradient did.
            finishGradient(process)
            guard clock <= time else { return true }
        }
    }

    /// Computes the gradient of a whole batch; nothing, when there is none.
    private func finishGradient(_ process: AgentProcess) {
        guard process.core.standing().isComputing else { return }
        clock += gradientNanoseconds
        while process.core.standing().isComputing {
            process.core.work(steps: 0, at: Instant(nanoseconds: clock))
        }
    }
}
