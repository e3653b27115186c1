import Bounded

/// The tasks that need no plug-in.
enum BuiltInTask: UInt8 {
    case cartPole, pendulum, acrobot, mountainCarContinuous, swimmer, invertedPendulum, cooperativeNavigation

    static let count: UInt8 = 7

    /// The task of that name, if there is one.
    init?(name: FixedText) {
        for raw in 0..<Self.count {
            if let task = Self(rawValue: raw), name == task.name {
                self = task
                return
            }
        }
        return nil
    }

    var name: StaticString {
        switch self {
        case .cartPole: "cartpole"
        case .pendulum: "pendulum"
        case .acrobot: "acrobot"
        case .mountainCarContinuous: "mountain-car-continuous"
        case .swimmer: "swimmer"
        case .invertedPendulum: "inverted-pendulum"
        case .cooperativeNavigation: "cooperative-navigation"
        }
    }

    /// All names, for a message.
    static var names: FixedText {
        var text = FixedText()
        for raw in 0..<count {
            guard let task = Self(rawValue: raw) else { continue }
            if raw > 0 { text.append(", ") }
            text.append(task.name)
        }
        return text
    }
}
