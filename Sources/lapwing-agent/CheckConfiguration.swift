import Bounded
import Configuration

/// Prints the effective configuration, a file that can be read again, and its hash.
func checkConfiguration(_ configuration: AgentConfiguration) {
    withOutputWriter { writer in
        configuration.write(to: &writer)
        writer.write("# hash ")
        writer.writeHexadecimal(configuration.hash)
        writer.write("\n")
    }
}

extension TextWriter {
    /// Writes sixteen hexadecimal digits.
    mutating func writeHexadecimal(_ number: UInt64) {
        let digits: StaticString = "0123456789abcdef"
        for position in 0..<16 {
            write(byte: digits.utf8Start[Int(number >> UInt64(60 - 4 * position) & 15)])
        }
    }
}
