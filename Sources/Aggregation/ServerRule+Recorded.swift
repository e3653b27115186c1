import Bounded

extension ServerRule {
    /// Adds a recorded gradient in double precision to the round of a synchronous rule; nothing is rounded.
    public mutating func add(_ gradient: UnsafeBufferPointer<Double>, curvature: Double = 0) -> RoundArrival {
        switch consume self {
        case .rounds(var rule):
            let arrival = rule.add(gradient, curvature: curvature)
            self = .rounds(rule)
            return arrival
        default: preconditionFailure("a round without a synchronous rule")
        }
    }
}
