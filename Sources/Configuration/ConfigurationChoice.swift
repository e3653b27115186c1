import Aggregation
import GradientCodec
import PolicyMath

/// A key whose value is one of a few words.
protocol ConfigurationChoice: Sendable {
    /// The words, a space between them, in the order of `choiceIndex`.
    static var words: StaticString { get }
    var choiceIndex: Int { get }
    init?(choiceIndex: Int)
}

extension ConfigurationChoice where Self: RawRepresentable, RawValue: FixedWidthInteger {
    var choiceIndex: Int { Int(truncatingIfNeeded: rawValue) }
    init?(choiceIndex: Int) { self.init(rawValue: RawValue(truncatingIfNeeded: choiceIndex)) }
}

extension EstimatorSettings.Estimator: ConfigurationChoice {
    static var words: StaticString { "reward-to-go gae streaming" }
}

extension EstimatorSettings.Baseline: ConfigurationChoice {
    static var words: StaticString { "none time linear critic" }
}

extension EstimatorSettings.Direction: ConfigurationChoice {
    static var words: StaticString { "plain natural consensus" }
}

extension ActionDistribution: ConfigurationChoice {
    static var words: StaticString { "gaussian softmax" }
    var choiceIndex: Int { Int(rawValue) - 1 }
    init?(choiceIndex: Int) { self.init(rawValue: UInt32(choiceIndex + 1)) }
}

extension Schedule.Kind: ConfigurationChoice {
    static var words: StaticString { "constant linear harmonic power" }
}

extension AFedPGSettings.MomentumStart: ConfigurationChoice {
    static var words: StaticString { "zero first-gradient" }
}

extension CollectFrom: ConfigurationChoice {
    static var words: StaticString { "everyone soonest" }
}

extension ConsensusSettings.Metric: ConfigurationChoice {
    static var words: StaticString { "fisher euclidean" }
}

extension GradientNormSettings.Clip: ConfigurationChoice {
    static var words: StaticString { "off fixed quantile" }
}

extension ArrivalRuleSettings.Scaling: ConfigurationChoice {
    static var words: StaticString { "plain rmsprop" }
}

extension StalenessWeight.Kind: ConfigurationChoice {
    static var words: StaticString { "constant polynomial hinge threshold exponential" }
}

extension ArrivalFilterSettings.Kind: ConfigurationChoice {
    static var words: StaticString { "none kardam basgd zeno" }
}

/// The codecs of gradients: every one but the last, which is the downlink's.
extension VectorCodec: ConfigurationChoice {
    static var words: StaticString {
        "dense-float32 dense-float16 uniform qsgd ternary natural sign grid top-k low-rank"
    }
    var choiceIndex: Int { Int(rawValue) - 1 }
    init?(choiceIndex: Int) { self.init(rawValue: UInt32(choiceIndex + 1)) }
}

extension Feedback: ConfigurationChoice {
    static var words: StaticString { "none error innovation" }
}

extension UplinkSettings.Mirror: ConfigurationChoice {
    static var words: StaticString { "none float32 float16" }
}

extension UplinkSettings.SkipAction: ConfigurationChoice {
    static var words: StaticString { "nothing reuse" }
}

extension GateSettings.Rule: ConfigurationChoice {
    static var words: StaticString { "none lapg laq lasg-wk2 innovation" }
}
