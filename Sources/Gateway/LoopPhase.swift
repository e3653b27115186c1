import Bounded

/// Where the loop is on its way to its end.
struct LoopPhase {
    /// How long a stop may take when the store does not take what waits, as on a full disk.
    private static let stopMilliseconds = 10_000
    /// How long a finished federation stays to tell its agents so.
    private static let farewellMilliseconds = 5_000

    private var stopDeadline: Instant?
    private var farewellDeadline: Instant?

    /// Whether nothing is admitted any more, so that commits need not wait for company.
    var isEnding: Bool { stopDeadline != nil || farewellDeadline != nil }

    /// The operator wants the gateway to end; false when that was known.
    mutating func beginStop(at now: Instant) -> Bool {
        guard stopDeadline == nil else { return false }
        stopDeadline = now.advanced(byMilliseconds: Self.stopMilliseconds)
        return true
    }

    /// The work is done.
    mutating func beginFarewell(at now: Instant) {
        farewellDeadline = now.advanced(byMilliseconds: Self.farewellMilliseconds)
    }

    /// Why the loop ends now; nil while it goes on.
    ///
    /// - Parameter isDrained: whether everything applied is stored and answered.
    /// - Parameter isEmpty: whether all agents have left.
    func end(at now: Instant, isDrained: Bool, isEmpty: Bool) -> StaticString? {
        if let stopDeadline, isDrained || now >= stopDeadline { return farewellDeadline == nil ? "signal" : "finished" }
        if let farewellDeadline, isDrained && (isEmpty || now >= farewellDeadline) { return "finished" }
        return nil
    }
}
