import Bounded
import Foundation
import GatewayCore
import PolicyStore
import ZMQTransport

/// The gateway's one loop: the core's events come from the socket and the store, its actions go to them.
///
/// Nothing in it waits for a disk, an aggregation or a reader of events; it waits in `GatewaySocket.wait` alone.
///
/// Purpose: wiring, and the few decisions that need a clock, a file or a thread: when to commit, print, and end.
/// Not its purpose: who is admitted, what is applied, who is told. That is `GatewayCore`.
struct GatewayLoop: ~Copyable {
    /// Frames taken in before the store and the clock are looked at again.
    private static let framesAtOnce = 64
    /// How often the core is told that time passes.
    private static let tickMilliseconds = 50

    let plan: GatewayPlan
    let control: LoopControl
    let printer: EventPrinter
    let writer: StoreWriter
    let startTime: Instant
    let memory: LoopMemory
    /// All zeros without keys.
    let publicKey: AgentKey
    var socket: GatewaySocket
    var core: GatewayCore
    var allowedKeys: [AgentKey]
    /// Mirrors that the store could not give back.
    let lostMirrors: [StoreError]
    var phase = LoopPhase()
    var meter: LoopMeter
    private var nextTick: Instant
    private var nextStatus: Instant
    private var noticedVersion: UInt64
    private var isStoreTroubled = false

    init(
        plan: GatewayPlan, control: LoopControl, printer: EventPrinter, writer: StoreWriter, memory: LoopMemory,
        socket: consuming GatewaySocket, core: consuming GatewayCore, publicKey: AgentKey, allowedKeys: [AgentKey],
        lostMirrors: [StoreError]
    ) {
        let now = Instant.now
        self.plan = plan
        self.control = control
        self.printer = printer
        self.writer = writer
        self.memory = memory
        self.publicKey = publicKey
        noticedVersion = core.version.number
        self.socket = socket
        self.core = core
        self.allowedKeys = allowedKeys
        self.lostMirrors = lostMirrors
        startTime = now
        meter = LoopMeter(startTime: now)
        nextTick = now
        nextStatus = now.advanced(byMilliseconds: plan.statusIntervalMilliseconds)
    }

    /// Runs until the gateway is to end, and says why it does.
    ///
    /// **Throws:** `GatewayError.transport` and `.store`, when the socket or the store is of no further use.
    mutating func run() throws(GatewayError) -> StaticString {
        while true {
            try wait()
            try takeFrames()
            let now = Instant.now
            try noteStore(now)
            try tick(now)
            commitIfDue(now)
            let isDrained = core.hasNothingLeft && writer.isDrained
            if let reason = phase.end(at: now, isDrained: isDrained, isEmpty: core.welcomeCount == 0) {
                if case .retrying(let error) = writer.status { throw .store(error) }
                return reason
            }
        }
    }

    private mutating func wait() throws(GatewayError) {
        let now = Instant.now
        var next = min(nextTick, nextStatus)
        if let due = writer.dueTime, due > now { next = min(next, due) }
        let milliseconds = next > now ? next.milliseconds(since: now) + 1 : 0
        do throws(TransportError) { try socket.wait(milliseconds: milliseconds) } catch { throw .transport(error) }
    }

    private mutating func takeFrames() throws(GatewayError) {
        while let gone = socket.nextDisconnected() {
            try handle(.connectionGone(Connection(gone.number)), at: .now)
        }
        var now = Instant.now
        for index in 1...Self.framesAtOnce {
            guard writer.hasRoom else {
                // Volatile, and the disk slower than the agents: frames wait in the socket's own bounded queues.
                usleep(500)
                return
            }
            let message: IncomingMessage?
            do throws(TransportError) { message = try socket.receive() } catch { throw .transport(error) }
            guard let message else { return }
            let connection = Connection(message.connection.number)
            try handle(.message(from: connection, key: message.key, bytes: message.bytes), at: now)
            if index % 8 == 0 { now = .now }
        }
    }

    /// Tells the core what the store's thread has done since the last time.
    private mutating func noteStore(_ now: Instant) throws(GatewayError) {
        let durable = writer.durableVersion
        if durable > noticedVersion {
            noticedVersion = durable
            try handle(.stored(upTo: PolicyVersion(durable)), at: now)
        }
        switch writer.status {
        case .working:
            if isStoreTroubled { printer.send(.storeRecovered) }
            isStoreTroubled = false
        case .retrying(let error):
            if !isStoreTroubled { printer.send(.storeTrouble(FixedText(string: error.description))) }
            isStoreTroubled = true
        case .failed(let error): throw .store(error)
        }
    }

    private mutating func tick(_ now: Instant) throws(GatewayError) {
        if control.isStopRequested, phase.beginStop(at: now) {
            printer.send(.stopping(reason: "signal"))
            try handle(.stop, at: now)
            storeAgents()
        }
        if control.takeReload() { reloadKeys() }
        if now >= nextTick {
            nextTick = now.advanced(byMilliseconds: Self.tickMilliseconds)
            meter.beginTick()
            core.noteHandshakes(meter.noteHandshakes(socket.counters.handshakesSucceeded))
            try handle(.tick, at: now)
            noteRefusedKeys()
        }
        if now >= nextStatus {
            nextStatus = now.advanced(byMilliseconds: max(plan.statusIntervalMilliseconds, 10))
            sendStatus(now)
        }
    }

    /// Hands the store's thread what waits, with the state as it is now, once a group.
    private mutating func commitIfDue(_ now: Instant) {
        let isForced = phase.isEnding && writer.hasPending
        guard writer.isDue(now) || isForced else { return }
        for place in 0..<core.mirrorCount {
            if let mirror = core.takeChangedMirror(at: place) { writer.note(MirrorView(mirror)) }
        }
        let snapshot = core.snapshot()
        let policy = memory.policyView(of: core, parameters: snapshot.parameters)
        writer.commit(now: now, state: StateView(snapshot), policy: policy, force: isForced)
    }
}
