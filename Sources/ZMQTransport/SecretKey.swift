import Bounded
import CZeroMQ

/// The secret half of a key pair; its bytes are erased when it goes away.
public struct SecretKey: ~Copyable {
    private var words: (UInt64, UInt64, UInt64, UInt64)

    init(_ key: AgentKey) { words = key.words }

    deinit {
        var words = words
        lapwing_erase(&words, 32)
    }

    /// The key in Z85. Whoever holds it can pretend to be its owner.
    var z85: FixedText { Z85.encode(AgentKey(words: words)) }

    /// Calls `body` with the 32 bytes.
    func withBytes<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try withUnsafePointer(to: words) { pointer throws(Failure) in
            try body(UnsafeRawBufferPointer(start: pointer, count: 32))
        }
    }
}
