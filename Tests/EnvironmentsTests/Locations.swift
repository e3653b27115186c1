import Foundation

/// Where the tests find what the package manager does not build for them.
enum Locations {
    static let package = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// The MuJoCo plug-in: LAPWING_MUJOCO_PLUGIN, or the one built beside this test program.
    static var mujocoPlugin: String {
        if let path = ProcessInfo.processInfo.environment["LAPWING_MUJOCO_PLUGIN"] { return path }
        let program = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
        let beside = program.deletingLastPathComponent().appending(path: "liblapwing-mujoco.so").path
        if FileManager.default.fileExists(atPath: beside) { return beside }
        return package.appending(path: ".build/debug/liblapwing-mujoco.so").path
    }

    /// The plug-in as Embedded Swift: LAPWING_MUJOCO_PLUGIN_EMBEDDED, or what `make mujoco` builds.
    static var embeddedMujocoPlugin: String {
        ProcessInfo.processInfo.environment["LAPWING_MUJOCO_PLUGIN_EMBEDDED"]
            ?? package.appending(path: ".build-embedded/release/liblapwing-mujoco.so").path
    }

    /// The models: LAPWING_MUJOCO_MODELS, or what scripts/fetch-mujoco-models unpacked.
    static var mujocoModels: String {
        ProcessInfo.processInfo.environment["LAPWING_MUJOCO_MODELS"]
            ?? package.appending(path: ".cache/mujoco-models").path
    }

    static let mujocoTasks = [
        "swimmer", "hopper", "walker2d", "half-cheetah", "humanoid", "inverted-pendulum", "reacher",
    ]
    static let builtInTasks = [
        "cartpole", "pendulum", "acrobot", "mountain-car-continuous", "swimmer", "inverted-pendulum",
    ]

    /// Built-in tasks that Gymnasium does not have.
    static let ownTasks = ["cooperative-navigation"]

    /// Opens a MuJoCo task; the error says what to run when something is missing.
    static func openMuJoCo(
        _ task: String, plugin: String = mujocoPlugin, options: String = ""
    ) throws -> OpenedEnvironment {
        guard FileManager.default.fileExists(atPath: plugin) else {
            throw Missing("no plug-in at \(plugin); run: swift build --product lapwing-mujoco, and make mujoco")
        }
        guard FileManager.default.fileExists(atPath: mujocoModels) else {
            throw Missing("no models at \(mujocoModels); run: scripts/fetch-mujoco-models")
        }
        return try OpenedEnvironment(task, plugin: plugin, options: "models=\(mujocoModels)\(options)")
    }

    struct Missing: Error, CustomStringConvertible {
        let description: String
        init(_ description: String) { self.description = description }
    }
}
