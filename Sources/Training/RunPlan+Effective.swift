import Bounded
import Foundation

extension RunPlan {
    /// Writes every effective value of every program of the run, defaults too, and returns the hash over all of it.
    func writeEffectiveConfiguration(in folder: RunFolder) throws(TrainingError) -> String {
        var text = ""
        for url in [folder.gatewayConfiguration] + (1...options.agents).map({ folder.agentConfiguration($0) }) {
            text += "; \(url.lastPathComponent)\n"
            text += (try? String(contentsOf: url, encoding: .utf8)) ?? ""
        }
        let hash = Self.hash(text)
        try "; hash \(hash)\n\(text)".write(to: folder.effectiveConfiguration, what: "the effective configuration")
        return hash
    }

    /// FNV-1a over the bytes of a text, 64 bits as 16 hexadecimal digits.
    static func hash(_ text: String) -> String {
        var value: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in text.utf8 { value = (value ^ UInt64(byte)) &* 0x100_0000_01b3 }
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
