import Bounded
import GradientCodec
import PolicyMath
import Wire

extension AgentCore {
    /// Makes a report of the finished batch, or of the local work: an update, or a skip if the gate stays shut. It
    /// replaces an unsent one.
    ///
    /// With `isWhole` the update is absolute, in float32, whatever the gate and the codec.
    mutating func report(at now: Instant, isWhole: Bool = false) {
        defer { sampler.finish() }
        guard federation != nil else { return }
        guard !isStale(batchVersion) else {
            counters.batchesStale += 1
            local.reset()
            return
        }
        if uplink.holdsUpdate { abandonReport() }
        let isLocal = local.settings.accumulates
        if isLocal { local.makeMean() }
        let gradient = isLocal ? local.sum : sampler.estimator.gradient
        let norm = Self.norm(of: gradient)
        var report = sampler.report(isLocal ? local.tally : sampler.tally)
        if isLocal {
            report.batches = local.batches
            report.entropy = local.entropy
        }
        report.curvature = sampler.estimator.curvature
        report.mirrorChecksum = compressor.mirrorChecksum
        let offer: GradientCompressor.Offer
        do throws(CodecError) {
            guard norm.isFinite else { throw .notFinite }
            offer = try compressor.offer(
                gradient,
                measures: GateMeasures(
                    reference: Double(batchReference), variance: sampler.estimator.variance,
                    movedSquare: sampler.estimator.movedSquare),
                isWhole: isWhole, decoder: &vectors, generator: &draws)
        } catch {
            return gradientBroke()
        }
        report.baseVersion = batchVersion
        report.computeSeconds = Float(now.seconds(since: batchBegan))
        report.freeMemoryBytes = freeMemoryBytes
        report.gradientNorm = norm
        report.gateValue = Self.number(compressor.reading.value)
        report.gateThreshold = Self.number(compressor.reading.threshold)
        report.identity = UpdateIdentity(epoch: uplink.epoch, sequence: uplink.prepare(base: batchVersion, at: now))
        encode(report, offer)
    }

    private mutating func encode(_ report: Report, _ offer: GradientCompressor.Offer) {
        do throws(WireError) {
            switch offer {
            case .send(let packed, let isInnovation):
                reportIsSkip = false
                reportHasObservations = true
                sampler.rememberUploaded()
                var update = Update(
                    report: report,
                    gradient: PackedVector(
                        codec: packed.codec, count: packed.count, parameters: packed.parameters, data: packed.data))
                update.isInnovation = isInnovation
                addCritic(to: &update)
                encodedReport = try reportMessages.encode(.update(update))
            case .skip:
                reportIsSkip = true
                // Where the gateway only takes note of it, it merges no observations: they go with what it applies.
                reportHasObservations = compressor.settings.skipAction == .reuse && report.mirrorChecksum != 0
                var skip = Skip(report: report)
                if !reportHasObservations { skip.report.observations = nil }
                encodedReport = try reportMessages.encode(.skip(skip))
                counters.skips += 1
            }
        } catch {
            abandonReport()
            ending = .encoding(error)
            return
        }
        brokenBatches = 0
        counters.updatesComputed += 1
        counters.updatesForced = compressor.gate.counters.forced
        counters.wouldHaveSkipped = compressor.gate.counters.wouldHaveSkipped
        counters.resynchronisations = compressor.resynchronisations
    }

    /// The gateway has answered the report in flight.
    mutating func reportAnswered(_ outcome: Outcome) {
        if reportHasObservations, outcome != .noted { sampler.reportAcknowledged() }
        if reportIsSkip {
            if outcome == .reused { counters.skipsReused += 1 }
            compressor.noted()
        } else if outcome == .noted {
            // A gateway that only took note of an update has not applied it.
            dropUpload()
        } else {
            counters.updatesApplied += 1
            agreement.isApplied = true
            compressor.applied(decoder: &vectors)
        }
    }

    /// Gives up the update or skip that the uplink holds, if it holds one.
    mutating func abandonReport() {
        if uplink.holdsUpdate { dropUpload() }
        uplink.abandon()
    }

    private mutating func dropUpload() {
        compressor.dropped()
        // The parameters of the upload before it are gone: the next gradient is compared with nothing, and sent.
        if !reportIsSkip { sampler.estimator.forgetParameters() }
    }

    /// The gateway's mirror is another one: the same gradient goes whole, if it is still there; else the next one.
    mutating func resynchronise(at now: Instant) {
        abandonReport()
        compressor.loseMirror()
        let isThere = local.settings.accumulates ? local.isMean : sampler.hasGradient
        if isThere, sampler.phase == .idle { report(at: now, isWhole: true) }
    }

    /// Takes over what the federation says about the uplink; false, and the agent ends, if it has no memory for it.
    mutating func adopt(_ federation: UplinkSettings, _ work: LocalWork) -> Bool {
        var wanted = federation
        if settings.usesOwnUplink {
            wanted = settings.uplink
            wanted.mirror = federation.mirror
            wanted.skipAction = federation.skipAction
        }
        // What a gate compares is one batch's gradient.
        if work.accumulates { wanted.gate.rule = .none }
        var missing: UplinkMemory? = wanted.isUsable ? nil : .mirror
        if wanted.gate.needsVariance, !sampler.estimator.estimatesVariance { missing = .gate }
        if wanted.gate.rule == .lasgWK2, !sampler.estimator.reevaluates { missing = .gate }
        if missing == nil, wanted != compressor.settings {
            abandonReport()
            missing = compressor.adopt(wanted)
        }
        if let missing {
            ending = .uplinkMemory(missing)
            return false
        }
        if work != local.settings {
            abandonWork()
            local.adopt(work)
        }
        sampler.estimator.adopt(noiseChunks: wanted.gate.chunks, importanceLimit: wanted.gate.importanceLimit)
        return true
    }

    private static func number(_ value: Double) -> Float { Float(min(value, Double(Float.greatestFiniteMagnitude))) }

    static func norm(of vector: Vector) -> Float {
        var sum = 0.0
        for index in 0..<vector.count { sum += Double(vector.base[index]) * Double(vector.base[index]) }
        return Float(sum.squareRoot())
    }
}
