import Bounded
import GradientCodec
import Testing

@Suite("Dense codecs")
struct VectorCodecTests {
    static let all: [VectorCodec] = [.denseFloat32, .denseFloat16]

    @Test("have the values of the wire, and none besides")
    func rawValues() {
        #expect(VectorCodec.denseFloat32.rawValue == 1)
        #expect(VectorCodec.denseFloat16.rawValue == 2)
        #expect(VectorCodec(rawValue: 0) == nil)
        #expect(VectorCodec(rawValue: 12) == nil)
    }

    @Test("refuse an infinity or NaN anywhere, on the way in and on the way out", arguments: all)
    func notFinite(codec: VectorCodec) throws {
        for count in [1, 2, 7, 8, 9, 31, 64, 65] {
            for position in Set([0, count / 2, count - 1]) {
                for bad in [Float.infinity, -.infinity, .nan, -.nan] {
                    var numbers = [Float](repeating: 1, count: count)
                    numbers[position] = bad
                    #expect(throws: CodecError.notFinite) { try packed(numbers, as: codec) }

                    var bytes = try packed([Float](repeating: 1, count: count), as: codec)
                    let width = codec.encodedByteCount(1)
                    bytes[position * width + width - 1] = 0x7f
                    bytes[position * width + width - 2] = 0xff
                    #expect(throws: CodecError.notFinite) { try unpacked(bytes, as: codec, count: count) }
                }
            }
        }
    }

    @Test("come within half a unit in the last place over random vectors of every length", arguments: all)
    func property(codec: VectorCodec) throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("\(codec) property: seed \(seed)")
        var generator = RandomGenerator(seed: seed)
        for count in 0..<200 {
            let numbers = (0..<count).map { _ in Float(generator.normal()) * 100 }
            let back = try unpacked(try packed(numbers, as: codec), as: codec, count: count)
            for (number, other) in zip(numbers, back) {
                let bound = codec == .denseFloat32 ? 0 : max(abs(number) * 0x1p-11, 0x1p-25)
                #expect(abs(number - other) <= bound)
            }
        }
    }

    @Test("work at any address", arguments: all)
    func unaligned(codec: VectorCodec) throws {
        let bytes = try packed([1, 2, 3], as: codec)
        for offset in 0..<8 {
            let shifted = [UInt8](repeating: 0xff, count: offset) + bytes
            var numbers = [Float](repeating: 0, count: 3)
            try numbers.withUnsafeMutableBufferPointer { numbers in
                try shifted.withUnsafeBytes { shifted in
                    try codec.decode(
                        count: 3, parameters: UnsafeRawBufferPointer(start: nil, count: 0),
                        data: UnsafeRawBufferPointer(rebasing: shifted[offset...]), into: Vector(numbers))
                }
            }
            #expect(numbers == [1, 2, 3])
        }
    }

    @Test("refuse lengths that do not fit, and parameters that they do not take", arguments: all)
    func lengths(codec: VectorCodec) throws {
        let needed = codec.encodedByteCount(3)
        #expect(throws: CodecError.wrongByteCount(neededBytes: needed, actualBytes: needed - 1)) {
            try packed([1, 2, 3], as: codec, room: needed - 1)
        }
        let bytes = try packed([1, 2, 3], as: codec)
        #expect(throws: CodecError.wrongByteCount(neededBytes: needed, actualBytes: needed - 1)) {
            try unpacked(Array(bytes.dropLast()), as: codec, count: 3)
        }
        #expect(throws: CodecError.wrongByteCount(neededBytes: needed, actualBytes: needed + 1)) {
            try unpacked(bytes + [0], as: codec, count: 3)
        }
        #expect(throws: CodecError.wrongElementCount(packed: 3, vector: 2)) {
            try unpacked(bytes, as: codec, count: 3, room: 2)
        }
        #expect(throws: CodecError.badParameters) { try unpacked(bytes, as: codec, count: 3, parameters: [0]) }
    }
}

/// The bytes that `codec` packs `numbers` into, in a buffer of `room` bytes (as many as needed, by default).
@discardableResult
func packed(_ numbers: [Float], as codec: VectorCodec, room: Int? = nil) throws -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: room ?? codec.encodedByteCount(numbers.count))
    try withVector(numbers) { vector in
        try bytes.withUnsafeMutableBytes { bytes in _ = try codec.encode(vector, into: bytes) }
    }
    return bytes
}

/// The numbers that `codec` unpacks from `bytes`, into a vector of `room` elements (`count`, by default).
@discardableResult
func unpacked(
    _ bytes: [UInt8], as codec: VectorCodec, count: Int, room: Int? = nil, parameters: [UInt8] = []
) throws -> [Float] {
    try withVector([Float](repeating: -1, count: room ?? count)) { vector in
        try bytes.withUnsafeBytes { bytes in
            try parameters.withUnsafeBytes { parameters in
                try codec.decode(count: count, parameters: parameters, data: bytes, into: vector)
            }
        }
        return Array(vector.buffer)
    }
}

private func withVector<Result>(_ numbers: [Float], _ body: (Vector) throws -> Result) rethrows -> Result {
    let buffer = UnsafeMutableBufferPointer<Float>.allocate(capacity: max(numbers.count, 1))
    defer { buffer.deallocate() }
    _ = buffer.initialize(from: numbers)
    return try body(Vector(UnsafeMutableBufferPointer(rebasing: buffer[..<numbers.count])))
}
