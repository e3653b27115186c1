import Bounded
import CSystem

extension GradientEstimator {
    /// What remains to be done after sampling, in order; settings skip some of it.
    enum Stage: UInt8 {
        case idle
        /// The baseline's matrix and right side.
        case fit
        case factor
        /// The right side again, with bootstrapped returns.
        case refit
        case linearValues
        case criticValues
        case finalCriticValues
        case advantages
        case gradient
        /// The gradient once more, at the remembered parameters.
        case reevaluation
        case natural
        /// The natural gradient of what the variance is read off.
        case naturalNoise
        /// The natural gradient of the difference from the gradient at the remembered parameters.
        case naturalMove
        case training
        case done
    }

    /// Does one bounded piece of the work after sampling, about a millisecond; true when `gradient` is ready.
    public mutating func advance(policy: inout PolicyNetwork) -> Bool {
        precondition(isFull, "a gradient of an unfinished batch")
        switch stage {
        case .idle: start(policy)
        case .fit: fit()
        case .factor: factor()
        case .refit: refit()
        case .linearValues: evaluateLinear()
        case .criticValues: evaluateCritic()
        case .finalCriticValues: evaluateCriticFinals()
        case .advantages: finishAdvantages()
        case .gradient, .reevaluation: addGradientTile(&policy)
        case .natural, .naturalNoise, .naturalMove: turn(policy)
        case .training: trainCritic()
        case .done: return true
        }
        return stage == .done
    }

    mutating func enter(_ next: Stage) {
        stage = next
        cursor = 0
    }

    private mutating func start(_ policy: borrowing PolicyNetwork) {
        if settings.estimator == .streaming {
            finishStreaming(policy)
            return linear == nil ? enterNatural() : enter(.factor)
        }
        trajectory.computeReturns(discount: settings.discount, bootstraps: false)
        switch settings.baseline {
        case .none:
            for step in 0..<trajectory.count { trajectory.values[step] = 0 }
            for index in 0..<trajectory.finalCount { trajectory.finalValues[index] = 0 }
            enter(.advantages)
        case .time, .linear: enter(.fit)
        case .critic: enter(.criticValues)
        }
    }

    // MARK: - Linear baseline

    private mutating func fit() {
        let end = min(trajectory.count, cursor + (linear?.sliceSteps ?? 1))
        for step in cursor..<end {
            let row = trajectory.observations + step * trajectory.stride
            let time = Int(trajectory.times[step])
            linear?.addProducts(row, time: time)
            linear?.addTarget(row, time: time, target: Double(trajectory.returns[step]))
        }
        cursor = end
        if end == trajectory.count { enter(.factor) }
    }

    private mutating func factor() {
        guard linear?.factor(ridge: settings.ridge) ?? true else { return }
        linear?.solve()
        if settings.estimator == .streaming { return enterNatural() }
        guard trajectory.finalCount > 0 else { return enter(.linearValues) }
        // The first fit knows nothing of what comes after a cut. Its own values there complete the returns, and the fit
        // is repeated with them: the matrix, and so its factor, is the same.
        evaluateLinearFinals()
        trajectory.computeReturns(discount: settings.discount, bootstraps: true)
        linear?.clearMoments()
        enter(.refit)
    }

    private mutating func refit() {
        let end = min(trajectory.count, cursor + 16 * (linear?.sliceSteps ?? 1))
        for step in cursor..<end {
            linear?.addTarget(
                trajectory.observations + step * trajectory.stride, time: Int(trajectory.times[step]),
                target: Double(trajectory.returns[step]))
        }
        cursor = end
        guard end == trajectory.count else { return }
        linear?.solve()
        enter(.linearValues)
    }

    private mutating func evaluateLinear() {
        let end = min(trajectory.count, cursor + 16 * (linear?.sliceSteps ?? 1))
        for step in cursor..<end {
            let row = trajectory.observations + step * trajectory.stride
            trajectory.values[step] = Float(linear?.value(row, time: Int(trajectory.times[step])) ?? 0)
        }
        cursor = end
        guard end == trajectory.count else { return }
        evaluateLinearFinals()
        enter(.advantages)
    }

    private func evaluateLinearFinals() {
        var final = 0
        for step in 0..<trajectory.count where trajectory.marks[step].contains(.segmentEnd) {
            let time = Int(trajectory.times[step])
            if trajectory.marks[step].contains(.hasFinal) {
                let row = trajectory.finals + final * trajectory.stride
                trajectory.finalValues[final] = Float(linear?.value(row, time: time + 1) ?? 0)
                final += 1
            } else {
                let row = trajectory.observations + step * trajectory.stride
                trajectory.values[step] = Float(linear?.value(row, time: time) ?? 0)
            }
        }
    }

    // MARK: - Critic

    private mutating func evaluateCritic() {
        cursor += critic?.evaluate(
            trajectory.observations + cursor * trajectory.stride, count: trajectory.count - cursor,
            into: trajectory.values + cursor) ?? trajectory.count
        if cursor == trajectory.count { enter(.finalCriticValues) }
    }

    private mutating func evaluateCriticFinals() {
        if cursor < trajectory.finalCount {
            cursor += critic?.evaluate(
                trajectory.finals + cursor * trajectory.stride, count: trajectory.finalCount - cursor,
                into: trajectory.finalValues + cursor) ?? trajectory.finalCount
        }
        if cursor == trajectory.finalCount { enter(.advantages) }
    }

    private mutating func trainCritic() {
        guard critic?.train(trajectory) ?? true else { return }
        enter(.done)
    }

    // MARK: - Advantages and gradient

    private mutating func finishAdvantages() {
        if settings.estimator == .gae {
            trajectory.computeGeneralisedAdvantages(discount: settings.discount, lambda: settings.lambda)
        } else {
            trajectory.computeReturns(discount: settings.discount, bootstraps: true)
            trajectory.subtractValues()
        }
        if settings.absoluteDiscount { trajectory.applyAbsoluteDiscount(settings.discount) }
        let moments = trajectory.normaliseAdvantages(settings.normalisesAdvantages)
        meanAdvantage = Float(moments.mean)
        advantageDeviation = Float(moments.deviation)
        pass.clearSums()
        enter(.gradient)
    }

    /// One tile of the gradient; at the stage `reevaluation`, of the one at the remembered parameters.
    private mutating func addGradientTile(_ policy: inout PolicyNetwork) {
        let again = stage == .reevaluation ? reevaluation : nil
        let sum = again?.other ?? gradient
        let end = again == nil ? noise?.chunkEnd ?? trajectory.count : trajectory.count
        let count = min(pass.capacity, end - cursor)
        let rows = UnsafePointer(trajectory.observations + cursor * trajectory.stride)
        let outputStride = policy.packed.outputStride
        let head = policy.head
        let isCompared = reevaluation?.isKnown == true
        pass.forward(policy.packed, rows, samples: count)
        for row in 0..<count {
            let step = cursor + row
            let output = pass.output + row * outputStride
            let action = trajectory.actions + step * trajectory.actionStride
            var advantage = trajectory.advantages[step]
            if isCompared {
                // The baseline's values have been used; their place is taken by the log-probabilities.
                let logProbability = head.logProbability(output, action)
                if let again {
                    advantage *= min(expf(logProbability - trajectory.values[step]), again.limit)
                } else {
                    trajectory.values[step] = logProbability
                }
            }
            entropySum += Double(
                head.addLoss(
                    output, action, advantage: advantage, entropyWeight: settings.entropyCoefficient,
                    pass.outputDelta + row * outputStride, sum.base + policy.packed.parameterCount))
        }
        pass.backward(policy.packed, rows, samples: count)
        cursor += count
        guard cursor == end else { return }
        pass.addSums(scale: 1, into: sum.base)
        if again == nil { noise?.close(gradient, nil) }
        guard cursor == trajectory.count else { return pass.clearSums() }
        kernels.multiply(sum.count, 1 / Float(batchSteps), sum.base)
        if let again {
            policy.head.stopAtRange(sum.base + policy.packed.parameterCount)
            policy.load(again.sampled)
            kernels.scaleThenAdd(sum.count, -1, gradient.base, sum.base)
            return enterNatural()
        }
        noise?.finish(gradient)
        finishGradient(policy)
        guard isCompared, let reevaluation else { return enterNatural() }
        policy.load(reevaluation.remembered)
        reevaluation.other.fill(0)
        pass.clearSums()
        enter(.reevaluation)
    }

    /// What every estimator does with its gradient in the end.
    mutating func finishGradient(_ policy: borrowing PolicyNetwork) {
        entropy = Float(entropySum / Double(batchSteps))
        policy.head.stopAtRange(gradient.base + policy.packed.parameterCount)
        if consensus != nil { beginSolution() } else { natural?.begin(gradient) }
    }

    private mutating func enterNatural() {
        natural != nil ? enter(.natural) : finishGate()
    }

    private mutating func turn(_ policy: borrowing PolicyNetwork) {
        let vector = stage == .naturalNoise ? noise?.first : stage == .naturalMove ? reevaluation?.other : gradient
        let isStreaming = settings.estimator == .streaming
        let stride = isStreaming ? 1 : settings.natural.sampleStride
        let isReady = natural?.advance(
            policy, pass, rows: trajectory.observations, rowStride: stride * trajectory.stride,
            samples: (trajectory.count - 1) / stride + 1) ?? true
        guard isReady else { return }
        if consensus != nil { return finishSolution() }
        natural?.write(to: vector ?? gradient)
        if stage == .natural, let noise {
            natural?.begin(noise.first, keepsScale: true)
            return enter(.naturalNoise)
        }
        if stage != .naturalMove, let reevaluation, reevaluation.isKnown {
            natural?.begin(reevaluation.other, keepsScale: true)
            return enter(.naturalMove)
        }
        finishGate()
    }

    /// What the gate wants to know, read off the vectors; then the critic's turn.
    mutating func finishGate() {
        if let noise { variance = noise.variance }
        if let reevaluation, reevaluation.isKnown {
            movedSquare = Double(kernels.dotProduct(gradient.count, reevaluation.other.base, reevaluation.other.base))
        }
        // The batch is given up then; what a critic learnt from it would stay.
        guard critic != nil, isBatchFinite else { return enter(.done) }
        critic?.beginTraining(targets: trajectory.returns, count: trajectory.count)
        enter(.training)
    }

    private var isBatchFinite: Bool {
        Vector(base: trajectory.returns, count: trajectory.count).isFinite && gradient.isFinite
    }
}
