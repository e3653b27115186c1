@inline(__always)
func tanhLanes(_ x: Lanes) -> Lanes {
    let bound = Lanes(repeating: 7.905_311_1)
    let y = pointwiseMin(pointwiseMax(x, -bound), bound)
    let s = y * y
    var p = Lanes(repeating: -2.760_768_5e-16)
    p = multiplyAdd(Lanes(repeating: 2.000_187_9e-13), p, s)
    p = multiplyAdd(Lanes(repeating: -8.604_671_5e-11), p, s)
    p = multiplyAdd(Lanes(repeating: 5.122_297_1e-08), p, s)
    p = multiplyAdd(Lanes(repeating: 1.485_722_4e-05), p, s)
    p = multiplyAdd(Lanes(repeating: 6.372_619_3e-04), p, s)
    p = multiplyAdd(Lanes(repeating: 4.893_524_6e-03), p, s)
    var q = Lanes(repeating: 1.198_258_4e-06)
    q = multiplyAdd(Lanes(repeating: 1.185_347_1e-04), q, s)
    q = multiplyAdd(Lanes(repeating: 2.268_434_7e-03), q, s)
    q = multiplyAdd(Lanes(repeating: 4.893_525_2e-03), q, s)
    return y * p / q
}

/// Replaces each of `count` padded numbers by its hyperbolic tangent; `count` is a multiple of eight.
@inline(never)
public func replaceByTanh(_ values: UnsafeMutablePointer<Float>, _ count: Int) {
    var index = 0
    while index < count {
        store(tanhLanes(load(values + index)), values + index)
        index &+= 8
    }
}
