import GatewayCore
import Training

/// Who hears what happens in a simulated federation, at the moment that it happens.
protocol FederationObserver: AnyObject {
    /// A report went into a version; `seconds` are virtual.
    func applied(_ update: AppliedUpdateEvent) throws(TrainingError)
    /// The gate of an agent stayed shut, and nothing was applied.
    func skipped(agent: String)
    /// Everything that went into `version` has been told.
    func versionMade(_ version: UInt64, steps: UInt64) throws(TrainingError)
}
