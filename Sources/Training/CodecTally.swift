import Bounded

/// Sums over the draws of a trial, in double precision.
struct CodecTally {
    let count: Int
    /// ‖x‖².
    let squaredNorm: Double
    private(set) var draws = 0
    private(set) var byteCount = 0
    /// Σ over draws of ‖C(x) − x‖².
    private(set) var squaredError = 0.0
    /// The largest |C(x)ᵢ − xᵢ| of all draws.
    private(set) var largestError = 0.0
    private let vector: [Float]
    private var sums: [Double]

    init(_ vector: [Float]) {
        self.vector = vector
        count = vector.count
        squaredNorm = vector.reduce(0) { $0 + Double($1) * Double($1) }
        sums = Array(repeating: 0, count: vector.count)
    }

    mutating func add(_ unpacked: Vector, byteCount: Int) {
        draws += 1
        self.byteCount += byteCount
        for index in 0..<count {
            let error = Double(unpacked[index]) - Double(vector[index])
            squaredError += error * error
            largestError = max(largestError, abs(error))
            sums[index] += error
        }
    }

    /// ‖mean of C(x) − x‖² over the draws.
    var squaredBias: Double {
        let total = Double(max(draws, 1))
        return sums.reduce(0) { $0 + ($1 / total) * ($1 / total) }
    }
}
