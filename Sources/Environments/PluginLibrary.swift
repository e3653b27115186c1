import Bounded
import CEnvironment
import CSystem

/// A loaded plug-in's table of functions, checked.
///
/// A library stays loaded until the process ends: what it may have registered with other libraries' run-times cannot be
/// taken back.
struct PluginLibrary: BitwiseCopyable, @unchecked Sendable {
    let table: UnsafePointer<lapwing_environment_table>

    /// Loads the library at `path`; one without a slash is looked for where the dynamic loader looks.
    init(path: FixedText) throws(EnvironmentError) {
        var hasSlash = false
        for index in 0..<path.count where path[index] == 0x2f { hasSlash = true }
        if hasSlash, path.withCString({ access($0, R_OK) }) != 0 { throw .pluginMissing(path: path) }
        guard let library = path.withCString({ dlopen($0, RTLD_NOW | RTLD_LOCAL) }) else {
            throw .pluginNotLoaded(reason: Self.loaderMessage())
        }
        guard let symbol = dlsym(library, LAPWING_ENVIRONMENT_SYMBOL) else { throw .notAPlugin(path: path) }
        typealias Entry = @convention(c) () -> UnsafePointer<lapwing_environment_table>?
        guard let table = unsafeBitCast(symbol, to: Entry.self)() else {
            throw .pluginFaulty(path: path, what: "it returns no table")
        }
        // Until the version is known, nothing behind it may be read.
        let version = UnsafeRawPointer(table).load(as: UInt32.self)
        guard version == LAPWING_ENVIRONMENT_ABI else {
            throw .pluginVersion(path: path, found: version, expected: LAPWING_ENVIRONMENT_ABI)
        }
        self.table = table
        guard table.pointee.task_count > 0 else { throw .pluginFaulty(path: path, what: "it has no tasks") }
        guard isComplete else { throw .pluginFaulty(path: path, what: "an entry of its table is NULL") }
    }

    /// The names of all tasks, for a message.
    var names: FixedText {
        var text = FixedText()
        for index in 0..<table.pointee.task_count {
            guard let name = table.pointee.task_name(index) else { continue }
            if index > 0 { text.append(", ") }
            text.append(cString: name)
        }
        return text
    }

    /// Whether a task has this name.
    func has(_ task: FixedText) -> Bool {
        for index in 0..<table.pointee.task_count {
            if let name = table.pointee.task_name(index), FixedText(cString: name) == task { return true }
        }
        return false
    }

    private var isComplete: Bool {
        let functions = table.pointee
        return functions.name != nil && functions.task_name != nil && functions.open != nil
            && functions.describe != nil && functions.reset != nil && functions.step != nil
            && functions.set_state != nil && functions.last_error != nil && functions.close != nil
    }

    private static func loaderMessage() -> FixedText {
        guard let message = dlerror() else { return FixedText("unknown reason") }
        return FixedText(cString: message)
    }
}
