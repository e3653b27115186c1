import Foundation
import GradientCodec

/// The values that a sweep goes through, each a list of what was given on the command line.
public struct SweepGrid: Sendable {
    /// Whole settings of their own, one cell each.
    public var profiles: [Profile] = []
    /// Codecs; every other list multiplies them where it applies.
    public var codecs: [VectorCodec] = []
    /// uniform, qsgd, grid: bits an element.
    public var bits: [Int] = []
    /// top-k: the share that is kept.
    public var keptFractions: [Double] = []
    /// low-rank: columns of the thin matrices.
    public var ranks: [Int] = []
    /// The gate's noise factor c, `skip_noise_factor`; 0: no gate.
    public var skipThresholds: [Double] = []
    /// The rule of the cells that have a gate.
    public var skipRule = "lapg"
    /// `none`, `error`, `innovation`, or `auto`: error feedback for codecs that leave parts out, innovations for the
    /// grid, nothing for unbiased codecs.
    public var feedback = "auto"
    /// How policies travel; empty: the gateway's default.
    public var downlinks: [String] = []
    /// Cells that are spelt out one by one.
    public var extras: [SweepCell] = []
    /// Whether the dense run that every other is compared with is part of the sweep.
    public var hasDense = true

    public init() {}

    /// The label of the cell that the others are compared with.
    static let denseLabel = "dense-float32"

    /// The cells, dense first, each once.
    ///
    /// **Throws:** `usage` for a value out of range, or one that no codec of the grid has a use for.
    public func cells() throws(TrainingError) -> [SweepCell] {
        try check()
        var cells: [SweepCell] = []
        if hasDense { cells.append(SweepCell(label: Self.denseLabel, family: Self.denseLabel)) }
        for profile in profiles {
            let label = profile.url.deletingPathExtension().lastPathComponent
            cells.append(SweepCell(label: label, family: "profile", profile: profile))
        }
        for codec in effectiveCodecs {
            for variant in variants(of: codec) {
                for threshold in skipThresholds.isEmpty ? [0] : skipThresholds {
                    for downlink in downlinks.isEmpty ? [""] : downlinks {
                        cells.append(cell(codec, variant, threshold: threshold, downlink: downlink))
                    }
                }
            }
        }
        cells += extras
        var labels: Set<String> = []
        return cells.filter { labels.insert($0.label).inserted }
    }

    /// The codecs, with the one that a list of bits, shares or ranks, or of thresholds, stands for when none is named.
    private var effectiveCodecs: [VectorCodec] {
        guard codecs.isEmpty else { return codecs }
        var implied: [VectorCodec] = []
        if !bits.isEmpty { implied.append(.uniform) }
        if !keptFractions.isEmpty { implied.append(.topK) }
        if !ranks.isEmpty { implied.append(.lowRank) }
        if implied.isEmpty, !skipThresholds.isEmpty || !downlinks.isEmpty { implied.append(.denseFloat32) }
        return implied
    }

    private func variants(of codec: VectorCodec) -> [(name: String, settings: SettingList)] {
        func list(_ key: String, _ value: some CustomStringConvertible) -> SettingList {
            var list: SettingList = []
            list.set("uplink", key, value)
            return list
        }
        switch codec {
        case _ where codec.hasBits && !bits.isEmpty:
            return bits.map { ("\(codec.name) \($0) bit", list("bits", $0)) }
        case .topK where !keptFractions.isEmpty:
            return keptFractions.map { ("\(codec.name) \(Self.short($0))", list("kept_fraction", Self.short($0))) }
        case .lowRank where !ranks.isEmpty:
            return ranks.map { ("\(codec.name) rank \($0)", list("rank", $0)) }
        default:
            return [(codec.name, [])]
        }
    }

    private func cell(
        _ codec: VectorCodec, _ variant: (name: String, settings: SettingList), threshold: Double, downlink: String
    ) -> SweepCell {
        var settings: SettingList = []
        settings.set("uplink", "codec", codec.name)
        settings.set(variant.settings)
        var label = variant.name
        let feedback = self.feedback == "auto" ? Self.usualFeedback(of: codec) : self.feedback
        if feedback != "none" { settings.set("uplink", "feedback", feedback) }
        if self.feedback != "auto" || feedback == "error" {
            label += feedback == "error" ? " + EF" : feedback == "innovation" ? " + innovation" : ""
        }
        if threshold > 0 {
            settings.set("uplink", "skip_rule", skipRule)
            settings.set("uplink", "skip_noise_factor", Self.short(threshold))
            label += ", \(skipRule == "lapg" ? "" : skipRule + " ")c \(Self.short(threshold))"
        }
        if threshold > 0 || feedback == "innovation" { settings.set("uplink", "mirror", "float32") }
        if !downlink.isEmpty {
            settings.set("downlink", "codec", downlink)
            label += ", down \(downlink)"
        }
        return SweepCell(label: label, family: codec.name, settings: settings)
    }

    /// What a codec is used with: feedback where it is needed, none where it harms.
    static func usualFeedback(of codec: VectorCodec) -> String {
        switch codec {
        case .sign, .topK, .lowRank: "error"
        case .grid: "innovation"
        default: "none"
        }
    }

    /// A number without a superfluous point.
    static func short(_ value: Double) -> String {
        value == value.rounded() && abs(value) < 1e6 ? String(Int(value)) : "\(value)"
    }

    private func check() throws(TrainingError) {
        func usage(_ message: String) -> TrainingError { TrainingError(.usage, message) }
        if let bits = bits.first(where: { !(1...8).contains($0) }) { throw usage("--bits \(bits): 1 to 8") }
        if let kept = keptFractions.first(where: { !($0 > 0 && $0 <= 1) }) {
            throw usage("--kept-fraction \(kept): above 0, at most 1")
        }
        if let rank = ranks.first(where: { !(1...64).contains($0) }) { throw usage("--rank \(rank): 1 to 64") }
        if let factor = skipThresholds.first(where: { !($0 >= 0 && $0.isFinite) }) {
            throw usage("--skip-threshold \(factor): 0 or more")
        }
        guard ["auto", "none", "error", "innovation"].contains(feedback) else {
            throw usage("--feedback \(feedback): auto, none, error or innovation")
        }
        guard ["lapg", "laq", "lasg-wk2", "innovation"].contains(skipRule) else {
            throw usage("--skip-rule \(skipRule): lapg, laq, lasg-wk2 or innovation")
        }
        if !codecs.isEmpty {
            if !bits.isEmpty, !codecs.contains(where: \.hasBits) {
                throw usage("--bits: none of the codecs has bits; add uniform, qsgd or grid to --codec")
            }
            if !keptFractions.isEmpty, !codecs.contains(.topK) {
                throw usage("--kept-fraction: only top-k keeps a share; add it to --codec")
            }
            if !ranks.isEmpty, !codecs.contains(.lowRank) { throw usage("--rank: add low-rank to --codec") }
        }
    }
}
