import Bounded
import CProcess
import Foundation

/// One run: a gateway and its agents as processes of their own, from provisioning to the summary.
///
/// Everything happens on the thread that calls `run`, which must be the main thread: the children end with it.
public final class Trainer {
    /// How long a gateway may take until it listens.
    static let startSeconds = 30.0
    /// How long the programs may take to end in good order.
    static let stopSeconds = 10.0

    /// How long after a program's good end the gateway may take to say that the federation is complete.
    static let goodEndSeconds = 5.0

    let plan: RunPlan
    let folder: RunFolder
    let reporter = RunReporter()
    var progress = RunProgress()
    var gateway: ChildProcess?
    var agents: [ChildProcess] = []
    var exit: RunSummary.Exit = .budget
    var configurationHash = ""
    var started = Instant.now
    var lastUpdate = Instant.now

    private let gatewayProgram: URL
    private let agentProgram: URL
    private let signals: Int32
    private var interruptions = 0
    private var pending = ""
    private var isFinished = false
    private var firstGoodEnd: Instant?
    private var events: FileHandle?
    private var table: ReturnsTable?

    /// Decides everything and makes the run folder; nothing is started yet.
    public init(_ options: TrainingOptions) throws(TrainingError) {
        gatewayProgram = try Executable.find("lapwing-gateway", explicit: options.binaries)
        agentProgram = try Executable.find("lapwing-agent", explicit: options.binaries)
        plan = try RunPlan(options)
        folder = try RunFolder.create(
            in: options.runs, environment: options.environment.name, name: options.name, seed: options.seed)
        signals = lapwing_catch_signals()
    }

    /// Trains, and returns the summary that it has written.
    ///
    /// **Throws:** the error of whatever ended before its time; everything else has been stopped then, and a summary
    /// with `"exit": "failed"` is left where there was something to sum up.
    public func run() throws(TrainingError) -> RunSummary {
        defer { lapwing_release_signals() }
        do throws(TrainingError) {
            try start()
            try follow()
            stop()
        } catch {
            stopAtOnce()
            reporter.closeLine()
            exit = .failed
            _ = try? conclude()
            throw error
        }
        reporter.closeLine()
        return try conclude()
    }

    /// The run's folder, as a person would type it.
    public var folderPath: String { folder.url.relativePath }

    // MARK: - Starting

    private func start() throws(TrainingError) {
        reporter.say("run folder \(folder.url.relativePath)")
        try plan.provisionKeys(in: folder)
        try plan.copyProfile(to: folder)
        try plan.writeGatewayConfiguration(in: folder)
        _ = try EffectiveConfiguration.gateway(folder.gatewayConfiguration)
        table = try ReturnsTable(url: folder.returns)
        let eventLog = folder.logs.appending(path: "gateway-events.jsonl")
        _ = FileManager.default.createFile(atPath: eventLog.path, contents: nil)
        events = FileHandle(forWritingAtPath: eventLog.path)

        let gateway = try ChildProcess(
            label: "the gateway", program: gatewayProgram,
            arguments: ["run", "--config", "gateway.conf", "--format", "json"], folder: folder.url,
            log: folder.logs.appending(path: "gateway.log"), readsOutput: true)
        self.gateway = gateway
        let endpoint = try waitUntilReady(gateway)
        try plan.writeAgentConfigurations(in: folder, endpoint: endpoint)
        configurationHash = try plan.writeEffectiveConfiguration(in: folder)
        started = Instant.now
        lastUpdate = started
        for number in plan.agentNumbers {
            agents.append(
                try ChildProcess(
                    label: plan.name(of: number), program: agentProgram,
                    arguments: ["run", "--config", "agent-\(number).conf"], folder: folder.url,
                    log: folder.logs.appending(path: "agent-\(number).log"), readsOutput: false))
        }
    }

    private func waitUntilReady(_ gateway: ChildProcess) throws(TrainingError) -> String {
        let deadline = Instant.now.advanced(byMilliseconds: Int(Self.startSeconds * 1000))
        while Instant.now < deadline, interruptions == 0 {
            for event in waitForEvents(milliseconds: 100) {
                if case .ready(let endpoint) = event { return endpoint }
            }
            try checkChildren()
        }
        throw TrainingError(
            interruptions > 0 ? .interrupted : .unavailable,
            interruptions > 0 ? "interrupted before the gateway was ready" : "the gateway was not ready in time",
            details: gateway.logTail())
    }

    // MARK: - Following

    private func follow() throws(TrainingError) {
        let budget = plan.updates
        while true {
            for event in waitForEvents(milliseconds: 200) { try record(event) }
            let now = Instant.now
            reporter.show({ columns in line(columns) }, now: now)
            if interruptions > 0 {
                exit = .interrupted
                return
            }
            if let target = plan.options.target, progress.hasReached(target) {
                exit = .target
                return
            }
            if isFinished || progress.version >= budget {
                exit = .budget
                return
            }
            try checkChildren()
        }
    }

    private func line(_ columns: Int) -> String {
        ProgressLine.text(
            environment: plan.options.environment.name, progress: progress, budget: plan.updates, columns: columns)
    }

    private func record(_ event: GatewayEvent) throws(TrainingError) {
        if case .finished = event { isFinished = true }
        switch event {
        case .status(let totals), .stopped(_, let totals): progress.record(totals)
        case .skip(let agent): progress.recordSkip(of: agent)
        default: break
        }
        guard case .update(let update) = event else { return }
        lastUpdate = Instant.now
        progress.record(update, now: lastUpdate)
        try table?.append(update, recentReturn: progress.recentReturn)
    }

    /// Waits for the gateway's next lines, a signal, or the end of the time.
    private func waitForEvents(milliseconds: Int32) -> [GatewayEvent] {
        guard let gateway else { return [] }
        var waits = [
            pollfd(fd: gateway.output, events: Int16(POLLIN), revents: 0),
            pollfd(fd: signals, events: Int16(POLLIN), revents: 0),
        ]
        guard poll(&waits, 2, milliseconds) > 0 else { return [] }
        if waits[1].revents != 0 {
            var byte: UInt8 = 0
            while read(signals, &byte, 1) == 1 { interruptions += 1 }
        }
        let events = readEvents()
        // A closed pipe is always readable; do not spin on it.
        if events.isEmpty, waits[0].revents & Int16(POLLHUP) != 0 { usleep(20_000) }
        return events
    }

    private func readEvents() -> [GatewayEvent] {
        guard let gateway else { return [] }
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = read(gateway.output, &chunk, chunk.count)
            guard count > 0 else { break }
            pending += String(decoding: chunk[..<count], as: UTF8.self)
            try? events?.write(contentsOf: chunk[..<count])
        }
        guard let end = pending.lastIndex(of: "\n") else { return [] }
        let lines = pending[..<end].split(separator: "\n")
        pending = String(pending[pending.index(after: end)...])
        return lines.compactMap { GatewayEvent(line: String($0)) }
    }

    /// Whether a second signal asked for an end at once.
    var isImpatient: Bool {
        var byte: UInt8 = 0
        while read(signals, &byte, 1) == 1 { interruptions += 1 }
        return interruptions > 1
    }

    private func checkChildren() throws(TrainingError) {
        for child in [gateway].compactMap({ $0 }) + agents {
            guard let status = child.exitStatus else { continue }
            // The gateway may have ended in good order, or told its agents to; what it said last has to be read first.
            for event in readEvents() { try record(event) }
            if isFinished || progress.version >= plan.updates { return }
            if status == 0 {
                let since = firstGoodEnd ?? Instant.now
                firstGoodEnd = since
                if Instant.now.seconds(since: since) < Self.goodEndSeconds { continue }
            }
            let how = status > 128 && status < 160 ? "was ended by signal \(status - 128)" : "ended with code \(status)"
            throw TrainingError(
                ExitCode(rawValue: status).flatMap { $0 == .success ? nil : $0 } ?? .internalError,
                "\(child.label) \(how) before the run was over; its log is \(child.log.relativePath)",
                details: child.logTail())
        }
    }

    // MARK: - Stopping

    private func stop() {
        for agent in agents { agent.send(SIGTERM) }
        waitFor(agents)
        gateway?.send(SIGTERM)
        waitFor([gateway].compactMap { $0 })
        for event in readEvents() { try? record(event) }
        reporter.show({ columns in line(columns) }, now: Instant.now, force: true)
    }

    private func waitFor(_ children: [ChildProcess]) {
        let deadline = Instant.now.advanced(byMilliseconds: Int(Self.stopSeconds * 1000))
        for child in children {
            while child.exitStatus == nil {
                if Instant.now >= deadline || isImpatient { child.send(SIGKILL) }
                // The gateway must not stall on a full pipe while it ends.
                for event in readEvents() { try? record(event) }
                usleep(2_000)
            }
        }
    }

    private func stopAtOnce() {
        for child in agents + [gateway].compactMap({ $0 }) { child.send(SIGTERM) }
        let children = agents + [gateway].compactMap { $0 }
        for child in children where !child.wait(seconds: 2) { child.send(SIGKILL) }
        for child in children { _ = child.wait(seconds: 2) }
    }
}
