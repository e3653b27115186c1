import Wire

/// What one or several batches amount to, beside their gradients.
struct BatchTally: BitwiseCopyable {
    /// Environment steps.
    var steps = 0
    /// Episodes, and parts of episodes.
    var trajectories = 0
    /// The returns of the episodes that ended.
    var returns = ReturnStatistics()
}
