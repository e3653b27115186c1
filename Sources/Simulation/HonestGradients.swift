/// What the honest agents sent last, for adversaries that work together and listen in; valid during one call.
public struct HonestGradients {
    /// One gradient of each honest agent that has sent one, in the order of the agents; all of the same length.
    public var gradients: [UnsafeBufferPointer<Float>]

    public init(_ gradients: [UnsafeBufferPointer<Float>] = []) { self.gradients = gradients }

    /// Mean and standard deviation (of the population) of element `index`; nil when nobody has sent anything.
    func statistics(at index: Int) -> (mean: Double, deviation: Double)? {
        guard !gradients.isEmpty else { return nil }
        let count = Double(gradients.count)
        let mean = gradients.reduce(0) { $0 + Double($1[index]) } / count
        let variance = gradients.reduce(0) { $0 + (Double($1[index]) - mean) * (Double($1[index]) - mean) } / count
        return (mean, variance.squareRoot())
    }
}
