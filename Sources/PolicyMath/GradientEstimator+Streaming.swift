import Bounded

extension GradientEstimator {
    /// Folds one step into the running sums; nothing of it is kept.
    mutating func recordStreaming(
        observation: Vector, action: Vector, reward: Float, terminated: Bool, isSegmentEnd: Bool,
        finalObservation: Vector, policy: inout PolicyNetwork
    ) {
        let value = linear?.value(observation.base, time: episodeTime) ?? 0
        if let last = pending {
            scoreTrace?.apply(
                difference: last.weight * (last.reward + settings.discount * value - last.value), to: gradient,
                kernels: kernels)
        }
        if let noise, stepCount == noise.chunkEnd { closeChunk() }
        let weight = settings.absoluteDiscount ? absoluteWeight : 1
        if let trace = scoreTrace?.trace {
            scoreTrace?.decayTrace(kernels: kernels)
            policy.addScore(observation: observation, action: action, scale: 1, into: trace)
            scoreTrace?.didAddScore(kernels: kernels)
        }
        entropySum += Double(policy.entropy)
        if let entropyGradient {
            policy.addEntropyGradient(
                observation: observation, scale: settings.entropyCoefficient, into: entropyGradient)
        }
        if settings.direction != .plain, stepCount % settings.natural.sampleStride == 0 {
            trajectory.append(
                observation: observation, action: action, reward: reward, time: episodeTime, terminated: terminated,
                isSegmentEnd: false, final: finalObservation)
        }
        addToLinearFit(observation, reward)
        pending = (Double(reward), value, weight)
        guard isSegmentEnd else { return }
        let next = terminated ? 0 : linear?.value(finalObservation.base, time: episodeTime + 1) ?? 0
        scoreTrace?.apply(
            difference: weight * (Double(reward) + settings.discount * next - value), to: gradient, kernels: kernels)
        scoreTrace?.endSegment(kernels: kernels)
        // The return of every step of the segment includes the bootstrapped value.
        linear?.addRewardAlongTrace(settings.discount * next)
        linear?.clearTrace()
        pending = nil
    }

    /// Σ_t x_t (Σ_{h≥t} γ^{h-t} r_h) = Σ_h r_h z_h with z_h = γ z_{h-1} + x_h.
    private mutating func addToLinearFit(_ observation: Vector, _ reward: Float) {
        linear?.addProducts(observation.base, time: episodeTime)
        linear?.extendTrace(discount: settings.discount)
        linear?.addRewardAlongTrace(Double(reward))
    }

    /// Ends a part of the batch for the estimate of the variance. The sum of scores lags behind within a segment, by
    /// decay · e; for the moment it is made whole.
    private mutating func closeChunk() {
        guard noise != nil, let scoreTrace else { return }
        scoreTrace.completeTotal(1, kernels: kernels)
        noise?.close(gradient, scoreTrace.total)
        scoreTrace.completeTotal(-1, kernels: kernels)
    }

    /// The end of a streaming batch: advantages normalised, entropy's gradient added, divided by the steps.
    mutating func finishStreaming(_ policy: borrowing PolicyNetwork) {
        let share = 1 / Float(batchSteps)
        closeChunk()
        if let moments = scoreTrace?.finish(steps: batchSteps, gradient: gradient, kernels: kernels) {
            meanAdvantage = Float(moments.mean)
            advantageDeviation = Float(moments.deviation)
        }
        kernels.multiply(gradient.count, share, gradient.base)
        if settings.normalisesAdvantages {
            noise?.finish(gradient, mean: meanAdvantage, deviation: advantageDeviation + 1e-8)
        } else {
            noise?.finish(gradient)
        }
        if let entropyGradient { kernels.addScaled(gradient.count, share, entropyGradient.base, gradient.base) }
        for index in (gradient.count - specification.logStdCount)..<gradient.count {
            gradient[index] += settings.entropyCoefficient
        }
        finishGradient(policy)
    }
}
