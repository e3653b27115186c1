import Bounded
import GradientCodec
import Wire

/// The newest durable version and those that wait for the store, packed as they go out.
///
/// Once packed, a version keeps its bytes.
///
/// **Memory:** `agentsMaximum` + 1 packed policies when acknowledgements are durable, one otherwise; with a lattice
/// downlink `downlinkHistory` more; with a consensus twice as much. A shared critic is packed beside each.
struct VersionRing: ~Copyable {
    /// What goes out with the parameters of a version.
    struct Companion: BitwiseCopyable {
        /// The observations behind the normaliser.
        var normaliserCount = 0.0
        /// What gates compare with.
        var gateReference: Float = 0
        /// The parameters are those of the version before.
        var refines = false
        /// What a shared critic's targets are standardised by.
        var targetMean = 0.0
        var targetScale = 0.0
        /// The version that is there, plus one; 0: none.
        var versionPlusOne: UInt64 = 0
    }

    let codec: VectorCodec
    let parameterCount: Int
    let normaliserLength: Int
    private let companions: UnsafeMutableBufferPointer<Companion>
    private let packed: UnsafeMutableBufferPointer<UInt8>
    private let normalisers: UnsafeMutableBufferPointer<Float>
    /// Of a consensus: y of each version.
    private let agreed: UnsafeMutableBufferPointer<UInt8>
    let criticCodec: VectorCodec
    private let criticCount: Int
    private let critics: UnsafeMutableBufferPointer<UInt8>

    init(
        depth: Int, codec: VectorCodec, parameterCount: Int, normaliserLength: Int, criticCodec: VectorCodec,
        criticCount: Int, agrees: Bool = false, arena: inout Arena
    ) throws(Arena.Refusal) {
        let companions = try arena.reserve(Companion.self, count: depth, holder: "versions in flight")
        let packed = try arena.reserve(
            UInt8.self, count: depth * codec.encodedByteCount(parameterCount), holder: "versions in flight")
        let normalisers = try arena.reserve(
            Float.self, count: depth * 2 * normaliserLength, holder: "versions in flight")
        let agreed = try arena.reserve(
            UInt8.self, count: agrees ? depth * codec.encodedByteCount(parameterCount) : 0,
            holder: "versions in flight")
        let critics = try arena.reserve(
            UInt8.self, count: depth * criticCodec.encodedByteCount(criticCount), holder: "versions in flight")
        self.criticCodec = criticCodec
        self.criticCount = criticCount
        self.critics = critics
        self.codec = codec
        self.parameterCount = parameterCount
        self.normaliserLength = normaliserLength
        self.companions = companions
        self.packed = packed
        self.normalisers = normalisers
        self.agreed = agreed
    }

    /// How many versions there is room for.
    var depth: Int { companions.count }

    func companion(of version: PolicyVersion) -> Companion { companions[place(version)] }

    mutating func setCompanion(_ companion: Companion, of version: PolicyVersion) {
        var companion = companion
        companion.versionPlusOne = version.number + 1
        companions[place(version)] = companion
    }

    /// Whether the parameters of `version` are still there.
    func has(_ version: PolicyVersion) -> Bool { companions[place(version)].versionPlusOne == version.number + 1 }

    /// The parameters of `version`; only with dense float32.
    func vector(of version: PolicyVersion) -> Vector {
        precondition(codec == .denseFloat32, "packed parameters are no vector")
        guard let base = bytes(of: version).baseAddress else { preconditionFailure("a policy without parameters") }
        return Vector(base: base.assumingMemoryBound(to: Float.self), count: parameterCount)
    }

    /// Where the packed y of `version` is or goes; empty without a consensus.
    func agreedBytes(of version: PolicyVersion) -> UnsafeMutableRawBufferPointer {
        let length = agreed.count / depth
        let start = place(version) * length
        return UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(agreed)[start..<start + length])
    }

    func packedAgreed(of version: PolicyVersion) -> PackedVector {
        PackedVector(codec: codec, count: parameterCount, data: UnsafeRawBufferPointer(agreedBytes(of: version)))
    }

    /// Where the packed parameters of `version` are or go.
    func bytes(of version: PolicyVersion) -> UnsafeMutableRawBufferPointer {
        let length = codec.encodedByteCount(parameterCount)
        let start = place(version) * length
        return UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(packed)[start..<start + length])
    }

    func packedParameters(of version: PolicyVersion) -> PackedVector {
        PackedVector(codec: codec, count: parameterCount, data: UnsafeRawBufferPointer(bytes(of: version)))
    }

    /// Where the packed critic of `version` is or goes.
    func criticBytes(of version: PolicyVersion) -> UnsafeMutableRawBufferPointer {
        let length = criticCodec.encodedByteCount(criticCount)
        let start = place(version) * length
        return UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(critics)[start..<start + length])
    }

    func packedCritic(of version: PolicyVersion) -> PackedVector {
        PackedVector(
            codec: criticCodec, count: criticCount, data: UnsafeRawBufferPointer(criticBytes(of: version)))
    }

    /// Where the normaliser's mean of `version` is or goes; only for policies with one.
    func normaliserMean(of version: PolicyVersion) -> Vector { normaliser(version, half: 0) }

    /// Where the normaliser's scale of `version` is or goes; only for policies with one.
    func normaliserScale(of version: PolicyVersion) -> Vector { normaliser(version, half: 1) }

    private func normaliser(_ version: PolicyVersion, half: Int) -> Vector {
        let start = (place(version) * 2 + half) * normaliserLength
        return Vector(UnsafeMutableBufferPointer(rebasing: normalisers[start..<start + normaliserLength]))
    }

    private func place(_ version: PolicyVersion) -> Int { Int(version.number % UInt64(companions.count)) }
}
