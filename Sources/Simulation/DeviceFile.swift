import Foundation
import Training

/// Kinds of devices, read from a file: a section for each kind, with how many there are and how fast they are.
///
///     [workstation]
///     agents = 2
///
///     [board]
///     agents = 6
///     slowness = 4.3
///     up_latency_ms = 40
///     up_bytes_per_second = 20000
///
/// `environment_options` is what the kind's environments are told besides what all are, such as `sensors=reversed`.
/// Agents are numbered in the order of the file; the last kind is repeated for all agents that it does not reach. A key
/// that a kind leaves out is what the flag of the same name says of the agent.
public struct DeviceFile: Equatable, Sendable {
    /// A number of a profile that a file can set.
    private struct Key: Sendable {
        let range: ClosedRange<Double>
        let set: @Sendable (inout DeviceProfile, Double) -> Void
    }

    private struct Kind: Equatable {
        var agents = 1
        var numbers: [String: Double] = [:]
        var environmentOptions: String?

        /// Takes over a line.
        mutating func take(_ entry: SectionFile.Entry, of file: SectionFile) throws(TrainingError) {
            let value = entry.value.prefix { $0 != ";" }.trimmingCharacters(in: .whitespaces)
            func refuse(_ expected: String) -> TrainingError {
                file.error(entry.line, "\(entry.key) = \(value): \(expected)")
            }
            switch entry.key {
            case "agents":
                guard let count = Int(value), (1...TrainingOptions.agentsMaximum).contains(count) else {
                    throw refuse("expected 1 to \(TrainingOptions.agentsMaximum)")
                }
                agents = count
            case "environment_options": environmentOptions = value
            default:
                guard let key = DeviceFile.keys[entry.key] else {
                    let known = DeviceFile.keys.keys.sorted().joined(separator: ", ")
                    throw refuse("no such key; the keys are agents, environment_options, \(known)")
                }
                guard let number = Double(value), key.range.contains(number) else {
                    throw refuse("expected \(key.range.lowerBound) to \(key.range.upperBound)")
                }
                numbers[entry.key] = number
            }
        }
    }

    private static let keys: [String: Key] = [
        "slowness": Key(range: 1e-3...1e6) { $0.slowness = $1 },
        "up_latency_ms": Key(range: 0...1e9) { $0.up.latencyMilliseconds = $1 },
        "down_latency_ms": Key(range: 0...1e9) { $0.down.latencyMilliseconds = $1 },
        "up_bytes_per_second": Key(range: 0...1e15) { $0.up.bytesPerSecond = $1 },
        "down_bytes_per_second": Key(range: 0...1e15) { $0.down.bytesPerSecond = $1 },
        "message_seconds": Key(range: 0...1e6) { $0.up.messageSeconds = $1 },
    ]

    private var kinds: [Kind] = []

    /// Reads a file.
    ///
    /// **Throws:** `missingInput` when there is none, `configuration` with the line of a kind that comes twice, of a
    /// key that no device has, or of a value out of range.
    public init(reading url: URL) throws(TrainingError) {
        let file = try SectionFile(reading: url)
        var names: [String: Int] = [:]
        for section in file.sections {
            if let line = names.updateValue(section.line, forKey: section.name) {
                throw file.error(
                    section.line, "[\(section.name)] is in line \(line) already; give this kind another name")
            }
            var kind = Kind()
            for (place, entry) in section.entries.enumerated() {
                if section.entries[..<place].contains(where: { $0.key == entry.key }) {
                    throw file.error(entry.line, "\(entry.key): this is there already")
                }
                try kind.take(entry, of: file)
            }
            kinds.append(kind)
        }
        guard !kinds.isEmpty else { throw TrainingError(.configuration, "\(file.path): no kind of device is in it") }
    }

    /// Changes what the file says about the `number`-th agent.
    func apply(to profile: inout DeviceProfile, of number: Int) {
        let kind = kind(of: number)
        for (name, value) in kind.numbers { Self.keys[name]?.set(&profile, value) }
        if let own = kind.environmentOptions { profile.environmentOptions = own }
    }

    private func kind(of number: Int) -> Kind {
        var last = 0
        for kind in kinds {
            last += kind.agents
            if number <= last { return kind }
        }
        return kinds[kinds.count - 1]
    }
}
