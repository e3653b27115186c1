import Bounded
import Wire

/// An agent that tampers with what it sends, to find out what a federation withstands.
///
/// It sits between an honest agent and the network: `tamper` gets each update's gradient, unpacked, and changes it in
/// place; who the update is from and what number it has stays as it was, so the gateway takes it for a proper one.
/// Before any honest agent has sent anything, an adversary that listens in takes its own gradient for theirs.
///
/// The same adversary, asked about the same update, does the same; what it draws depends on its seed and on the
/// update's identity alone.
///
/// **Memory:** a vector for `replay`, nothing otherwise.
public struct Adversary: Sendable {
    /// What it does.
    public let kind: AdversaryKind
    /// How much of it.
    public let strength: Float
    private let seed: UInt64
    private var firstGradient: [Float] = []

    /// An adversary of `kind`; two with different seeds draw different numbers.
    public init(_ kind: AdversaryKind, strength: Float? = nil, seed: UInt64) {
        self.kind = kind
        self.strength = strength ?? kind.defaultStrength
        self.seed = seed
    }

    /// Changes the gradient of `update`, which is about to be sent.
    ///
    /// - Parameters:
    ///   - update: whose gradient it is; of an innovation, the difference is what is tampered with.
    ///   - gradient: the unpacked gradient, to be packed again by the caller with a dense codec.
    ///   - honest: what the honest agents sent last; looked at only by kinds with `seesHonestGradients`.
    public mutating func tamper(
        _ update: Update, gradient: UnsafeMutableBufferPointer<Float>, honest: HonestGradients
    ) {
        let identity = update.report.identity
        var generator = RandomGenerator(
            seed: seed &+ identity.epoch.number &* 0x9e37_79b9_7f4a_7c15, stream: identity.sequence.number)
        switch kind {
        case .signFlip: for index in gradient.indices { gradient[index] *= -strength }
        case .noise: addNoise(to: gradient, &generator)
        case .zero: gradient.update(repeating: 0)
        case .littleIsEnough:
            for index in gradient.indices {
                guard let (mean, deviation) = honest.statistics(at: index) else { return }
                gradient[index] = Float(mean - Double(strength) * deviation)
            }
        case .innerProduct:
            for index in gradient.indices {
                let mean = honest.statistics(at: index)?.mean ?? Double(gradient[index])
                gradient[index] = Float(-Double(strength) * mean)
            }
        case .mimic:
            if let victim = honest.gradients.first { _ = gradient.update(fromContentsOf: victim) }
        case .replay:
            if firstGradient.isEmpty { firstGradient = Array(gradient) }
            _ = gradient.update(fromContentsOf: firstGradient)
        case .notANumber: if !gradient.isEmpty { gradient[generator.below(gradient.count)] = .nan }
        case .infinity: if !gradient.isEmpty { gradient[generator.below(gradient.count)] = .infinity }
        case .rewardFlip: break
        }
    }

    /// The reward that its agent learns from, in place of `reward`.
    public func tampered(reward: Double) -> Double {
        kind == .rewardFlip ? -Double(strength) * reward : reward
    }

    private func addNoise(to gradient: UnsafeMutableBufferPointer<Float>, _ generator: inout RandomGenerator) {
        guard let lowest = gradient.min(), let highest = gradient.max() else { return }
        let reach = strength * (highest - lowest)
        for index in gradient.indices { gradient[index] += reach * Float(generator.uniform(-1, 1)) }
    }
}
