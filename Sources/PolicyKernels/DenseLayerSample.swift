// A dense layer for one sample: the time goes into reading the weights once, so as many outputs as fit stay in registers.

/// `output = input · columns + bias`, then the hyperbolic tangent if `isHidden`.
@inline(never)
public func sampleForward(
    _ inputs: Int, _ outputStride: Int, _ columns: UnsafePointer<Float>, _ bias: UnsafePointer<Float>,
    _ input: UnsafePointer<Float>, _ output: UnsafeMutablePointer<Float>, _ isHidden: Bool
) {
    var j = 0
    while j &+ 64 <= outputStride {
        var s0 = load(bias + j), s1 = load(bias + (j &+ 8)), s2 = load(bias + (j &+ 16)), s3 = load(bias + (j &+ 24))
        var s4 = load(bias + (j &+ 32)), s5 = load(bias + (j &+ 40)), s6 = load(bias + (j &+ 48))
        var s7 = load(bias + (j &+ 56))
        var column = columns + j
        var number = input
        var k = inputs
        while k > 0 {
            let value = broadcast(number)
            s0 = multiplyAdd(s0, value, load(column))
            s1 = multiplyAdd(s1, value, load(column + 8))
            s2 = multiplyAdd(s2, value, load(column + 16))
            s3 = multiplyAdd(s3, value, load(column + 24))
            s4 = multiplyAdd(s4, value, load(column + 32))
            s5 = multiplyAdd(s5, value, load(column + 40))
            s6 = multiplyAdd(s6, value, load(column + 48))
            s7 = multiplyAdd(s7, value, load(column + 56))
            column += outputStride
            number += 1
            k &-= 1
        }
        let out = output + j
        if isHidden {
            store(tanhLanes(s0), out)
            store(tanhLanes(s1), out + 8)
            store(tanhLanes(s2), out + 16)
            store(tanhLanes(s3), out + 24)
            store(tanhLanes(s4), out + 32)
            store(tanhLanes(s5), out + 40)
            store(tanhLanes(s6), out + 48)
            store(tanhLanes(s7), out + 56)
        } else {
            store(s0, out)
            store(s1, out + 8)
            store(s2, out + 16)
            store(s3, out + 24)
            store(s4, out + 32)
            store(s5, out + 40)
            store(s6, out + 48)
            store(s7, out + 56)
        }
        j &+= 64
    }
    while j < outputStride {
        // The narrow end: four sums over every fourth input hide the latency of one.
        var s0 = load(bias + j), s1 = Lanes(repeating: 0), s2 = s1, s3 = s1
        var column = columns + j
        var k = 0
        while k &+ 4 <= inputs {
            s0 = multiplyAdd(s0, broadcast(input + k), load(column))
            s1 = multiplyAdd(s1, broadcast(input + (k &+ 1)), load(column + outputStride))
            s2 = multiplyAdd(s2, broadcast(input + (k &+ 2)), load(column + 2 &* outputStride))
            s3 = multiplyAdd(s3, broadcast(input + (k &+ 3)), load(column + 3 &* outputStride))
            column += 4 &* outputStride
            k &+= 4
        }
        while k < inputs {
            s0 = multiplyAdd(s0, broadcast(input + k), load(column))
            column += outputStride
            k &+= 1
        }
        let sum = (s0 + s1) + (s2 + s3)
        store(isHidden ? tanhLanes(sum) : sum, output + j)
        j &+= 8
    }
}

/// `gradient[o][i] += scale · delta[o] · input[i]` in rows of exactly `inputs` numbers, as in the flat parameter vector.
@inline(never)
public func addOuterProduct(
    _ scale: Float, _ delta: UnsafePointer<Float>, _ outputs: Int, _ input: UnsafePointer<Float>, _ inputs: Int,
    _ gradient: UnsafeMutablePointer<Float>
) {
    var row = gradient
    var o = 0
    while o < outputs {
        let factor = scale * delta[o]
        let lanes = Lanes(repeating: factor)
        var i = 0
        while i &+ 8 <= inputs {
            store(multiplyAdd(load(row + i), lanes, load(input + i)), row + i)
            i &+= 8
        }
        while i < inputs {
            row[i] += factor * input[i]
            i &+= 1
        }
        row += inputs
        o &+= 1
    }
}
