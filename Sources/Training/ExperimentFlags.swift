import Foundation

/// What the runs of an experiment are told: flags of `lapwing simulate`, and keys of configuration files.
///
/// A key with a point, such as `gateway.aggregation.step_size`, becomes a `--set`.
struct ExperimentFlags: Equatable, Sendable {
    /// Flags that a description may have, and whether one may come more than once.
    static let known: [String: Bool] = [
        "environment": false, "environment-options": false, "agents": false, "steps-per-agent": false, "updates": false,
        "target": false, "broadcast": false, "profile": false, "evaluation-episodes": false,
        "virtual-seconds": false, "step-seconds": false, "slowness": false, "gradient-seconds": false,
        "up-latency-ms": false, "down-latency-ms": false, "up-bytes-per-second": false,
        "down-bytes-per-second": false, "message-seconds": false, "loss": false, "dropout": true, "devices": false,
        "adversaries": false, "evaluate-every": false, "evaluate-every-seconds": false, "curve-episodes": false,
        "commit-ms": false,
    ]

    /// The value that a panel's label takes the place of.
    static let panelMark = "{panel}"

    private(set) var values: [(name: String, values: [String])] = []

    /// Reads one line.
    ///
    /// **Throws:** `configuration` with file and line for a flag that is not known, a key that none of the programs can
    /// be told, or a flag that comes twice.
    mutating func add(_ entry: SectionFile.Entry, of file: SectionFile) throws(TrainingError) {
        let name = entry.key
        if name.contains(".") {
            var overrides = Overrides()
            do throws(TrainingError) { try overrides.add("\(name)=\(entry.value)") } catch {
                throw file.error(
                    entry.line, "\(name): expected gateway.section.key, agent.…, agent-2.…, uplink.key or downlink.key")
            }
        } else if Self.known[name] == nil {
            let names = Self.known.keys.sorted().joined(separator: ", ")
            throw file.error(entry.line, "\(name): no such flag; known are \(names)")
        }
        guard !entry.value.isEmpty else { throw file.error(entry.line, "\(name): a value is missing") }
        if let index = values.firstIndex(where: { $0.name == name }) {
            guard Self.known[name] == true else { throw file.error(entry.line, "\(name): this is there already") }
            values[index].values.append(entry.value)
        } else {
            values.append((name, [entry.value]))
        }
    }

    /// The value of a flag.
    func value(_ name: String) -> String? { values.first { $0.name == name }?.values.first }

    /// Sets a flag or a key, in place of what it was.
    mutating func set(_ name: String, _ value: String) { set(name, [value]) }

    private mutating func set(_ name: String, _ all: [String]) {
        if let index = values.firstIndex(where: { $0.name == name }) {
            values[index].values = all
        } else {
            values.append((name, all))
        }
    }

    /// These flags with those of `other` in their place.
    func merged(with other: ExperimentFlags) -> ExperimentFlags {
        var merged = self
        for flag in other.values { merged.set(flag.name, flag.values) }
        return merged
    }

    /// The flags with a panel's label in place of its mark.
    func inPanel(_ label: String) -> ExperimentFlags {
        var flags = self
        for index in flags.values.indices {
            flags.values[index].values = values[index].values.map {
                $0.replacingOccurrences(of: Self.panelMark, with: label)
            }
        }
        return flags
    }

    /// Words of a command line.
    var words: [String] {
        values.flatMap { flag in
            flag.values.flatMap { flag.name.contains(".") ? ["--set", "\(flag.name)=\($0)"] : ["--\(flag.name)", $0] }
        }
    }

    static func == (left: ExperimentFlags, right: ExperimentFlags) -> Bool {
        left.values.elementsEqual(right.values) { $0.name == $1.name && $0.values == $1.values }
    }
}
