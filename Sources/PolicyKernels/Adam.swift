import CSystem

/// One step of Adam: moments decay by 0.9 and 0.999, then `parameters -= rate · first / (√second + epsilon)`.
///
/// The caller folds the bias corrections into `rate` and `epsilon`.
/// **Source:** Kingma and Ba 2015, the reordered form at the end of section 2.
@inline(never)
public func adam(
    _ count: Int, _ rate: Float, _ epsilon: Float, _ gradient: UnsafePointer<Float>,
    _ first: UnsafeMutablePointer<Float>, _ second: UnsafeMutablePointer<Float>,
    _ parameters: UnsafeMutablePointer<Float>
) {
    let rates = Lanes(repeating: rate)
    let epsilons = Lanes(repeating: epsilon)
    var i = 0
    while i &+ 8 <= count {
        let g = load(gradient + i)
        let m = load(first + i) * 0.9 + g * 0.1
        let v = load(second + i) * 0.999 + g * g * 0.001
        store(m, first + i)
        store(v, second + i)
        store(load(parameters + i) - rates * m / (lapwing_square_root(v) + epsilons), parameters + i)
        i &+= 8
    }
    while i < count {
        let g = gradient[i]
        first[i] = first[i] * 0.9 + g * 0.1
        second[i] = second[i] * 0.999 + g * g * 0.001
        parameters[i] -= rate * first[i] / (second[i].squareRoot() + epsilon)
        i &+= 1
    }
}
