/// What became of one learner's gradient in a round.
public enum RoundArrival: Equatable, Sendable {
    /// It will be part of the step; `scale` below 1: it was shortened first.
    case added(norm: Double, scale: Double)
    /// Nothing has changed.
    case refused(AggregationRefusal)
}
