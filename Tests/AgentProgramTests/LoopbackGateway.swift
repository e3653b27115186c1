import Aggregation
import Bounded
import Foundation
import GatewayCore
import GradientCodec
import Wire
import ZMQTransport

/// A gateway without a store, in this process: the real core and the real socket. It works while `serve` runs.
final class LoopbackGateway {
    private var arena: Arena
    private var core: GatewayCore
    private var socket: GatewaySocket
    private(set) var notices: [GatewayNotice] = []
    private(set) var updates: UInt64 = 0
    /// The longest message that any agent sent, in bytes.
    private(set) var longestMessageBytes = 0

    /// Listens on a free port, with the key pair in the file `pair` and the agents' keys in `allowed`; without `pair`
    /// it is insecure.
    init(
        policy: PolicyDescription, pair path: String? = nil, allowed: [String] = [], updatesMaximum: UInt64 = 0,
        endpoint: String = "tcp://127.0.0.1:*", uplink: UplinkSettings = UplinkSettings(),
        rule: ServerRule.Settings? = nil, critic: SharedCriticSettings? = nil
    ) throws {
        var settings = GatewaySettings(policy: policy)
        settings.federationName = FixedText("loopback")
        settings.federationID = 4_242
        settings.durability = .volatile
        settings.isInsecure = path == nil
        settings.uplink = uplink
        if let rule { settings.rule = rule }
        settings.critic = critic
        settings.updatesMaximum = updatesMaximum
        arena = try Arena(limitBytes: 64 << 20)
        core = try GatewayCore(settings: settings, arena: &arena)
        core.start(from: try arena.vector(policy.shape.parameterCount, holder: "initial policy"))
        let security: GatewaySocket.Security
        if let path {
            security = .curve(own: try KeyFile.readPair(path: FixedText(swift: path)))
        } else {
            security = .insecure
        }
        socket = try GatewaySocket(
            endpoint: FixedText(swift: endpoint), security: security, limits: SocketLimits(), allowedMaximum: 8,
            arena: &arena)
        for text in allowed {
            if let key = AgentKey(z85: FixedText(swift: text)) { _ = socket.allow(key) }
        }
    }

    /// How many changes of a shared critic came.
    var criticChanges: UInt64 { core.criticChanges }

    var endpoint: String { socket.endpoint.withBytes { String(decoding: $0, as: UTF8.self) } }
    /// Whether an agent has left for this reason.
    func left(_ reason: GatewayNotice.Departure) -> Bool {
        notices.contains { notice in
            if case .agentLeft(_, let departure) = notice { return departure == reason }
            return false
        }
    }

    var keysRefused: UInt64 { socket.counters.keysRefused }

    /// Works until `isOver`, or until the time is up; whether it was over.
    @discardableResult
    func serve(seconds: Double = 60, until isOver: () -> Bool) throws -> Bool {
        let deadline = Date(timeIntervalSinceNow: seconds)
        while !isOver() {
            guard Date() < deadline else { return false }
            try socket.wait(milliseconds: 2)
            for _ in 0..<64 {
                guard let message = try socket.receive() else { break }
                longestMessageBytes = max(longestMessageBytes, message.bytes.count)
                try handle(
                    .message(
                        from: Connection(message.connection.number), key: message.key, bytes: message.bytes))
            }
            // After the messages: a goodbye comes before the end of its connection.
            while let gone = socket.nextDisconnected() { try handle(.connectionGone(Connection(gone.number))) }
            try handle(.tick)
        }
        return true
    }

    private func handle(_ event: GatewayEvent) throws {
        core.handle(event, at: .now)
        while let action = core.nextAction() {
            switch action {
            case .send(let connection, let bytes):
                _ = try socket.send(bytes, to: ConnectionID(connection.number))
            case .share(let connections, let bytes):
                for connection in connections { _ = try socket.send(bytes, to: ConnectionID(connection.number)) }
            case .store: updates += 1
            case .notify(let notice): notices.append(notice)
            }
        }
    }
}

extension FixedText {
    init(swift text: String) {
        var copy = text
        self = copy.withUTF8 { FixedText(bytes: $0) }
    }
}

extension PolicyDescription {
    /// The policy that an agent with these numbers asks for.
    static func gaussian(observations: Int, actions: Int, hidden: [Int]) -> PolicyDescription {
        var widths = HiddenWidths()
        for width in hidden { _ = widths.append(width) }
        return PolicyDescription(
            shape: PolicyShape(
                distribution: .gaussian, observationCount: observations, actionCount: actions, hiddenWidths: widths),
            logStdMinimum: -2.5, logStdMaximum: 2, normalisesObservations: false)
    }
}
