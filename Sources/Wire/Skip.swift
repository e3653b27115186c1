/// A report without its gradient: the gate stayed shut.
public struct Skip: Sendable {
    /// What was sampled.
    public var report: Report

    public init(report: Report) { self.report = report }
}
