import Bounded
import GradientCodec
import Wire

/// The gateway's mirrors: for each agent the vector that it sent last, as both sides know it.
///
/// A place is taken with the first gradient of an agent. There are as many as agents that can be welcome, so that when
/// all are taken, one of them is of an agent that is not there.
/// **Memory:** for each place a vector in the configured precision; one vector more in half precision. Nothing without
/// mirrors.
struct MirrorTable: ~Copyable {
    struct Place: BitwiseCopyable {
        /// Whose it is; −1 when free.
        var agent: Int32 = -1
        var checksum: UInt32 = 0
        var epoch = BootEpoch(0)
        var sequence = UpdateSequence(0)
        /// Whether the store has to take it with the next commit.
        var isChanged = false
    }

    let precision: UplinkSettings.Mirror
    let elementCount: Int
    private let places: UnsafeMutableBufferPointer<Place>
    private let numbers: UnsafeMutableRawBufferPointer
    /// A mirror in half precision, widened.
    private let widened: Vector

    init(
        precision: UplinkSettings.Mirror, agents: Int, elementCount: Int, arena: inout Arena
    ) throws(Arena.Refusal) {
        let count = precision == .none ? 0 : agents
        let bytes = precision.codec.encodedByteCount(elementCount)
        let places = try arena.reserve(Place.self, count: count, holder: "mirrors")
        let numbers = try arena.reserve(UInt8.self, count: count * bytes, holder: "mirrors")
        let widened = try arena.vector(precision == .float16 ? elementCount : 0, holder: "mirrors")
        self.places = places
        self.numbers = UnsafeMutableRawBufferPointer(numbers)
        self.widened = widened
        self.precision = precision
        self.elementCount = elementCount
        for index in 0..<count { places[index] = Place() }
    }

    /// How many mirrors there is room for.
    var count: Int { places.count }

    subscript(index: Int) -> Place { places[index] }

    /// A place that nobody has; nil when all are taken.
    var free: Int? {
        for index in 0..<places.count where places[index].agent < 0 { return index }
        return nil
    }

    /// The mirror at `index` in single precision, valid until the next call.
    func vector(at index: Int) -> Vector {
        let bytes = bytes(at: index)
        guard precision == .float16 else {
            guard let base = bytes.baseAddress else { return widened }
            return Vector(base: base.assumingMemoryBound(to: Float.self), count: elementCount)
        }
        unpack(UnsafeRawBufferPointer(bytes))
        return widened
    }

    /// Makes `vector`, which is finite, the mirror of `agent`.
    mutating func set(_ index: Int, of agent: Int, to vector: Vector, after identity: UpdateIdentity) {
        // What is finite can be packed.
        _ = try? precision.codec.encode(vector, into: bytes(at: index))
        places[index] = Place(
            agent: Int32(agent), checksum: Report.mirrorChecksum(of: self.vector(at: index).bytes),
            epoch: identity.epoch, sequence: identity.sequence, isChanged: true)
    }

    /// Takes a mirror back from the store; false, and nothing changes, when it is not one of these.
    mutating func restore(_ index: Int, _ mirror: StoredMirror, of agent: Int) -> Bool {
        guard index >= 0, index < count, places[index].agent < 0, mirror.precision == precision,
            mirror.data.count == precision.codec.encodedByteCount(elementCount)
        else { return false }
        bytes(at: index).copyMemory(from: mirror.data)
        guard vector(at: index).isFinite else { return false }
        places[index] = Place(
            agent: Int32(agent), checksum: Report.mirrorChecksum(of: vector(at: index).bytes), epoch: mirror.epoch,
            sequence: mirror.sequence)
        return true
    }

    /// Forgets the mirror at `index`.
    mutating func release(_ index: Int) { places[index] = Place() }

    /// Notes that the store has the mirror at `index`, or will.
    mutating func clearChange(_ index: Int) { places[index].isChanged = false }

    /// The bytes of the mirror at `index`, packed in its precision.
    func bytes(at index: Int) -> UnsafeMutableRawBufferPointer {
        let length = precision.codec.encodedByteCount(elementCount)
        return UnsafeMutableRawBufferPointer(rebasing: numbers[index * length..<(index + 1) * length])
    }

    private func unpack(_ bytes: UnsafeRawBufferPointer) {
        _ = try? precision.codec.decode(
            count: elementCount, parameters: UnsafeRawBufferPointer(start: nil, count: 0), data: bytes, into: widened)
    }
}

extension UplinkSettings.Mirror {
    /// How a mirror of this kind is packed.
    var codec: VectorCodec { self == .float16 ? .denseFloat16 : .denseFloat32 }
}
