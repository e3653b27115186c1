import Bounded

/// Why an environment could not be opened or did not go on.
///
/// Every case knows its cause and a remedy; `description` (ordinary Swift) is both in one line.
/// **Memory:** a case with two texts is a block on the heap, as it would be copied wherever it is thrown: those arise
/// when an environment is opened, and when a plug-in reports a failure.
public enum EnvironmentError: Error, Sendable {
    /// No task of this name is built in, or in the plug-in; `known` lists the ones that are.
    indirect case unknownTask(name: FixedText, plugin: FixedText, known: FixedText)
    /// A built-in task was given options; it takes none.
    indirect case optionsNotTaken(task: FixedText)
    /// A built-in task that takes options was given others, or numbers out of range.
    indirect case optionsNotUsable(task: FixedText, options: FixedText)
    /// The plug-in's file does not exist or may not be read.
    indirect case pluginMissing(path: FixedText)
    /// The dynamic loader refused the file; `reason` is its text.
    indirect case pluginNotLoaded(reason: FixedText)
    /// The library does not export `lapwing_environment_plugin`.
    indirect case notAPlugin(path: FixedText)
    /// The plug-in was built for another version of the interface.
    indirect case pluginVersion(path: FixedText, found: UInt32, expected: UInt32)
    /// The plug-in breaks its contract: an empty table entry, an impossible shape.
    indirect case pluginFaulty(path: FixedText, what: StaticString)
    /// The plug-in did not open the task; `reason` is its text.
    indirect case refused(task: FixedText, reason: FixedText)
    /// A reset, step or state failed inside the plug-in; `reason` is its text. A reset may help.
    indirect case failed(task: FixedText, reason: FixedText)
    /// An observation or reward is not a number: the simulation diverged. A reset helps.
    case notFinite(task: FixedText, what: StaticString)
    /// The task cannot be put into a state.
    case stateNotSettable(task: FixedText)
    /// An action or state has the wrong number of numbers.
    case wrongCount(task: FixedText, what: StaticString, found: Int, expected: Int)
    /// An action is no index of the task's actions, or an action or state is not finite.
    case outOfRange(task: FixedText, what: StaticString)
    /// The arena did not hold the environment.
    case memory(Arena.Refusal)
}
