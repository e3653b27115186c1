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
        .welcome("message of 5 bytes", .outOfRange, "settings.largest_message_bytes", settings: { $0.integer(3, 5) }),
        .welcome(
            "heartbeat of two hours", .outOfRange, "settings.heartbeat_interval_ms",
            settings: { $0.integer(4, 7_200_000) }),
        .welcome(
            "65,537 local batches", .outOfRange, "local.batches",
            settings: { $0.message(5) { $0.integer(1, 65_537) } }),
        .welcome(
            "local steps backwards", .outOfRange, "local.step_size", settings: { $0.message(5) { $0.float(2, -0.5) } }),
        .welcome("a local step NaN", .notFinite, "local.step_size", settings: { $0.message(5) { $0.float(2, .nan) } }),
        .welcome("agreement without a penalty", .outOfRange, "consensus.penalty", settings: { $0.message(7) { _ in } }),
        .welcome(
            "a penalty NaN", .outOfRange, "consensus.penalty", settings: { $0.message(7) { $0.float(1, .nan) } }),
        .welcome(
            "65,537 rounds", .outOfRange, "consensus.rounds",
            settings: {
                $0.message(7) {
                    $0.float(1, 0.5)
                    $0.integer(2, 65_537)
                }
            }),
        .welcome(
            "a critic in codec 4", .outOfRange, "critic.codec", settings: { $0.message(6) { $0.integer(2, 4) } }),
        .welcome(
            "a critic in codec 40", .unknownValue, "critic.codec", settings: { $0.message(6) { $0.integer(2, 40) } }),
        .welcome(
            "a critic's layer of width 0", .outOfRange, "critic.hidden_widths",
            settings: {
                $0.message(6) {
                    $0.data(1, [0])
                    $0.integer(2, 1)
                }
            }),
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
        BadMessage("welcome: no uplink", .missing, "settings.uplink") {
            $0.message(1) {
                $0.message(2) { $0.validSpecification() }
                $0.message(3) { $0.integer(3, 32_768) }
            }
        },
        BadMessage("body 6", .unknownBody, "message") { $0.message(6) { _ in } },
    ]

    @Test("each bad field of the uplink's settings is refused by its name", arguments: badUplinks)
    func uplink(bad: BadMessage) throws {
        var bench = try Workbench()
        #expect(bench.gatewayFault(bad.bytes) == bad.fault)
    }

    static let badUplinks: [BadMessage] = [
        .uplink("codec 0", .unknownValue, "uplink.codec") { $0.integer(1, 0) },
        .uplink("codec 12", .unknownValue, "uplink.codec") { $0.integer(1, 12) },
        .uplink("the downlink's codec", .outOfRange, "uplink.codec") { $0.integer(1, 11) },
        .uplink("no bit", .outOfRange, "uplink.bits") { $0.integer(2, 0) },
        .uplink("9 bits", .outOfRange, "uplink.bits") { $0.integer(2, 9) },
        .uplink("buckets of 65,536", .outOfRange, "uplink.bucket_size") { $0.integer(3, 65_536) },
        .uplink("nothing kept", .outOfRange, "uplink.kept_fraction") { $0.float(4, 0) },
        .uplink("more kept than there is", .outOfRange, "uplink.kept_fraction") { $0.float(4, 1.5) },
        .uplink("kept NaN", .notFinite, "uplink.kept_fraction") { $0.float(4, .nan) },
        .uplink("rank 0", .outOfRange, "uplink.rank") { $0.integer(5, 0) },
        .uplink("rank 65", .outOfRange, "uplink.rank") { $0.integer(5, 65) },
        .uplink("feedback 3", .unknownValue, "uplink.feedback") { $0.integer(7, 3) },
        .uplink("node momentum 0", .outOfRange, "uplink.node_momentum") { $0.float(8, 0) },
        .uplink("node momentum 2", .outOfRange, "uplink.node_momentum") { $0.float(8, 2) },
        .uplink("node momentum −∞", .notFinite, "uplink.node_momentum") { $0.float(8, -.infinity) },
        .uplink("mirror 3", .unknownValue, "uplink.mirror") { $0.integer(9, 3) },
        .uplink("rule 5", .unknownValue, "uplink.skip_rule") { $0.integer(10, 5) },
        .uplink("noise factor −1", .outOfRange, "uplink.skip_noise_factor") { $0.float(11, -1) },
        .uplink("noise factor NaN", .notFinite, "uplink.skip_noise_factor") { $0.float(11, .nan) },
        .uplink("threshold −1", .outOfRange, "uplink.skip_relative_threshold") { $0.float(12, -1) },
        .uplink("threshold ∞", .notFinite, "uplink.skip_relative_threshold") { $0.float(12, .infinity) },
        .uplink("one chunk", .outOfRange, "uplink.skip_chunks") { $0.integer(14, 1) },
        .uplink("65 chunks", .outOfRange, "uplink.skip_chunks") { $0.integer(14, 65) },
        .uplink("weights up to 0.5", .outOfRange, "uplink.skip_importance_limit") { $0.float(15, 0.5) },
        .uplink("weights up to NaN", .notFinite, "uplink.skip_importance_limit") { $0.float(15, .nan) },
        .uplink("action 2", .unknownValue, "uplink.skip_action") { $0.integer(16, 2) },
        .uplink("a gate without a mirror", .contradiction, "uplink.mirror") { $0.integer(10, 1) },
        .uplink("innovations without a mirror", .contradiction, "uplink.mirror") { $0.integer(7, 2) },
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
        .policy("outcome 5", .unknownValue, "policy.outcome") {
            $0.fixed64(3, 7)
            $0.integer(4, 1)
            $0.integer(5, 5)
        },
        .policy("an outcome without an answer", .contradiction, "policy.outcome") { $0.integer(5, 1) },
        .policy("a base of nothing", .contradiction, "policy.base_version") {
            $0.integer(11, 1)
            $0.integer(12, 41)
        },
        .policy("gate reference NaN", .notFinite, "policy.gate_reference") { $0.float(6, .nan) },
        .policy("gate reference −1", .outOfRange, "policy.gate_reference") { $0.float(6, -1) },
        .sharing("a critic of no element", .outOfRange, "policy.critic", critic: { $0.integer(1, 1) }),
        .sharing(
            "a critic of 257 elements where 256 are the limit", .outOfRange, "policy.critic",
            critic: { $0.validVector(count: 257) }),
        .sharing(
            "a critic cut short", .wrongByteCount, "policy.critic",
            critic: {
                $0.integer(1, 1)
                $0.integer(2, 2)
                $0.data(4, [0, 0, 0, 0])
            }),
        .sharing(
            "a critic in a codec that is not dense", .outOfRange, "policy.critic",
            critic: {
                $0.integer(1, 6)
                $0.integer(2, 2)
                $0.data(3, [0])
                $0.data(4, [0, 0])
            }),
        .policy("a critic without parameters", .contradiction, "policy.critic") {
            $0.message(13) { $0.validVector() }
        },
        .sharing("mean of targets NaN", .notFinite, "policy.critic_target_mean", critic: { $0.validVector() }) {
            $0.double(14, .nan)
        },
        .sharing("scale of targets −1", .outOfRange, "policy.critic_target_scale", critic: { $0.validVector() }) {
            $0.double(15, -1)
        },
        .policy("no scale", .missing, "policy.normaliser_scale") { $0.message(7) { $0.validVector() } },
        .policy("no mean", .missing, "policy.normaliser_mean") { $0.message(8) { $0.validVector() } },
        .policy("mean and scale of two lengths", .contradiction, "policy.normaliser_scale") {
            $0.message(7) { $0.validVector(count: 2) }
            $0.message(8) { $0.validVector(count: 3) }
        },
        .policy("agreement on nothing", .contradiction, "policy.consensus") { $0.message(16) { $0.validVector() } },
        .policy("refined nothing", .contradiction, "policy.consensus") { $0.integer(17, 1) },
        .policy("agreement on no element", .outOfRange, "policy.consensus") {
            $0.message(2) { $0.validVector() }
            $0.message(16) { $0.integer(1, 1) }
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

    @Test("rest of more than an hour is refused by its name")
    func collect() throws {
        var bench = try Workbench()
        let bad = BadMessage("collect: two hours", .outOfRange, "collect.rest_ms") { message in
            message.message(5) { $0.integer(2, 7_200_000) }
        }
        #expect(bench.gatewayFault(bad.bytes) == bad.fault)
    }

    static let badRejects: [BadMessage] = [
        .reject("reason 0", .unknownValue, "reject.reason") { _ in },
        .reject("reason 19", .unknownValue, "reject.reason") { $0.integer(1, 19) },
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
