import Bounded
import Wire

/// The gradients behind the next update, added up: their sum, and what its report has to say of them.
///
/// It is *open* while batches are added, and becomes the mean when the update is made. That stays, for an update that
/// has to be sent again whole, until the next work begins.
/// **Memory:** one vector of parameters, whether or not the federation asks for local work.
struct LocalAccumulator: ~Copyable {
    /// What the federation asked for.
    private(set) var settings = LocalWork()
    /// The sum of the gradients, or of their directions; after `makeMean` the mean.
    let sum: Vector
    /// How many gradients are in it.
    private(set) var batches: UInt32 = 0
    /// What the batches in it amount to.
    private(set) var tally = BatchTally()
    private var entropySum: Float = 0
    private(set) var isMean = false

    init(parameterCount: Int, arena: inout Arena) throws(Arena.Refusal) {
        sum = try arena.vector(parameterCount, holder: "local work")
    }

    /// Gradients that no update stands for yet.
    var pending: UInt32 { isMean ? 0 : batches }
    /// The mean of the policy's entropy over the batches.
    var entropy: Float { entropySum / Float(max(batches, 1)) }
    /// How far the parameters of the next batch are from those of the first, in units of `sum`.
    var step: Float { settings.ascends && !isMean && batches > 0 ? settings.stepSize : 0 }

    /// Takes over what a Welcome says.
    mutating func adopt(_ wanted: LocalWork) {
        settings = wanted
        reset()
    }

    /// Forgets everything.
    mutating func reset() {
        batches = 0
        isMean = false
    }

    /// Adds the gradient of a batch, `norm` long; `tally` is of all batches so far.
    ///
    /// **Complexity:** one pass over the parameters.
    mutating func add(_ gradient: Vector, norm: Float, tally: BatchTally, entropy: Float) {
        if pending == 0 {
            reset()
            sum.fill(0)
            entropySum = 0
        }
        var weight: Float = 1
        if settings.ascends, settings.normalises { weight = norm.isNormal ? 1 / norm : 0 }
        for index in 0..<sum.count { sum.base[index] += weight * gradient.base[index] }
        batches += 1
        self.tally = tally
        entropySum += entropy
    }

    /// Turns the sum into the mean.
    mutating func makeMean() {
        guard !isMean else { return }
        isMean = true
        let weight = 1 / Float(max(batches, 1))
        for index in 0..<sum.count { sum.base[index] *= weight }
    }
}
