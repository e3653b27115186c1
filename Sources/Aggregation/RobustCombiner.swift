import Bounded

/// The gradients of one round, kept side by side, and made one by a rule that bounds what a few of them can do.
///
/// **Memory:** for each gradient that a round can have, a vector of doubles, the distances to all others, and eight
/// scratch numbers; a vector for the aggregate that centred clipping starts from. All from the arena, at the start.
/// **Limit:** `add` beyond `capacity` gradients is a programmer error.
/// **Complexity:** the rules by coordinate sort each with a network of about n log² n / 4 comparisons; those by
/// distance take n² / 2 passes over the parameters once.
public struct RobustCombiner: ~Copyable {
    /// What was configured.
    public let settings: RobustSettings
    /// How many parameters a gradient has.
    public let parameterCount: Int
    /// How many gradients there is room for.
    public let capacity: Int
    /// How many gradients there are.
    public internal(set) var count = 0

    /// Gradients, one after another.
    let table: UnsafeMutableBufferPointer<Double>
    /// ‖xᵢ − xⱼ‖², in rows of `capacity`.
    let distances: UnsafeMutableBufferPointer<Double>
    /// Eight numbers for each gradient: lanes of a block of coordinates, or numbers that a rule works with.
    let scratch: UnsafeMutableBufferPointer<Double>
    /// An order of the gradients.
    let order: UnsafeMutableBufferPointer<Int>
    /// The last aggregate, for centred clipping.
    let centre: UnsafeMutableBufferPointer<Double>

    /// Reserves room for `capacity` gradients.
    public init(
        parameterCount: Int, capacity: Int, settings: RobustSettings, arena: inout Arena
    ) throws(Arena.Refusal) {
        precondition(settings.isUsable, "robust settings out of range")
        let (elements, overflow) = parameterCount.multipliedReportingOverflow(by: capacity)
        let table = try arena.reserve(
            Double.self, count: overflow ? Int.max : elements, holder: "gradients of a round")
        let needsDistances = Self.needsDistances(settings)
        let (pairs, pairsOverflow) = capacity.multipliedReportingOverflow(by: needsDistances ? capacity : 0)
        let distances = try arena.reserve(
            Double.self, count: pairsOverflow ? Int.max : pairs, holder: "distances of gradients")
        let scratch = try arena.reserve(Double.self, count: 8 * capacity, holder: "robust combination")
        let order = try arena.reserve(Int.self, count: capacity, holder: "robust combination")
        let isCentred = settings.combination == .centredClipping
        let centre = try arena.reserve(
            Double.self, count: isCentred ? parameterCount : 0, holder: "aggregate of the round before")
        self.settings = settings
        self.parameterCount = parameterCount
        self.capacity = capacity
        self.table = table
        self.distances = distances
        self.scratch = scratch
        self.order = order
        self.centre = centre
    }

    private static func needsDistances(_ settings: RobustSettings) -> Bool {
        switch settings.combination {
        case .krum, .multiKrum, .fedpgbr: true
        case .mean, .median, .trimmedMean, .meanAroundMedian, .geometricMedian, .centredClipping:
            settings.mixesNearest
        }
    }

    /// Forgets everything, the last aggregate included.
    public mutating func start() {
        count = 0
        centre.update(repeating: 0)
    }

    /// Forgets the gradients.
    public mutating func removeAll() { count = 0 }

    /// Adds `scale` times a finite gradient.
    public mutating func add(_ gradient: Vector, scale: Double = 1) {
        precondition(gradient.count == parameterCount && count < capacity, "a gradient that there is no room for")
        let row = row(count)
        for index in 0..<parameterCount { row[index] = Double(gradient.base[index]) * scale }
        count += 1
    }

    /// Adds `scale` times a finite gradient in double precision.
    public mutating func add(_ gradient: UnsafeBufferPointer<Double>, scale: Double = 1) {
        precondition(gradient.count == parameterCount && count < capacity, "a gradient that there is no room for")
        let row = row(count)
        for index in 0..<parameterCount { row[index] = gradient[index] * scale }
        count += 1
    }

    /// Combines the gradients into `result`, and forgets them.
    ///
    /// - Parameters:
    ///   - round: what random groups are drawn for; the same round, the same groups.
    ///   - refused: how many learners sent something that is certainly wrong and is not among the gradients; so many
    ///     fewer adversaries are reckoned with among those that are.
    /// - Returns: false, and a result of zeros, when there are too few gradients to tell wrong ones from others, or the
    ///   filter left none.
    public mutating func combine(
        into result: UnsafeMutableBufferPointer<Double>, round: UInt64, refused: Int = 0
    ) -> Bool {
        precondition(result.count == parameterCount, "a result of another size")
        let adversaries = max(settings.adversariesMaximum - refused, 0)
        let isEnough = count > 0 && count >= settings.gradientsNeeded(adversaries: adversaries)
        var isDone = false
        if isEnough {
            prepare(adversaries: adversaries, round: round)
            isDone = combinePrepared(into: result, adversaries: adversaries)
        }
        if !isDone { result.update(repeating: 0) }
        count = 0
        return isDone
    }

    private mutating func prepare(adversaries: Int, round: UInt64) {
        if settings.clipsLargest { clipLargest(adversaries: adversaries) }
        if settings.bucketSize > 1 { fillBuckets(round: round) }
        if settings.mixesNearest {
            measureDistances()
            mixNearest(adversaries: adversaries)
        }
    }

    private mutating func combinePrepared(
        into result: UnsafeMutableBufferPointer<Double>, adversaries: Int
    ) -> Bool {
        switch settings.combination {
        case .mean: writeMean(of: count, into: result)
        case .median, .trimmedMean, .meanAroundMedian: combineCoordinates(into: result, adversaries: adversaries)
        case .krum, .multiKrum:
            measureDistances()
            selectByKrum(into: result, adversaries: adversaries)
        case .geometricMedian: findGeometricMedian(into: result)
        case .centredClipping: clipAroundCentre(into: result)
        case .fedpgbr:
            measureDistances()
            return filter(into: result, adversaries: adversaries)
        }
        return true
    }

    /// The gradient at `index`.
    func row(_ index: Int) -> UnsafeMutablePointer<Double> {
        guard let base = table.baseAddress else { preconditionFailure("a table without rows") }
        return base + index * parameterCount
    }
}
