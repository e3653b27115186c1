/// What a gate said of one gradient.
public struct GateReading: Equatable, Sendable {
    /// The left side of the inequality; 0 when there was nothing to compare with.
    public var value: Double
    /// The right side.
    public var threshold: Double
    /// Whether the gradient is to be sent.
    public var sends: Bool
    /// Whether it is to be sent whatever the inequality says.
    public var isForced: Bool

    public init(value: Double, threshold: Double, sends: Bool, isForced: Bool) {
        self.value = value
        self.threshold = threshold
        self.sends = sends
        self.isForced = isForced
    }

    /// No gate.
    public static let open = GateReading(value: 0, threshold: 0, sends: true, isForced: false)
}
