/// The widths of a policy's hidden layers, first to last; none at all makes a linear policy.
///
/// **Limit:** at most `WireLimits.hiddenLayersMaximum` layers; `append` says whether there was room.
public struct HiddenWidths: Equatable, Sendable {
    private var widths: InlineArray<8, UInt32> = .init(repeating: 0)
    /// How many hidden layers there are.
    public private(set) var count = 0

    public init() {}

    /// The width of the `index`-th hidden layer.
    public subscript(index: Int) -> Int {
        precondition(index >= 0 && index < count, "a layer beyond the last")
        return Int(clamping: widths[index])
    }

    /// Adds a layer after the last; false when there are as many as can be.
    public mutating func append(_ width: Int) -> Bool {
        guard let width = UInt32(exactly: width) else { preconditionFailure("a width that is no UInt32") }
        guard count < WireLimits.hiddenLayersMaximum else { return false }
        widths[count] = width
        count += 1
        return true
    }

    public static func == (left: HiddenWidths, right: HiddenWidths) -> Bool {
        guard left.count == right.count else { return false }
        for index in 0..<left.count where left.widths[index] != right.widths[index] { return false }
        return true
    }
}
