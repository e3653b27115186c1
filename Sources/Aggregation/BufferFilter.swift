import Bounded

/// BASGD: gathers gradients in B buffers, and lets the robust combination of the buffers' means pass.
///
/// Agent i has buffer i mod B, which keeps the mean of what came since it was emptied. Once every buffer has something,
/// their means are combined and all are emptied. One adversary can spoil one buffer, so f of them at most f of B.
///
/// A gradient is judged by its length, and shortened, before it goes into a buffer: later nobody knows whose it was.
/// Buffers whose combination leaves nobody are emptied without a step.
///
/// **Memory:** B vectors of doubles, one for their combination, and what the guard and the combiner need.
/// **Source:** Yang, Li, "Buffered Asynchronous SGD for Byzantine Learning" (BASGD, JMLR 24, 2023; ICLR 2021 submission
/// of the same name), algorithm 1. A gradient that only goes into a buffer makes a version: decision record
/// `BufferedArrivals`.
public struct BufferFilter: ~Copyable {
    private var combiner: RobustCombiner
    private var normGuard: GradientNormGuard
    private let counts: UnsafeMutableBufferPointer<Int>
    private let combination: UnsafeMutableBufferPointer<Double>

    /// Reserves the buffers.
    init(parameterCount: Int, settings: ArrivalFilterSettings, arena: inout Arena) throws(Arena.Refusal) {
        let combiner = try RobustCombiner(
            parameterCount: parameterCount, capacity: settings.bufferCount, settings: settings.combination,
            arena: &arena)
        let normGuard = try GradientNormGuard(settings: settings.gradientNorm, arena: &arena)
        let counts = try arena.reserve(Int.self, count: settings.bufferCount, holder: "buffered gradients")
        let combination = try arena.reserve(Double.self, count: parameterCount, holder: "combined buffers")
        self.combiner = combiner
        self.normGuard = normGuard
        self.counts = counts
        self.combination = combination
    }

    mutating func start() {
        combiner.start()
        counts.update(repeating: 0)
    }

    mutating func screen(_ gradient: Vector, from agent: Int, round: UInt64) -> FilterVerdict {
        let squaredNorm = VectorKernels.squaredNorm(gradient)
        let scale: Double
        do throws(AggregationRefusal) { scale = try normGuard.scale(squaredNorm: squaredNorm) } catch {
            return .unusable(error)
        }
        let norm = squaredNorm.squareRoot()
        normGuard.remember(norm: norm * scale)
        let buffer = agent % counts.count
        // The combiner's rows are the buffers; it forgets them with every combination.
        let mean = combiner.row(buffer)
        let share = 1 / Double(counts[buffer] + 1)
        for index in 0..<combiner.parameterCount {
            let old = counts[buffer] == 0 ? 0 : mean[index]
            mean[index] = old + (Double(gradient.base[index]) * scale - old) * share
        }
        counts[buffer] += 1
        for count in counts where count == 0 { return .held(gradientNorm: norm) }
        counts.update(repeating: 0)
        combiner.count = combiner.capacity
        guard combiner.combine(into: combination, round: round) else { return .held(gradientNorm: norm) }
        for index in 0..<combiner.parameterCount { gradient.base[index] = Float(combination[index]) }
        return .combined(gradientNorm: norm)
    }

    /// The buffers' number, then for each how many gradients it has and their mean; what guard and combiner keep.
    var stateCount: Int { bufferNumbers + normGuard.stateCount + combiner.stateCount }

    private var bufferNumbers: Int { 1 + counts.count * (1 + combiner.parameterCount) }

    func write(state: UnsafeMutableBufferPointer<Double>) {
        precondition(state.count == stateCount, "a state of another size")
        state[0] = Double(counts.count)
        var place = 1
        for buffer in 0..<counts.count {
            state[place] = Double(counts[buffer])
            let mean = combiner.row(buffer)
            for index in 0..<combiner.parameterCount {
                state[place + 1 + index] = counts[buffer] == 0 ? 0 : mean[index]
            }
            place += 1 + combiner.parameterCount
        }
        let combinerPlace = place + normGuard.stateCount
        normGuard.write(state: UnsafeMutableBufferPointer(rebasing: state[place..<combinerPlace]))
        combiner.write(state: UnsafeMutableBufferPointer(rebasing: state[combinerPlace...]))
    }

    /// Takes back what `write` wrote; nothing at all when any of it cannot be.
    mutating func restore(state: UnsafeBufferPointer<Double>) {
        guard state.count == stateCount, state[0] == Double(counts.count) else { return }
        for value in state where !value.isFinite { return }
        let combinerPlace = bufferNumbers + normGuard.stateCount
        guard normGuard.restore(state: UnsafeBufferPointer(rebasing: state[bufferNumbers..<combinerPlace])),
            combiner.restore(state: UnsafeBufferPointer(rebasing: state[combinerPlace...]))
        else { return }
        var place = 1
        for buffer in 0..<counts.count {
            counts[buffer] = max(0, Int(exactly: state[place]) ?? 0)
            let mean = combiner.row(buffer)
            for index in 0..<combiner.parameterCount { mean[index] = state[place + 1 + index] }
            place += 1 + combiner.parameterCount
        }
    }
}
