/// A report without its gradient: the gate stayed shut.
public struct Skip: Sendable {
    public var report: Report

    public init(report: Report) { self.report = report }
}
