extension GradientCompressor {
    /// Takes over the federation's settings; what they need beyond the memory that is reserved, and nothing changes; or
    /// nil, and they are in force.
    ///
    /// Settings that differ from those in force begin anew (`forget`).
    public mutating func adopt(_ wanted: UplinkSettings) -> UplinkMemory? {
        guard wanted != settings else { return nil }
        let needsMomentum = wanted.feedback == .innovation && wanted.nodeMomentum < 1
        if wanted.mirror != .none, mirror == nil { return .mirror }
        if wanted.feedback == .error, residual == nil { return .feedback }
        if needsMomentum, momentum == nil { return .nodeMomentum }
        guard encoder.adopt(wanted.codec) else { return .codec }
        settings = wanted
        gate = LazyGate(wanted.gate, isShadow: isShadow)
        forget()
        return nil
    }
}
