import Testing
import Wire

@Suite("Validation of what a gateway sends")
struct GatewayMessageValidationTests {
    @Test("the least that each message must hold is accepted")
    func leastMessages() throws {
        var bench = try Workbench()
        #expect(bench.gatewayFault(ProtobufWriter { $0.message(1) { $0.validWelcome() } }.bytes) == nil)
        #expect(bench.gatewayFault(ProtobufWriter { $0.message(2) { _ in } }.bytes) == nil)
        #expect(bench.gatewayFault(ProtobufWriter { $0.message(3) { _ in } }.bytes) == nil)
        #expect(bench.gatewayFault(ProtobufWriter { $0.message(4) { $0.integer(1, 1) } }.bytes) == nil)
    }

    @Test("each bad field of a Welcome is refused by its name", arguments: badWelcomes)
    func welcome(bad: BadMessage) throws {
        var bench = try Workbench()
        #expect(bench.gatewayFault(bad.bytes) == bad.fault)
    }

    static let badWelcomes: [BadMessage] = [
        .welcome("protocol version 0", .outOfRange, "welcome.protocol_version") { $0.integer(1, 0) },
        .welcome("distribution 9", .unknownValue, "specification.distribution", specification: { $0.integer(1, 9) }),
        .welcome("no action", .outOfRange, "action_count", specification: { $0.integer(3, 0) }),
        .welcome("a layer of width 0", .outOfRange, "hidden_widths", specification: { $0.data(4, [0]) }),
        .welcome("log std NaN", .notFinite, "specification.log_std_minimum", specification: { $0.float(5, .nan) }),
        .welcome("log std −81", .outOfRange, "specification.log_std_minimum", specification: { $0.float(5, -81) }),
        .welcome("log std 81", .outOfRange, "specification.log_std_maximum", specification: { $0.float(6, 81) }),
        .welcome(
            "log std upside down", .contradiction, "specification.log_std_minimum", specification: { $0.float(5, 3) }),
        .welcome("codec 0", .unknownValue, "settings.uplink_codec", settings: { $0.integer(1, 0) }),
        .welcome("message of 5 bytes", .outOfRange, "settings.largest_message_bytes", settings: { $0.integer(3, 5) }),
        .welcome(
            "heartbeat of two hours", .outOfRange, "settings.heartbeat_interval_ms",
            settings: { $0.integer(4, 7_200_000) }),
        .welcome("name of 65 bytes", .badText, "welcome.federation_name") {
            $0.text(5, String(repeating: "a", count: 65))
        },
        .welcome("bad policy inside", .unknownValue, "policy.parameters") {
            $0.message(4) { $0.message(2) { $0.integer(1, 99) } }
        },
        BadMessage("welcome: no specification", .missing, "welcome.specification") {
            $0.message(1) { $0.message(3) { $0.validSettings() } }
        },
        BadMessage("welcome: no settings", .missing, "welcome.settings") {
            $0.message(1) { $0.message(2) { $0.validSpecification() } }
        },
        BadMessage("body 6", .unknownBody, "message") { $0.message(6) { _ in } },
    ]

    @Test("each bad field of a Policy is refused by its name", arguments: badPolicies)
    func policy(bad: BadMessage) throws {
        var bench = try Workbench()
        #expect(bench.gatewayFault(bad.bytes) == bad.fault)
    }

    static let badPolicies: [BadMessage] = [
        .policy("no element", .outOfRange, "policy.parameters") { $0.message(2) { $0.integer(1, 1) } },
        .policy("an answer of epoch 0", .outOfRange, "policy.answers_epoch") {
            $0.integer(4, 1)
            $0.integer(5, 1)
        },
        .policy("an answer without outcome", .unknownValue, "policy.outcome") {
            $0.fixed64(3, 7)
            $0.integer(4, 1)
        },
        .policy("outcome 4", .unknownValue, "policy.outcome") {
            $0.fixed64(3, 7)
            $0.integer(4, 1)
            $0.integer(5, 4)
        },
        .policy("an outcome without an answer", .contradiction, "policy.outcome") { $0.integer(5, 1) },
        .policy("gate reference NaN", .notFinite, "policy.gate_reference") { $0.float(6, .nan) },
        .policy("gate reference −1", .outOfRange, "policy.gate_reference") { $0.float(6, -1) },
        .policy("no scale", .missing, "policy.normaliser_scale") { $0.message(7) { $0.validVector() } },
        .policy("no mean", .missing, "policy.normaliser_mean") { $0.message(8) { $0.validVector() } },
        .policy("mean and scale of two lengths", .contradiction, "policy.normaliser_scale") {
            $0.message(7) { $0.validVector(count: 2) }
            $0.message(8) { $0.validVector(count: 3) }
        },
        .policy("count −1", .outOfRange, "policy.normaliser_count") {
            $0.message(7) { $0.validVector() }
            $0.message(8) { $0.validVector() }
            $0.double(9, -1)
        },
    ]

    @Test("each bad field of a Reject is refused by its name", arguments: badRejects)
    func reject(bad: BadMessage) throws {
        var bench = try Workbench()
        #expect(bench.gatewayFault(bad.bytes) == bad.fault)
    }

    static let badRejects: [BadMessage] = [
        .reject("reason 0", .unknownValue, "reject.reason") { _ in },
        .reject("reason 18", .unknownValue, "reject.reason") { $0.integer(1, 18) },
        .reject("a report of epoch 0", .outOfRange, "reject.answers_epoch") {
            $0.integer(1, 1)
            $0.integer(3, 1)
        },
        .reject("retry in two hours", .outOfRange, "reject.retry_after_ms") {
            $0.integer(1, 1)
            $0.integer(4, 7_200_000)
        },
        .reject("detail with a line break", .badText, "reject.detail") {
            $0.integer(1, 1)
            $0.text(5, "two\nlines")
        },
    ]
}
