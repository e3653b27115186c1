import Bounded

/// Decides what becomes of a gradient of a given norm: taken, shortened or refused.
///
/// What it remembers are the *accepted* norms, after shortening: a sender of long gradients can raise the limit only by
/// `clipMultiple` for each half window that it owns.
/// **Memory:** two runs of `clipWindow` doubles when the clip follows a quantile, nothing otherwise.
public struct GradientNormGuard: ~Copyable {
    /// What becomes of a gradient.
    public enum Verdict: Equatable, Sendable {
        /// It is multiplied by `scale`; 1 leaves it alone.
        case accepted(scale: Double)
        /// It has an infinity or a NaN in it.
        case notFinite
        /// It is longer than `GradientNormSettings.limit` or the absolute limit.
        case tooLong
    }

    /// What was configured.
    public let settings: GradientNormSettings
    /// The accepted norms, the oldest at `next` once the window is full.
    private let window: UnsafeMutableBufferPointer<Double>
    /// The same norms, smallest first.
    private let sorted: UnsafeMutableBufferPointer<Double>
    private var count = 0
    private var next = 0

    /// Reserves the window, if one is needed.
    public init(settings: GradientNormSettings, arena: inout Arena) throws(Arena.Refusal) {
        precondition(settings.isUsable, "gradient norm settings out of range")
        let length = settings.clip == .quantile ? settings.clipWindow : 0
        let window = try arena.reserve(Double.self, count: length, holder: "accepted gradient norms")
        let sorted = try arena.reserve(Double.self, count: length, holder: "accepted gradient norms")
        self.settings = settings
        self.window = window
        self.sorted = sorted
    }

    /// Judges a gradient by the square of its norm, without remembering it.
    public func judge(squaredNorm: Double) -> Verdict {
        guard squaredNorm.isFinite else { return .notFinite }
        let norm = squaredNorm.squareRoot()
        if norm > GradientNormSettings.absoluteLimit { return .tooLong }
        if settings.limit > 0, norm > settings.limit { return .tooLong }
        guard let threshold = clipThreshold, norm > threshold else { return .accepted(scale: 1) }
        return .accepted(scale: threshold / norm)
    }

    /// What a gradient is to be multiplied with, without remembering it.
    ///
    /// **Throws:** `notFinite` and `normTooLarge`, as `judge` says.
    func scale(squaredNorm: Double) throws(AggregationRefusal) -> Double {
        switch judge(squaredNorm: squaredNorm) {
        case .accepted(let scale): return scale
        case .notFinite: throw .notFinite
        case .tooLong: throw .normTooLarge
        }
    }

    /// The norm that gradients are shortened to at present; nil: nothing is shortened.
    public var clipThreshold: Double? {
        switch settings.clip {
        case .off: return nil
        case .fixed: return settings.clipNorm
        case .quantile:
            guard count >= GradientNormSettings.quantileWarmUp else { return nil }
            let rank = Int((settings.clipQuantile * Double(count)).rounded(.up))
            let quantile = sorted[min(max(rank, 1), count) - 1]
            return quantile > 0 ? settings.clipMultiple * quantile : nil
        }
    }

    /// Remembers the norm of a gradient that was applied, after shortening.
    ///
    /// **Complexity:** at most two moves of the window.
    public mutating func remember(norm: Double) {
        guard window.count > 0 else { return }
        if count == window.count {
            removeSorted(window[next])
        } else {
            count += 1
        }
        window[next] = norm
        next = next + 1 == window.count ? 0 : next + 1
        insertSorted(norm, among: count - 1)
    }

    /// How many numbers `write(state:)` needs.
    public var stateCount: Int { window.count == 0 ? 0 : window.count + 2 }

    /// Writes what has to survive a restart.
    public func write(state: UnsafeMutableBufferPointer<Double>) {
        precondition(state.count == stateCount, "a state of another window")
        guard window.count > 0 else { return }
        state[0] = Double(count)
        state[1] = Double(next)
        for index in 0..<window.count { state[index + 2] = window[index] }
    }

    /// Takes back what `write(state:)` wrote; false, and nothing changed, when it cannot have.
    public mutating func restore(state: UnsafeBufferPointer<Double>) -> Bool {
        guard state.count == stateCount else { return false }
        guard window.count > 0 else { return true }
        guard let storedCount = Int(exactly: state[0]), let storedNext = Int(exactly: state[1]),
            storedCount >= 0, storedCount <= window.count, storedNext >= 0, storedNext < window.count,
            storedCount == window.count || storedNext == storedCount
        else { return false }
        for index in 0..<storedCount where !(state[index + 2].isFinite && state[index + 2] >= 0) { return false }
        count = storedCount
        next = storedNext
        for index in 0..<window.count { window[index] = state[index + 2] }
        for index in 0..<count { insertSorted(window[index], among: index) }
        return true
    }

    private func insertSorted(_ norm: Double, among sortedCount: Int) {
        var place = sortedCount
        while place > 0, sorted[place - 1] > norm {
            sorted[place] = sorted[place - 1]
            place -= 1
        }
        sorted[place] = norm
    }

    private func removeSorted(_ norm: Double) {
        var place = 0
        while place < count - 1, sorted[place] != norm { place += 1 }
        while place < count - 1 {
            sorted[place] = sorted[place + 1]
            place += 1
        }
    }
}
