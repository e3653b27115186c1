import Foundation

/// The rules that take gradients as they come, in plain arrays, from the papers' formulas; written apart from the
/// product's.
struct ArrivalReference {
    var theta: [Double]
    /// How many arrivals there were.
    var arrivals = 0
    /// The step after which each version stands: entry v is how many steps version v is made of.
    var stepOfVersion = [0]
    /// FedBuff's buffer, gradient by gradient, with what each counts for.
    var buffer: [(weight: Double, gradient: [Double])] = []
    var meanSquares: [Double]

    init(_ theta: [Double]) {
        self.theta = theta
        meanSquares = theta.map { _ in 0 }
    }

    private mutating func arrive(stepped: Bool) {
        arrivals += 1
        stepOfVersion.append(stepOfVersion[arrivals - 1] + (stepped ? 1 : 0))
    }

    /// Mnih et al. without RMSProp.
    mutating func plain(_ gradient: [Double], eta: Double) {
        for j in theta.indices { theta[j] += eta * gradient[j] }
        arrive(stepped: true)
    }

    /// Mnih et al., algorithm S3: g ← α g + (1 − α) Δθ², θ ← θ + η Δθ / √(g + ε).
    mutating func rmsProp(_ gradient: [Double], eta: Double, alpha: Double, epsilon: Double) {
        for j in theta.indices {
            meanSquares[j] = alpha * meanSquares[j] + (1 - alpha) * gradient[j] * gradient[j]
            theta[j] += eta * gradient[j] / (meanSquares[j] + epsilon).squareRoot()
        }
        arrive(stepped: true)
    }

    /// Xie et al., in the published form: the client moves from `received` by η g, and the server mixes that in.
    mutating func mixLocalModel(_ gradient: [Double], received: [Double], eta: Double, alpha: Double) {
        for j in theta.indices {
            let local = received[j] + eta * gradient[j]
            theta[j] = (1 - alpha) * theta[j] + alpha * local
        }
        arrive(stepped: true)
    }

    /// Xie et al., along the gradient, with α found anew for every arrival.
    mutating func fedAsync(_ gradient: [Double], base: Int, eta: Double, alpha: Double, s: (Int) -> Double) {
        let alphaNow = alpha * s(arrivals - base)
        for j in theta.indices { theta[j] += alphaNow * eta * gradient[j] }
        arrive(stepped: true)
    }

    /// Nguyen et al.: staleness in server steps; the server steps once K gradients are there.
    mutating func fedBuff(_ gradient: [Double], base: Int, eta: Double, length: Int, s: (Int) -> Double) {
        let staleness = stepOfVersion[arrivals] - stepOfVersion[base]
        buffer.append((s(staleness), gradient))
        guard buffer.count == length else {
            arrive(stepped: false)
            return
        }
        for j in theta.indices {
            var sum = 0.0
            for entry in buffer { sum += entry.weight * entry.gradient[j] }
            theta[j] += eta * sum / Double(length)
        }
        buffer = []
        arrive(stepped: true)
    }
}
