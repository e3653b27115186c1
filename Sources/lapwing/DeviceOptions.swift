import ArgumentParser
import Foundation
import Simulation
import Training

/// The flags of `lapwing simulate` that say how fast devices and links are, and what goes wrong.
struct DeviceOptions: ParsableArguments {
    @Option(help: "Virtual seconds for an environment step of an agent with slowness 1.")
    var stepSeconds = 0.001

    @Option(help: "Virtual seconds for a gradient of an agent with slowness 1.")
    var gradientSeconds = 0.0

    @Option(help: "How many times slower each agent is: 1x7,4.3 or sqrt.")
    var slowness = "1"

    @Option(help: "Milliseconds that a message to the gateway is under way, for each agent.")
    var upLatencyMs = "0"

    @Option(help: "Milliseconds that a message from the gateway is under way, for each agent.")
    var downLatencyMs = "0"

    @Option(help: "How fast bytes go to the gateway, for each agent; 0: no limit.")
    var upBytesPerSecond = "0"

    @Option(help: "How fast bytes come from the gateway, for each agent; 0: no limit.")
    var downBytesPerSecond = "0"

    @Option(help: "Flat time of a message with a vector to the gateway, in virtual seconds, for each agent.")
    var messageSeconds = "0"

    @Option(help: "A file with kinds of devices; it wins over the lists.")
    var devices: String?

    @Option(help: "Share of messages that are lost, either way.")
    var loss = 0.0

    @Option(
        name: .customLong("dropout"), parsing: .unconditionalSingleValue,
        help: ArgumentHelp(
            "An agent is gone from FROM to TO, in virtual seconds; then its program starts anew.",
            valueName: "agent:from:to"))
    var dropouts: [String] = []

    @Option(help: "Virtual milliseconds until the gateway's store has a version.")
    var commitMs = 0.0

    func apply(to options: inout SimulationOptions) throws {
        func list(_ text: String, _ flag: String, _ range: ClosedRange<Double>) throws -> AgentValues {
            try AgentValues(parsing: text, flag: flag, range: range)
        }
        options.stepSeconds = stepSeconds
        options.gradientSeconds = gradientSeconds
        options.slowness = try list(slowness, "--slowness", 1e-3...1e6)
        options.upLatencyMilliseconds = try list(upLatencyMs, "--up-latency-ms", 0...1e9)
        options.downLatencyMilliseconds = try list(downLatencyMs, "--down-latency-ms", 0...1e9)
        options.upBytesPerSecond = try list(upBytesPerSecond, "--up-bytes-per-second", 0...1e15)
        options.downBytesPerSecond = try list(downBytesPerSecond, "--down-bytes-per-second", 0...1e15)
        options.messageSeconds = try list(messageSeconds, "--message-seconds", 0...1e6)
        options.devices = try devices.map { try DeviceFile(reading: URL(fileURLWithPath: $0)) }
        options.loss = loss
        options.dropouts = try dropouts.map { try Dropout(parsing: $0) }
        options.commitMilliseconds = commitMs
    }
}
