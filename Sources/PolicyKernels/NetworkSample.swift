import CSystem

// A whole network for one sample, in one call. The time goes into reading the weights once, so as many outputs as fit
// stay in registers; the activation function follows while the next layer's weights are already on their way.

/// One dense layer and its place in a network for one sample.
///
/// It is a tuple because both builds of these sources must have the same type for it.
/// **Shape:** `columns` is `[input][outputStride]`, `rows` is `[output][inputStride]`; strides are whole vectors, and
/// the padding of weights and biases is zero. A layer with `byRows` is read by rows, which is better for few outputs;
/// its input is padded with zeros.
public typealias SampleLayer = (
    inputs: Int, inputStride: Int, outputs: Int, outputStride: Int, byRows: Bool, isHidden: Bool,
    columns: UnsafeMutablePointer<Float>, rows: UnsafeMutablePointer<Float>, bias: UnsafeMutablePointer<Float>,
    output: UnsafeMutablePointer<Float>
)

/// Runs `input` through `count` layers (`SampleLayer` each, in memory at `layers`) to the output of the last.
///
/// A last layer that is read by rows writes exactly its outputs, to `result`; any other writes its own padded row.
@inline(never)
public func networkForward(
    _ count: Int, _ layers: UnsafeRawPointer, _ input: UnsafePointer<Float>, _ result: UnsafeMutablePointer<Float>
) {
    var layer = layers.assumingMemoryBound(to: SampleLayer.self)
    var numbers = input
    var left = count
    while left > 0 {
        if layer.pointee.isHidden {
            #if SMALL_BUILD
                forwardByColumns(layer, numbers, isHidden: true)
            #else
                if layer.pointee.outputStride == 64 {
                    forward64(layer, numbers)
                } else {
                    forwardByColumns(layer, numbers, isHidden: true)
                }
            #endif
        } else if layer.pointee.byRows {
            forwardByRows(layer, numbers, result)
        } else {
            forwardByColumns(layer, numbers, isHidden: false)
        }
        numbers = UnsafePointer(layer.pointee.output)
        layer += 1
        left &-= 1
    }
}

#if !SMALL_BUILD
/// A hidden layer of 64 units, the usual width, with all strides known to the compiler.
@_transparent
func forward64(_ layer: UnsafePointer<SampleLayer>, _ input: UnsafePointer<Float>) {
    let bias = layer.pointee.bias
    var s0 = load(bias), s1 = load(bias + 8), s2 = load(bias + 16), s3 = load(bias + 24)
    var s4 = load(bias + 32), s5 = load(bias + 40), s6 = load(bias + 48), s7 = load(bias + 56)
    var column = UnsafePointer(layer.pointee.columns)
    var number = input
    var left = layer.pointee.inputs
    while left >= 4 {
        let four = Four(number)
        let v0 = four.first
        s0 = multiplyAdd(s0, v0, load(column))
        s1 = multiplyAdd(s1, v0, load(column + 8))
        s2 = multiplyAdd(s2, v0, load(column + 16))
        s3 = multiplyAdd(s3, v0, load(column + 24))
        s4 = multiplyAdd(s4, v0, load(column + 32))
        s5 = multiplyAdd(s5, v0, load(column + 40))
        s6 = multiplyAdd(s6, v0, load(column + 48))
        s7 = multiplyAdd(s7, v0, load(column + 56))
        let v1 = four.second
        s0 = multiplyAdd(s0, v1, load(column + 64))
        s1 = multiplyAdd(s1, v1, load(column + 72))
        s2 = multiplyAdd(s2, v1, load(column + 80))
        s3 = multiplyAdd(s3, v1, load(column + 88))
        s4 = multiplyAdd(s4, v1, load(column + 96))
        s5 = multiplyAdd(s5, v1, load(column + 104))
        s6 = multiplyAdd(s6, v1, load(column + 112))
        s7 = multiplyAdd(s7, v1, load(column + 120))
        let v2 = four.third
        s0 = multiplyAdd(s0, v2, load(column + 128))
        s1 = multiplyAdd(s1, v2, load(column + 136))
        s2 = multiplyAdd(s2, v2, load(column + 144))
        s3 = multiplyAdd(s3, v2, load(column + 152))
        s4 = multiplyAdd(s4, v2, load(column + 160))
        s5 = multiplyAdd(s5, v2, load(column + 168))
        s6 = multiplyAdd(s6, v2, load(column + 176))
        s7 = multiplyAdd(s7, v2, load(column + 184))
        let v3 = four.fourth
        s0 = multiplyAdd(s0, v3, load(column + 192))
        s1 = multiplyAdd(s1, v3, load(column + 200))
        s2 = multiplyAdd(s2, v3, load(column + 208))
        s3 = multiplyAdd(s3, v3, load(column + 216))
        s4 = multiplyAdd(s4, v3, load(column + 224))
        s5 = multiplyAdd(s5, v3, load(column + 232))
        s6 = multiplyAdd(s6, v3, load(column + 240))
        s7 = multiplyAdd(s7, v3, load(column + 248))
        column += 256
        number += 4
        left &-= 4
    }
    while left > 0 {
        let value = broadcast(number)
        s0 = multiplyAdd(s0, value, load(column))
        s1 = multiplyAdd(s1, value, load(column + 8))
        s2 = multiplyAdd(s2, value, load(column + 16))
        s3 = multiplyAdd(s3, value, load(column + 24))
        s4 = multiplyAdd(s4, value, load(column + 32))
        s5 = multiplyAdd(s5, value, load(column + 40))
        s6 = multiplyAdd(s6, value, load(column + 48))
        s7 = multiplyAdd(s7, value, load(column + 56))
        column += 64
        number += 1
        left &-= 1
    }
    let output = layer.pointee.output
    store(s0, output)
    store(s1, output + 8)
    store(s2, output + 16)
    store(s3, output + 24)
    store(s4, output + 32)
    store(s5, output + 40)
    store(s6, output + 48)
    store(s7, output + 56)
    var k = 0
    while k < 64 {
        store(tanhLanes(load(output + k)), output + k)
        k &+= 8
    }
}
#endif

/// A layer of any width by columns; one copy, since layers of 64 units and narrow outputs have a way of their own.
@inline(never)
func forwardByColumns(_ layer: UnsafePointer<SampleLayer>, _ input: UnsafePointer<Float>, isHidden: Bool) {
    let inputs = layer.pointee.inputs
    let stride = layer.pointee.outputStride
    let columns = layer.pointee.columns
    let bias = layer.pointee.bias
    let output = layer.pointee.output
    var j = 0
    #if !SMALL_BUILD
    while j &+ 64 <= stride {
        var s0 = load(bias + j), s1 = load(bias + (j &+ 8)), s2 = load(bias + (j &+ 16)), s3 = load(bias + (j &+ 24))
        var s4 = load(bias + (j &+ 32)), s5 = load(bias + (j &+ 40)), s6 = load(bias + (j &+ 48))
        var s7 = load(bias + (j &+ 56))
        var column = UnsafePointer(columns + j)
        var number = input
        var left = inputs
        while left >= 4 {
            let four = Four(number)
            let v0 = four.first
            s0 = multiplyAdd(s0, v0, load(column))
            s1 = multiplyAdd(s1, v0, load(column + 8))
            s2 = multiplyAdd(s2, v0, load(column + 16))
            s3 = multiplyAdd(s3, v0, load(column + 24))
            s4 = multiplyAdd(s4, v0, load(column + 32))
            s5 = multiplyAdd(s5, v0, load(column + 40))
            s6 = multiplyAdd(s6, v0, load(column + 48))
            s7 = multiplyAdd(s7, v0, load(column + 56))
            column += stride
            let v1 = four.second
            s0 = multiplyAdd(s0, v1, load(column))
            s1 = multiplyAdd(s1, v1, load(column + 8))
            s2 = multiplyAdd(s2, v1, load(column + 16))
            s3 = multiplyAdd(s3, v1, load(column + 24))
            s4 = multiplyAdd(s4, v1, load(column + 32))
            s5 = multiplyAdd(s5, v1, load(column + 40))
            s6 = multiplyAdd(s6, v1, load(column + 48))
            s7 = multiplyAdd(s7, v1, load(column + 56))
            column += stride
            let v2 = four.third
            s0 = multiplyAdd(s0, v2, load(column))
            s1 = multiplyAdd(s1, v2, load(column + 8))
            s2 = multiplyAdd(s2, v2, load(column + 16))
            s3 = multiplyAdd(s3, v2, load(column + 24))
            s4 = multiplyAdd(s4, v2, load(column + 32))
            s5 = multiplyAdd(s5, v2, load(column + 40))
            s6 = multiplyAdd(s6, v2, load(column + 48))
            s7 = multiplyAdd(s7, v2, load(column + 56))
            column += stride
            let v3 = four.fourth
            s0 = multiplyAdd(s0, v3, load(column))
            s1 = multiplyAdd(s1, v3, load(column + 8))
            s2 = multiplyAdd(s2, v3, load(column + 16))
            s3 = multiplyAdd(s3, v3, load(column + 24))
            s4 = multiplyAdd(s4, v3, load(column + 32))
            s5 = multiplyAdd(s5, v3, load(column + 40))
            s6 = multiplyAdd(s6, v3, load(column + 48))
            s7 = multiplyAdd(s7, v3, load(column + 56))
            column += stride
            number += 4
            left &-= 4
        }
        while left > 0 {
            let v0 = broadcast(number)
            s0 = multiplyAdd(s0, v0, load(column))
            s1 = multiplyAdd(s1, v0, load(column + 8))
            s2 = multiplyAdd(s2, v0, load(column + 16))
            s3 = multiplyAdd(s3, v0, load(column + 24))
            s4 = multiplyAdd(s4, v0, load(column + 32))
            s5 = multiplyAdd(s5, v0, load(column + 40))
            s6 = multiplyAdd(s6, v0, load(column + 48))
            s7 = multiplyAdd(s7, v0, load(column + 56))
            column += stride
            number += 1
            left &-= 1
        }
        let out = output + j
        store(s0, out)
        store(s1, out + 8)
        store(s2, out + 16)
        store(s3, out + 24)
        store(s4, out + 32)
        store(s5, out + 40)
        store(s6, out + 48)
        store(s7, out + 56)
        j &+= 64
    }
    #endif
    while j < stride {
        // The narrow end: four sums over every fourth input hide the latency of one.
        var s0 = load(bias + j), s1 = Lanes(repeating: 0), s2 = s1, s3 = s1
        var column = UnsafePointer(columns + j)
        var k = 0
        while k &+ 4 <= inputs {
            s0 = multiplyAdd(s0, broadcast(input + k), load(column))
            s1 = multiplyAdd(s1, broadcast(input + (k &+ 1)), load(column + stride))
            s2 = multiplyAdd(s2, broadcast(input + (k &+ 2)), load(column + 2 &* stride))
            s3 = multiplyAdd(s3, broadcast(input + (k &+ 3)), load(column + 3 &* stride))
            column += 4 &* stride
            k &+= 4
        }
        while k < inputs {
            s0 = multiplyAdd(s0, broadcast(input + k), load(column))
            column += stride
            k &+= 1
        }
        let sum = (s0 + s1) + (s2 + s3)
        store(sum, output + j)
        j &+= 8
    }
    if isHidden {
        var k = 0
        while k < stride {
            store(tanhLanes(load(output + k)), output + k)
            k &+= 8
        }
    }
}

/// Three rows at a time, so that each part of the input is read once for three; the padded input makes whole vectors.
@_transparent
func forwardByRows(
    _ layer: UnsafePointer<SampleLayer>, _ input: UnsafePointer<Float>, _ output: UnsafeMutablePointer<Float>
) {
    let stride = layer.pointee.inputStride
    let outputs = layer.pointee.outputs
    let bias = layer.pointee.bias
    var row = layer.pointee.rows
    var o = 0
    while o &+ 3 <= outputs {
        var s0 = Lanes(repeating: 0), s1 = s0, s2 = s0
        var k = 0
        while k < stride {
            let numbers = load(input + k)
            s0 = multiplyAdd(s0, numbers, load(row + k))
            s1 = multiplyAdd(s1, numbers, load(row + (stride &+ k)))
            s2 = multiplyAdd(s2, numbers, load(row + (2 &* stride &+ k)))
            k &+= 8
        }
        output[o] = bias[o] + lapwing_sum(s0)
        output[o &+ 1] = bias[o &+ 1] + lapwing_sum(s1)
        output[o &+ 2] = bias[o &+ 2] + lapwing_sum(s2)
        row += 3 &* stride
        o &+= 3
    }
    while o < outputs {
        var s0 = Lanes(repeating: 0), s1 = s0
        var k = 0
        while k &+ 16 <= stride {
            s0 = multiplyAdd(s0, load(input + k), load(row + k))
            s1 = multiplyAdd(s1, load(input + (k &+ 8)), load(row + (k &+ 8)))
            k &+= 16
        }
        if k < stride { s0 = multiplyAdd(s0, load(input + k), load(row + k)) }
        output[o] = bias[o] + lapwing_sum(s0 + s1)
        row += stride
        o &+= 1
    }
}
