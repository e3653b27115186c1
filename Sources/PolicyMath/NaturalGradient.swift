import Bounded

/// Solves (F + damping · I) x = g for the natural gradient, or a share of one, F being the Fisher matrix of the policy
/// over a batch.
///
/// F is never formed: a product with it is a forward tangent, the Fisher matrix of the action distribution, and a
/// backward pass, a tile of samples at a time.
/// **Memory:** four vectors of parameters, and a packed one; none of it grows with the batch.
/// **Source:** Kakade 2001; conjugate gradients as in Schulman et al. 2015 (TRPO), appendix C.
struct NaturalGradient {
    private let settings: NaturalGradientSettings
    /// x, as far as it is known.
    let solution: Vector
    /// g − (F + damping · I) x; whoever changes g between two solutions changes this by as much.
    let residual: Vector
    private let direction: Vector
    private let product: Vector
    private let packedDirection: PackedNetwork
    private var residualSquare: Float = 0
    private var firstSquare: Float = 0
    private var iteration = 0
    private var cursor = 0
    /// What the last solution was multiplied by.
    private var scale: Float = 1
    private var keepsScale = false
    /// The next product is the one with the start, not one of conjugate gradients.
    private var isStarting = false
    /// Added to the diagonal beside the damping.
    var shift: Float = 0

    init(
        _ specification: PolicySpecification, settings: NaturalGradientSettings, kernels: KernelTable,
        arena: inout Arena
    ) throws(Arena.Refusal) {
        self.settings = settings
        let count = specification.parameterCount
        solution = try arena.vector(count, holder: "natural gradient")
        residual = try arena.vector(count, holder: "natural gradient")
        direction = try arena.vector(count, holder: "natural gradient")
        product = try arena.vector(count, holder: "natural gradient")
        packedDirection = try PackedNetwork(
            NetworkShape(specification), keepsRows: false, kernels: kernels, holder: "natural gradient",
            arena: &arena)
    }

    private var kernels: KernelTable { packedDirection.kernels }

    /// Begins with the gradient to be turned; with `keepsScale` the solution is scaled as the one before was.
    mutating func begin(_ gradient: Vector, keepsScale: Bool = false) {
        self.keepsScale = keepsScale
        isStarting = false
        if !keepsScale { scale = 1 }
        solution.fill(0)
        residual.copy(from: gradient)
        direction.copy(from: gradient)
        residualSquare = kernels.dotProduct(gradient.count, gradient.base, gradient.base)
        firstSquare = residualSquare
        iteration = 0
        cursor = 0
    }

    /// Begins with a right side and a first guess, which costs one product more.
    mutating func begin(_ right: Vector, from start: Vector) {
        begin(right)
        solution.copy(from: start)
        direction.copy(from: start)
        isStarting = true
    }

    /// Goes on from the last solution, after `residual` was changed.
    mutating func resume() {
        direction.copy(from: residual)
        residualSquare = kernels.dotProduct(residual.count, residual.base, residual.base)
        iteration = 0
        cursor = 0
    }

    /// Does one tile of one product, or one iteration's step; true when the solution is there.
    ///
    /// `rows` are the observations that enter F, `[sample][rowStride]`.
    mutating func advance(
        _ policy: borrowing PolicyNetwork, _ pass: TilePass, rows: UnsafePointer<Float>, rowStride: Int,
        samples: Int
    ) -> Bool {
        guard residualSquare.isFinite, residualSquare > 0 || isStarting else { return true }
        if cursor == 0 {
            packedDirection.load(direction.base)
            pass.clearSums()
        }
        cursor += addTile(policy, pass, rows + cursor * rowStride, rowStride, min(pass.capacity, samples - cursor))
        guard cursor == samples else { return false }
        cursor = 0
        finishProduct(policy, pass, samples)
        guard isStarting else { return step() }
        isStarting = false
        kernels.addScaled(residual.count, -1, product.base, residual.base)
        resume()
        return false
    }

    private func addTile(
        _ policy: borrowing PolicyNetwork, _ pass: TilePass, _ rows: UnsafePointer<Float>, _ rowStride: Int,
        _ count: Int
    ) -> Int {
        let inputStride = policy.packed.inputStride
        let outputStride = policy.packed.outputStride
        for row in 0..<count {
            (pass.input + row * inputStride).update(from: rows + row * rowStride, count: inputStride)
        }
        pass.forward(policy.packed, pass.input, samples: count)
        pass.tangent(policy.packed, along: packedDirection, pass.input, samples: count)
        for row in 0..<count {
            policy.head.multiplyByFisher(
                pass.output + row * outputStride, pass.outputDelta + row * outputStride)
        }
        pass.backward(policy.packed, pass.input, samples: count)
        return count
    }

    /// `product = F · direction + damping · direction`.
    private func finishProduct(_ policy: borrowing PolicyNetwork, _ pass: TilePass, _ samples: Int) {
        product.fill(0)
        pass.addSums(scale: 1 / Float(samples), into: product.base)
        // The Fisher matrix of a Gaussian's log standard deviations is 2 I, whatever the observation.
        for index in policy.packed.parameterCount..<product.count { product[index] = 2 * direction[index] }
        kernels.addScaled(product.count, settings.damping + shift, direction.base, product.base)
    }

    /// One step of conjugate gradients; true after the last.
    private mutating func step() -> Bool {
        let count = product.count
        let curvature = kernels.dotProduct(count, direction.base, product.base)
        iteration += 1
        guard curvature > 0, curvature.isFinite else { return true }
        let length = residualSquare / curvature
        kernels.addScaled(count, length, direction.base, solution.base)
        kernels.addScaled(count, -length, product.base, residual.base)
        let square = kernels.dotProduct(count, residual.base, residual.base)
        let ratio = square / residualSquare
        residualSquare = square
        kernels.scaleThenAdd(count, ratio, residual.base, direction.base)
        return iteration == settings.iterations || square <= firstSquare * 1e-10
    }

    /// x · (F + damping + shift) x = x · (g − residual).
    func square(_ right: Vector) -> Float {
        kernels.dotProduct(right.count, solution.base, right.base)
            - kernels.dotProduct(right.count, solution.base, residual.base)
    }

    /// Replaces the gradient by the solution, at its length in the metric if that is wanted.
    mutating func write(to gradient: Vector) {
        let count = gradient.count
        let square = square(gradient)
        guard square > 0, square.isFinite else { return }
        gradient.copy(from: solution)
        if settings.scalesToUnitNorm, !keepsScale { scale = 1 / square.squareRoot() }
        kernels.multiply(count, scale, gradient.base)
    }
}
