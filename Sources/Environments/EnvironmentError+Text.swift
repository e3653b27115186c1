import Bounded

extension EnvironmentError {
    /// What went wrong, without a final full stop.
    public var cause: FixedText {
        var text = FixedText()
        switch self {
        case .unknownTask(let name, let plugin, _):
            text.append(plugin.isEmpty ? "no built-in environment is named " : "the plug-in has no environment named ")
            text.append(quoting: name)
        case .optionsNotTaken(let task):
            text.append("the built-in environment ")
            text.append(quoting: task)
            text.append(" takes no options")
        case .optionsNotUsable(let task, let options):
            text.append(quoting: task)
            text.append(" cannot use the options ")
            text.append(quoting: options)
        case .pluginMissing(let path):
            text.append("the environment plug-in is missing or unreadable: ")
            text.append(path)
        case .pluginNotLoaded(let reason):
            text.append("the environment plug-in did not load: ")
            text.append(reason)
        case .notAPlugin(let path):
            text.append("not an environment plug-in: ")
            text.append(path)
            text.append(" (no symbol lapwing_environment_plugin)")
        case .pluginVersion(let path, let found, let expected):
            text.append("the environment plug-in has interface version ")
            text.append(Int(found))
            text.append(", this program ")
            text.append(Int(expected))
            text.append(": ")
            text.append(path)
        case .pluginFaulty(let path, let what):
            text.append("faulty environment plug-in: ")
            text.append(what)
            text.append(": ")
            text.append(path)
        case .refused(let task, let reason):
            text.append("the plug-in did not open ")
            text.append(quoting: task)
            text.append(": ")
            text.append(reason)
        case .failed(let task, let reason):
            text.append("the environment ")
            text.append(quoting: task)
            text.append(" failed: ")
            text.append(reason)
        case .notFinite(let task, let what):
            text.append("the environment ")
            text.append(quoting: task)
            text.append(" diverged: non-finite ")
            text.append(what)
        case .stateNotSettable(let task):
            text.append("the environment ")
            text.append(quoting: task)
            text.append(" cannot be put into a state")
        case .wrongCount(let task, let what, let found, let expected):
            text.append(quoting: task)
            text.append(" takes ")
            text.append(expected)
            text.append(" numbers as ")
            text.append(what)
            text.append(", not ")
            text.append(found)
        case .outOfRange(let task, let what):
            text.append("the environment ")
            text.append(quoting: task)
            text.append(" cannot take this ")
            text.append(what)
        case .memory(.limitReached(let holder, let needed, let limit)):
            text.append("no memory for ")
            text.append(holder)
            text.append(": ")
            text.append(needed)
            text.append(" bytes needed, the limit is ")
            text.append(limit)
        case .memory(.systemRefused(let limit)):
            text.append("the system gave no ")
            text.append(limit)
            text.append(" bytes")
        }
        return text
    }

    /// What to do about it, without a final full stop; empty when the cause says it (a plug-in's own text).
    public var remedy: FixedText {
        var text = FixedText()
        switch self {
        case .unknownTask(_, let plugin, let known):
            text.append("known: ")
            text.append(known)
            if plugin.isEmpty { text.append("; others need a plug-in") }
        case .optionsNotTaken: text.append("remove `options`")
        case .optionsNotUsable:
            text.append("write, for example, learner=1 learners=4 scales=1,0.5,0.2,0.1 shift=0.3")
        case .pluginMissing:
            text.append("correct `plugin`, or build the MuJoCo one: swift build --product lapwing-mujoco")
        case .pluginNotLoaded:
            text.append("use a library built for this machine, and install what it depends on (ldd shows it)")
        case .notAPlugin: text.append("name a library that implements lapwing/environment.h")
        case .pluginVersion: text.append("rebuild the plug-in with this program's lapwing/environment.h")
        case .pluginFaulty: text.append("report it to the plug-in's author")
        case .refused: break
        case .failed, .notFinite: text.append("reset it; if that recurs, check its actions and its options")
        case .stateNotSettable: text.append("use an environment with a settable state")
        case .wrongCount: text.append("give exactly as many")
        case .outOfRange: text.append("give finite numbers; a discrete action is a whole number from 0")
        case .memory: text.append("raise memory_limit_bytes")
        }
        return text
    }
}

#if !hasFeature(Embedded)
extension EnvironmentError: CustomStringConvertible {
    /// Cause and remedy in one line.
    public var description: String {
        let cause = self.cause.withBytes { String(decoding: $0, as: UTF8.self) }
        let remedy = self.remedy.withBytes { String(decoding: $0, as: UTF8.self) }
        return remedy.isEmpty ? cause : cause + "; " + remedy
    }
}
#endif

extension FixedText {
    fileprivate mutating func append(quoting other: FixedText) {
        append(byte: 0x22)
        append(other)
        append(byte: 0x22)
    }
}
