import Bounded

/// A network's parameters laid out for the kernels: padded, each weight matrix both by columns and by rows.
///
/// It is a handle on an arena's memory: a copy shares the numbers.
struct PackedNetwork: BitwiseCopyable {
    /// The memory of one layer.
    struct Layer: BitwiseCopyable {
        /// `[input][outputStride]`, for passes forward.
        var columns: UnsafeMutablePointer<Float>
        /// `[output][inputStride]`, for passes backward; nil when there are none.
        var rows: UnsafeMutablePointer<Float>?
        /// `[outputStride]`.
        var bias: UnsafeMutablePointer<Float>
    }

    let shape: NetworkShape
    let kernels: KernelTable
    private var layers: InlineArray<9, Layer>

    /// Reserves the memory; `keepsRows` is for networks that are differentiated.
    init(
        _ shape: NetworkShape, keepsRows: Bool, kernels: KernelTable, holder: StaticString, arena: inout Arena
    ) throws(Arena.Refusal) {
        self.shape = shape
        self.kernels = kernels
        let whole = try arena.vector(Self.floatCount(shape, keepsRows: keepsRows), holder: holder)
        layers = .init(repeating: Layer(columns: whole.base, rows: nil, bias: whole.base))
        var next = whole.base
        for index in 0..<shape.layerCount {
            let layer = shape[index]
            layers[index].columns = next
            next += layer.inputs * layer.outputStride
            layers[index].bias = next
            next += layer.outputStride
            if keepsRows {
                layers[index].rows = next
                next += layer.outputs * layer.inputStride
            }
        }
    }

    subscript(index: Int) -> Layer {
        precondition(index >= 0 && index < shape.layerCount, "an index beyond the layers")
        return layers[index]
    }

    /// Takes over the weights and biases of a flat vector in canonical order.
    func load(_ parameters: UnsafePointer<Float>) {
        for index in 0..<shape.layerCount {
            let layer = shape[index]
            let memory = layers[index]
            let weights = parameters + layer.weightOffset
            for output in 0..<layer.outputs {
                let row = weights + output * layer.inputs
                memory.rows.map { ($0 + output * layer.inputStride).update(from: row, count: layer.inputs) }
                for input in 0..<layer.inputs { memory.columns[input * layer.outputStride + output] = row[input] }
            }
            memory.bias.update(from: parameters + layer.biasOffset, count: layer.outputs)
        }
    }

    private static func floatCount(_ shape: NetworkShape, keepsRows: Bool) -> Int {
        var sum = 0
        for index in 0..<shape.layerCount {
            let layer = shape[index]
            sum += (layer.inputs + 1) * layer.outputStride + (keepsRows ? layer.outputs * layer.inputStride : 0)
        }
        return sum
    }
}
