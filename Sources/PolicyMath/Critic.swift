import Bounded

/// A small value network, trained by Adam on the returns of each batch after it has served as that batch's baseline.
///
/// Its targets are standardised by the mean and deviation of all targets so far; values are scaled back. A critic that
/// agents share is loaded anew for each batch, with the mean and deviation of everybody's targets
/// (`Critic+Sharing.swift`).
/// **Source:** Adam: Kingma and Ba 2015, algorithm 1, with its default constants.
struct Critic {
    let settings: CriticSettings
    let shape: NetworkShape
    private let network: PackedNetwork
    private let pass: TilePass
    /// In canonical order, like a policy's.
    let parameters: Vector
    /// Shared: the parameters as they were loaded, or, once it is taken, how training has changed them; else empty.
    let reference: Vector
    /// Whether `reference` is the change.
    var hasTakenChange = false
    /// Whether the parameters were loaded from a federation's critic.
    var isFederal = false
    /// Of a federation's critic: what targets are standardised by; nil: by those that this critic has seen.
    var standard: (mean: Double, scale: Double)?
    private let gradient: Vector
    private let firstMoments: Vector
    private let secondMoments: Vector
    private let order: UnsafeMutablePointer<UInt32>
    private var generator: RandomGenerator
    private var steps = 0
    var targetCount = 0.0
    var targetMean = 0.0
    var targetDeviations = 0.0
    private var epoch = 0
    private var cursor = 0

    init(
        observationCount: Int, settings: CriticSettings, batchSteps: Int, seed: UInt64, kernels: KernelTable,
        arena: inout Arena
    ) throws(Arena.Refusal) {
        self.settings = settings
        shape = NetworkShape(inputs: observationCount, hidden: settings.hiddenWidths, outputs: 1)
        generator = RandomGenerator(seed: seed, stream: 0x637269746963)
        network = try PackedNetwork(shape, keepsRows: true, kernels: kernels, holder: "critic network", arena: &arena)
        pass = try TilePass(
            shape, kernels: kernels, capacity: min(settings.minibatch, batchSteps), holder: "critic passes",
            arena: &arena)
        parameters = try arena.vector(shape.parameterCount, holder: "critic network")
        reference = settings.isShared
            ? try arena.vector(shape.parameterCount, holder: "critic shared") : Vector(base: parameters.base, count: 0)
        gradient = try arena.vector(shape.parameterCount, holder: "critic training")
        firstMoments = try arena.vector(shape.parameterCount, holder: "critic training")
        secondMoments = try arena.vector(shape.parameterCount, holder: "critic training")
        guard
            let order = try arena.reserve(UInt32.self, count: batchSteps, holder: "critic training").baseAddress
        else { preconditionFailure("a reservation has memory") }
        self.order = order
        initialise(critic: shape, parameters: parameters, generator: &generator)
        network.load(parameters.base)
    }

    mutating func load(_ newParameters: Vector) {
        parameters.copy(from: newParameters)
        network.load(parameters.base)
    }

    /// Where a target of 0 lies in the network's output.
    private var centre: Double { standard?.mean ?? targetMean }

    private var scale: Double {
        if let standard { return standard.scale }
        return targetCount > 1 ? max((targetDeviations / targetCount).squareRoot(), 1e-6) : 1
    }

    /// Writes the values of `count` rows, at most one tile of them; returns how many.
    func evaluate(_ rows: UnsafePointer<Float>, count: Int, into values: UnsafeMutablePointer<Float>) -> Int {
        let samples = min(count, pass.capacity)
        pass.forward(network, rows, samples: samples)
        for index in 0..<samples {
            values[index] = Float(centre + scale * Double(pass.output[index * shape.outputStride]))
        }
        return samples
    }

    /// Begins training on a batch: takes its targets into the running mean and deviation.
    mutating func beginTraining(targets: UnsafePointer<Float>, count: Int) {
        for index in 0..<count {
            targetCount += 1
            let difference = Double(targets[index]) - targetMean
            targetMean += difference / targetCount
            targetDeviations += difference * (Double(targets[index]) - targetMean)
            order[index] = UInt32(truncatingIfNeeded: index)
        }
        epoch = 0
        cursor = 0
    }

    /// Takes one step of Adam on one minibatch; true when all epochs are done.
    mutating func train(_ trajectory: Trajectory) -> Bool {
        if cursor == 0 { shuffle(trajectory.count) }
        let samples = min(settings.minibatch, trajectory.count - cursor)
        let stride = shape.inputStride
        for row in 0..<samples {
            let step = Int(order[cursor + row])
            (pass.input + row * stride).update(from: trajectory.observations + step * stride, count: stride)
        }
        pass.forward(network, pass.input, samples: samples)
        let outputStride = shape.outputStride
        pass.outputDelta.update(repeating: 0, count: samples * outputStride)
        for row in 0..<samples {
            let target = (Double(trajectory.returns[Int(order[cursor + row])]) - centre) / scale
            pass.outputDelta[row * outputStride] = pass.output[row * outputStride] - Float(target)
        }
        pass.clearSums()
        pass.backward(network, pass.input, samples: samples)
        gradient.fill(0)
        pass.addSums(scale: 1 / Float(samples), into: gradient.base)
        stepAdam()
        cursor += samples
        if cursor == trajectory.count {
            cursor = 0
            epoch += 1
        }
        return epoch == settings.epochs
    }

    private mutating func stepAdam() {
        steps += 1
        let correction = (1 - power(0.999, steps)).squareRoot()
        let rate = Double(settings.learningRate) * correction / (1 - power(0.9, steps))
        network.kernels.adam(
            parameters.count, Float(rate), Float(1e-8 * correction), gradient.base, firstMoments.base,
            secondMoments.base, parameters.base)
        network.load(parameters.base)
    }

    private mutating func shuffle(_ count: Int) {
        for index in Swift.stride(from: count - 1, to: 0, by: -1) {
            let other = generator.below(index + 1)
            (order[index], order[other]) = (order[other], order[index])
        }
    }
}
