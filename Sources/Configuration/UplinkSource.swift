/// Whose settings decide how an agent packs its gradients.
enum UplinkSource: UInt32, ConfigurationChoice {
    /// The federation's, as the gateway's Welcome states them; the agent's own say what memory is reserved.
    case federation = 0
    /// The agent's own.
    case own = 1

    static var words: StaticString { "federation own" }
}
