import Bounded
import CSystem
import CZeroMQ

/// Decides which keys may connect: libzmq asks before it finishes a handshake, over a socket inside the process.
///
/// The user id that it gives a connection is the agent's key in Z85, so that each message says who sent it.
/// **Source:** ZeroMQ RFC 27 (ZAP).
struct AccessControl: ~Copyable {
    /// Set on the ROUTER as well; a question for another domain is refused.
    static let domain: StaticString = "lapwing"
    private static let address: StaticString = "inproc://zeromq.zap.01"
    /// Questions answered in one go, so that a crowd at the door does not stop the loop.
    private static let questionsAtOnce = 64
    /// version, request id, domain, address, identity, mechanism, credentials
    private static let frameCount = 7
    private static let frameBytes = 256

    let socket: Socket
    var allowed: AllowList
    var lastRefused: RefusedKey?
    private let frames: UnsafeMutableRawBufferPointer
    private var sizes: InlineArray<7, Int> = .init(repeating: 0)

    init(context: inout TransportContext, maximum: Int, arena: inout Arena) throws(TransportError) {
        let allowed = try AllowList(maximum: maximum, arena: &arena)
        let frames = try reserve(
            UInt8.self, count: Self.frameCount * Self.frameBytes, arena: &arena, holder: "access control")
        let socket = try context.open(ZMQ_REP)
        if FixedText(Self.address).withCString({ zmq_bind(socket.pointer, $0) }) != 0 {
            throw .last("opening the access control")
        }
        self.allowed = allowed
        self.frames = UnsafeMutableRawBufferPointer(frames)
        self.socket = socket
    }

    /// Answers what libzmq asks; the number of refusals.
    mutating func serve() throws(TransportError) -> UInt64 {
        var refusals: UInt64 = 0
        for _ in 0..<Self.questionsAtOnce {
            guard let count = try receiveQuestion() else { break }
            if !answer(frames: count) { refusals += 1 }
        }
        return refusals
    }

    private func frame(_ index: Int) -> UnsafeMutableRawBufferPointer {
        UnsafeMutableRawBufferPointer(rebasing: frames[index * Self.frameBytes..<(index + 1) * Self.frameBytes])
    }

    /// The frames of the next question, counted even past what is kept; nil when none waits.
    private mutating func receiveQuestion() throws(TransportError) -> Int? {
        var count = 0
        repeat {
            let place = frame(min(count, Self.frameCount - 1))
            guard let size = try socket.receiveFrame(into: place) else { return count == 0 ? nil : count }
            if count < Self.frameCount { sizes[count] = size }
            count += 1
        } while socket.hasMoreFrames
        return count
    }

    /// Whether the key was let in.
    private mutating func answer(frames count: Int) -> Bool {
        var key: AgentKey?
        if count == Self.frameCount, equals(2, Self.domain), equals(5, "CURVE"), sizes[6] == 32 {
            let words = frame(6).bindMemory(to: UInt64.self)
            key = AgentKey(words: (words[0], words[1], words[2], words[3]))
        }
        let isAllowed = key.map { allowed.contains($0) } ?? false
        if let key, !isAllowed {
            let address = UnsafeRawBufferPointer(rebasing: frame(3)[0..<min(sizes[3], FixedText.capacity)])
            lastRefused = RefusedKey(key: key, address: FixedText(bytes: address.bindMemory(to: UInt8.self)))
        }
        reply(isAllowed ? key : nil)
        return isAllowed
    }

    private func reply(_ key: AgentKey?) {
        send("1.0")
        let request = UnsafeRawBufferPointer(rebasing: frame(1)[0..<min(sizes[1], Self.frameBytes)])
        _ = socket.sendFrame(request, isLast: false)
        send(key == nil ? "400" : "200")
        send(key == nil ? "key not allowed" : "OK")
        let user = key.map { $0.z85 } ?? FixedText()
        user.withBytes { _ = socket.sendFrame(UnsafeRawBufferPointer($0), isLast: false) }
        _ = socket.sendFrame(UnsafeRawBufferPointer(start: nil, count: 0), isLast: true)
    }

    private func send(_ text: StaticString) {
        _ = socket.sendFrame(
            UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount), isLast: false)
    }

    private func equals(_ index: Int, _ text: StaticString) -> Bool {
        guard sizes[index] == text.utf8CodeUnitCount else { return false }
        let bytes = frame(index)
        for place in 0..<sizes[index] where bytes[place] != text.utf8Start[place] { return false }
        return true
    }
}
