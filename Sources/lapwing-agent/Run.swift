import AgentCore
import Bounded
import Configuration
import CSystem
import ZMQTransport

/// `run`: samples and reports until a signal, or until nothing can go on.
func run(_ configuration: AgentConfiguration, asJSON: Bool) throws(Failure) -> ExitCode {
    lapwing_catch_stop_signals()
    let security = try security(configuration)
    let epoch = try BootEpochFile.advance(in: configuration.stateDirectory)
    var assembly = try Assembly(configuration, epoch: epoch)
    let largest = assembly.core.largestMessageBytes
    guard largest <= configuration.network.largestMessageBytes else {
        throw Failure(.configuration) { writer in
            writer.write("a message about this policy takes up to ")
            writer.write(largest)
            writer.write(" bytes; set [network] largest_message_bytes to that or more, here and at the gateway")
        }
    }
    let socket = try openSocket(configuration, security, arena: &assembly.arena)
    assembly.arena.seal()
    var loop = AgentLoop(assembly: assembly, socket: socket, configuration: configuration, asJSON: asJSON)
    return try loop.run()
}

private func security(_ configuration: AgentConfiguration) throws(Failure) -> AgentSocket.Security {
    if configuration.isInsecure {
        withErrorWriter { writer in
            writer.write("lapwing-agent: WARNING: insecure mode: nothing is encrypted and nobody is authenticated\n")
        }
        return .insecure
    }
    do throws(KeyFileError) {
        let own = try KeyFile.readPair(path: configuration.keyFile)
        let gateway = try KeyFile.readPublic(path: configuration.gatewayPublicKeyFile)
        return .curve(own: own, gateway: gateway)
    } catch {
        throw Failure(error)
    }
}

private func openSocket(
    _ configuration: AgentConfiguration, _ security: borrowing AgentSocket.Security, arena: inout Arena
) throws(Failure) -> AgentSocket {
    do throws(TransportError) {
        return try AgentSocket(
            endpoint: configuration.gatewayEndpoint, security: security, limits: SocketLimits(configuration.network),
            arena: &arena)
    } catch {
        if case .memory(let refusal) = error { throw Failure(refusal) }
        throw Failure(error)
    }
}

extension SocketLimits {
    init(_ network: NetworkSettings) {
        self.init()
        largestMessageBytes = network.largestMessageBytes
        heartbeatIntervalMilliseconds = network.heartbeatIntervalMilliseconds
        heartbeatTimeoutMilliseconds = network.heartbeatTimeoutMilliseconds
        handshakeIntervalMilliseconds = network.handshakeIntervalMilliseconds
        reconnectIntervalMilliseconds = network.reconnectIntervalMilliseconds
        reconnectIntervalMaximumMilliseconds = network.reconnectIntervalMaximumMilliseconds
        lingerMilliseconds = network.lingerMilliseconds
    }
}
