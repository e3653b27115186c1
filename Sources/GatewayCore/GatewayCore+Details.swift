import Aggregation
import Bounded
import GradientCodec
import Wire

/// What a refusal says beside its reason: both sides of what does not fit, in one line of plain ASCII.
extension GatewayCore {
    /// Why a `Hello` is refused.
    func detail(of reason: RejectReason, _ hello: Hello, known: Int?) -> FixedText {
        var text = FixedText()
        switch reason {
        case .protocolVersion:
            text.append("the gateway speaks protocol version ")
            text.append(Int(WireLimits.protocolVersion))
            text.append(", the agent ")
            text.append(Int(hello.protocolVersion))
        case .shape where hello.shape == settings.policy.shape:
            text.append("the federation shares a critic, hidden ")
            text.append(criticSharing?.hiddenWidths ?? HiddenWidths())
            text.append("; the agent's critic_hidden is ")
            text.append(hello.criticWidths ?? HiddenWidths())
        case .shape:
            text.append("the federation trains ")
            text.append(settings.policy.shape)
            text.append("; the agent has ")
            text.append(hello.shape)
        case .codec:
            text.append("the federation uses codecs ")
            text.append(Int(settings.uplink.codec.codec.rawValue))
            text.append(" (up) and ")
            text.append(Int(settings.downlinkCodec.rawValue))
            text.append(" (down)")
        case .messageSize:
            if settings.consensus != nil { text.append("agents need [learning] direction = consensus: ") }
            text.append("a policy takes up to ")
            text.append(largestOutgoingBytes(to: hello))
            text.append(" bytes, the agent can receive ")
            text.append(Int(hello.largestMessageBytes))
        case .oldEpoch:
            text.append("boot ")
            text.append(UInt(clamping: epoch(ofKnown: known)))
            text.append(" of this key was seen, this is boot ")
            text.append(UInt(clamping: hello.bootEpoch.number))
        case .full:
            text.append("agents_max is ")
            text.append(settings.agentsMaximum)
            text.append(", agents ever known at most ")
            text.append(settings.knownAgentsMaximum)
        case .stopping: text.append(completion == nil ? "the gateway is stopping" : "the federation's work is done")
        default: break
        }
        return text
    }

    /// Why a report is refused.
    func detail(of reason: RejectReason, _ report: Report) -> FixedText {
        var text = FixedText()
        switch reason {
        case .stale, .futureVersion:
            text.append("base version ")
            text.append(UInt(clamping: report.baseVersion.number))
            text.append(", newest ")
            text.append(UInt(clamping: (reason == .stale ? version : durableVersion).number))
            text.append(", staleness_max ")
            text.append(UInt(clamping: stalenessMaximum))
        case .shape:
            text.append("the policy has ")
            text.append(scratch.count)
            text.append(" parameters and ")
            text.append(settings.policy.shape.observationCount)
            text.append(" observations")
            if sharesCritic {
                text.append(", the shared critic ")
                text.append(criticScratch.count)
                text.append(" parameters")
            }
        default: break
        }
        return text
    }

    private func epoch(ofKnown agent: Int?) -> UInt64 {
        guard let agent else { return 0 }
        return agents[agent].agent.epoch.number
    }
}

extension FixedText {
    /// The first `limit` bytes.
    func prefix(_ limit: Int) -> FixedText {
        withBytes { FixedText(bytes: UnsafeBufferPointer(rebasing: $0.prefix(limit))) }
    }

    /// Appends a policy's shape in one phrase: `a gaussian policy of 8 observations, 2 actions, hidden 64-64`.
    mutating func append(_ shape: PolicyShape) {
        append(shape.distribution == .gaussian ? "a gaussian policy of " : "a softmax policy of ")
        append(shape.observationCount)
        append(" observations, ")
        append(shape.actionCount)
        append(" actions, hidden ")
        append(shape.hiddenWidths)
    }

    /// Appends widths as `64-64`.
    mutating func append(_ widths: HiddenWidths) {
        if widths.count == 0 { append("none") }
        for layer in 0..<widths.count {
            if layer > 0 { append("-") }
            append(widths[layer])
        }
    }
}
