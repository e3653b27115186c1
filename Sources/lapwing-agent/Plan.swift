import AgentCore
import Bounded
import Configuration
import ZMQTransport

/// `plan`: reserves everything that `run` reserves, prints who reserved what, and gives it back.
func plan(_ configuration: AgentConfiguration, asJSON: Bool) throws(Failure) -> ExitCode {
    var assembly = try Assembly(configuration, epoch: BootEpoch(1))
    do throws(TransportError) {
        try AgentSocket.reserve(in: &assembly.arena)
    } catch {
        throw Failure(error)
    }
    let memory = assembly.arena.plan
    let limit = configuration.memoryLimitBytes
    withOutputWriter { writer in
        if asJSON {
            writePlanJSON(memory, limitBytes: limit, to: &writer)
        } else {
            writePlanText(memory, limitBytes: limit, to: &writer)
        }
    }
    return .success
}

private func writePlanText(_ memory: MemoryPlan, limitBytes: Int, to writer: inout TextWriter) {
    for index in 0..<memory.count { writeLine(memory[index].byteCount, memory[index].holder, to: &writer) }
    writeLine(memory.totalBytes, "sum", to: &writer)
    writeLine(limitBytes, "limit ([agent] memory_limit_bytes)", to: &writer)
}

private func writeLine(_ bytes: Int, _ holder: StaticString, to writer: inout TextWriter) {
    var digits = FixedText()
    digits.append(bytes)
    for _ in digits.count..<12 { writer.write(" ") }
    writer.write(digits)
    writer.write("  ")
    writer.write(holder)
    writer.write("\n")
}

private func writePlanJSON(_ memory: MemoryPlan, limitBytes: Int, to writer: inout TextWriter) {
    writer.write("{\"command\":\"plan\",\"format_version\":1,\"result\":{\"holders\":[")
    for index in 0..<memory.count {
        if index > 0 { writer.write(",") }
        writer.write("{\"bytes\":")
        writer.write(memory[index].byteCount)
        writer.write(",\"holder\":\"")
        writer.write(memory[index].holder)
        writer.write("\"}")
    }
    writer.write("],\"limit_bytes\":")
    writer.write(limitBytes)
    writer.write(",\"total_bytes\":")
    writer.write(memory.totalBytes)
    writer.write("}}\n")
}
