import Foundation
import Training

/// The threads that sample and evaluate.
///
/// The thread that owns the pool takes part in every window, so a worker that evaluates keeps nobody waiting. With one
/// thread everything happens on the owner's.
final class WorkerPool: @unchecked Sendable {
    /// A policy to evaluate, and what came of it.
    typealias Job = @Sendable (PolicyEvaluator) -> Void

    private let condition = NSCondition()
    private let evaluators: [PolicyEvaluator]
    private var window: [SimulatedAgent] = []
    private var windowEnd: UInt64 = 0
    private var nextInWindow = 0
    private var runningInWindow = 0
    private var jobs: [Job] = []
    private var runningJobs = 0
    private var isStopped = false
    private var liveThreads = 0
    private let threads: Int

    /// Starts `threads` − 1 workers; `evaluators` are as many as threads, or none when nothing is to be evaluated.
    init(threads: Int, evaluators: [PolicyEvaluator]) {
        self.threads = threads
        self.evaluators = evaluators
        liveThreads = threads - 1
        for index in 1..<max(threads, 1) {
            let thread = Thread { [self] in work(index) }
            thread.stackSize = 4 << 20
            thread.name = "worker \(index)"
            thread.start()
        }
    }

    /// Lets every agent sample until its clock has reached `time`, and returns when all have.
    func advance(_ agents: [SimulatedAgent], to time: UInt64) {
        guard threads > 1, agents.count > 1 else {
            var rest = agents[...]
            while let agent = rest.popFirst() { Self.advance(agent, rest.popFirst(), to: time) }
            return
        }
        condition.lock()
        window = agents
        windowEnd = time
        nextInWindow = 0
        condition.broadcast()
        while takeFromWindow() {}
        while runningInWindow > 0 { condition.wait() }
        window.removeAll(keepingCapacity: true)
        condition.unlock()
    }

    /// Has a policy evaluated: now, with one thread, else as soon as a worker is free.
    func evaluate(_ job: @escaping Job) {
        guard threads > 1 else {
            job(evaluators[0])
            return
        }
        condition.lock()
        jobs.append(job)
        condition.broadcast()
        condition.unlock()
    }

    /// Takes part in the evaluations until none is left.
    func finishEvaluations() {
        condition.lock()
        while takeJob(0) {}
        while runningJobs > 0 { condition.wait() }
        condition.unlock()
    }

    /// Ends the workers, after what they are doing; evaluations that were not begun are dropped.
    func stop() {
        condition.lock()
        isStopped = true
        jobs.removeAll()
        condition.broadcast()
        while liveThreads > 0 { condition.wait() }
        condition.unlock()
    }

    // MARK: - With the lock held

    private func work(_ index: Int) {
        condition.lock()
        while !isStopped {
            if !takeJob(index), !takeFromWindow() { condition.wait() }
        }
        liveThreads -= 1
        condition.broadcast()
        condition.unlock()
    }

    private func takeFromWindow() -> Bool {
        guard nextInWindow < window.count else { return false }
        // Two at a time, as long as that leaves one for every thread.
        let takesTwo = window.count - nextInWindow > threads
        let agent = window[nextInWindow]
        let other = takesTwo ? window[nextInWindow + 1] : nil
        nextInWindow += takesTwo ? 2 : 1
        runningInWindow += 1
        let end = windowEnd
        condition.unlock()
        Self.advance(agent, other, to: end)
        condition.lock()
        runningInWindow -= 1
        if runningInWindow == 0 { condition.broadcast() }
        return true
    }

    private static func advance(_ agent: SimulatedAgent, _ other: SimulatedAgent?, to time: UInt64) {
        if let other { SimulatedAgent.advance(agent, other, to: time) } else { agent.advance(to: time) }
    }

    private func takeJob(_ index: Int) -> Bool {
        guard !jobs.isEmpty else { return false }
        let job = jobs.removeFirst()
        runningJobs += 1
        condition.unlock()
        job(evaluators[index])
        condition.lock()
        runningJobs -= 1
        if runningJobs == 0 { condition.broadcast() }
        return true
    }
}
