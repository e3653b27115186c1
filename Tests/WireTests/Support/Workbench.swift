import Bounded
import Wire

/// A decoder and an encoder over an arena that outlives them.
struct Workbench: ~Copyable {
    let arena: Arena
    var decoder: MessageDecoder
    var encoder: MessageEncoder

    static let limits = WireLimits(largestMessageBytes: 4_096, parameterCountMaximum: 256)

    init(limits: WireLimits = Workbench.limits) throws {
        var arena = try Arena(limitBytes: 16 << 20)
        let decoder = try MessageDecoder(limits: limits, arena: &arena)
        let encoder = try MessageEncoder(limits: limits, arena: &arena)
        arena.seal()
        self.arena = arena
        self.decoder = decoder
        self.encoder = encoder
    }

    mutating func bytes(of message: AgentMessage) throws -> [UInt8] { Array(try encoder.encode(message)) }

    mutating func bytes(of message: GatewayMessage) throws -> [UInt8] { Array(try encoder.encode(message)) }

    /// What an agent message says, field by field, after decoding `bytes`.
    mutating func agentFields(_ bytes: [UInt8]) throws -> [String] {
        try bytes.withUnsafeBytes { fields(of: try decoder.decodeAgentMessage($0)) }
    }

    /// What a gateway message says, field by field, after decoding `bytes`.
    mutating func gatewayFields(_ bytes: [UInt8]) throws -> [String] {
        try bytes.withUnsafeBytes { fields(of: try decoder.decodeGatewayMessage($0)) }
    }

    /// The fault that decoding `bytes` as an agent's meets; nil for none.
    mutating func agentFault(_ bytes: [UInt8]) -> WireError? {
        bytes.withUnsafeBytes { bytes in
            do throws(WireError) {
                _ = try decoder.decodeAgentMessage(bytes)
                return nil
            } catch { return error }
        }
    }

    /// The fault that decoding `bytes` as a gateway's meets; nil for none.
    mutating func gatewayFault(_ bytes: [UInt8]) -> WireError? {
        bytes.withUnsafeBytes { bytes in
            do throws(WireError) {
                _ = try decoder.decodeGatewayMessage(bytes)
                return nil
            } catch { return error }
        }
    }

    mutating func encodeFault(_ message: AgentMessage) -> WireError? {
        do throws(WireError) {
            _ = try encoder.encode(message)
            return nil
        } catch { return error }
    }

    mutating func encodeFault(_ message: GatewayMessage) -> WireError? {
        do throws(WireError) {
            _ = try encoder.encode(message)
            return nil
        } catch { return error }
    }
}
