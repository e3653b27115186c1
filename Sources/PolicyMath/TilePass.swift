import Bounded

/// Passes of a tile of samples through a network: forward, backward into gradient sums, and forward tangents.
///
/// It is a handle on an arena's memory: a copy shares the numbers.
struct TilePass {
    /// What a layer needs beside its weights.
    private struct Layer: BitwiseCopyable {
        var shape: LayerShape
        /// `[sample][outputStride]`.
        var output: UnsafeMutablePointer<Float>
        /// Where the gradient by the weights is summed, `[output][inputStride]`, and that by the bias,
        /// `[outputStride]`.
        var sums: UnsafeMutablePointer<Float>
        var biasSums: UnsafeMutablePointer<Float>
    }

    /// The most samples of a tile.
    let capacity: Int
    private let kernels: KernelTable
    private let layers: UnsafeMutableBufferPointer<Layer>
    private let allSums: Vector
    private let deltas: (UnsafeMutablePointer<Float>, UnsafeMutablePointer<Float>)
    private let zeros: UnsafeMutablePointer<Float>
    /// The tile's own input rows, `[sample][inputStride]`; their padding must stay zero.
    let input: UnsafeMutablePointer<Float>
    /// The network's output rows after `forward`.
    let output: UnsafeMutablePointer<Float>

    init(
        _ shape: NetworkShape, kernels: KernelTable, capacity: Int, holder: StaticString, arena: inout Arena
    ) throws(Arena.Refusal) {
        self.kernels = kernels
        self.capacity = capacity
        layers = try arena.reserve(Layer.self, count: shape.layerCount, holder: holder)
        input = try arena.vector(capacity * shape.inputStride, holder: holder).base
        var sumCount = 0
        for index in 0..<shape.layerCount {
            sumCount += shape[index].outputs * shape[index].inputStride + shape[index].outputStride
        }
        allSums = try arena.vector(sumCount, holder: holder)
        var next = allSums.base
        for index in 0..<shape.layerCount {
            let layer = shape[index]
            let bias = next + layer.outputs * layer.inputStride
            let out = try arena.vector(capacity * layer.outputStride, holder: holder).base
            layers[index] = Layer(shape: layer, output: out, sums: next, biasSums: bias)
            next = bias + layer.outputStride
        }
        output = layers[shape.layerCount - 1].output
        deltas = (
            try arena.vector(capacity * shape.widestStride, holder: holder).base,
            try arena.vector(capacity * shape.widestStride, holder: holder).base
        )
        zeros = try arena.vector(shape.widestStride, holder: holder).base
    }

    /// The samples of a tile that keep one slice of work at about two million operations: a millisecond on a small
    /// board.
    static func suitedCapacity(_ shape: NetworkShape, atMost limit: Int) -> Int {
        let rows = min(max(2_000_000 / max(1, shape.operationsPerSample), 6), 48) / 6 * 6
        return max(1, min(rows, limit))
    }

    /// Rows of the derivative by the output, to be filled before `backward`; after `tangent`, the tangent of the
    /// output.
    var outputDelta: UnsafeMutablePointer<Float> { layers.count % 2 == 1 ? deltas.0 : deltas.1 }

    /// Runs `samples` rows of `input` through the network.
    func forward(_ network: PackedNetwork, _ input: UnsafePointer<Float>, samples: Int) {
        var before = input
        for index in 0..<layers.count {
            let memory = network.layers[index]
            let out = layers[index].output
            kernels.layerForward(
                samples, memory.shape.inputs, memory.shape.inputStride, memory.shape.outputStride, memory.columns,
                memory.bias, before, out, memory.isHidden)
            before = UnsafePointer(out)
        }
    }

    /// Sets all gradient sums to zero.
    func clearSums() { allSums.fill(0) }

    /// Adds the gradient of `Σ outputDelta · output` over the tile that went forward last to the sums.
    func backward(_ network: PackedNetwork, _ input: UnsafePointer<Float>, samples: Int) {
        var delta = outputDelta
        var other = delta == deltas.0 ? deltas.1 : deltas.0
        for index in stride(from: layers.count - 1, through: 0, by: -1) {
            let layer = layers[index]
            let shape = layer.shape
            let before = index == 0 ? input : UnsafePointer(layers[index - 1].output)
            kernels.layerGradient(
                samples, shape.outputs, shape.inputStride, shape.outputStride, delta, before, layer.sums,
                layer.biasSums)
            guard index > 0 else { continue }
            kernels.layerBackward(
                samples, shape.outputs, shape.inputStride, shape.outputStride, network.layers[index].rows, delta,
                before, zeros, other)
            swap(&delta, &other)
        }
    }

    /// Leaves in `outputDelta` how the output of the tile that went forward last moves along `direction`.
    func tangent(
        _ network: PackedNetwork, along direction: PackedNetwork, _ input: UnsafePointer<Float>, samples: Int
    ) {
        var before = input
        var tangentBefore: UnsafePointer<Float>?
        for index in 0..<layers.count {
            let memory = network.layers[index]
            let out = index % 2 == 0 ? deltas.0 : deltas.1
            kernels.layerTangent(
                samples, memory.shape.inputs, memory.shape.inputStride, memory.shape.outputStride, memory.columns,
                direction.layers[index].columns, direction.layers[index].bias, before, tangentBefore,
                layers[index].output, out, memory.isHidden)
            before = UnsafePointer(layers[index].output)
            tangentBefore = UnsafePointer(out)
        }
    }

    /// Adds `scale` times the sums to a flat vector in canonical order.
    func addSums(scale: Float, into gradient: UnsafeMutablePointer<Float>) {
        for layer in layers {
            let shape = layer.shape
            for output in 0..<shape.outputs {
                kernels.addScaled(
                    shape.inputs, scale, layer.sums + output * shape.inputStride,
                    gradient + shape.weightOffset + output * shape.inputs)
            }
            kernels.addScaled(shape.outputs, scale, layer.biasSums, gradient + shape.biasOffset)
        }
    }
}
