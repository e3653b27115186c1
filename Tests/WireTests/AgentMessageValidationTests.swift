import Testing
import Wire

@Suite("Validation of what an agent sends")
struct AgentMessageValidationTests {
    @Test("the least that each message must hold is accepted")
    func leastMessages() throws {
        var bench = try Workbench()
        #expect(bench.agentFault(ProtobufWriter { $0.message(1) { $0.validHello() } }.bytes) == nil)
        let skip = ProtobufWriter { $0.message(3) { $0.message(1) { $0.validReport() } } }
        #expect(bench.agentFault(skip.bytes) == nil)
        let update = ProtobufWriter {
            $0.message(2) {
                $0.message(1) { $0.validReport() }
                $0.message(2) { $0.validVector() }
            }
        }
        #expect(bench.agentFault(update.bytes) == nil)
        #expect(bench.agentFault(ProtobufWriter { $0.message(4) { _ in } }.bytes) == nil)
        #expect(bench.agentFault(ProtobufWriter { $0.message(5) { $0.fixed64(1, 1) } }.bytes) == nil)
    }

    @Test("each bad field of a Hello is refused by its name", arguments: badHellos)
    func hello(bad: BadMessage) throws {
        var bench = try Workbench()
        #expect(bench.agentFault(bad.bytes) == bad.fault)
    }

    static let badHellos: [BadMessage] = [
        .hello("a critic's layer of width 0", .outOfRange, "critic_hidden_widths") {
            $0.integer(16, 1)
            $0.data(17, [64, 0])
        },
        .hello("a critic of nine layers", .outOfRange, "critic_hidden_widths") {
            $0.integer(16, 1)
            $0.data(17, [UInt8](repeating: 8, count: 9))
        },
        .hello("protocol version 0", .outOfRange, "hello.protocol_version") { $0.integer(1, 0) },
        .hello("empty name", .badText, "hello.agent_name") { $0.text(2, "") },
        .hello("name of 65 bytes", .badText, "hello.agent_name") { $0.text(2, String(repeating: "a", count: 65)) },
        .hello("name of 300 bytes", .badText, "hello.agent_name") { $0.text(2, String(repeating: "a", count: 300)) },
        .hello("name with a line break", .badText, "hello.agent_name") { $0.text(2, "board\n17") },
        .hello("name with a NUL", .badText, "hello.agent_name") { $0.data(2, [0x61, 0, 0x62]) },
        .hello("name beyond ASCII", .badText, "hello.agent_name") { $0.text(2, "bœrd") },
        .hello("name with DEL", .badText, "hello.agent_name") { $0.data(2, [0x7f]) },
        .hello("epoch 0", .outOfRange, "hello.boot_epoch") { $0.fixed64(3, 0) },
        .hello("no codec", .outOfRange, "hello.codecs") { $0.integer(4, 0) },
        .hello("message of 511 bytes", .outOfRange, "hello.largest_message_bytes") { $0.integer(5, 511) },
        .hello("message of 2 GiB", .outOfRange, "hello.largest_message_bytes") { $0.integer(5, 1 << 31) },
        .hello("distribution 0", .unknownValue, "hello.distribution") { $0.integer(6, 0) },
        .hello("distribution 3", .unknownValue, "hello.distribution") { $0.integer(6, 3) },
        .hello("distribution −1", .unknownValue, "hello.distribution") { $0.integer(6, UInt64.max) },
        .hello("no observation", .outOfRange, "observation_count") { $0.integer(7, 0) },
        .hello("16,385 observations", .outOfRange, "observation_count") { $0.integer(7, 16_385) },
        .hello("no action", .outOfRange, "action_count") { $0.integer(8, 0) },
        .hello("4,097 actions", .outOfRange, "action_count") { $0.integer(8, 4_097) },
        .hello("nine layers", .outOfRange, "hidden_widths") { $0.data(9, [1, 1, 1, 1, 1, 1, 1]) },
        .hello("a layer of width 0", .outOfRange, "hidden_widths") { $0.data(9, [0]) },
        .hello("a layer of width 4,097", .outOfRange, "hidden_widths") { $0.data(9, [0x81, 0x20]) },
        .hello("software version of 65 bytes", .badText, "hello.software_version") {
            $0.text(12, String(repeating: "1", count: 65))
        },
        .hello("environment with a tab", .badText, "hello.environment_name") { $0.text(14, "a\tb") },
    ]

    @Test("each bad field of a report is refused by its name", arguments: badReports)
    func report(bad: BadMessage) throws {
        var bench = try Workbench()
        #expect(bench.agentFault(bad.bytes) == bad.fault)
    }

    @Test("a report of a batch that is used once more has neither steps nor trajectories")
    func usedOnceMore() throws {
        var bench = try Workbench()
        let message = BadMessage.report("no sampling", .malformed, "") {
            $0.integer(4, 0)
            $0.integer(5, 0)
        }
        #expect(bench.agentFault(message.bytes) == nil)
    }

    static let badReports: [BadMessage] = [
        .report("epoch 0", .outOfRange, "report.boot_epoch") { $0.fixed64(1, 0) },
        .report("sequence 0", .outOfRange, "report.sequence") { $0.integer(2, 0) },
        .report("no trajectory", .outOfRange, "report.trajectories") { $0.integer(4, 0) },
        .report("no step", .outOfRange, "report.steps") { $0.integer(5, 0) },
        .report("curvature −1", .outOfRange, "report.curvature") { $0.float(16, -1) },
        .report("curvature ∞", .notFinite, "report.curvature") { $0.float(16, .infinity) },
        .report("65,537 batches", .outOfRange, "report.batches") { $0.integer(15, 65_537) },
        .report("mean return NaN", .notFinite, "returns.mean") { $0.message(6) { $0.double(2, .nan) } },
        .report("negative spread", .outOfRange, "returns.squared_deviations") { $0.message(6) { $0.double(3, -1) } },
        .report("infinite minimum", .notFinite, "returns.minimum") { $0.message(6) { $0.float(4, -.infinity) } },
        .report("infinite maximum", .notFinite, "returns.maximum") { $0.message(6) { $0.float(5, .infinity) } },
        .report("minimum above maximum", .contradiction, "returns.minimum") { $0.message(6) { $0.float(4, 1) } },
        .report("negative length", .outOfRange, "returns.mean_steps") { $0.message(6) { $0.double(6, -1) } },
        .report("gate value NaN", .notFinite, "report.gate_value") { $0.float(8, .nan) },
        .report("gate value −1", .outOfRange, "report.gate_value") { $0.float(8, -1) },
        .report("gate threshold ∞", .notFinite, "report.gate_threshold") { $0.float(9, .infinity) },
        .report("negative seconds", .outOfRange, "report.compute_seconds") { $0.float(10, -0.1) },
        .report("statistics of nothing", .wrongByteCount, "observations.mean") { $0.message(12) { $0.double(1, 1) } },
        .report("statistics of 3 bytes", .wrongByteCount, "observations.mean") {
            $0.message(12) { $0.data(2, [0, 0, 0]) }
        },
        .report("statistics of two lengths", .wrongByteCount, "observations.squared_deviations") {
            $0.message(12) {
                $0.data(2, [0, 0, 0, 0])
                $0.data(3, [0, 0, 0, 0, 0, 0, 0, 0])
            }
        },
        .report("mean observation NaN", .notFinite, "observations.mean") {
            $0.message(12) {
                $0.data(2, [0, 0, 0xc0, 0x7f])
                $0.data(3, [0, 0, 0, 0])
            }
        },
        .report("negative observation spread", .outOfRange, "observations.squared_deviations") {
            $0.message(12) {
                $0.data(2, [0, 0, 0, 0])
                $0.data(3, [0, 0, 0x80, 0xbf])
            }
        },
        .report("2 billion observations", .outOfRange, "observations.count") { $0.message(12) { $0.double(1, 2e9) } },
        .report("negative count", .outOfRange, "observations.count") { $0.message(12) { $0.double(1, -1) } },
        .report("norm NaN", .notFinite, "report.gradient_norm") { $0.float(13, .nan) },
        .report("norm −1", .outOfRange, "report.gradient_norm") { $0.float(13, -1) },
        .report("entropy ∞", .notFinite, "report.entropy") { $0.float(14, .infinity) },
    ]

    @Test("each bad gradient is refused by its name", arguments: badUpdates)
    func update(bad: BadMessage) throws {
        var bench = try Workbench()
        #expect(bench.agentFault(bad.bytes) == bad.fault)
    }

    static let badUpdates: [BadMessage] = [
        .update("codec 0", .unknownValue, "update.gradient") { _ in },
        .update("codec 31", .unknownValue, "update.gradient") { $0.integer(1, 31) },
        .update("no element", .outOfRange, "update.gradient") { $0.integer(1, 1) },
        .update("257 elements where 256 are the limit", .outOfRange, "update.gradient") { $0.validVector(count: 257) },
        .update("4 billion elements", .outOfRange, "update.gradient") {
            $0.integer(1, 1)
            $0.integer(2, UInt64(UInt32.max))
        },
        .update("too few bytes", .wrongByteCount, "update.gradient") {
            $0.validVector()
            $0.integer(2, 3)
        },
        .update("too many bytes", .wrongByteCount, "update.gradient") {
            $0.validVector()
            $0.integer(1, 2)
        },
        .update("parameters for a dense codec", .wrongByteCount, "update.gradient") {
            $0.validVector()
            $0.data(3, [1])
        },
        .update("more bytes than any codec makes of two elements", .wrongByteCount, "update.gradient") {
            $0.integer(1, 3)
            $0.integer(2, 2)
            $0.data(4, [UInt8](repeating: 0, count: 73))
        },
        .update("more parameters than any codec has", .wrongByteCount, "update.gradient") {
            $0.integer(1, 3)
            $0.integer(2, 2)
            $0.data(3, [UInt8](repeating: 0, count: 33))
        },
        BadMessage("update: no report", .missing, "update.report") {
            $0.message(2) { $0.message(2) { $0.validVector() } }
        },
        BadMessage("update: no gradient", .missing, "update.gradient") {
            $0.message(2) { $0.message(1) { $0.validReport() } }
        },
        BadMessage("update: bad critic", .outOfRange, "update.critic") {
            $0.message(2) {
                $0.message(1) { $0.validReport() }
                $0.message(2) { $0.validVector() }
                $0.message(3) { $0.integer(1, 1) }
            }
        },
        .critic("count −1", .outOfRange, "critic_targets.count") { $0.double(1, -1) },
        .critic("count NaN", .notFinite, "critic_targets.count") { $0.double(1, .nan) },
        .critic("mean infinite", .notFinite, "critic_targets.mean") { $0.double(2, .infinity) },
        .critic("deviations −1", .outOfRange, "critic_targets.squared_deviations") { $0.double(3, -1) },
        BadMessage("update: targets of no critic", .contradiction, "update.critic_targets") {
            $0.message(2) {
                $0.message(1) { $0.validReport() }
                $0.message(2) { $0.validVector() }
                $0.message(5) { $0.double(1, 10) }
            }
        },
        BadMessage("skip: no report", .missing, "skip.report") { $0.message(3) { _ in } },
        BadMessage("goodbye: epoch 0", .outOfRange, "goodbye.boot_epoch") { $0.message(5) { _ in } },
        BadMessage("goodbye: reason of 201 bytes", .badText, "goodbye.reason") {
            $0.message(5) {
                $0.fixed64(1, 1)
                $0.text(2, String(repeating: "x", count: 201))
            }
        },
        BadMessage("progress: epoch 0", .outOfRange, "progress.boot_epoch") { $0.message(6) { $0.integer(3, 1) } },
        BadMessage("progress: no batch", .outOfRange, "progress.batches") { $0.message(6) { $0.fixed64(1, 1) } },
        BadMessage("progress: 65,537 batches", .outOfRange, "progress.batches") {
            $0.message(6) {
                $0.fixed64(1, 1)
                $0.integer(3, 65_537)
            }
        },
        BadMessage("body 9", .unknownBody, "message") { $0.message(9) { $0.integer(1, 1) } },
        BadMessage("a field number without a body", .unknownBody, "message") { $0.integer(77, 1) },
    ]

    @Test("no bytes, too many bytes and bytes that are no protobuf are three different faults")
    func frames() throws {
        var bench = try Workbench()
        #expect(bench.agentFault([]) == WireError(.empty, "message"))
        #expect(bench.agentFault([UInt8](repeating: 0, count: 4_097)) == WireError(.tooLong, "message"))
        #expect(bench.agentFault([0xff, 0xff, 0xff]) == WireError(.malformed, "message"))
    }

    @Test("fields that this version does not know are ignored, at every level")
    func unknownFields() throws {
        var bench = try Workbench()
        let message = ProtobufWriter {
            $0.message(2) {
                $0.message(1) {
                    $0.validReport()
                    $0.text(900, "from the future")
                    $0.fixed32(901, 5)
                }
                $0.message(2) {
                    $0.validVector()
                    $0.integer(902, 7)
                }
                $0.message(903) { $0.integer(1, 1) }
            }
            $0.fixed64(904, 1)
        }
        #expect(bench.agentFault(message.bytes) == nil)
    }

    @Test("more unknown fields than there is memory for are refused as such, and the next message is read")
    func scratchExhaustion() throws {
        var bench = try Workbench()
        let many = ProtobufWriter { message in for _ in 0..<1_300 { message.integer(100, 1) } }
        #expect(many.bytes.count <= Workbench.limits.largestMessageBytes)
        #expect(bench.agentFault(many.bytes) == WireError(.scratchExhausted, "message"))
        #expect(bench.agentFault(ProtobufWriter { $0.message(1) { $0.validHello() } }.bytes) == nil)
    }
}
