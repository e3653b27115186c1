import Bounded
import PolicyKernels

/// The activations of one sample through a network, and the gradient that flows back.
struct SamplePass {
    private let network: PackedNetwork
    private let layers: UnsafeMutablePointer<PolicyKernels.SampleLayer>
    private let layerCount: Int
    private let deltas: (UnsafeMutablePointer<Float>, UnsafeMutablePointer<Float>)
    private let zeros: UnsafeMutablePointer<Float>
    private let inputCount: Int
    /// The network's output after `forward`.
    let output: UnsafeMutablePointer<Float>
    /// Whether `forward(_:into:)` writes exactly the outputs, so that they may go to memory without padding.
    let writesAnywhere: Bool
    /// Where the derivative of the output goes before `addGradient`.
    var outputDelta: UnsafeMutablePointer<Float> { deltas.0 }

    /// A layer of fewer outputs than this is read by rows.
    private static let fewOutputs = 8

    init(_ network: PackedNetwork, holder: StaticString, arena: inout Arena) throws(Arena.Refusal) {
        self.network = network
        layerCount = network.layers.count
        let reserved = try arena.reserve(PolicyKernels.SampleLayer.self, count: layerCount, holder: holder)
        guard let layers = reserved.baseAddress else { preconditionFailure("a reservation has memory") }
        self.layers = layers
        inputCount = network.layers[0].shape.inputs
        for (index, layer) in network.layers.enumerated() {
            let out = try arena.vector(layer.shape.outputStride, holder: holder).base
            layers[index] = (
                inputs: layer.shape.inputs, inputStride: layer.shape.inputStride, outputs: layer.shape.outputs,
                outputStride: layer.shape.outputStride,
                byRows: index > 0 && !layer.isHidden && layer.shape.outputs < Self.fewOutputs, isHidden: layer.isHidden,
                columns: layer.columns, rows: layer.rows, bias: layer.bias, output: out
            )
        }
        output = layers[layerCount - 1].output
        writesAnywhere = layers[layerCount - 1].byRows
        deltas = (
            try arena.vector(network.widestStride, holder: holder).base,
            try arena.vector(network.widestStride, holder: holder).base
        )
        zeros = try arena.vector(network.widestStride, holder: holder).base
    }

    func forward(_ observation: Vector) { forward(observation, into: output) }

    /// Leaves the output at `result`, if `writesAnywhere`, else in `output`.
    func forward(_ observation: Vector, into result: UnsafeMutablePointer<Float>) {
        precondition(observation.count == inputCount, "an observation of another shape")
        network.kernels.networkForward(
            layerCount, UnsafeRawPointer(layers), observation.base, result)
    }

    /// Adds `scale` times the gradient of `outputDelta · output` to a flat vector in canonical order; `observation` is
    /// what went forward last.
    func addGradient(_ observation: Vector, scale: Float, into gradient: UnsafeMutablePointer<Float>) {
        var delta = deltas.0
        var other = deltas.1
        for index in stride(from: layerCount - 1, through: 0, by: -1) {
            let layer = network.layers[index]
            let shape = layer.shape
            let before = index == 0 ? observation.base : layers[index - 1].output
            network.kernels.addOuterProduct(
                scale, delta, shape.outputs, before, shape.inputs, gradient + shape.weightOffset)
            network.kernels.addScaled(shape.outputs, scale, delta, gradient + shape.biasOffset)
            guard index > 0 else { continue }
            network.kernels.layerBackward(
                1, shape.outputs, shape.inputStride, shape.outputStride, layer.rows, delta, before, zeros,
                other)
            swap(&delta, &other)
        }
    }
}
