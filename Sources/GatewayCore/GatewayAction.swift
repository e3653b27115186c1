/// What a gateway has to do next. Bytes and views are valid until the core is called again.
public enum GatewayAction {
    /// Send `bytes` to one connection; when it is gone, say so with `connectionGone`; when it is full, drop them: the
    /// agent asks again.
    case send(to: Connection, bytes: UnsafeRawBufferPointer)
    /// Send the same `bytes` to each of these connections, as above.
    case share(to: UnsafeBufferPointer<Connection>, bytes: UnsafeRawBufferPointer)
    /// Store a version, after every version before it; say when with `stored(upTo:)`. Also without durability, where
    /// nobody waits for it.
    case store(AppliedVersion)
    /// Something for the operator.
    case notify(GatewayNotice)
}
