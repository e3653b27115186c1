import GradientCodec

extension VectorCodec {
    /// What configuration files and flags call it.
    public var name: String {
        switch self {
        case .denseFloat32: "dense-float32"
        case .denseFloat16: "dense-float16"
        case .uniform: "uniform"
        case .qsgd: "qsgd"
        case .ternary: "ternary"
        case .natural: "natural"
        case .sign: "sign"
        case .grid: "grid"
        case .topK: "top-k"
        case .lowRank: "low-rank"
        case .lattice: "lattice"
        }
    }

    /// The codecs that pack gradients, in the order of their numbers on the wire.
    public static var gradientCodecs: [VectorCodec] { allCases.filter { $0 != .lattice } }

    /// The codec of that name.
    ///
    /// **Throws:** `usage` with the names that there are.
    public static func named(_ name: String) throws(TrainingError) -> VectorCodec {
        guard let codec = gradientCodecs.first(where: { $0.name == name }) else {
            let names = gradientCodecs.map(\.name).joined(separator: ", ")
            throw TrainingError(.usage, "--codec \(name): the codecs are \(names)")
        }
        return codec
    }

    /// Whether `bits` changes what it writes.
    var hasBits: Bool { self == .uniform || self == .qsgd || self == .grid }
}
