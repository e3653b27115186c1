import Bounded
import PolicyMath

/// The critic that agents share: its parameters and the statistics of its targets, in double precision.
///
/// Without rounds each change moves it at once, critic += w Δ. With rounds the changes of a round are gathered, and
/// their mean moves it when the round closes. Nothing weighs by age: a change is how far five epochs of Adam went from
/// a critic of some versions ago, and its step is bounded by Adam's.
///
/// **Memory:** a run of doubles as long as the critic, with rounds two.
/// **Source:** FedAvg's average of models (McMahan et al., arXiv 1602.05629), with FedAsync's mixing of each arrival
/// (Xie, Koyejo, Gupta, arXiv 1903.03934) taken on changes; targets by Chan, Golub, LeVeque 1983.
public struct CriticMerge: ~Copyable {
    /// How many targets one change can speak for.
    public static let targetCountMaximum = 1e9
    /// How far from 0 the mean of targets can be.
    public static let targetMagnitudeMaximum = 1e30

    /// w: how much of each change, or of a round's mean change, is added.
    public let weight: Double
    /// The critic, in canonical order.
    public let parameters: UnsafeMutableBufferPointer<Double>
    /// How many targets have been merged, their mean, and the sum of their squared deviations.
    public private(set) var targets = TargetMoments()
    /// How many changes the open round has.
    public private(set) var gatheredCount = 0
    private let sum: UnsafeMutableBufferPointer<Double>
    private var gathered = TargetMoments()

    /// Reserves a critic of `parameterCount` parameters, all zero; 0 for none.
    public init(
        parameterCount: Int, weight: Double, hasRounds: Bool, arena: inout Arena
    ) throws(Arena.Refusal) {
        precondition(weight > 0 && weight.isFinite, "a critic's weight out of range")
        let parameters = parameterCount > 0
            ? try arena.reserve(Double.self, count: parameterCount, holder: "shared critic") : Self.nothing
        let sum = parameterCount > 0 && hasRounds
            ? try arena.reserve(Double.self, count: parameterCount, holder: "shared critic") : Self.nothing
        self.weight = weight
        self.parameters = parameters
        self.sum = sum
    }

    private static var nothing: UnsafeMutableBufferPointer<Double> {
        UnsafeMutableBufferPointer(start: nil, count: 0)
    }

    /// Begins with a critic that is drawn from `seed`, through `scratch` of the critic's length.
    ///
    /// **Limit:** only for a critic of these layers.
    public func draw(observationCount: Int, hiddenWidths: LayerWidths, seed: UInt64, scratch: Vector) {
        var generator = RandomGenerator(seed: seed, stream: 0x6372_6974_6963)
        initialiseCritic(
            parameters: scratch, observationCount: observationCount, hiddenWidths: hiddenWidths,
            generator: &generator)
        for index in 0..<parameters.count { parameters[index] = Double(scratch[index]) }
    }

    /// Whether a change can be merged: finite, of the right length, and such that the critic stays within single
    /// precision.
    public func accepts(_ change: Vector, _ moments: TargetMoments) -> Bool {
        guard change.count == parameters.count, change.isFinite, moments.isSound else { return false }
        let largest = Double(Float.greatestFiniteMagnitude)
        let hasRounds = sum.count > 0 && gatheredCount > 0
        for index in 0..<parameters.count {
            let whole = Double(change.base[index]) + (hasRounds ? sum[index] : 0)
            guard abs(parameters[index] + weight * whole) <= largest else { return false }
        }
        return true
    }

    /// Moves the critic by one change, which was accepted; for rules without rounds.
    public mutating func merge(_ change: Vector, _ moments: TargetMoments) {
        precondition(sum.count == 0 && change.count == parameters.count, "a change of another critic")
        for index in 0..<parameters.count { parameters[index] += weight * Double(change.base[index]) }
        targets.merge(moments)
    }

    /// Takes one change, which was accepted, into the open round.
    public mutating func gather(_ change: Vector, _ moments: TargetMoments) {
        precondition(sum.count == change.count, "a change of another critic")
        if gatheredCount == 0 { gathered = TargetMoments() }
        for index in 0..<sum.count {
            sum[index] = (gatheredCount == 0 ? 0 : sum[index]) + Double(change.base[index])
        }
        gatheredCount += 1
        gathered.merge(moments)
    }

    /// Forgets the changes of the open round.
    public mutating func abandonRound() { gatheredCount = 0 }

    /// Moves the critic by the mean of the round's changes, and opens the next round.
    public mutating func closeRound() {
        guard gatheredCount > 0 else { return }
        let share = weight / Double(gatheredCount)
        for index in 0..<parameters.count { parameters[index] += share * sum[index] }
        targets.merge(gathered)
        gatheredCount = 0
    }

    /// Goes on from the targets of a snapshot.
    mutating func resume(_ stored: TargetMoments) { targets = stored }

    /// Writes the critic as agents get it.
    public func write(parameters out: Vector) {
        for index in 0..<parameters.count { out.base[index] = Float(parameters[index]) }
    }
}
