import AgentCore
import Bounded
import Configuration
import Environments
import PolicyMath
import ZMQTransport

extension AgentLoop {
    /// Writes one line on stderr: what happened, and how things stand.
    func report(_ event: StaticString, at now: Instant) {
        if asJSON {
            reportJSON(event, at: now)
            reportUplinkJSON()
        } else {
            reportText(event, at: now)
        }
    }

    private func reportJSON(_ event: StaticString, at now: Instant) {
        let counters = assembly.core.counters
        let traffic = socket.counters
        withErrorWriter { writer in
            writer.write("{\"event\":\"")
            writer.write(event)
            writer.write("\"")
            writer.writeField("agent", name)
            writer.writeField("environment", assembly.core.environmentName)
            writer.writeField("epoch", assembly.core.epoch.number)
            writer.writeField("seconds", now.seconds(since: startedAt))
            writer.writeField("state", FixedText(state))
            writer.writeField("version", assembly.core.heldVersion?.number ?? 0)
            writer.writeField("steps", counters.steps)
            writer.writeField("episodes", counters.episodes)
            writer.writeField("updates_computed", counters.updatesComputed)
            writer.writeField("updates_applied", counters.updatesApplied)
            writer.writeField("updates_stale", counters.updatesStale)
            writer.writeField("updates_refused", counters.updatesRefused)
            writer.writeField("skips", counters.skips)
            writer.writeField("resends", counters.resends)
            writer.writeField("batches_broken", counters.batchesBroken)
            writer.writeField("batches_stale", counters.batchesStale)
            writer.writeField("batches_cut", counters.batchesCut)
            writer.writeField("batches_discarded", counters.batchesDiscarded)
            writer.writeField("messages_malformed", counters.messagesMalformed)
            writer.writeField("messages_ignored", counters.messagesIgnored)
            writer.writeField("welcomes", counters.welcomes)
            writer.writeField("bytes_up", traffic.bytesSent)
            writer.writeField("bytes_down", traffic.bytesReceived)
            writer.writeField("frames_up", traffic.framesSent)
            writer.writeField("frames_down", traffic.framesReceived)
            writer.writeField("parameters", UInt64(assembly.core.specification.parameterCount))
            writer.writeField("arena_bytes", UInt64(assembly.arena.reservedBytes))
            writer.write("}\n")
        }
    }

    private func reportText(_ event: StaticString, at now: Instant) {
        let counters = assembly.core.counters
        let seconds = max(now.seconds(since: startedAt), 1e-9)
        withErrorWriter { writer in
            writer.write("lapwing-agent: ")
            writer.write(event)
            writer.write(" ")
            writer.write(name)
            writer.write(" (")
            writer.write(state)
            writer.write("): version ")
            writer.write(assembly.core.heldVersion?.number ?? 0)
            writer.write(", ")
            writer.write(counters.updatesApplied)
            writer.write(" updates applied, ")
            writer.write(counters.steps)
            writer.write(" steps (")
            writer.write(Int(Double(counters.steps) / seconds))
            writer.write("/s), ")
            writer.write(assembly.arena.reservedBytes)
            writer.write(" bytes reserved, ")
            writer.write(socket.counters.wireBytesSent)
            writer.write(" bytes up, ")
            writer.write(socket.counters.wireBytesReceived)
            writer.write(" down")
            writeGate(to: &writer)
            writer.write("\n")
        }
    }

    private var state: StaticString {
        switch assembly.core.sessionState {
        case .detached: "disconnected"
        case .greeting, .helloSent: "greeting"
        case .welcomed:
            if assembly.core.hasUpdateInFlight {
                "reporting"
            } else if assembly.core.isWorking {
                "sampling"
            } else {
                "waiting"
            }
        }
    }
}
