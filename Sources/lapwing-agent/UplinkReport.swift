import AgentCore
import Bounded
import GradientCodec
import ZMQTransport

extension AgentLoop {
    /// Writes one line on stderr: what the gate does, and what each kind of message has cost.
    ///
    /// It is apart from the status so that each line is written in one piece.
    func reportUplinkJSON() {
        let counters = assembly.core.counters
        let traffic = assembly.core.traffic
        let reading = assembly.core.gateReading
        withErrorWriter { writer in
            writer.write("{\"event\":\"uplink\"")
            writer.writeField("agent", name)
            writer.writeField("gate_value", reading.value)
            writer.writeField("gate_threshold", reading.threshold)
            writer.writeField("skips", counters.skips)
            writer.writeField("skips_reused", counters.skipsReused)
            writer.writeField("updates_forced", counters.updatesForced)
            writer.writeField("would_have_skipped", counters.wouldHaveSkipped)
            writer.writeField("would_have_saved_bytes", wouldHaveSavedBytes)
            writer.writeField("resynchronisations", counters.resynchronisations)
            writer.writeField("policies_without_base", counters.policiesWithoutBase)
            writer.writeField("hello_bytes", traffic.hello)
            writer.writeField("update_bytes", traffic.update)
            writer.writeField("skip_bytes", traffic.skip)
            writer.writeField("fetch_bytes", traffic.fetch)
            writer.writeField("goodbye_bytes", traffic.goodbye)
            writer.writeField("progress_bytes", traffic.progress)
            writer.writeField("welcome_bytes", traffic.welcome)
            writer.writeField("policy_bytes", traffic.policy)
            writer.writeField("announce_bytes", traffic.announce)
            writer.writeField("reject_bytes", traffic.reject)
            writer.writeField("collect_bytes", traffic.collect)
            writer.writeField("wire_bytes_up", socket.counters.wireBytesSent)
            writer.writeField("wire_bytes_down", socket.counters.wireBytesReceived)
            writer.write("}\n")
        }
    }

    /// Adds to a status line what the gate does, or would have done.
    func writeGate(to writer: inout TextWriter) {
        let gate = assembly.core.gateCounters
        guard gate.offered > 0 else { return }
        let isShadow = assembly.core.uplinkSettings.gate.rule == .none
        writer.write(isShadow ? ", the gate is off and would have skipped " : ", skipped ")
        writer.write(Int(100 * (isShadow ? gate.wouldHaveSkipped : gate.skips) / gate.offered))
        writer.write(" %")
        if isShadow {
            writer.write(" (")
            writer.write(wouldHaveSavedBytes)
            writer.write(" bytes)")
        }
        writer.write(", value ")
        writer.write(assembly.core.gateReading.value)
        writer.write(", threshold ")
        writer.write(assembly.core.gateReading.threshold)
    }

    /// What the skips of a gate that is off would have kept off the wire: so many updates of the mean size.
    private var wouldHaveSavedBytes: UInt64 {
        let counters = assembly.core.counters
        let updates = counters.updatesComputed - counters.skips
        return updates == 0 ? 0 : assembly.core.traffic.update / updates * counters.wouldHaveSkipped
    }
}
