/// One dense layer: its widths, where its parameters lie in the flat vector, and how its rows are padded.
struct LayerShape: BitwiseCopyable, Sendable {
    var inputs = 0
    var outputs = 0
    /// `inputs` and `outputs` rounded up to whole vectors of eight.
    var inputStride = 0
    var outputStride = 0
    var weightOffset = 0
    var biasOffset: Int { weightOffset + inputs * outputs }
}

/// The layers of a network with tanh hidden layers and a linear output, and their order in the flat parameter vector.
struct NetworkShape: BitwiseCopyable, Sendable {
    /// The most layers, the output included.
    static let maximumLayers = LayerWidths.maximumCount + 1

    private var layers: InlineArray<9, LayerShape> = .init(repeating: LayerShape())
    let layerCount: Int
    /// The weights and biases of all layers.
    let parameterCount: Int
    /// The widest padded row of any layer, inputs included.
    let widestStride: Int

    init(inputs: Int, hidden: LayerWidths, outputs: Int) {
        layerCount = hidden.count + 1
        var offset = 0
        var width = inputs
        var widest = Self.padded(inputs)
        for index in 0...hidden.count {
            let next = index < hidden.count ? hidden[index] : outputs
            layers[index] = LayerShape(
                inputs: width, outputs: next, inputStride: Self.padded(width), outputStride: Self.padded(next),
                weightOffset: offset)
            offset += (width + 1) * next
            widest = max(widest, Self.padded(next))
            width = next
        }
        parameterCount = offset
        widestStride = widest
    }

    init(_ specification: PolicySpecification) {
        self.init(
            inputs: specification.observationCount, hidden: specification.hiddenWidths,
            outputs: specification.actionCount)
    }

    subscript(index: Int) -> LayerShape {
        precondition(index >= 0 && index < layerCount, "an index beyond the layers")
        return layers[index]
    }

    /// The first layer's padded input row.
    var inputStride: Int { layers[0].inputStride }
    /// The output layer's padded row.
    var outputStride: Int { layers[layerCount - 1].outputStride }
    var outputs: Int { layers[layerCount - 1].outputs }

    /// The floating-point operations of one forward and one backward pass of a sample, activation functions left out.
    var operationsPerSample: Int {
        var sum = 0
        for index in 0..<layerCount {
            let layer = layers[index]
            sum += 2 * layer.inputs * layer.outputs * (index == 0 ? 2 : 3)
        }
        return sum
    }

    static func padded(_ width: Int) -> Int { (width + 7) / 8 * 8 }
}
