import Foundation
import Testing
import Wire

/// `PROTOCOL.md` is what others write their agents from, so it may not fall behind the schema.
@Suite("PROTOCOL.md")
struct ProtocolDocumentTests {
    @Test("names every field of the schema")
    func fields() throws {
        let page = try text("PROTOCOL.md")
        let schema = try text("lapwing.proto")
        let fields = schema.matches(of: /\n  (?:repeated )?[A-Za-z0-9]+ ([a-z_0-9]+) = [0-9]+;/).map { String($0.1) }
        #expect(fields.count > 80)
        for field in fields where !page.contains("`\(field)`") { Issue.record("\(field) is not on the page") }
    }

    @Test("gives every reason of a refusal with its value")
    func reasons() throws {
        let page = try text("PROTOCOL.md")
        let reasons = try text("lapwing.proto").matches(of: /REJECT_REASON_([A-Z_]+) = ([1-9][0-9]*);/)
        #expect(reasons.count == 18)
        for reason in reasons where !page.contains("| `\(reason.1)` | \(reason.2) |") {
            Issue.record("\(reason.1) = \(reason.2) is not in the table")
        }
        #expect(RejectReason(rawValue: 18) != nil && RejectReason(rawValue: 19) == nil)
    }

    @Test("shows a golden message as it is checked in")
    func example() throws {
        #expect(try text("PROTOCOL.md").contains(try text("golden/update-float16.hex")))
    }

    @Test("states the limits that the code keeps")
    func limits() throws {
        let page = try text("PROTOCOL.md")
        #expect(page.contains("at most 8, each 1 to 4,096"))
        #expect(WireLimits.hiddenLayersMaximum == 8 && WireLimits.hiddenWidthMaximum == 4_096)
        #expect(page.contains("16,384 and 4,096 elements"))
        #expect(WireLimits.observationCountMaximum == 16_384 && WireLimits.actionCountMaximum == 4_096)
        #expect(page.contains("| names | 64 bytes |") && WireLimits.nameBytesMaximum == 64)
        #expect(page.contains("| details, reasons | 200 bytes |") && WireLimits.detailBytesMaximum == 200)
        #expect(page.contains("1,024 bytes + 4 × parameter count") && WireLimits.envelopeBytesMaximum == 1_024)
        #expect(page.contains("0 to 3,600,000 ms") && WireLimits.intervalMillisecondsMaximum == 3_600_000)
    }

    private func text(_ name: String) throws -> String {
        let file = URL(fileURLWithPath: #filePath).appendingPathComponent("../../../proto/\(name)")
        return try String(contentsOf: file.standardized, encoding: .utf8)
    }
}
