import Bounded

/// A network's parameters laid out for the kernels: padded, each weight matrix both by columns and by rows.
///
/// It is a handle on an arena's memory: a copy shares the numbers.
struct PackedNetwork {
    /// One layer: its shape and its memory.
    struct Layer: BitwiseCopyable {
        var shape: LayerShape
        /// `[input][outputStride]`, for passes forward.
        var columns: UnsafeMutablePointer<Float>
        /// `[output][inputStride]`, for passes backward; `columns` again when there are none.
        var rows: UnsafeMutablePointer<Float>
        /// `[outputStride]`.
        var bias: UnsafeMutablePointer<Float>
        var isHidden: Bool
    }

    let kernels: KernelTable
    let layers: UnsafeMutableBufferPointer<Layer>
    let inputStride: Int
    let outputStride: Int
    let widestStride: Int
    /// The weights and biases of all layers.
    let parameterCount: Int
    private let keepsRows: Bool

    /// Reserves the memory; `keepsRows` is for networks that are differentiated.
    init(
        _ shape: NetworkShape, keepsRows: Bool, kernels: KernelTable, holder: StaticString, arena: inout Arena
    ) throws(Arena.Refusal) {
        self.kernels = kernels
        self.keepsRows = keepsRows
        inputStride = shape.inputStride
        outputStride = shape.outputStride
        widestStride = shape.widestStride
        parameterCount = shape.parameterCount
        layers = try arena.reserve(Layer.self, count: shape.layerCount, holder: holder)
        // Each matrix begins at a cache line, so that no row of it lies across two.
        for index in 0..<shape.layerCount {
            let layer = shape[index]
            let columns = try arena.vector(layer.inputs * layer.outputStride, holder: holder).base
            let bias = try arena.vector(layer.outputStride, holder: holder).base
            let rows = keepsRows ? try arena.vector(layer.outputs * layer.inputStride, holder: holder).base : columns
            layers[index] = Layer(
                shape: layer, columns: columns, rows: rows, bias: bias, isHidden: index < shape.layerCount - 1)
        }
    }

    /// Takes over the weights and biases of a flat vector in canonical order.
    func load(_ parameters: UnsafePointer<Float>) {
        for layer in layers {
            let shape = layer.shape
            let weights = parameters + shape.weightOffset
            for output in 0..<shape.outputs {
                let row = weights + output * shape.inputs
                if keepsRows { (layer.rows + output * shape.inputStride).update(from: row, count: shape.inputs) }
                for input in 0..<shape.inputs { layer.columns[input * shape.outputStride + output] = row[input] }
            }
            layer.bias.update(from: parameters + shape.biasOffset, count: shape.outputs)
        }
    }
}
