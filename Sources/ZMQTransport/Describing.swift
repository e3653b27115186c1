import Bounded

#if !hasFeature(Embedded)
/// Collects what `body` writes; for the descriptions of errors in ordinary programs.
func describe(_ body: (inout TextWriter) -> Void) -> String {
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 1024) { buffer in
        var writer = TextWriter(into: buffer)
        body(&writer)
        return String(decoding: writer.bytes, as: UTF8.self)
    }
}
#endif
