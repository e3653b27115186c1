import GatewayCore
import Training
import Wire

/// Who hears what happens in a simulated federation, at the moment that it happens.
protocol FederationObserver: AnyObject {
    /// The report that `identity` names went into a version; the event's `seconds` are virtual.
    func applied(_ update: AppliedUpdateEvent, _ identity: UpdateIdentity) throws(TrainingError)
    /// The gate of an agent stayed shut, and nothing was applied.
    func skipped(agent: String)
    /// Everything that went into `version` has been told.
    func versionMade(_ version: UInt64, steps: UInt64) throws(TrainingError)
}
