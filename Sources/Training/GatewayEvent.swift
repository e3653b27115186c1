import Foundation

/// One line of what the gateway prints with `--format json`: something that happened in the federation.
public enum GatewayEvent: Equatable, Sendable {
    /// The gateway listens at `endpoint`.
    case ready(endpoint: String)
    /// An update was applied.
    case update(AppliedUpdateEvent)
    /// An agent's gate stayed shut, and nothing was applied in place of its gradient.
    case skip(agent: String)
    /// The federation's budget is used up; the gateway will stop.
    case finished(reason: String)
    /// The gateway's sums so far.
    case status(GatewayTotalsEvent)
    /// The gateway has ended in good order, with these sums.
    case stopped(reason: String, GatewayTotalsEvent)
    /// Something that a run does not need to know.
    case other(name: String)

    private struct Head: Decodable {
        let event: String
        let endpoint: String?
        let reason: String?
        let agent: String?
    }

    /// Reads one line; nil when it is no event at all.
    public init?(line: String) {
        let data = Data(line.utf8)
        guard let head = try? JSONDecoder().decode(Head.self, from: data) else { return nil }
        switch head.event {
        case "ready":
            guard let endpoint = head.endpoint else { return nil }
            self = .ready(endpoint: endpoint)
        case "update":
            guard let update = try? JSONDecoder().decode(AppliedUpdateEvent.self, from: data) else { return nil }
            self = .update(update)
        case "skip":
            guard let agent = head.agent else { return nil }
            self = .skip(agent: agent)
        case "finished": self = .finished(reason: head.reason ?? "")
        case "status", "stopped":
            guard let totals = try? JSONDecoder().decode(GatewayTotalsEvent.self, from: data) else { return nil }
            self = head.event == "status" ? .status(totals) : .stopped(reason: head.reason ?? "", totals)
        default: self = .other(name: head.event)
        }
    }
}

/// An applied update, as the gateway reports it.
public struct AppliedUpdateEvent: Codable, Equatable, Sendable {
    /// The version that it made.
    public var version: UInt64
    /// The name of the agent that sent it.
    public var agent: String
    /// The delay δ: versions made since the one that it was sampled with.
    public var delay: UInt64
    /// The mean return of the episodes that ended while it was sampled; nil when none did.
    public var returnMean: Double?
    /// How many episodes those were.
    public var episodes: Int
    /// Environment steps of all agents so far.
    public var stepsTotal: UInt64
    /// Bytes of all agents so far, to the gateway.
    public var bytesUp: UInt64
    /// Bytes to all agents so far, from the gateway.
    public var bytesDown: UInt64
    /// Seconds since the gateway started.
    public var seconds: Double
    /// Whether the agent's gate stayed shut, and its mirror was applied once more.
    public var isReused: Bool?

    package init(
        version: UInt64, agent: String, delay: UInt64, returnMean: Double?, episodes: Int, stepsTotal: UInt64,
        bytesUp: UInt64, bytesDown: UInt64, seconds: Double, isReused: Bool? = nil
    ) {
        self.version = version
        self.agent = agent
        self.delay = delay
        self.returnMean = returnMean
        self.episodes = episodes
        self.stepsTotal = stepsTotal
        self.bytesUp = bytesUp
        self.bytesDown = bytesDown
        self.seconds = seconds
        self.isReused = isReused
    }

    enum CodingKeys: String, CodingKey {
        case version, agent, delay, episodes, seconds
        case isReused = "reused"
        case returnMean = "return"
        case stepsTotal = "steps_total"
        case bytesUp = "bytes_up"
        case bytesDown = "bytes_down"
    }
}
