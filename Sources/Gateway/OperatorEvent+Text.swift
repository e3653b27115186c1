import Bounded
import Foundation
import Logging
import ZMQTransport

extension OperatorEvent {
    /// What is shown on stdout in text format; nil for what is not.
    var progress: String? {
        switch self {
        case .ready(let event):
            "ready at \(event.endpoint.string), version \(event.version), \(event.parameterCount) parameters"
        case .status(let event): event.progress
        case .stopped(let event):
            "stopped (\(event.reason)) at version \(event.version): \(event.updates) updates in "
                + "\(Self.fixed(event.seconds, 1)) s"
        default: nil
        }
    }

    /// Tells the log what an operator may have to act on, or will look for later.
    func log(to logger: Logger) {
        switch self {
        case .ready(let event):
            let security = event.isInsecure ? "INSECURE: neither encrypted nor authenticated" : "CURVE"
            let text = "listening at \(event.endpoint.string) (\(security)), \(event.allowedKeys) keys allowed"
            logger.log(level: event.isInsecure ? .warning : .info, "\(text)")
        case .agent(let event):
            let reason = event.reason.utf8CodeUnitCount > 0 ? " (\(event.reason))" : ""
            logger.info("agent \(event.name.string) \(event.change)\(reason), \(event.agents) here")
        case .started(let agents): logger.info("training begins with \(agents) agents")
        case .update, .skip: break
        case .mirrorLost(let detail):
            logger.error("a mirror is left out, and its agent sends whole once: \(detail.string)")
        case .refused(let event): logger.warning("\(event.text)")
        case .status: break
        case .keys(let allowed): logger.info("the list of allowed keys was read again: \(allowed) keys")
        case .keysFailed(let detail): logger.error("the list of allowed keys stays as it was: \(detail.string)")
        case .storeTrouble(let detail): logger.error("\(detail.string); updates wait until commits go through")
        case .storeRecovered: logger.notice("commits go through again")
        case .finished(let reason, let version): logger.notice("finished: \(reason) reached at version \(version)")
        case .stopping(let reason): logger.notice("stopping (\(reason)): flushing the store")
        case .stopped(let event): logger.info("stopped at version \(event.version)")
        }
    }

    static func fixed(_ number: Double, _ digits: Int) -> String {
        number.isFinite ? String(format: "%.\(digits)f", number) : "-"
    }
}

extension StatusEvent {
    var progress: String {
        let rate = OperatorEvent.fixed(updatesPerSecond, 1)
        let returns = OperatorEvent.fixed(returnMean, 1)
        let delay = OperatorEvent.fixed(delayMean, 1)
        return "version \(version)  return \(returns)  \(rate) updates/s  \(agents) agents  staleness \(delay)  "
            + "up \(Self.bytes(totals.bytesUp))  down \(Self.bytes(totals.bytesDown))"
    }

    private static func bytes(_ count: UInt64) -> String {
        var value = Double(count)
        var unit = 0
        let units = ["B", "kB", "MB", "GB", "TB"]
        while value >= 1_000, unit < units.count - 1 {
            value /= 1_000
            unit += 1
        }
        return "\(OperatorEvent.fixed(value, unit == 0 ? 0 : 1)) \(units[unit])"
    }
}

extension RefusedEvent {
    var text: String {
        let times = count > 1 ? ", \(count) times" : ""
        if "\(reason)" == "key" {
            return "a key that is not on the list was refused\(times): \(PublicKey(key).z85.string) from "
                + "\(address.string); add it to [keys] allowed_keys_file and send SIGHUP, if it is yours"
        }
        let sender = name.isEmpty ? "an unknown sender" : "agent \(name.string)"
        return "refused \(sender): \(reason)" + (sequence > 0 ? ", sequence \(sequence)" : "") + times
    }
}

extension FixedText {
    var string: String { withBytes { String(decoding: $0, as: UTF8.self) } }

    init(string: String) {
        var string = string
        self = string.withUTF8 { FixedText(bytes: $0) }
    }
}
