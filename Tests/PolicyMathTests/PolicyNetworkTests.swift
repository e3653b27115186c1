import Bounded
import Foundation
import Testing

@testable import PolicyMath

struct PolicyNetworkTests {
    @Test("the parameters are counted as in the published examples")
    func counts() {
        #expect(shapes[1].parameterCount == 11 * 64 + 64 + 64 * 64 + 64 + 64 * 3 + 3 + 3)
        #expect(shapes[6].parameterCount == 6 * 32 + 32 + 32 * 32 + 32 + 32 * 3 + 3)
        #expect(shapes[0].parameterCount == 5 * 2 + 2 + 2)
    }

    @Test("a specification out of range is not valid, and a hidden layer too many or too wide is refused")
    func validity() {
        var specification = shapes[1]
        specification.observationCount = 0
        #expect(!specification.isValid)
        specification = shapes[1]
        specification.logStdMinimum = .nan
        #expect(!specification.isValid)
        specification = shapes[1]
        specification.actionCount = Int(UInt32.max)
        #expect(!specification.isValid)
        var widths = LayerWidths()
        let refused = [widths.append(0), widths.append(-1), widths.append(65_537)]
        #expect(refused == [false, false, false])
        let taken = (0..<9).map { _ in widths.append(3) }
        #expect(taken == [Bool](repeating: true, count: 8) + [false])
    }

    @Test("output, log-probability and entropy agree with double precision", arguments: Build.allCases, shapes)
    func evaluation(build: Build, shape: PolicySpecification) throws {
        let seed = propertySeed("evaluation")
        var generator = RandomGenerator(seed: seed)
        var arena = try Arena.large()
        let reference = ReferencePolicy(shape, generator.normals(shape.parameterCount, scale: 0.3))
        var policy = try PolicyNetwork(shape, kernels: build.kernels, arena: &arena)
        policy.load(try arena.vector(reference.parameters))
        for _ in 0..<10 {
            let observation = generator.normals(shape.observationCount), action = randomAction(shape, &generator)
            let o = try arena.vector(observation), a = try arena.vector(action)
            let logProbability = policy.logProbability(observation: o, action: a)
            let exact = reference.logProbability(observation, action)
            #expect(abs(Double(logProbability) - exact) < 2e-5 * max(1, abs(exact)), "seed \(seed)")
            #expect(abs(Double(policy.entropy) - reference.entropy(observation)) < 1e-5)
            policy.mode(observation: o, action: a)
            let output = reference.output(observation)
            if shape.distribution == .gaussian {
                #expect(largestDistance(a.doubles, output) < 1e-5)
            } else {
                #expect(output[Int(a[0])] == output.max()!)
            }
        }
    }

    @Test("the reference's own score and entropy gradient are those of finite differences",
        arguments: shapes.filter { $0.parameterCount < 1500 })
    func referenceGradients(shape: PolicySpecification) {
        var generator = RandomGenerator(seed: 3)
        let reference = ReferencePolicy(shape, generator.normals(shape.parameterCount, scale: 0.3))
        let observation = generator.normals(shape.observationCount), action = randomAction(shape, &generator)
        let score = reference.differences { $0.logProbability(observation, action) }
        #expect(relativeDistance(reference.score(observation, action), score) < 1e-7)
        let entropy = reference.differences { $0.entropy(observation) }
        #expect(largestDistance(reference.entropyGradient(observation), entropy) < 1e-7)
    }

    @Test("the score is the finite difference of the log-probability", arguments: Build.allCases, shapes)
    func score(build: Build, shape: PolicySpecification) throws {
        let seed = propertySeed("score")
        var generator = RandomGenerator(seed: seed)
        var arena = try Arena.large()
        let reference = ReferencePolicy(shape, generator.normals(shape.parameterCount, scale: 0.3))
        var policy = try PolicyNetwork(shape, kernels: build.kernels, arena: &arena)
        policy.load(try arena.vector(reference.parameters))
        for _ in 0..<3 {
            let observation = generator.normals(shape.observationCount), action = randomAction(shape, &generator)
            let start = generator.normals(shape.parameterCount)
            let gradient = try arena.vector(start)
            policy.addScore(
                observation: try arena.vector(observation), action: try arena.vector(action), scale: -2, into: gradient)
            // The largest shape would take minutes; its reference is the analytic score, checked on the small ones.
            let exact = shape.parameterCount > 1500
                ? reference.score(observation, action)
                : reference.differences { $0.logProbability(observation, action) }
            let added = zip(gradient.doubles, start).map { ($0 - $1) / -2 }
            #expect(relativeDistance(added, exact) < 2e-5, "seed \(seed)")

            let entropy = try arena.vector(shape.parameterCount, holder: "test")
            policy.addEntropyGradient(observation: try arena.vector(observation), scale: 3, into: entropy)
            let exactEntropy = reference.entropyGradient(observation)
            #expect(largestDistance(entropy.doubles.map { $0 / 3 }, exactEntropy) < 2e-5, "seed \(seed)")
        }
    }

    @Test("log standard deviations are clamped into their range when they are loaded")
    func clamp() throws {
        var shape = shapes[0]
        shape.logStdMinimum = -1
        shape.logStdMaximum = 0.5
        var arena = try Arena.large()
        var parameters = [Double](repeating: 0, count: shape.parameterCount)
        parameters[shape.parameterCount - 2] = -7
        parameters[shape.parameterCount - 1] = 3
        var policy = try PolicyNetwork(shape, arena: &arena)
        policy.load(try arena.vector(parameters))
        let o = try arena.vector([0, 0, 0, 0, 0]), a = try arena.vector([0, 0])
        let exact = ReferencePolicy(shape, parameters).logProbability([0, 0, 0, 0, 0], [0, 0])
        #expect(abs(Double(policy.logProbability(observation: o, action: a)) - exact) < 1e-6)
    }

    @Test("drawn actions have the distribution's moments and return their own log-probability",
        arguments: [shapes[1], shapes[6]])
    func sampling(shape: PolicySpecification) throws {
        let seed = propertySeed("sampling")
        var generator = RandomGenerator(seed: seed)
        var arena = try Arena.large()
        let reference = ReferencePolicy(shape, generator.normals(shape.parameterCount, scale: 0.3))
        var policy = try PolicyNetwork(shape, arena: &arena)
        policy.load(try arena.vector(reference.parameters))
        let observation = generator.normals(shape.observationCount)
        let o = try arena.vector(observation), a = try arena.vector(shape.actionElementCount, holder: "test")
        let draws = 20_000
        let output = reference.output(observation)
        var sums = [Double](repeating: 0, count: shape.actionCount), squares = sums
        for draw in 0..<draws {
            let logProbability = policy.sample(observation: o, action: a, generator: &generator)
            if draw < 20 {
                #expect(abs(Double(logProbability) - reference.logProbability(observation, a.doubles)) < 1e-4)
            }
            for index in 0..<shape.actionCount {
                let hit = shape.distribution == .gaussian
                    ? Double(a[index]) - output[index] : (Int(a[0]) == index ? 1 : 0)
                sums[index] += hit
                squares[index] += hit * hit
            }
        }
        for index in 0..<shape.actionCount {
            let mean = sums[index] / Double(draws)
            if shape.distribution == .gaussian {
                let variance = exp(2 * reference.logStd(index))
                #expect(abs(mean) < 5 * (variance / Double(draws)).squareRoot(), "seed \(seed)")
                let ratio = squares[index] / Double(draws) / variance
                #expect(abs(ratio - 1) < 5 * (2 / Double(draws)).squareRoot(), "seed \(seed)")
            } else {
                let p = reference.probabilities(observation)[index]
                #expect(abs(mean - p) < 5 * (p * (1 - p) / Double(draws)).squareRoot(), "seed \(seed)")
            }
        }
    }

    @Test("a new policy's weights are orthogonal with each layer's gain, its biases zero", arguments: shapes)
    func initialisation(shape: PolicySpecification) throws {
        var arena = try Arena.large()
        let parameters = try arena.vector(shape.parameterCount, holder: "test")
        parameters.fill(99)
        var generator = RandomGenerator(seed: 11)
        initialise(
            parameters: parameters, specification: shape, settings: PolicyInitialisation(logStd: -0.5),
            generator: &generator)
        let layers = NetworkShape(shape)
        for index in 0..<layers.layerCount {
            let layer = layers[index]
            let gain = index == layers.layerCount - 1 ? 0.01 : 2.0.squareRoot()
            let rows = (0..<layer.outputs).map { o in
                (0..<layer.inputs).map { Double(parameters[layer.weightOffset + o * layer.inputs + $0]) / gain }
            }
            let short = layer.outputs <= layer.inputs
                ? rows : (0..<layer.inputs).map { i in (0..<layer.outputs).map { rows[$0][i] } }
            for i in short.indices {
                for j in 0...i {
                    let product = zip(short[i], short[j]).reduce(0) { $0 + $1.0 * $1.1 }
                    #expect(abs(product - (i == j ? 1 : 0)) < 1e-5)
                }
            }
            for o in 0..<layer.outputs { #expect(parameters[layer.biasOffset + o] == 0) }
        }
        if shape.distribution == .gaussian { #expect(parameters[shape.parameterCount - 1] == -0.5) }
    }
}
