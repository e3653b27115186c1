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
    /// **Throws:** `missingInput` when there is none, `configuration` for a key that no device has and a value out of
    /// range.
    public init(reading url: URL) throws(TrainingError) {
        try self.init(SettingList(reading: url), path: url.path)
    }

    /// Takes over what a file says; `path` is what errors call it.
    init(_ list: SettingList, path: String) throws(TrainingError) {
        var names: [String] = []
        for setting in list.settings {
            func refuse(_ expected: String) -> TrainingError {
                TrainingError(
                    .configuration, "\(path): [\(setting.section)] \(setting.key) = \(setting.value): \(expected)")
            }
            if names.last != setting.section {
                names.append(setting.section)
                kinds.append(Kind())
            }
            let place = kinds.count - 1
            if setting.key == "agents" {
                guard let count = Int(setting.value), (1...TrainingOptions.agentsMaximum).contains(count) else {
                    throw refuse("expected 1 to \(TrainingOptions.agentsMaximum)")
                }
                kinds[place].agents = count
                continue
            }
            if setting.key == "environment_options" {
                kinds[place].environmentOptions = setting.value
                continue
            }
            guard let key = Self.keys[setting.key] else {
                let known = Self.keys.keys.sorted().joined(separator: ", ")
                throw refuse("no such key; the keys are agents, environment_options, \(known)")
            }
            guard let number = Double(setting.value), key.range.contains(number) else {
                throw refuse("expected \(key.range.lowerBound) to \(key.range.upperBound)")
            }
            kinds[place].numbers[setting.key] = number
        }
        guard !kinds.isEmpty else { throw TrainingError(.configuration, "\(path): no kind of device is in it") }
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
