extension IntegerModel {
    /// Writes a number between ± `largestMagnitude`: its magnitude, then a raw bit for its sign unless it is zero.
    mutating func writeSigned(_ number: Int32, to coder: inout RangeEncoder) {
        write(number.magnitude, to: &coder)
        if number != 0 { coder.writeRaw(number < 0 ? 1 : 0, bitCount: 1) }
    }

    /// Reads what `writeSigned` wrote; nil when its magnitude is above `largestMagnitude`.
    mutating func readSigned(from coder: inout RangeDecoder) -> Int32? {
        guard let magnitude = read(from: &coder) else { return nil }
        let number = Int32(bitPattern: magnitude)
        return number != 0 && coder.readRaw(bitCount: 1) == 1 ? -number : number
    }
}
