import Bounded

/// The activations of one sample through a network, and the gradient that flows back.
struct SamplePass: BitwiseCopyable {
    private var activations: InlineArray<10, UnsafeMutablePointer<Float>>
    private let deltas: (UnsafeMutablePointer<Float>, UnsafeMutablePointer<Float>)
    private let zeros: UnsafeMutablePointer<Float>
    private let network: PackedNetwork

    init(_ network: PackedNetwork, holder: StaticString, arena: inout Arena) throws(Arena.Refusal) {
        self.network = network
        let shape = network.shape
        var count = shape.inputStride
        for index in 0..<shape.layerCount { count += shape[index].outputStride }
        let whole = try arena.vector(count + 3 * shape.widestStride, holder: holder)
        activations = .init(repeating: whole.base)
        var next = whole.base + shape.inputStride
        for index in 0..<shape.layerCount {
            activations[index + 1] = next
            next += shape[index].outputStride
        }
        deltas = (next, next + shape.widestStride)
        zeros = next + 2 * shape.widestStride
    }

    /// The network's output after `forward`.
    var output: UnsafeMutablePointer<Float> { activations[network.shape.layerCount] }
    /// Where the derivative of the output goes before `addGradient`.
    var outputDelta: UnsafeMutablePointer<Float> { deltas.0 }

    func forward(_ observation: Vector) {
        precondition(observation.count == network.shape[0].inputs, "an observation of another shape")
        activations[0].update(from: observation.base, count: observation.count)
        let shape = network.shape
        for index in 0..<shape.layerCount {
            let layer = shape[index]
            let memory = network[index]
            network.kernels.sampleForward(
                layer.inputs, layer.outputStride, memory.columns, memory.bias, activations[index],
                activations[index + 1], index < shape.layerCount - 1)
        }
    }

    /// Adds `scale` times the gradient of `outputDelta · output` to a flat vector in canonical order.
    func addGradient(scale: Float, into gradient: UnsafeMutablePointer<Float>) {
        let shape = network.shape
        var delta = deltas.0
        var other = deltas.1
        for index in stride(from: shape.layerCount - 1, through: 0, by: -1) {
            let layer = shape[index]
            network.kernels.addOuterProduct(
                scale, delta, layer.outputs, activations[index], layer.inputs, gradient + layer.weightOffset)
            network.kernels.addScaled(layer.outputs, scale, delta, gradient + layer.biasOffset)
            guard index > 0, let rows = network[index].rows else { continue }
            network.kernels.layerBackward(
                1, layer.outputs, layer.inputStride, layer.outputStride, rows, delta, activations[index], zeros, other)
            swap(&delta, &other)
        }
    }
}
