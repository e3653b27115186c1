import Bounded
import Foundation
import GatewayCore
import PolicyStore
import ZMQTransport

/// The parts of a gateway, put together in the order in which they can fail without harm.
///
/// The store comes first, since it keeps a second gateway out; the socket last, so that nobody is let in before
/// everything else stands.
enum GatewayAssembly {
    /// Opens the store, brings the core to where the store is, and listens.
    ///
    /// **Throws:** `GatewayError`; a retry helps where its exit code says so.
    static func assemble(
        _ plan: GatewayPlan, control: LoopControl, printer: EventPrinter, database: StoreDatabase
    ) throws(GatewayError) -> GatewayLoop {
        var plan = plan
        var arena = try arena(limitBytes: plan.memoryLimitBytes)
        let stored = try storeCall { () throws(StoreError) in try database.federation() }
        plan.core.federationID = stored?.identifier ?? UInt64.random(in: 1...UInt64.max)
        if !plan.validatorName.isEmpty {
            plan.core.validator = try AllowedAgents.key(
                named: plan.validatorName, path: plan.allowedKeysPath, maximum: plan.core.knownAgentsMaximum)
        }
        // A store that was made before its critic was shared has none: every start has to draw the same.
        if let stored { plan.core.critic?.seed = stored.seed }
        var core = try core(plan, arena: &arena)
        let known: [AgentRecord]
        var lostMirrors: [StoreError] = []
        if stored == nil {
            try begin(plan, &core, database)
            known = []
        } else {
            known = try resume(plan, &core, database)
            lostMirrors = try restoreMirrors(&core, database)
            restoreSamplingPoints(plan, &core, database)
        }
        let pair = try keys(plan)
        let publicKey = publicKey(of: pair)
        let entries: [AllowedKeysFile.Entry] =
            plan.core.isInsecure
            ? [] : try AllowedAgents.read(path: plan.allowedKeysPath, maximum: plan.core.knownAgentsMaximum)
        let buffers: LoopBuffers
        do throws(Arena.Refusal) { buffers = try LoopBuffers(settings: plan.core, arena: &arena) } catch {
            throw .memory(error)
        }
        var socket = try socket(plan, keys: pair, arena: &arena)
        let allowed = AllowedAgents.apply(entries, replacing: [], to: &socket)
        // Nothing below fails: what lies in the arena is never left without it.
        let memory = LoopMemory(arena: arena, buffers: buffers)
        for (index, record) in known.enumerated() {
            memory.firstSeen[index] = record.firstSeenNanoseconds
            memory.lastSeen[index] = record.lastSeenNanoseconds
        }
        control.attach(socket.wakeHandle)
        let writer = StoreWriter(
            database: database, settings: writerSettings(plan, &core), onCommit: { control.wake() })
        return GatewayLoop(
            plan: plan, control: control, printer: printer, writer: writer, memory: memory, socket: socket,
            core: core, publicKey: publicKey, allowedKeys: allowed, lostMirrors: lostMirrors)
    }

    // MARK: - The core and the store

    private static func arena(limitBytes: Int) throws(GatewayError) -> Arena {
        do throws(Arena.Refusal) { return try Arena(limitBytes: limitBytes) } catch { throw .memory(error) }
    }

    private static func core(_ plan: GatewayPlan, arena: inout Arena) throws(GatewayError) -> GatewayCore {
        do throws(Arena.Refusal) { return try GatewayCore(settings: plan.core, arena: &arena) } catch {
            throw .memory(error)
        }
    }

    /// Starts a federation, and makes its first version durable before anybody can hear of it.
    private static func begin(
        _ plan: GatewayPlan, _ core: inout GatewayCore, _ database: StoreDatabase
    ) throws(GatewayError) {
        var parameters = try InitialPolicy.parameters(of: plan)
        parameters.withUnsafeMutableBufferPointer { core.start(from: Vector($0)) }
        let state = StoredState(core.snapshot())
        let normaliser = core.newestNormaliser
        // What agents get is the point that counts, rounded where the downlink rounds.
        var lookahead = parameters
        lookahead.withUnsafeMutableBufferPointer { core.unpackNewestSamplingPoint(into: Vector($0)) }
        let policy = StoredPolicy(
            version: 0, theta: parameters, lookahead: lookahead, normaliserMean: Array(normaliser.mean),
            normaliserScale: Array(normaliser.scale))
        let record = plan.federationRecord(identifier: plan.core.federationID)
        try storeCall { () throws(StoreError) in try database.begin(record, policy: policy, state: state) }
    }

    /// Goes on from the last commit; returns the agents in the order in which the core knows them.
    private static func resume(
        _ plan: GatewayPlan, _ core: inout GatewayCore, _ database: StoreDatabase
    ) throws(GatewayError) -> [AgentRecord] {
        let record = plan.federationRecord(identifier: plan.core.federationID)
        let agents = try storeCall { () throws(StoreError) in
            try database.resume(with: record)
            guard let state = try database.state() else { throw .empty(path: database.path) }
            guard state.restore(&core) else {
                throw .malformedRow(
                    path: database.path, table: "state", row: "1", detail: "does not fit the federation's policy")
            }
            return try database.agents()
        }
        for agent in agents {
            guard core.restore(agent: KnownAgent(agent)) else {
                throw .configuration(
                    "\(database.path): knows \(agents.count) agents, more than the "
                        + "\(plan.core.knownAgentsMaximum) there is room for; raise [federation] agents_max")
            }
        }
        return agents
    }

    private static func storeCall<Value>(
        _ body: () throws(StoreError) -> Value
    ) throws(GatewayError) -> Value {
        do throws(StoreError) { return try body() } catch { throw .store(error) }
    }

    // MARK: - The socket

    private static func keys(_ plan: GatewayPlan) throws(GatewayError) -> KeyPair? {
        guard !plan.core.isInsecure else { return nil }
        do throws(KeyFileError) { return try KeyFile.readPair(path: FixedText(string: plan.keyPath)) } catch {
            throw .keys(error)
        }
    }

    /// All zeros without keys.
    private static func publicKey(of pair: borrowing KeyPair?) -> AgentKey {
        switch pair {
        case .some(let pair): pair.publicKey.agentKey
        case .none: AgentKey(words: (0, 0, 0, 0))
        }
    }

    private static func socket(
        _ plan: GatewayPlan, keys: consuming KeyPair?, arena: inout Arena
    ) throws(GatewayError) -> GatewaySocket {
        let security: GatewaySocket.Security
        if let keys { security = .curve(own: keys) } else { security = .insecure }
        do throws(TransportError) {
            return try GatewaySocket(
                endpoint: plan.endpoint, security: security, limits: plan.limits,
                allowedMaximum: plan.core.knownAgentsMaximum, arena: &arena)
        } catch {
            throw .transport(error)
        }
    }
}
