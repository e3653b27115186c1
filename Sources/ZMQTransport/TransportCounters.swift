/// What a socket has moved, and what it has dropped and why.
public struct TransportCounters: Equatable, Sendable, BitwiseCopyable {
    /// Frames that libzmq took.
    public var framesSent: UInt64 = 0
    /// Their bytes, before encryption.
    public var bytesSent: UInt64 = 0
    /// Frames that came in, dropped ones too.
    public var framesReceived: UInt64 = 0
    /// Their bytes, after decryption.
    public var bytesReceived: UInt64 = 0
    /// What the frames sent, and the handshakes that ended well, put into the TCP streams (`FrameCost`).
    public var wireBytesSent: UInt64 = 0
    /// What the frames received, and the handshakes that ended well, took out of the TCP streams.
    public var wireBytesReceived: UInt64 = 0
    /// Sends that found the peer's queue full, or no connection.
    public var wouldBlock: UInt64 = 0
    /// Sends to a connection that no longer exists.
    public var peerGone: UInt64 = 0
    /// Messages dropped because they had more or fewer frames than one.
    public var droppedMultipart: UInt64 = 0
    /// Messages dropped because they were larger than the receiver's buffer. What is larger than `largestMessageBytes`
    /// never gets that far: libzmq cuts the peer off, which shows in `disconnected`.
    public var droppedOversize: UInt64 = 0
    /// Messages dropped because the peer had chosen a routing id of its own.
    public var droppedForeignRouting: UInt64 = 0
    /// Messages dropped because the sender's key is not (or no longer) allowed.
    public var droppedUnknownKey: UInt64 = 0
    /// TCP connections that were accepted, or that stood on the agent's side.
    public var connected: UInt64 = 0
    /// Handshakes that ended well.
    public var handshakesSucceeded: UInt64 = 0
    /// Handshakes refused because the key is not on the list.
    public var keysRefused: UInt64 = 0
    /// Handshakes that failed for any other reason: garbage, wrong keys, silence.
    public var handshakesFailed: UInt64 = 0
    /// Connections that ended.
    public var disconnected: UInt64 = 0
    /// Connections that the system could not hand over (usually out of descriptors).
    public var acceptsFailed: UInt64 = 0
    /// Times that a connection given up by libzmq was begun again.
    public var redialled: UInt64 = 0

    public init() {}
}
