import Bounded
import CZeroMQ

extension Endpoint {
    /// Reads an endpoint.
    ///
    /// **Throws:** `TransportError.endpointMalformed`; a retry does not help.
    init(checking text: FixedText) throws(TransportError) {
        guard let endpoint = Endpoint(text) else { throw .endpointMalformed(text, expected: "tcp://host:port") }
        self = endpoint
    }

    /// Whether the system's resolver knows the host. It may ask the network, and take seconds: for diagnosis only.
    public func hostIsKnown() -> Bool {
        isEveryAddress || host.withCString { lapwing_look_up_host($0) } == 0
    }
}
