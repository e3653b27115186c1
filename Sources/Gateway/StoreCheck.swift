import PolicyStore

/// Looks through a store that a gateway wrote, which may be running.
public enum StoreCheck {
    /// Every fault that is found, one line each; none for a store that is whole.
    ///
    /// **Throws:** `GatewayError.store` when the store cannot be read at all.
    public static func faults(path: String) throws(GatewayError) -> [String] {
        do throws(StoreError) {
            return try StoreReader(path: path).faults().map(\.description)
        } catch {
            throw .store(error)
        }
    }
}
