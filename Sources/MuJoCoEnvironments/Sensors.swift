/// How the sensors of a robot are wired, for federations whose boards are not alike.
///
/// **Source:** Tyurin, Spiridonov and Rudenko (arXiv 2509.24305), the experiment with two unlike workers
/// (`algorithms.md` 5.5).
enum Sensors: UInt32 {
    /// The observation is Gymnasium's; nobody asks for that by name.
    case usual
    /// A zero follows Gymnasium's observation.
    case straight
    /// Gymnasium's observation with every sign changed, and a one.
    case reversed
    /// Straight or reversed, as each episode draws it.
    case either

    var hasFlag: Bool { self != .usual }

    var name: StaticString {
        switch self {
        case .usual: "usual"
        case .straight: "straight"
        case .reversed: "reversed"
        case .either: "either"
        }
    }
}
