import Bounded
import Foundation
import GatewayCore
import Logging
import PolicyStore
import ServiceLifecycle
import ZMQTransport

/// A gateway as a service: one thread with the loop, one that commits, one that prints.
public final class GatewayServer: Service, CustomStringConvertible {
    private let plan: GatewayPlan
    private let format: EventFormat
    private let logger: Logger
    private let outputDescriptor: Int32

    /// What others may ask of the running gateway.
    public let control = LoopControl()

    /// - Parameter outputDescriptor: where events are printed.
    public init(plan: GatewayPlan, format: EventFormat, logger: Logger, outputDescriptor: Int32 = STDOUT_FILENO) {
        self.plan = plan
        self.format = format
        self.logger = logger
        self.outputDescriptor = outputDescriptor
    }

    public var description: String { "gateway" }

    /// Runs until a stop is asked for or the work is done.
    ///
    /// **Throws:** `GatewayError`.
    public func run() async throws {
        try await withGracefulShutdownHandler {
            try await withCheckedThrowingContinuation { continuation in
                let thread = Thread { [self] in continuation.resume(with: Result { try serve() }) }
                thread.name = "lapwing-gateway"
                thread.stackSize = 4 << 20
                thread.start()
            }
        } onGracefulShutdown: { [control] in
            control.stop()
        }
    }

    /// Runs on the present thread until a stop is asked for or the work is done.
    ///
    /// **Throws:** `GatewayError`; whatever was acknowledged as durable is in the store also then.
    public func serve() throws(GatewayError) {
        let printer = EventPrinter(format: format, logger: logger, descriptor: outputDescriptor)
        defer { printer.finish() }
        let database: StoreDatabase
        do throws(StoreError) {
            database = try StoreDatabase(path: plan.storePath, durability: plan.durability)
        } catch {
            throw .store(error)
        }
        let loop = try GatewayAssembly.assemble(plan, control: control, printer: printer, database: database)
        // The loop's socket and core lie in this memory, and must be gone before it is.
        let memory = loop.memory
        defer { withExtendedLifetime(memory) {} }
        try serve(loop, printer, database)
    }

    private func serve(
        _ loop: consuming GatewayLoop, _ printer: EventPrinter, _ database: StoreDatabase
    ) throws(GatewayError) {
        defer { control.attach(nil) }
        printer.send(.ready(loop.readyEvent))
        for fault in loop.lostMirrors { printer.send(.mirrorLost(FixedText(string: fault.description))) }
        let reason: StaticString
        do throws(GatewayError) {
            reason = try loop.run()
        } catch {
            loop.writer.finish()
            printer.send(.stopped(loop.stoppedEvent(reason: "failed", exitCode: error.exitCode)))
            throw error
        }
        loop.writer.finish()
        do throws(StoreError) { try database.close() } catch { throw .store(error) }
        printer.send(.stopped(loop.stoppedEvent(reason: reason, exitCode: .success)))
    }
}

extension GatewayLoop {
    /// What is printed once the socket listens.
    var readyEvent: ReadyEvent {
        ReadyEvent(
            endpoint: socket.endpoint, publicKey: publicKey, isInsecure: plan.core.isInsecure,
            federation: plan.core.federationName, federationID: plan.core.federationID,
            version: core.version.number, parameterCount: plan.core.policy.shape.parameterCount,
            allowedKeys: allowedKeys.count, knownAgents: core.agentCount, store: FixedText(string: plan.storePath),
            isDurable: plan.core.durability == .durable, configurationHash: plan.configurationHash,
            memoryBytes: memory.plan.totalBytes)
    }
}
