import Bounded
import Environments

/// An environment with its arena, spoken to in arrays.
final class OpenedEnvironment {
    private var arena: Arena
    private var instance: EnvironmentInstance
    let description: EnvironmentDescription
    private(set) var observation: [Double]

    init(_ name: String, plugin: String = "", options: String = "", limitBytes: Int = 65_536) throws {
        var arena = try Arena(limitBytes: limitBytes)
        instance = try EnvironmentInstance(
            name: FixedText(text: name), plugin: FixedText(text: plugin), options: FixedText(text: options),
            arena: &arena)
        self.arena = arena
        description = instance.description
        observation = Array(repeating: .nan, count: description.observationCount)
    }

    func reset(seed: UInt64) throws -> [Double] {
        try observation.withUnsafeMutableBufferPointer { try instance.reset(seed: seed, observation: $0) }
        return observation
    }

    @discardableResult
    func setState(_ state: [Double]) throws -> [Double] {
        try observation.withUnsafeMutableBufferPointer { observation in
            try state.withUnsafeBufferPointer { try instance.setState($0, observation: observation) }
        }
        return observation
    }

    func step(_ action: [Double]) throws -> Transition {
        try observation.withUnsafeMutableBufferPointer { observation in
            try action.withUnsafeBufferPointer { try instance.step(action: $0, observation: observation) }
        }
    }

    /// A random action: uniform over `scale` times its range, or over the indices.
    func randomAction(_ generator: inout RandomGenerator, scale: Double = 1) -> [Double] {
        if description.isDiscrete { return [Double(generator.below(description.actionCount))] }
        return (0..<description.actionCount).map {
            scale * generator.uniform(description.actionLow($0), description.actionHigh($0))
        }
    }
}

extension FixedText {
    init(text: String) {
        self.init(bytes: UnsafeBufferPointer(start: nil, count: 0))
        for byte in text.utf8 { append(byte: byte) }
    }

    var text: String { withBytes { String(decoding: $0, as: UTF8.self) } }
}
