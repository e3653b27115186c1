/// How a vector is packed for the wire.
public enum PayloadCodec: UInt32, Sendable, ConfigurationChoice {
    /// Four bytes an element; the number is the wire's.
    case denseFloat32 = 1
    /// Two bytes an element; the number is the wire's.
    case denseFloat16 = 2

    static var words: StaticString { "dense-float32 dense-float16" }
    var choiceIndex: Int { Int(rawValue) - 1 }
    init?(choiceIndex: Int) { self.init(rawValue: UInt32(choiceIndex + 1)) }
}
