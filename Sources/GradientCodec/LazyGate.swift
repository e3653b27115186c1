/// Decides whether a gradient is worth sending.
///
/// With u the vector that would be sent, m the mirror, m′ what it would become, R the gateway's reference, v̂ the
/// variance of the batch's gradient and c the noise factor, a gradient is sent unless value < threshold:
///
/// | rule | value | threshold |
/// |---|---|---|
/// | LAPG | ‖u − m‖² | R + c·2v̂ |
/// | LAQ | ‖m′ − m‖² | R + 3(‖ε‖² + ‖ε̂‖²) + c·2v̂, ε = m′ − u, ε̂ the same at the last upload |
/// | LASG-WK2 | ‖g(θ; ξ) − g(θ̂; ξ)‖² | R + c·2v̂, θ̂ the parameters of the last upload, ξ the present batch |
/// | innovation | ‖u − m‖² | ρ‖u‖² + c·2v̂ |
///
/// It is sent in any case while there is nothing to compare with, and after `skipRoundsMaximum` skips in a row. A side
/// that is not a number sends as well.
///
/// A gate in the shadow counts what LAPG would have kept back, and lets everything pass. Since what it would have kept
/// back is sent, its distances are those from a fresher mirror than a real gate's: it counts a little too many skips.
///
/// **Memory:** a few words.
/// **Source:** Chen et al., LAPG, condition (15), and LAG, eq. (7a); Sun et al., LAQ, eq. (7); Chen et al., LASG, rule
/// WK2. Two estimates of the same gradient differ by 2v̂ in the mean: the published right sides are lost in that, hence
/// the last term. R stands for (1/α²M²) Σ ξ‖Δθ‖² in those papers.
public struct LazyGate: Sendable {
    /// The rule and its constants.
    public let settings: GateSettings
    /// Whether everything passes.
    public let isShadow: Bool
    /// How often it decided how.
    public private(set) var counters = GateCounters()
    /// Skips since the last upload.
    public private(set) var skipsInARow: UInt32 = 0
    /// ‖ε̂‖².
    private var uploadedErrorSquare = 0.0

    /// A gate; in the shadow, the rule `none` is taken for LAPG.
    public init(_ settings: GateSettings, isShadow: Bool = false) {
        precondition(settings.isUsable, "gate settings out of range")
        self.settings = settings
        self.isShadow = isShadow && settings.rule == .none
    }

    /// The rule that is looked at; `none` for no gate at all.
    public var rule: GateSettings.Rule { isShadow ? .lapg : settings.rule }

    /// Whether there is a gate, be it in the shadow.
    public var isLooking: Bool { rule != .none }

    /// Decides about one gradient; `hasMirror` says whether there is anything to compare it with.
    public mutating func decide(_ measures: GateMeasures, hasMirror: Bool) -> GateReading {
        guard isLooking else { return .open }
        counters.offered &+= 1
        var reading = compare(measures, hasMirror: hasMirror)
        if isShadow {
            // The count of skips in a row is that of the gate that is not there.
            if reading.sends { skipsInARow = 0 } else { skipsInARow &+= 1 }
            if !reading.sends { counters.wouldHaveSkipped &+= 1 }
            reading.sends = true
            reading.isForced = false
        } else if !reading.sends {
            counters.skips &+= 1
        } else if reading.isForced {
            counters.forced &+= 1
        }
        return reading
    }

    private func compare(_ measures: GateMeasures, hasMirror: Bool) -> GateReading {
        guard hasMirror, rule != .lasgWK2 || measures.movedSquare != nil else {
            return GateReading(value: 0, threshold: 0, sends: true, isForced: true)
        }
        let noise = 2 * Double(settings.noiseFactor) * measures.variance
        let value = rule == .lasgWK2 ? measures.movedSquare ?? 0 : measures.distanceSquare
        let threshold =
            switch rule {
            case .innovation: Double(settings.relativeThreshold) * measures.candidateSquare + noise
            case .laq: measures.reference + 3 * (measures.packingErrorSquare + uploadedErrorSquare) + noise
            case .none, .lapg, .lasgWK2: measures.reference + noise
            }
        let isWorthIt = !(value < threshold)
        let isForced = !isWorthIt && settings.skipRoundsMaximum > 0 && skipsInARow >= settings.skipRoundsMaximum
        return GateReading(value: value, threshold: threshold, sends: isWorthIt || isForced, isForced: isForced)
    }

    /// An upload was applied; `packingErrorSquare` is its ‖ε‖².
    public mutating func uploaded(packingErrorSquare: Double = 0) {
        if !isShadow { skipsInARow = 0 }
        uploadedErrorSquare = packingErrorSquare
    }

    /// The gateway knows of a skip.
    public mutating func skipped() { skipsInARow &+= 1 }

    /// Forgets what was uploaded, but not what was counted.
    public mutating func forget() {
        skipsInARow = 0
        uploadedErrorSquare = 0
    }
}
