import Bounded
import Foundation
import Testing

@testable import Gateway

@Suite("Events")
struct EventTests {
    @Test("every event is one line of JSON with its name")
    func json() throws {
        let events: [(String, OperatorEvent)] = [
            ("ready", .ready(ReadyEvent())), ("agent", .agent(AgentEvent())), ("started", .started(agents: 2)),
            ("update", .update(UpdateEvent())), ("skip", .skip(SkipEvent())), ("refused", .refused(RefusedEvent())),
            ("status", .status(StatusEvent())), ("keys", .keys(allowed: 1)),
            ("keys", .keysFailed(FixedText("why"))), ("store", .storeTrouble(FixedText("why"))),
            ("mirror", .mirrorLost(FixedText("why"))), ("store", .storeRecovered),
            ("finished", .finished(reason: "updates", version: 3)),
            ("stopping", .stopping(reason: "signal")), ("stopped", .stopped(StoppedEvent())),
        ]
        for (name, event) in events {
            let line = event.json
            #expect(line.hasSuffix("}\n") && line.dropLast().contains("\n") == false)
            let object = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
            #expect(object["event"] as? String == name)
        }
    }

    @Test("names with quotes, control characters and letters beyond ASCII survive")
    func escapes() throws {
        let name = "a\"b\\c\nd\u{1}é\u{1f426}"
        var event = AgentEvent()
        event.name = TestFolder.text(name)
        let line = OperatorEvent.agent(event).json
        let object = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        #expect(object["agent"] as? String == name)
    }

    @Test("numbers that are none become null")
    func nulls() throws {
        let line = OperatorEvent.status(StatusEvent()).json
        #expect(line.contains("\"return\":null"))
        #expect(OperatorEvent.update(UpdateEvent()).json.contains("\"return\":null"))
    }

    @Test("every field of an event is documented")
    func documented() throws {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../docs/events.md")
        let text = try String(contentsOf: file, encoding: .utf8)
        var agent = AgentEvent()
        agent.reason = "goodbye"
        var refused = RefusedEvent(sequence: 1)
        refused.name = FixedText("heron")
        refused.address = FixedText("127.0.0.1")
        let events: [OperatorEvent] = [
            .ready(ReadyEvent()), .agent(agent), .started(agents: 1), .update(UpdateEvent()), .skip(SkipEvent()),
            .refused(refused),
            .status(StatusEvent()), .keys(allowed: 1), .keysFailed(FixedText("why")), .storeTrouble(FixedText("why")),
            .mirrorLost(FixedText("why")), .finished(reason: "updates", version: 1), .stopping(reason: "signal"),
            .stopped(StoppedEvent()),
        ]
        for event in events {
            let object = try JSONSerialization.jsonObject(with: Data(event.json.utf8)) as? [String: Any] ?? [:]
            let missing = object.keys.filter { !text.contains("`\($0)`") && $0 != "event" }
            #expect(missing.isEmpty, "\(event.json)")
        }
    }

    @Test("a full ring drops the newest event and says so; order is kept")
    func ring() {
        let ring = EventRing(capacity: 3)
        for version in UInt64(1)...3 { #expect(ring.push(.finished(reason: "updates", version: version))) }
        #expect(!ring.push(.storeRecovered))
        for version in UInt64(1)...3 {
            guard case .finished(_, version) = ring.pop() else {
                Issue.record("an event out of order")
                return
            }
        }
        #expect(ring.pop() == nil)
    }
}
