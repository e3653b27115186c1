import Bounded
import PolicyMath
import Wire

/// The first part of a policy's shape in which an agent and its federation differ.
public struct ShapeMismatch: Sendable {
    /// The configuration key, or the property of the environment, at fault.
    public let part: StaticString
    /// This agent's value; an enumeration as its number on the wire.
    public let own: Int
    /// The federation's value.
    public let federation: Int

    /// Compares; nil when both are the same policy.
    public init?(own: PolicySpecification, federation: PolicyDescription) {
        let shape = PolicyShape(own)
        let other = federation.shape
        let differing: (StaticString, Int, Int)
        if shape.distribution != other.distribution {
            differing = ("distribution", Int(shape.distribution.rawValue), Int(other.distribution.rawValue))
        } else if shape.observationCount != other.observationCount {
            differing = ("observation_count", shape.observationCount, other.observationCount)
        } else if shape.actionCount != other.actionCount {
            differing = ("action_count", shape.actionCount, other.actionCount)
        } else if shape.hiddenWidths.count != other.hiddenWidths.count {
            differing = ("number of hidden layers", shape.hiddenWidths.count, other.hiddenWidths.count)
        } else if let layer = Self.differingLayer(shape.hiddenWidths, other.hiddenWidths) {
            differing = ("width of a hidden layer", shape.hiddenWidths[layer], other.hiddenWidths[layer])
        } else if own.normalisesObservations != federation.normalisesObservations {
            differing = (
                "observation_normalisation", own.normalisesObservations ? 1 : 0,
                federation.normalisesObservations ? 1 : 0
            )
        } else {
            return nil
        }
        (part, self.own, self.federation) = differing
    }

    /// Compares shared critics; nil when both have the same layers.
    init?(ownCritic own: HiddenWidths, federation: HiddenWidths) {
        if own.count != federation.count {
            (part, self.own, self.federation) = ("number of hidden layers of the critic", own.count, federation.count)
        } else if let layer = Self.differingLayer(own, federation) {
            part = "width of a hidden layer of the critic"
            (self.own, self.federation) = (own[layer], federation[layer])
        } else {
            return nil
        }
    }

    private static func differingLayer(_ left: HiddenWidths, _ right: HiddenWidths) -> Int? {
        for layer in 0..<left.count where left[layer] != right[layer] { return layer }
        return nil
    }
}

extension PolicyShape {
    /// The wire's form of a specification.
    init(_ specification: PolicySpecification) {
        self.init(
            distribution: specification.distribution == .gaussian ? .gaussian : .softmax,
            observationCount: specification.observationCount, actionCount: specification.actionCount,
            hiddenWidths: HiddenWidths(specification.hiddenWidths))
    }
}

extension HiddenWidths {
    /// The wire's form of a network's layers.
    init(_ widths: LayerWidths) {
        self.init()
        for layer in 0..<widths.count {
            let fits = append(widths[layer])
            precondition(fits, "more hidden layers than the wire carries")
        }
    }
}
