import Bounded

/// Passes of a tile of samples through a network: forward, backward into gradient sums, and forward tangents.
///
/// It is a handle on an arena's memory: a copy shares the numbers.
struct TilePass {
    /// Where one layer's gradient is summed, padded as the kernels want it.
    private struct Sums: BitwiseCopyable {
        /// `[output][inputStride]`.
        var rows: UnsafeMutablePointer<Float>
        /// `[outputStride]`.
        var bias: UnsafeMutablePointer<Float>
    }

    /// The most samples of a tile.
    let capacity: Int
    private let shape: NetworkShape
    private let kernels: KernelTable
    private var activations: InlineArray<10, UnsafeMutablePointer<Float>>
    private var sums: InlineArray<9, Sums>
    private let allSums: Vector
    private let deltas: (UnsafeMutablePointer<Float>, UnsafeMutablePointer<Float>)
    private let zeros: UnsafeMutablePointer<Float>

    init(
        _ shape: NetworkShape, kernels: KernelTable, capacity: Int, holder: StaticString, arena: inout Arena
    ) throws(Arena.Refusal) {
        self.shape = shape
        self.kernels = kernels
        self.capacity = capacity
        var activationCount = shape.inputStride
        var sumCount = 0
        for index in 0..<shape.layerCount {
            let layer = shape[index]
            activationCount += layer.outputStride
            sumCount += layer.outputs * layer.inputStride + layer.outputStride
        }
        let rows = try arena.vector(capacity * (activationCount + 2 * shape.widestStride), holder: holder)
        allSums = try arena.vector(sumCount, holder: holder)
        zeros = try arena.vector(shape.widestStride, holder: holder).base
        activations = .init(repeating: rows.base)
        sums = .init(repeating: Sums(rows: allSums.base, bias: allSums.base))
        var next = rows.base + capacity * shape.inputStride
        var nextSum = allSums.base
        for index in 0..<shape.layerCount {
            let layer = shape[index]
            activations[index + 1] = next
            next += capacity * layer.outputStride
            sums[index] = Sums(rows: nextSum, bias: nextSum + layer.outputs * layer.inputStride)
            nextSum += layer.outputs * layer.inputStride + layer.outputStride
        }
        deltas = (next, next + capacity * shape.widestStride)
    }

    /// The samples of a tile that keep one slice of work at about two million operations: a millisecond on a small board.
    static func suitedCapacity(_ shape: NetworkShape, atMost limit: Int) -> Int {
        let rows = min(max(2_000_000 / max(1, shape.operationsPerSample), 6), 48) / 6 * 6
        return max(1, min(rows, limit))
    }

    /// The tile's own input rows, `[sample][inputStride]`; their padding must stay zero.
    var input: UnsafeMutablePointer<Float> { activations[0] }
    /// The network's output rows after `forward`.
    var output: UnsafeMutablePointer<Float> { activations[shape.layerCount] }
    /// Rows of the derivative by the output, to be filled before `backward`; after `tangent`, the tangent of the output.
    var outputDelta: UnsafeMutablePointer<Float> { shape.layerCount % 2 == 1 ? deltas.0 : deltas.1 }

    /// Runs `samples` rows of `input` through the network.
    func forward(_ network: PackedNetwork, _ input: UnsafePointer<Float>, samples: Int) {
        for index in 0..<shape.layerCount {
            let layer = shape[index]
            let memory = network[index]
            kernels.layerForward(
                samples, layer.inputs, layer.inputStride, layer.outputStride, memory.columns, memory.bias,
                index == 0 ? input : UnsafePointer(activations[index]), activations[index + 1],
                index < shape.layerCount - 1)
        }
    }

    /// Sets all gradient sums to zero.
    func clearSums() { allSums.fill(0) }

    /// Adds the gradient of `Σ outputDelta · output` over the tile that went forward last to the sums.
    func backward(_ network: PackedNetwork, _ input: UnsafePointer<Float>, samples: Int) {
        var delta = outputDelta
        var other = delta == deltas.0 ? deltas.1 : deltas.0
        for index in stride(from: shape.layerCount - 1, through: 0, by: -1) {
            let layer = shape[index]
            let before = index == 0 ? input : UnsafePointer(activations[index])
            kernels.layerGradient(
                samples, layer.outputs, layer.inputStride, layer.outputStride, delta, before, sums[index].rows,
                sums[index].bias)
            guard index > 0, let rows = network[index].rows else { continue }
            kernels.layerBackward(
                samples, layer.outputs, layer.inputStride, layer.outputStride, rows, delta, before, zeros, other)
            swap(&delta, &other)
        }
    }

    /// Leaves in `outputDelta` how the output of the tile that went forward last moves along `direction`.
    func tangent(
        _ network: PackedNetwork, along direction: PackedNetwork, _ input: UnsafePointer<Float>, samples: Int
    ) {
        var before: UnsafeMutablePointer<Float>?
        for index in 0..<shape.layerCount {
            let layer = shape[index]
            let out = index % 2 == 0 ? deltas.0 : deltas.1
            kernels.layerTangent(
                samples, layer.inputs, layer.inputStride, layer.outputStride, network[index].columns,
                direction[index].columns, direction[index].bias,
                index == 0 ? input : UnsafePointer(activations[index]), before.map { UnsafePointer($0) },
                activations[index + 1], out, index < shape.layerCount - 1)
            before = out
        }
    }

    /// Adds `scale` times the sums to a flat vector in canonical order.
    func addSums(scale: Float, into gradient: UnsafeMutablePointer<Float>) {
        for index in 0..<shape.layerCount {
            let layer = shape[index]
            for output in 0..<layer.outputs {
                kernels.addScaled(
                    layer.inputs, scale, sums[index].rows + output * layer.inputStride,
                    gradient + layer.weightOffset + output * layer.inputs)
            }
            kernels.addScaled(layer.outputs, scale, sums[index].bias, gradient + layer.biasOffset)
        }
    }
}
