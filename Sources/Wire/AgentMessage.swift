/// What an agent sends to its gateway: one frame each.
public enum AgentMessage: Sendable {
    case hello(Hello)
    case update(Update)
    case skip(Skip)
    case fetch(Fetch)
    case goodbye(Goodbye)
    case progress(Progress)
}
