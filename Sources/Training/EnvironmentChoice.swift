import Bounded
import Environments
import Foundation
import PolicyStore
import ZMQTransport

/// Which environment a command works with: a built-in task, or one of a plug-in.
public struct EnvironmentChoice: Equatable, Sendable {
    /// The task's name.
    public var name: String
    /// The plug-in's path; nil for a built-in task.
    public var plugin: String?
    /// What the task is told.
    public var options: String

    /// Chooses `name`: in `plugin` when one is given, otherwise built in, otherwise in the MuJoCo plug-in.
    ///
    /// - Parameters:
    ///   - models: the folder of MuJoCo model files; by default `.cache/mujoco-models` of the package or of the present
    ///     folder.
    ///   - binaries: where the plug-in is looked for, and nowhere else.
    ///   - options: what the task is told; the MuJoCo plug-in is told the folder of models before it, unless this does.
    ///
    /// **Throws:** `missingInput` when the plug-in or the models are not there.
    public init(
        name: String, plugin: String? = nil, models: String? = nil, binaries: URL? = nil, options: String? = nil
    ) throws(TrainingError) {
        self.name = name
        self.options = options ?? ""
        if let plugin {
            self.plugin = plugin.contains("/") ? URL(fileURLWithPath: plugin).path : plugin
            if options != nil { return }
        } else if Recipe.named(name)?.needsPlugin == true {
            self.plugin = try Executable.find("liblapwing-mujoco.so", explicit: binaries).path
            if self.options.hasPrefix("models=") { return }
        } else {
            return
        }
        guard let folder = Self.modelFolder(models) else { return }
        self.options = "models=\(folder)"
        if let options { tell(options) }
    }

    /// Tells the task more, after what it is told already.
    package mutating func tell(_ more: String) {
        options = options.isEmpty ? more : options + (plugin == nil ? " " : ";") + more
    }

    private static func modelFolder(_ explicit: String?) -> String? {
        if let explicit { return URL(fileURLWithPath: explicit).path }
        var folders = [URL(fileURLWithPath: FileManager.default.currentDirectoryPath)]
        if let package = Executable.package { folders.append(package) }
        return folders.map { $0.appending(path: ".cache/mujoco-models").path }
            .first { FileManager.default.fileExists(atPath: $0) }
    }

    /// Opens the environment in `arena`.
    package func open(arena: inout Arena) throws(TrainingError) -> EnvironmentInstance {
        let texts = try [name, plugin ?? "", options].map { text throws(TrainingError) in
            try FixedText(checking: text)
        }
        do throws(EnvironmentError) {
            return try EnvironmentInstance(name: texts[0], plugin: texts[1], options: texts[2], arena: &arena)
        } catch {
            throw TrainingError(error)
        }
    }
}

extension TrainingError {
    /// An environment's error, with the exit code that the programs share.
    package init(_ error: EnvironmentError) {
        let code: ExitCode =
            switch error {
            case .unknownTask, .optionsNotTaken, .optionsNotUsable: .configuration
            case .pluginMissing, .refused: .missingInput
            case .pluginNotLoaded, .notAPlugin, .pluginVersion, .pluginFaulty: .data
            case .stateNotSettable, .wrongCount, .outOfRange: .data
            case .failed, .notFinite: .internalError
            case .memory: .system
            }
        self.init(code, "\(error)")
    }

    /// A key file's error.
    init(_ error: KeyFileError) { self.init(error.exitCode, "\(error)") }

    /// A store's error.
    init(_ error: StoreError) { self.init(error.exitCode, "\(error)") }

    /// No memory for what a command needs.
    package init(_ refusal: Arena.Refusal) {
        self.init(.system, "not enough memory: \(refusal)")
    }
}

/// Runs `body`, and turns an arena's refusal into the command's error.
package func reserving<Held: ~Copyable>(
    _ body: () throws(Arena.Refusal) -> Held
) throws(TrainingError) -> Held {
    do throws(Arena.Refusal) { return try body() } catch { throw TrainingError(error) }
}

extension FixedText {
    /// The text, or a refusal when it is longer than a fixed text can be.
    package init(checking text: String) throws(TrainingError) {
        self.init()
        for byte in text.utf8 { append(byte: byte) }
        guard !wasCut else {
            throw TrainingError(.usage, "\(text): \(FixedText.capacity) bytes at most; use a shorter path")
        }
    }

    /// The text as a `String`.
    package var string: String { withBytes { String(decoding: $0, as: UTF8.self) } }
}
