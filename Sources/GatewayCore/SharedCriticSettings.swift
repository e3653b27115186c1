import Aggregation
import GradientCodec
import PolicyMath
import Wire

/// What a gateway is told about the critic that agents share.
public struct SharedCriticSettings: Equatable, Sendable {
    /// The tanh layers, which must be those of the agents' critics.
    public var hiddenWidths: LayerWidths
    /// w: how much of each change, or of a round's mean change, is added to the critic.
    public var weight = 0.1
    /// How agents pack changes; dense.
    public var uplinkCodec = VectorCodec.denseFloat32
    /// How the critic is packed; dense.
    public var downlinkCodec = VectorCodec.denseFloat32
    /// What the first critic is drawn from.
    public var seed: UInt64 = 0

    /// The defaults for a critic of these layers.
    public init(hiddenWidths: LayerWidths) { self.hiddenWidths = hiddenWidths }

    /// The layers as they are sent; nil when they cannot be.
    public var wireWidths: HiddenWidths? {
        var widths = HiddenWidths()
        for layer in 0..<hiddenWidths.count {
            guard hiddenWidths[layer] <= WireLimits.hiddenWidthMaximum, widths.append(hiddenWidths[layer]) else {
                return nil
            }
        }
        return widths
    }

    var isUsable: Bool {
        wireWidths != nil && weight > 0 && weight.isFinite && uplinkCodec.isDense && downlinkCodec.isDense
    }
}
