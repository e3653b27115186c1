import Bounded
import Wire

/// The reports whose versions the store has not got yet, in the order of the versions; several may share one.
///
/// **Limit:** `hasRoom` turns false when there are as many as agents; the next report is then told to wait.
/// **Memory:** one entry for each agent that can be welcome.
struct UnstoredReports: ~Copyable {
    struct Entry: BitwiseCopyable {
        /// The version that it made, or will make.
        var version = PolicyVersion(0)
        var agent: Int32 = -1
        var outcome = Outcome.applied
        var epoch = BootEpoch(0)
        var sequence = UpdateSequence(0)
    }

    private let entries: UnsafeMutableBufferPointer<Entry>
    private var first = 0
    private var count = 0

    init(capacity: Int, arena: inout Arena) throws(Arena.Refusal) {
        entries = try arena.reserve(Entry.self, count: capacity, holder: "unstored reports")
    }

    var hasRoom: Bool { count < entries.count }

    mutating func append(_ entry: Entry) {
        precondition(hasRoom, "more unstored reports than agents")
        entries[(first + count) % entries.count] = entry
        count += 1
    }

    /// Takes out the oldest, when it belongs to a version up to `version`.
    mutating func next(upTo version: PolicyVersion) -> Entry? {
        guard count > 0, entries[first].version <= version else { return nil }
        defer {
            first = (first + 1) % entries.count
            count -= 1
        }
        return entries[first]
    }
}
