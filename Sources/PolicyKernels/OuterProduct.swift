/// `gradient[o][i] += scale · delta[o] · input[i]` in rows of exactly `inputs` numbers, as in the flat parameter
/// vector.
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
