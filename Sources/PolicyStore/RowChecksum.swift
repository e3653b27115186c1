import Bounded
import Foundation

/// The checksum of a row: CRC-32C over its columns, one after the other.
///
/// An integer is 8 little-endian bytes; a double is its 8 bytes, all ones when it is not a number (SQLite keeps no
/// NaN); a text or blob is its length as an integer, then its bytes.
struct RowChecksum {
    private var checksum = Checksum()

    mutating func add(_ number: Int64) {
        withUnsafeBytes(of: number.littleEndian) { checksum.add($0) }
    }

    mutating func add(_ number: UInt64) { add(Int64(bitPattern: number)) }

    mutating func add(_ number: Double) {
        add(number.isNaN ? Int64(-1) : Int64(bitPattern: number.bitPattern))
    }

    mutating func add(_ bytes: UnsafeRawBufferPointer) {
        add(Int64(bytes.count))
        checksum.add(bytes)
    }

    mutating func add(_ text: String) {
        var text = text
        text.withUTF8 { add(UnsafeRawBufferPointer($0)) }
    }

    mutating func add(_ data: Data) { data.withUnsafeBytes { add($0) } }

    mutating func add(_ text: FixedText) { text.withBytes { add(UnsafeRawBufferPointer($0)) } }

    var value: Int64 { Int64(checksum.value) }
}
