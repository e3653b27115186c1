import Bounded
import ZMQTransport

/// The list of agents that are let in, as it stands in its file.
enum AllowedAgents {
    /// Reads the whole list.
    ///
    /// **Throws:** `GatewayError.keys` with the line, `.tooManyKeys`.
    static func read(path: String, maximum: Int) throws(GatewayError) -> [AllowedKeysFile.Entry] {
        var entries: [AllowedKeysFile.Entry] = []
        do throws(KeyFileError) {
            var file = try AllowedKeysFile(path: FixedText(string: path))
            while let entry = try file.next() { entries.append(entry) }
        } catch {
            throw .keys(error)
        }
        guard entries.count <= maximum else { throw .tooManyKeys(path: path, limit: maximum) }
        return entries
    }

    /// The key that the list gives the name `name`, whoever else calls itself that.
    ///
    /// **Throws:** what `read` throws; `GatewayError.configuration` when not exactly one key has that name.
    static func key(named name: FixedText, path: String, maximum: Int) throws(GatewayError) -> AgentKey {
        let found = try read(path: path, maximum: maximum).filter { $0.name == name }
        guard found.count == 1 else {
            throw .configuration(
                "[aggregation] validator = \(name.string): \(path) has \(found.isEmpty ? "no key" : "several keys") of "
                    + "that name; give one key that name there")
        }
        return found[0].key
    }

    /// Makes the socket's list the one in `entries`; whoever is on both lists is not disturbed.
    static func apply(
        _ entries: [AllowedKeysFile.Entry], replacing previous: [AgentKey], to socket: inout GatewaySocket
    ) -> [AgentKey] {
        let keys = entries.map(\.key)
        let kept = Set(keys)
        for key in previous where !kept.contains(key) { socket.revoke(key) }
        for key in keys { _ = socket.allow(key) }
        return keys
    }
}
