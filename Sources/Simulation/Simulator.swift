import Bounded
import CProcess
import Foundation
import GatewayCore
import Training
import Wire

/// One simulated run, from its configuration to its summary, in a run folder like that of `lapwing train`.
public final class Simulator: FederationObserver {
    let plan: SimulationPlan
    let folder: RunFolder
    let reporter = RunReporter()
    var progress = RunProgress()
    var exit: RunSummary.Exit = .budget
    var configurationHash = ""
    let started = Instant.now
    let federation: VirtualFederation
    let curve: Curve
    let evaluators: [PolicyEvaluator]

    private let workers: WorkerPool
    private let table: ReturnsTable
    private let signals: Int32
    private var nextEvaluation: UInt64
    /// How often θ was looked at, where that goes by time.
    private var lookCount = 0

    /// Decides everything, makes the run folder, and puts the federation together; no time passes yet.
    ///
    /// **Throws:** `usage` for options out of range, and whatever the real programs would end with at their start.
    public init(_ options: SimulationOptions) throws(TrainingError) {
        plan = try SimulationPlan(options)
        let training = plan.run.options
        folder = try RunFolder.create(
            in: training.runs, environment: training.environment.name, name: training.name, seed: training.seed)
        // Nobody here has a key.
        rmdir(folder.keys.path)
        configurationHash = try plan.writeConfigurations(in: folder)
        let gateway = try plan.makeGateway(in: folder)
        let agents = try plan.makeAgents(in: folder)
        let threads = options.threads ?? ProcessInfo.processInfo.activeProcessorCount
        evaluators = try (0..<threads).map { _ throws(TrainingError) in
            try PolicyEvaluator(training.environment, specification: gateway.plan.storedSpecification)
        }
        workers = WorkerPool(threads: threads, evaluators: evaluators)
        federation = VirtualFederation(agents: agents, gateway: gateway, options: plan.options, workers: workers)
        if !options.adversaries.members.isEmpty {
            federation.adversaries = try AdversaryCrew(
                options.adversaries, agents: training.agents, settings: gateway.core.settings, seed: training.seed)
        }
        table = try ReturnsTable(url: folder.returns)
        curve = try Curve(
            url: folder.curve, episodes: options.curveEpisodes, seed: training.seed, workers: workers)
        nextEvaluation = plan.evaluateEvery ?? .max
        signals = lapwing_catch_signals()
        federation.observer = self
    }

    /// Simulates, and returns the summary that it has written.
    ///
    /// **Throws:** what ended an agent before its time, or kept a file from being written.
    public func run() throws(TrainingError) -> RunSummary {
        defer {
            workers.stop()
            lapwing_release_signals()
        }
        reporter.say("run folder \(folder.url.relativePath)")
        addPoint()
        do throws(TrainingError) { try follow() } catch {
            reporter.closeLine()
            exit = .failed
            _ = try? conclude()
            throw error
        }
        reporter.show({ columns in line(columns) }, now: Instant.now, force: true)
        reporter.closeLine()
        return try conclude()
    }

    /// The run's folder, as a person would type it.
    public var folderPath: String { folder.url.relativePath }

    /// How much virtual time has passed.
    var virtualSeconds: Double { VirtualClock.seconds(federation.now) }

    private func follow() throws(TrainingError) {
        var windows = 0
        while try runWindow() {
            windows += 1
            if federation.isFinished { return }
            if let target = plan.run.options.target, progress.hasReached(target) {
                exit = .target
                return
            }
            guard windows % 64 == 0 else { continue }
            try curve.writeFinished()
            reporter.show({ columns in line(columns) }, now: Instant.now)
            if isInterrupted {
                exit = .interrupted
                return
            }
        }
        guard plan.options.virtualSeconds != nil else {
            throw TrainingError(.internalError, "nothing can happen any more at \(virtualSeconds) virtual seconds")
        }
    }

    /// Whether a signal has come.
    var isInterrupted: Bool {
        var byte: UInt8 = 0
        return read(signals, &byte, 1) == 1
    }

    private func line(_ columns: Int) -> String {
        let speed = virtualSeconds / max(Instant.now.seconds(since: started), 1e-3)
        let time = "\(ProgressLine.fixed(virtualSeconds, 1)) virtual s (\(ProgressLine.fixed(speed, 0)) x)  "
        return time
            + ProgressLine.text(
                environment: plan.run.options.environment.name, progress: progress, budget: plan.run.updates,
                columns: max(20, columns - time.count))
    }

    // MARK: - What happens

    func applied(_ update: AppliedUpdateEvent, _ identity: UpdateIdentity) throws(TrainingError) {
        progress.record(update, now: Instant.now)
        try table.append(update, recentReturn: progress.recentReturn)
    }

    func skipped(agent: String) { progress.recordSkip(of: agent) }

    func versionMade(_ version: UInt64, steps: UInt64) throws(TrainingError) {
        guard let interval = plan.evaluateEvery, steps >= nextEvaluation else { return }
        nextEvaluation = (steps / interval + 1) * interval
        addPoint()
    }

    /// Lets everything happen up to the next moment at which something does, or θ is to be looked at; false at the end.
    private func runWindow() throws(TrainingError) -> Bool {
        guard nextLook <= plan.endNanoseconds else { return try federation.runWindow(until: plan.endNanoseconds) }
        if try federation.runWindow(until: nextLook) { return true }
        guard federation.goesOn else { return false }
        addPoint(at: VirtualClock.seconds(nextLook))
        lookCount += 1
        return true
    }

    /// When θ is looked at next, where that goes by time; of the count, for a sum of rounded intervals would drift.
    private var nextLook: UInt64 {
        guard let interval = plan.options.evaluateEverySeconds else { return VirtualClock.never }
        return VirtualClock.nanoseconds(seconds: interval * Double(lookCount + 1))
    }

    /// Has the newest policy evaluated for the curve.
    func addPoint(at seconds: Double? = nil) {
        let totals = federation.gateway.core.totals
        var point = CurvePoint()
        point.virtualSeconds = seconds ?? virtualSeconds
        point.steps = totals.steps
        point.agents = plan.run.options.agents
        point.version = federation.gateway.core.version.number
        point.updates = progress.updatesApplied
        point.bytesUp = totals.bytesReceived
        point.bytesDown = totals.bytesSent
        point.recentReturn = progress.recentReturn
        curve.add(point, of: federation.gateway.newestPolicy())
    }
}
