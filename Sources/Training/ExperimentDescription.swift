import Foundation

/// An experiment as it is checked in: what is asked, and every run that answers it.
///
/// Arms are the methods that are compared. Panels are the settings that they are compared in, such as tasks or links;
/// each arm is run in each panel, once for each seed.
public struct ExperimentDescription: Sendable {
    /// A method.
    struct Arm: Sendable {
        let label: String
        /// The panels that it is run in; nil: all.
        var panels: [String]?
        var flags = ExperimentFlags()
        /// Keys and the values that are tried on other seeds first; every combination is.
        var tuning: [(key: String, values: [String])] = []

        /// Every combination of the values that are tried; one without any for an arm that is not tuned.
        var candidates: [ExperimentFlags] {
            var candidates = [ExperimentFlags()]
            for (key, values) in tuning {
                candidates = candidates.flatMap { candidate in
                    values.map { value in
                        var next = candidate
                        next.set(key, value)
                        return next
                    }
                }
            }
            return candidates
        }
    }

    /// A setting that arms are compared in.
    struct Panel: Sendable {
        let label: String
        var flags = ExperimentFlags()
        var measure: CurveMeasure?
        var levels: [Double]?
        var spacing: Double?
        var tuningLevel: Double?
        var seeds: [UInt64]?
    }

    /// The name of its file.
    public let name: String
    /// One line.
    public internal(set) var title = ""
    /// What is to be found out.
    public internal(set) var question = ""
    /// The paper, with the place in it.
    public internal(set) var source = ""
    /// Each arm is run with each of them.
    var seeds: [UInt64] = [1, 2, 3, 4, 5]
    /// What arms are tuned on.
    var tuningSeeds: [UInt64] = [101, 102, 103]
    /// What is spent.
    var measure = CurveMeasure.stepsPerAgent
    /// Returns whose first crossing is reported.
    var levels: [Double] = []
    /// One evaluation counts in each stretch of this length along the measure; 0: all do.
    var spacing = 0.0
    /// The return that a tuned arm is to reach soonest; nil: the highest final return wins.
    var tuningLevel: Double?
    /// The arm that the others are compared with; nil: the first.
    var baseline: String?
    /// Whether the plot has a logarithmic axis.
    var isLogarithmic = false
    var common = ExperimentFlags()
    var panels: [Panel] = []
    var arms: [Arm] = []

    init(name: String) { self.name = name }

    /// The levels of a panel.
    func levels(of panel: Panel) -> [Double] { panel.levels ?? levels }
    /// What is spent in a panel.
    func measure(of panel: Panel) -> CurveMeasure { panel.measure ?? measure }
    /// The spacing of evaluations in a panel.
    func spacing(of panel: Panel) -> Double { panel.spacing ?? spacing }
    /// The seeds of a panel.
    func seeds(of panel: Panel) -> [UInt64] { panel.seeds ?? seeds }

    /// What is wrong with `seeds` for `arm`; nil when nothing is.
    ///
    /// On a seed that it was chosen on, a setting looks better than it is.
    func tuningConflict(of arm: Arm, with seeds: [UInt64]) -> String? {
        guard arm.candidates.count > 1 else { return nil }
        return seeds.first { tuningSeeds.contains($0) }.map {
            "seed \($0) is one of tuning_seeds, and what was chosen on a seed cannot be measured on it; take others"
        }
    }

    /// The arms that are run in a panel.
    func arms(in panel: Panel) -> [Arm] { arms.filter { $0.panels?.contains(panel.label) ?? true } }

    /// The arm that others of a panel are compared with.
    func baseline(in panel: Panel) -> Arm? {
        let present = arms(in: panel)
        return present.first { $0.label == baseline } ?? present.first
    }

    /// What the runs of an arm in a panel are told.
    ///
    /// Against steps per agent and virtual seconds an evaluation is due for each stretch of the spacing, unless the
    /// description says otherwise: every arm is then looked at equally often.
    func flags(_ arm: Arm, in panel: Panel, candidate: ExperimentFlags = ExperimentFlags()) -> ExperimentFlags {
        var flags = common.merged(with: panel.flags).merged(with: arm.flags).merged(with: candidate)
            .inPanel(panel.label)
        let spacing = spacing(of: panel)
        guard spacing > 0, ["evaluate-every", "evaluate-every-seconds"].allSatisfy({ flags.value($0) == nil }) else {
            return flags
        }
        switch measure(of: panel) {
        case .stepsPerAgent:
            let agents = Double(flags.value("agents") ?? "") ?? 1
            flags.set("evaluate-every", "\(max(1, Int(min(spacing * agents, 1e15))))")
        case .virtualSeconds: flags.set("evaluate-every-seconds", "\(spacing)")
        default: break
        }
        return flags
    }
}
