import CSystem

// Vectors of any length: the last numbers, fewer than eight, are taken one by one.

/// `y += scale · x`.
@inline(never)
public func addScaled(_ count: Int, _ scale: Float, _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>) {
    let lanes = Lanes(repeating: scale)
    var i = 0
    while i &+ 8 <= count {
        store(multiplyAdd(load(y + i), lanes, load(x + i)), y + i)
        i &+= 8
    }
    while i < count {
        y[i] += scale * x[i]
        i &+= 1
    }
}

/// `y = scale · y + x`.
@inline(never)
public func scaleThenAdd(_ count: Int, _ scale: Float, _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>) {
    let lanes = Lanes(repeating: scale)
    var i = 0
    while i &+ 8 <= count {
        store(multiplyAdd(load(x + i), lanes, load(y + i)), y + i)
        i &+= 8
    }
    while i < count {
        y[i] = scale * y[i] + x[i]
        i &+= 1
    }
}

/// `y *= scale`.
@inline(never)
public func multiply(_ count: Int, _ scale: Float, _ y: UnsafeMutablePointer<Float>) {
    let lanes = Lanes(repeating: scale)
    var i = 0
    while i &+ 8 <= count {
        store(load(y + i) * lanes, y + i)
        i &+= 8
    }
    while i < count {
        y[i] *= scale
        i &+= 1
    }
}

/// `Σ x y`, summed in 32 partial sums.
@inline(never)
public func dotProduct(_ count: Int, _ x: UnsafePointer<Float>, _ y: UnsafePointer<Float>) -> Float {
    var s0 = Lanes(repeating: 0), s1 = s0, s2 = s0, s3 = s0
    var i = 0
    while i &+ 32 <= count {
        s0 = multiplyAdd(s0, load(x + i), load(y + i))
        s1 = multiplyAdd(s1, load(x + (i &+ 8)), load(y + (i &+ 8)))
        s2 = multiplyAdd(s2, load(x + (i &+ 16)), load(y + (i &+ 16)))
        s3 = multiplyAdd(s3, load(x + (i &+ 24)), load(y + (i &+ 24)))
        i &+= 32
    }
    while i &+ 8 <= count {
        s0 = multiplyAdd(s0, load(x + i), load(y + i))
        i &+= 8
    }
    var sum = lapwing_sum((s0 + s1) + (s2 + s3))
    while i < count {
        sum += x[i] * y[i]
        i &+= 1
    }
    return sum
}

/// `Σ x²`.
@inline(never)
public func squaredNorm(_ count: Int, _ x: UnsafePointer<Float>) -> Float { dotProduct(count, x, x) }
