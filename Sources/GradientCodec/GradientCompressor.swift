import Bounded

/// An agent's side of the uplink: makes of each gradient what travels, or keeps it back, and remembers what the gateway
/// has.
///
/// A round is `offer`, then exactly one of `applied`, `noted` and `dropped`, as the gateway answers. What is remembered
/// (residual, mirror, node momentum) moves in `applied` only (and the node momentum in `noted`), so that an update that
/// is refused, lost for good or replaced leaves everything as it was: the gradient of that batch is gone, and
/// Σ applied + residual = Σ gradients behind the applied.
///
/// With g the gradient, e the residual, m the mirror, v the node momentum and C the codec:
///
/// | feedback | travels | when applied |
/// |---|---|---|
/// | none | C(g) | m := C(g) |
/// | error | C(g + e) | e := g + e − C(g + e), m := C(g + e) |
/// | innovation | C(v − m), v := (1 − η)v + ηg; the first time v = g, whole | m := m + C(v − m) |
///
/// A mirror in half precision is rounded after each of these steps, on both sides alike.
///
/// **Memory:** the encoder's; in vectors of the gradient's length: one for a mirror (also one in half precision, which
/// is kept widened, and what a gate in the shadow compares with), two for error feedback, two for a node momentum
/// below 1, and with any of these one to work in; nothing for what is not asked for.
/// **Source:** error feedback: Karimireddy et al. 2019, algorithm 2; innovation: Richtárik et al. 2021 (EF21),
/// Fatkhullin et al. 2023 (EF21-SGDM); with the codec `grid`, Sun et al. 2019 (LAQ).
public struct GradientCompressor: ~Copyable {
    /// What becomes of a gradient.
    public enum Offer: Sendable {
        /// It travels, packed, in the encoder's memory until the next `offer`.
        case send(PackedBytes, isInnovation: Bool)
        /// It is not worth sending.
        case skip
    }

    enum Pending {
        case nothing
        case skip
        case update(PackedBytes, isInnovation: Bool, errorSquare: Double)
    }

    /// The length of every gradient.
    public let count: Int
    /// What is in force.
    public internal(set) var settings: UplinkSettings
    /// The gate, with its counters.
    public internal(set) var gate: LazyGate
    /// What the gate said last.
    public private(set) var reading = GateReading.open
    /// Uploads sent whole because the mirrors had come apart.
    public private(set) var resynchronisations: UInt64 = 0

    var encoder: VectorEncoder
    /// What is unpacked, or the difference from the mirror; it holds nothing between calls. Empty when not needed.
    private let workspace: Vector
    /// e.
    let residual: Vector?
    /// v.
    let momentum: Vector?
    /// g + e, or the next v, until the answer comes.
    private let candidate: Vector?
    /// m.
    let mirror: Vector?
    /// Whether the mirror, and the momentum if there is one, hold something.
    private(set) var hasMirror = false
    private var pending = Pending.nothing
    let isShadow: Bool

    /// Reserves what `settings` need, and begins with them in force.
    ///
    /// **Throws:** `Arena.Refusal`; a retry does not help.
    public init(
        reserving settings: UplinkSettings, isShadow: Bool = false, count: Int, layout: MatrixLayout,
        arena: inout Arena
    ) throws(Arena.Refusal) {
        precondition(settings.isUsable, "uplink settings out of range")
        let encoder = try VectorEncoder(settings: settings.codec, count: count, layout: layout, arena: &arena)
        let hasMomentum = settings.feedback == .innovation && settings.nodeMomentum < 1
        var mirror: Vector?
        var residual: Vector?
        var momentum: Vector?
        var candidate: Vector?
        if settings.mirror != .none || isShadow { mirror = try arena.vector(count, holder: "mirror") }
        if settings.feedback == .error { residual = try arena.vector(count, holder: "feedback") }
        if hasMomentum { momentum = try arena.vector(count, holder: "feedback") }
        if settings.feedback == .error || hasMomentum { candidate = try arena.vector(count, holder: "feedback") }
        let workspace = try arena.vector(mirror == nil && residual == nil ? 0 : count, holder: "feedback")
        self.count = count
        self.settings = settings
        self.isShadow = isShadow
        self.encoder = encoder
        self.workspace = workspace
        self.mirror = mirror
        self.residual = residual
        self.momentum = momentum
        self.candidate = candidate
        gate = LazyGate(settings.gate, isShadow: isShadow)
    }

    /// The checksum that goes with the next message: CRC-32C of the mirror, never 0; 0 when no mirror is kept yet.
    ///
    /// **Complexity:** one pass.
    public var mirrorChecksum: UInt32 {
        guard hasMirror, settings.mirror != .none, let mirror else { return 0 }
        return max(Checksum.of(mirror.bytes), 1)
    }

    // MARK: - Round

    /// Decides about `gradient`, and packs it if it is to travel.
    ///
    /// What is random about packing is drawn from `generator`; `decoder` unpacks what LAQ's rule has to look at. With
    /// `isWhole` the gate is passed by, and the vector travels absolute, in float32.
    /// **Throws:** `notFinite` when the gradient is not finite; nothing is pending then.
    /// **Complexity:** a few passes.
    public mutating func offer(
        _ gradient: Vector, measures known: GateMeasures, isWhole: Bool = false, decoder: inout VectorDecoder,
        generator: inout RandomGenerator
    ) throws(CodecError) -> Offer {
        precondition(gradient.count == count, "a gradient of another length")
        guard case .nothing = pending else { preconditionFailure("an offer while another is pending") }
        let vector = candidate(of: gradient)
        let isInnovation = settings.feedback == .innovation && hasMirror && !isWhole
        var measures = known
        var packed: PackedBytes?
        // Of a running mean with weight η, noise leaves η / (2 − η).
        if usesMomentum { measures.variance *= Double(settings.nodeMomentum / (2 - settings.nodeMomentum)) }
        if gate.isLooking, hasMirror, !isWhole {
            if gate.rule == .laq { packed = try pack(vector, isInnovation, &generator) }
            try measure(vector, packed, isInnovation, &measures, &decoder)
        }
        reading = isWhole ? .open : gate.decide(measures, hasMirror: hasMirror)
        guard reading.sends else {
            pending = .skip
            return .skip
        }
        let isDense = isWhole || (settings.feedback == .innovation && !hasMirror)
        let bytes: PackedBytes
        if isDense { bytes = try encoder.encodeDense(vector) } else if let packed { bytes = packed } else {
            bytes = try pack(vector, isInnovation, &generator)
        }
        if isWhole { resynchronisations &+= 1 }
        pending = .update(bytes, isInnovation: isInnovation, errorSquare: measures.packingErrorSquare)
        return .send(bytes, isInnovation: isInnovation)
    }

    /// The gateway has applied what was offered last.
    public mutating func applied(decoder: inout VectorDecoder) {
        guard case .update(let packed, let isInnovation, let errorSquare) = pending else { return dropped() }
        pending = .nothing
        gate.uploaded(packingErrorSquare: errorSquare)
        guard mirror != nil || residual != nil else { return }
        do throws(CodecError) {
            try unpack(packed, &decoder)
        } catch {
            return forget()
        }
        if settings.feedback == .error, let residual, let candidate {
            for index in 0..<count { residual.base[index] = candidate.base[index] - workspace.base[index] }
        }
        if let mirror {
            for index in 0..<count { mirror.base[index] = next(index, isInnovation, mirror) }
            moveMomentum()
            hasMirror = true
        }
    }

    /// The gateway knows of the skip that was offered last.
    public mutating func noted() {
        guard case .skip = pending else { return dropped() }
        pending = .nothing
        gate.skipped()
        moveMomentum()
    }

    /// What was offered last is given up: it was refused, became too old, or is replaced.
    public mutating func dropped() { pending = .nothing }

    /// The gateway's mirror is another one, or there is none: this one is forgotten, and what was offered last dropped.
    ///
    /// If the gradient is still there, the caller offers it again, whole.
    public mutating func loseMirror() {
        dropped()
        hasMirror = false
        gate.forget()
    }

    /// Begins anew, as after a restart: no mirror, no residual.
    public mutating func forget() {
        loseMirror()
        residual?.fill(0)
    }

    private func moveMomentum() {
        if usesMomentum, let momentum, let candidate { momentum.copy(from: candidate) }
    }

    private var usesMomentum: Bool { settings.feedback == .innovation && settings.nodeMomentum < 1 }

    // MARK: - Vectors

    /// What would be sent if nothing were lost: u.
    private func candidate(of gradient: Vector) -> Vector {
        guard let candidate else { return gradient }
        if settings.feedback == .error, let residual {
            for index in 0..<count { candidate.base[index] = gradient.base[index] + residual.base[index] }
        } else if usesMomentum, let momentum {
            guard hasMirror else {
                candidate.copy(from: gradient)
                return candidate
            }
            let share = settings.nodeMomentum
            for index in 0..<count {
                candidate.base[index] = (1 - share) * momentum.base[index] + share * gradient.base[index]
            }
        } else {
            return gradient
        }
        return candidate
    }

    private mutating func pack(
        _ vector: Vector, _ isInnovation: Bool, _ generator: inout RandomGenerator
    ) throws(CodecError) -> PackedBytes {
        guard isInnovation, let mirror else { return try encoder.encode(vector, generator: &generator) }
        for index in 0..<count { workspace.base[index] = vector.base[index] - mirror.base[index] }
        return try encoder.encode(workspace, generator: &generator)
    }

    private func unpack(_ packed: PackedBytes, _ decoder: inout VectorDecoder) throws(CodecError) {
        try decoder.decode(
            packed.codec, count: packed.count, parameters: packed.parameters, data: packed.data, into: workspace)
    }

    /// The mirror's next element, with what was unpacked in the workspace.
    @inline(__always)
    private func next(_ index: Int, _ isInnovation: Bool, _ mirror: Vector) -> Float {
        settings.mirror.rounded(
            isInnovation ? mirror.base[index] + workspace.base[index] : workspace.base[index])
    }

    /// The norms that the gate compares.
    private func measure(
        _ vector: Vector, _ packed: PackedBytes?, _ isInnovation: Bool, _ measures: inout GateMeasures,
        _ decoder: inout VectorDecoder
    ) throws(CodecError) {
        guard let mirror else { return }
        if let packed { try unpack(packed, &decoder) }
        var square = 0.0
        var distance = 0.0
        var error = 0.0
        for index in 0..<count {
            let element = Double(vector.base[index])
            let moved = packed == nil ? element : Double(next(index, isInnovation, mirror))
            square += element * element
            distance += (moved - Double(mirror.base[index])) * (moved - Double(mirror.base[index]))
            error += (moved - element) * (moved - element)
        }
        measures.candidateSquare = square
        measures.distanceSquare = distance
        measures.packingErrorSquare = error
    }
}
