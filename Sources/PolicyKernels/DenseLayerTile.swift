// A dense layer over a tile of samples. Activations are sample by sample (`[sample][unit]`), so that each of the three
// passes reads its second matrix in whole vectors. Six rows at a time go through the product and, still in the nearest
// cache, through the activation function.

/// `output = input · columns + bias`, then the hyperbolic tangent if `isHidden`.
///
/// **Shape:** `columns` is `[input][outputStride]`; strides are whole vectors; padding comes out as tanh(0) = 0.
@inline(never)
public func layerForward(
    _ samples: Int, _ inputs: Int, _ inputStride: Int, _ outputStride: Int, _ columns: UnsafePointer<Float>,
    _ bias: UnsafePointer<Float>, _ input: UnsafePointer<Float>, _ output: UnsafeMutablePointer<Float>,
    _ isHidden: Bool
) {
    var i = 0
    while i < samples {
        let count = min(6, samples &- i)
        let rows = output + i &* outputStride
        productRows(
            count, outputStride, inputs, input + i &* inputStride, inputStride, 1, columns, outputStride, bias, 0, rows,
            outputStride)
        if isHidden {
            var j = 0
            while j < count &* outputStride {
                store(tanhLanes(load(rows + j)), rows + j)
                j &+= 8
            }
        }
        i &+= 6
    }
}

/// `result = (delta · rows) ∘ (1 − activation²)`: the derivative before the previous layer's tanh.
///
/// **Shape:** `rows` is `[output][inputStride]`; `activation` and `result` are `[sample][inputStride]`; `zeros` holds
/// `inputStride` zeros.
@inline(never)
public func layerBackward(
    _ samples: Int, _ outputs: Int, _ inputStride: Int, _ outputStride: Int, _ rows: UnsafePointer<Float>,
    _ delta: UnsafePointer<Float>, _ activation: UnsafePointer<Float>, _ zeros: UnsafePointer<Float>,
    _ result: UnsafeMutablePointer<Float>
) {
    let one = Lanes(repeating: 1)
    var i = 0
    while i < samples {
        let count = min(6, samples &- i)
        let out = result + i &* inputStride
        let active = activation + i &* inputStride
        productRows(
            count, inputStride, outputs, delta + i &* outputStride, outputStride, 1, rows, inputStride, zeros, 0, out,
            inputStride)
        var j = 0
        while j < count &* inputStride {
            let value = load(active + j)
            store(load(out + j) * (one - value * value), out + j)
            j &+= 8
        }
        i &+= 6
    }
}

/// `gradient += deltaᵀ · input`, and `biasGradient +=` the sum of the deltas.
///
/// **Shape:** `gradient` is `[output][inputStride]`, `biasGradient` `[outputStride]`.
@inline(never)
public func layerGradient(
    _ samples: Int, _ outputs: Int, _ inputStride: Int, _ outputStride: Int, _ delta: UnsafePointer<Float>,
    _ input: UnsafePointer<Float>, _ gradient: UnsafeMutablePointer<Float>, _ biasGradient: UnsafeMutablePointer<Float>
) {
    var i = 0
    while i < outputs {
        let count = min(6, outputs &- i)
        let block = gradient + i &* inputStride
        productRows(
            count, inputStride, samples, delta + i, 1, outputStride, input, inputStride, UnsafePointer(block),
            inputStride, block, inputStride)
        i &+= 6
    }
    var j = 0
    while j < outputStride {
        var sum = load(biasGradient + j)
        var row = delta + j
        var k = samples
        while k > 0 {
            sum += load(row)
            row += outputStride
            k &-= 1
        }
        store(sum, biasGradient + j)
        j &+= 8
    }
}

/// The layer's tangent: `tangent = (inputTangent · columns + input · columnsTangent + biasTangent) ∘ (1 −
/// activation²)`, without the last factor unless `isHidden`; `inputTangent` is nil for the first layer.
@inline(never)
@_optimize(size)
public func layerTangent(
    _ samples: Int, _ inputs: Int, _ inputStride: Int, _ outputStride: Int, _ columns: UnsafePointer<Float>,
    _ columnsTangent: UnsafePointer<Float>, _ biasTangent: UnsafePointer<Float>, _ input: UnsafePointer<Float>,
    _ inputTangent: UnsafePointer<Float>?, _ activation: UnsafePointer<Float>, _ tangent: UnsafeMutablePointer<Float>,
    _ isHidden: Bool
) {
    let one = Lanes(repeating: 1)
    var i = 0
    while i < samples {
        let count = min(6, samples &- i)
        let out = tangent + i &* outputStride
        productRows(
            count, outputStride, inputs, input + i &* inputStride, inputStride, 1, columnsTangent, outputStride,
            biasTangent, 0, out, outputStride)
        if let inputTangent {
            productRows(
                count, outputStride, inputs, inputTangent + i &* inputStride, inputStride, 1, columns, outputStride,
                UnsafePointer(out), outputStride, out, outputStride)
        }
        if isHidden {
            let active = activation + i &* outputStride
            var j = 0
            while j < count &* outputStride {
                let value = load(active + j)
                store(load(out + j) * (one - value * value), out + j)
                j &+= 8
            }
        }
        i &+= 6
    }
}
