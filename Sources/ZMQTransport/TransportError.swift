import Bounded
import CSystem
import CZeroMQ

/// Why a socket could not be opened or used; each has a one-line text with cause and remedy (`write(to:)`).
public enum TransportError: Error, Sendable {
    /// The arena had no room.
    case memory(Arena.Refusal)
    /// The endpoint is not of the form `tcp://host:port`.
    indirect case endpointMalformed(FixedText, expected: StaticString)
    /// No encryption was asked for on an address that others can reach.
    indirect case insecureOffLoopback(FixedText)
    /// This libzmq was built without CURVE.
    case noEncryption
    /// A limit in `SocketLimits` lies out of its range.
    case limitOutOfRange(name: StaticString, lowest: Int, highest: Int)
    /// Another socket has the address.
    indirect case addressInUse(FixedText)
    /// The address is not one of this machine's.
    indirect case addressNotAvailable(FixedText)
    /// The user may not open that port.
    indirect case notPermitted(FixedText)
    /// Any other refusal of libzmq or the system, with its error number.
    case system(operation: StaticString, code: Int32)

    /// The one place where libzmq's error numbers become errors.
    init(code: Int32, operation: StaticString, endpoint: FixedText = FixedText()) {
        switch code {
        case EADDRINUSE: self = .addressInUse(endpoint)
        case EADDRNOTAVAIL, ENODEV: self = .addressNotAvailable(endpoint)
        case EACCES, EPERM: self = .notPermitted(endpoint)
        case EINVAL where !endpoint.isEmpty: self = .endpointMalformed(endpoint, expected: "tcp://host:port")
        default: self = .system(operation: operation, code: code)
        }
    }

    /// The error of the libzmq call that failed last in this thread.
    static func last(_ operation: StaticString, endpoint: FixedText = FixedText()) -> TransportError {
        TransportError(code: zmq_errno(), operation: operation, endpoint: endpoint)
    }
}

extension TransportError {
    /// Writes the error as one line, cause and remedy, without a line end.
    public func write(to writer: inout TextWriter) {
        switch self {
        case .memory(.limitReached(let holder, let needed, let limit)):
            writer.write("memory: ")
            writer.write(holder)
            writer.write(" brings the sum to ")
            writer.write(needed)
            writer.write(" bytes, the limit is ")
            writer.write(limit)
            writer.write("; raise the limit or lower the message size")
        case .memory(.systemRefused(let limit)):
            writer.write("memory: the system refused ")
            writer.write(limit)
            writer.write(" bytes; lower the memory limit")
        case .endpointMalformed(let endpoint, let expected):
            writer.write("endpoint \"")
            writer.write(endpoint)
            writer.write("\" is not of the form ")
            writer.write(expected)
        case .insecureOffLoopback(let endpoint):
            writer.write("insecure mode is refused for ")
            writer.write(endpoint)
            writer.write(", which other machines can reach; use keys, or a loopback address such as 127.0.0.1")
        case .noEncryption:
            writer.write("this libzmq has no CURVE encryption; install one that was built with it (Debian's libzmq5)")
        case .limitOutOfRange(let name, let lowest, let highest):
            writer.write(name)
            writer.write(" must lie from ")
            writer.write(lowest)
            writer.write(" to ")
            writer.write(highest)
        case .addressInUse(let endpoint):
            writer.write(endpoint)
            writer.write(" is in use; stop the other program or choose another port")
        case .addressNotAvailable(let endpoint):
            writer.write(endpoint)
            writer.write(" is no address of this machine; use tcp://*:port to listen on every address")
        case .notPermitted(let endpoint):
            writer.write(endpoint)
            writer.write(" may not be opened by this user; choose a port above 1023")
        case .system(let operation, let code):
            writer.write(operation)
            writer.write(" failed: ")
            if let text = zmq_strerror(code) { writer.write(cString: text) }
        }
    }

    /// How a program that stops because of this error ends.
    public var exitCode: ExitCode {
        switch self {
        case .memory, .system, .noEncryption: .system
        case .endpointMalformed, .insecureOffLoopback, .limitOutOfRange, .addressNotAvailable: .configuration
        case .addressInUse: .temporary
        case .notPermitted: .permission
        }
    }
}

#if !hasFeature(Embedded)
extension TransportError: CustomStringConvertible {
    public var description: String { describe { writer in write(to: &writer) } }
}
#endif
