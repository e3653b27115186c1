import Bounded

/// How far an agent has followed what its federation agrees on.
struct Agreement {
    /// The version whose y belongs to λ_i; nil when λ_i is to begin at zero.
    var version: PolicyVersion?
    /// The solution made at that version has been applied.
    var isApplied = false
}
