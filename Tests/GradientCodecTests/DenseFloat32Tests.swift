import Bounded
import GradientCodec
import Testing

@Suite("Dense float32")
struct DenseFloat32Tests {
    @Test("is four little-endian bytes an element")
    func layout() throws {
        let bytes = try packed([1, -2.5, 0], as: .denseFloat32)
        #expect(bytes == [0, 0, 0x80, 0x3f, 0, 0, 0x20, 0xc0, 0, 0, 0, 0])
    }

    @Test("keeps every bit of every finite number")
    func exact() throws {
        let numbers = (0..<70_000).map { Float(bitPattern: UInt32($0) &* 61_357) }.filter(\.isFinite)
        let back = try unpacked(try packed(numbers, as: .denseFloat32), as: .denseFloat32, count: numbers.count)
        #expect(numbers.map(\.bitPattern) == back.map(\.bitPattern))
    }
}
