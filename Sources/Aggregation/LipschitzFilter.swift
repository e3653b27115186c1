import Bounded

/// Kardam: refuses gradients that change faster, for the way between them, than those of honest agents do.
///
/// An agent's coefficient is ‖g − g′‖/‖x − x′‖ of its last two gradients and of the points that they were sampled
/// at; it counts with the largest of its last 25. A gradient passes when
///
///     ‖g − g_passed‖ / ‖θ_k − θ_k−1‖ ≤ tolerance · the (n − f)/n quantile of the n agents' coefficients
///
/// with g_passed the last gradient that passed and θ_k − θ_k−1 the step that it made, and when its sender has none of
/// the last 2f gradients that passed. It is then multiplied by Λ(δ).
///
/// Until more than 2f agents have a coefficient, everything passes the first test: the filter needs a few clean rounds.
/// When more than f of those who are there and could pass the second test have been refused by the first since
/// something passed, and at most f of them have not, the next of the refused to come passes: there are honest ones
/// among them, and nobody else may ever come.
///
/// Before a rule with a buffer, the step is the last that θ made, and g_passed the gradient that filled the buffer.
///
/// What agents are judged by is stored: coefficients, the last gradient that passed, who passed, who was refused. Their
/// last gradients and points are not, so that after a restart an agent's second gradient is the first to say anything
/// new of it.
///
/// **Memory:** for each agent two vectors and 25 numbers; the sampling points of the last versions; two vectors.
/// **Source:** Damaskinos, El Mhamdi, Guerraoui, Patra, Taziki, "Asynchronous Byzantine Machine Learning" (Kardam,
/// arXiv 1802.07928) and its authors' code. Deviations: gradients are compared undampened; the code lets the next
/// gradient pass after n refusals in a row, which one agent alone can bring about.
public struct LipschitzFilter: ~Copyable {
    /// How many coefficients of an agent are remembered.
    static let memory = 25

    let settings: ArrivalFilterSettings
    let parameterCount: Int
    var agents: LipschitzTable
    /// The sampling points of the newest versions, each at its number modulo how many there are.
    private let points: UnsafeMutableBufferPointer<Float>
    private let pointVersions: UnsafeMutableBufferPointer<Int64>
    /// The last gradient that passed and was applied, and the one that passed last.
    let applied: Vector
    private let candidate: Vector
    private var candidateAgent = -1
    var hasApplied = false
    var lastStepLength = 0.0
    /// Whose the last 2f gradients were that passed, the oldest at `nextPassed`.
    let passed: UnsafeMutableBufferPointer<Int>
    var nextPassed = 0

    /// Reserves all tables.
    init(parameterCount: Int, settings: ArrivalFilterSettings, arena: inout Arena) throws(Arena.Refusal) {
        let depth = Int(settings.stalenessMaximum) + 1
        let (elements, overflow) = parameterCount.multipliedReportingOverflow(by: depth)
        let agents = try LipschitzTable(
            capacity: settings.agentsMaximum, parameterCount: parameterCount, arena: &arena)
        let points = try arena.reserve(Float.self, count: overflow ? Int.max : elements, holder: "sampling points")
        let pointVersions = try arena.reserve(Int64.self, count: depth, holder: "sampling points")
        let applied = try arena.vector(parameterCount, holder: "last gradient that passed")
        let candidate = try arena.vector(parameterCount, holder: "last gradient that passed")
        let passed = try arena.reserve(Int.self, count: 2 * settings.adversariesMaximum, holder: "passed agents")
        self.settings = settings
        self.parameterCount = parameterCount
        self.agents = agents
        self.points = points
        self.pointVersions = pointVersions
        self.applied = applied
        self.candidate = candidate
        self.passed = passed
    }

    mutating func start(at version: PolicyVersion, samplingPoint: UnsafeBufferPointer<Double>) {
        agents.removeAll()
        pointVersions.update(repeating: -1)
        passed.update(repeating: -1)
        nextPassed = 0
        hasApplied = false
        remember(samplingPoint, of: version)
    }

    mutating func screen(
        _ gradient: Vector, from agent: Int, baseVersion: PolicyVersion, newest: PolicyVersion,
        isPresent: (Int) -> Bool
    ) -> FilterVerdict {
        let norm = VectorKernels.squaredNorm(gradient).squareRoot()
        let place = agents.place(of: agent)
        agents.note(gradient, at: point(of: baseVersion), version: baseVersion, place: place)
        let barred = passed
        guard !barred.contains(agent) else { return .refused(.frequency) }
        if let limit = agents.quantile(adversaries: settings.adversariesMaximum), hasApplied, lastStepLength > 0 {
            let coefficient = FloatKernels.distance(gradient, applied) / lastStepLength
            // Not "above": what is not a number does not pass.
            if !(coefficient <= settings.tolerance * limit) {
                let isStuck = agents.isStuck(adversaries: settings.adversariesMaximum) {
                    isPresent($0) && !barred.contains($0)
                }
                guard isStuck, agents.isRefused(at: place) else {
                    agents.noteRefusal(at: place)
                    return .refused(.lipschitz)
                }
            }
        }
        candidate.copy(from: gradient)
        candidateAgent = agent
        let weight = settings.dampening.value(at: newest.number - baseVersion.number)
        if weight != 1 {
            for index in 0..<parameterCount { gradient.base[index] = Float(Double(gradient.base[index]) * weight) }
        }
        return .passed(gradientNorm: norm)
    }

    mutating func note(_ update: AppliedUpdate, samplingPoint: UnsafeBufferPointer<Double>) {
        remember(samplingPoint, of: update.version)
        guard candidateAgent >= 0 else { return }
        if !update.isHeld {
            applied.copy(from: candidate)
            hasApplied = true
            lastStepLength = update.stepLength
        }
        if passed.count > 0 {
            passed[nextPassed] = candidateAgent
            nextPassed = nextPassed + 1 == passed.count ? 0 : nextPassed + 1
        }
        candidateAgent = -1
        agents.forgetRefusals()
    }

    /// Where `version` was sampled; nil when that was too long ago, or before a restart.
    private func point(of version: PolicyVersion) -> Vector? {
        let place = Int(version.number % UInt64(pointVersions.count))
        guard pointVersions[place] == Int64(clamping: version.number), let base = points.baseAddress else { return nil }
        return Vector(base: base + place * parameterCount, count: parameterCount)
    }

    private func remember(_ samplingPoint: UnsafeBufferPointer<Double>, of version: PolicyVersion) {
        let place = Int(version.number % UInt64(pointVersions.count))
        pointVersions[place] = Int64(clamping: version.number)
        for index in 0..<parameterCount { points[place * parameterCount + index] = Float(samplingPoint[index]) }
    }
}
