import CKernelComparison

/// Repeated measurements of one quantity: their median, and an interval that holds the true median 95 times in 100.
public struct Measurement {
    /// In rising order.
    public let values: [Double]

    public init(_ values: some Sequence<Double>) { self.values = values.sorted() }

    /// The middle value.
    public var median: Double { quantile(0.5) }

    /// From order statistics: ranks n/2 ± 0.98 √n.
    public var interval: (low: Double, high: Double) {
        let n = Double(values.count)
        let half = 0.98 * n.squareRoot()
        return (at(Int((n / 2 - half).rounded(.down))), at(Int((n / 2 + half).rounded(.up))))
    }

    private func at(_ index: Int) -> Double { values[min(max(index, 0), values.count - 1)] }
    private func quantile(_ share: Double) -> Double { at(Int(Double(values.count - 1) * share)) }

    /// A JSON object of the median, its interval and the number of repetitions.
    public var json: String {
        "{\"median\":\(median),\"low\":\(interval.low),\"high\":\(interval.high),\"repetitions\":\(values.count)}"
    }
}

/// Processor seconds of this thread that `body` takes.
@inline(never)
public func seconds(_ body: () -> Void) -> Double {
    let start = comparison_thread_seconds()
    body()
    return comparison_thread_seconds() - start
}
