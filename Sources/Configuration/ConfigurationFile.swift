import Bounded

/// From a file to a configuration that is complete and makes sense.
public enum ConfigurationFile {
    /// Reads `agent.conf`.
    ///
    /// **Throws:** `ConfigurationError`; a retry does not help.
    public static func loadAgent(_ path: FixedText) throws(ConfigurationError) -> AgentConfiguration {
        let source = try ConfigurationSource(reading: path)
        return try agent(from: source)
    }

    /// Reads `gateway.conf`.
    ///
    /// **Throws:** `ConfigurationError`; a retry does not help.
    public static func loadGateway(_ path: FixedText) throws(ConfigurationError) -> GatewayConfiguration {
        let source = try ConfigurationSource(reading: path)
        return try gateway(from: source)
    }

    /// The agent's configuration that a file and the command line make together.
    ///
    /// **Throws:** `ConfigurationError`; a retry does not help.
    public static func agent(
        from source: borrowing ConfigurationSource
    ) throws(ConfigurationError) -> AgentConfiguration {
        var configuration = AgentConfiguration()
        try source.apply(to: &configuration, resolvingPaths: false)
        try configuration.check(source)
        configuration.hash = configuration.canonicalHash()
        try source.apply(to: &configuration, resolvingPaths: true)
        return configuration
    }

    /// The gateway's configuration that a file and the command line make together.
    ///
    /// **Throws:** `ConfigurationError`; a retry does not help.
    public static func gateway(
        from source: borrowing ConfigurationSource
    ) throws(ConfigurationError) -> GatewayConfiguration {
        var configuration = GatewayConfiguration()
        try source.apply(to: &configuration, resolvingPaths: false)
        try configuration.check(source)
        configuration.hash = configuration.canonicalHash()
        try source.apply(to: &configuration, resolvingPaths: true)
        return configuration
    }
}

extension AgentConfiguration {
    /// Writes every key with its value, in a fixed order, as a file that can be read again.
    public func write(to writer: inout TextWriter) { writeCanonical(to: &writer) }
}

extension GatewayConfiguration {
    /// Writes every key with its value, in a fixed order, as a file that can be read again.
    public func write(to writer: inout TextWriter) { writeCanonical(to: &writer) }
}
