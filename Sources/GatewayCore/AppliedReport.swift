import Aggregation
import Wire

/// The update that the present event applied, kept until its record is taken out.
struct AppliedReport {
    var update: AppliedUpdate
    var report: Report
    var agent: Int
    var messageBytes: Int
}
