import Foundation

/// The seed of a property test: `LAPWING_TEST_SEED`, or a new one; printed, so that a failure can be repeated.
func propertySeed(_ name: String) -> UInt64 {
    let given = ProcessInfo.processInfo.environment["LAPWING_TEST_SEED"].flatMap(UInt64.init)
    let seed = given ?? UInt64.random(in: 0...UInt64.max)
    print("\(name): LAPWING_TEST_SEED=\(seed)")
    return seed
}

/// Bytes from a hex file of proto/golden: hex digits, and comments from # to the end of the line.
func goldenBytes(_ name: String) throws -> [UInt8] {
    let file = URL(fileURLWithPath: #filePath).appendingPathComponent("../../../../proto/golden/\(name).hex")
    let lines = try String(contentsOf: file.standardized, encoding: .utf8).split(separator: "\n")
    let digits = lines.flatMap { line in line.prefix { $0 != "#" }.filter { !$0.isWhitespace } }
    return stride(from: 0, to: digits.count - 1, by: 2).compactMap { UInt8(String(digits[$0...($0 + 1)]), radix: 16) }
}
