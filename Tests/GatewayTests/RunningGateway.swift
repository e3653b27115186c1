import Aggregation
import Bounded
import Foundation
import GatewayCore
import Logging
import PolicyMath
import PolicyStore
import Synchronization
import Wire
import ZMQTransport

@testable import Gateway

/// A gateway with real sockets and a real store, on a thread of the test's process.
final class RunningGateway {
    static let observationCount = 3
    static let actionCount = 2
    /// (3 + 1) · 2 + 2: a linear Gaussian policy.
    static let parameterCount = 10

    let folder: TestFolder
    let publicKey: PublicKey?
    let events: EventReader
    private let server: GatewayServer
    private let end = DispatchSemaphore(value: 0)
    private let failure = FailureBox()

    /// The address that agents connect to.
    let endpoint: String

    /// Starts a gateway in `folder` and waits until it listens.
    init(
        in folder: TestFolder, isSecure: Bool = false, durability: GatewayDurability = .durable,
        adjust: (inout GatewayPlan) -> Void = { _ in }
    ) throws {
        self.folder = folder
        var plan = Self.plan(folder)
        plan.core.durability = durability
        plan.core.isInsecure = !isSecure
        publicKey = isSecure ? try folder.gatewayKey(at: plan.keyPath) : nil
        adjust(&plan)
        signal(SIGPIPE, SIG_IGN)
        let pipe = Pipe()
        events = EventReader(pipe.fileHandleForReading)
        var logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        logger.logLevel = .critical
        let server = GatewayServer(
            plan: plan, format: .json, logger: logger,
            outputDescriptor: pipe.fileHandleForWriting.fileDescriptor)
        self.server = server
        let thread = Thread { [end, failure] in
            do throws(GatewayError) { try server.serve() } catch { failure.error.withLock { $0 = error } }
            try? pipe.fileHandleForWriting.close()
            end.signal()
        }
        thread.stackSize = 4 << 20
        thread.start()
        guard let ready = events.next("ready"), let endpoint = ready["endpoint"] as? String else {
            end.wait()
            throw failure.error.withLock { $0 } ?? GatewayError.configuration("the gateway did not get ready")
        }
        self.endpoint = endpoint
    }

    static var shape: PolicyShape {
        PolicyShape(
            distribution: .gaussian, observationCount: observationCount, actionCount: actionCount,
            hiddenWidths: HiddenWidths())
    }

    static func plan(_ folder: TestFolder) -> GatewayPlan {
        var plan = GatewayPlan(
            core: GatewaySettings(
                policy: PolicyDescription(
                    shape: shape, logStdMinimum: -2, logStdMaximum: 1, normalisesObservations: false)),
            specification: PolicySpecification(
                distribution: .gaussian, observationCount: observationCount, actionCount: actionCount,
                hiddenWidths: LayerWidths(), logStdMinimum: -2, logStdMaximum: 1))
        plan.core.agentsMaximum = 8
        plan.core.knownAgentsMaximum = 16
        plan.core.broadcast = .reply
        plan.endpoint = FixedText("tcp://127.0.0.1:*")
        plan.limits.lingerMilliseconds = 100
        plan.statusIntervalMilliseconds = 50
        plan.storePath = folder.path("store.sqlite")
        plan.keyPath = folder.path("gateway.key")
        plan.allowedKeysPath = folder.path("allowed.keys")
        return plan
    }

    func reloadKeys() { server.control.reloadKeys() }

    /// Asks for a clean stop and waits for it.
    ///
    /// **Throws:** what the gateway ended with.
    func stop() throws {
        server.control.stop()
        end.wait()
        if let error = failure.error.withLock({ $0 }) { throw error }
    }

    /// Waits for the gateway to end on its own.
    func waitForEnd() throws {
        end.wait()
        if let error = failure.error.withLock({ $0 }) { throw error }
    }
}

/// What the gateway's thread ended with.
private final class FailureBox: Sendable {
    let error = Mutex<GatewayError?>(nil)
}
