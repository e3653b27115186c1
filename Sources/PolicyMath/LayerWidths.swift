/// The widths of a network's hidden layers, first to last.
///
/// **Limit:** eight layers; `append` says so when one more does not fit.
public struct LayerWidths: Equatable, Sendable, BitwiseCopyable {
    /// The most hidden layers that a network can have.
    public static let maximumCount = 8

    private var widths: InlineArray<8, Int32> = .init(repeating: 0)
    /// How many hidden layers there are.
    public private(set) var count = 0

    /// No hidden layer: the network is linear.
    public init() {}

    /// Two hidden layers.
    public init(_ first: Int, _ second: Int) {
        _ = append(first)
        _ = append(second)
    }

    #if !hasFeature(Embedded)
        /// The widths in `widths`, of which there may be at most `maximumCount`.
        public init(_ widths: [Int]) {
            for width in widths {
                guard append(width) else { preconditionFailure("more hidden layers than a network can have") }
            }
        }
    #endif

    /// The width of hidden layer `index`, counted from 0.
    public subscript(index: Int) -> Int {
        precondition(index >= 0 && index < count, "an index beyond the hidden layers")
        return Int(widths[index])
    }

    /// Adds a layer after the others; false, and no change, when it does not fit or its width is out of range.
    public mutating func append(_ width: Int) -> Bool {
        guard count < Self.maximumCount, width >= 1, width <= PolicySpecification.maximumWidth else { return false }
        widths[count] = Int32(truncatingIfNeeded: width)
        count += 1
        return true
    }

    public static func == (left: LayerWidths, right: LayerWidths) -> Bool {
        guard left.count == right.count else { return false }
        for index in 0..<left.count where left.widths[index] != right.widths[index] { return false }
        return true
    }
}
