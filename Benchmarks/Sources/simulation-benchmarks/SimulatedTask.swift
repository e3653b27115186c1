import Foundation
import Measuring

/// A task that `lapwing simulate` runs with eight agents on one thread.
struct SimulatedTask {
    /// The processor time of a whole program, in user mode and in the kernel, and what it was for.
    struct Cost {
        let seconds: Double
        /// Environment steps behind what was applied.
        let steps: Int
    }

    let environment: String
    /// Environment steps of a repetition, of all agents.
    let steps: Int
    var flags: [String] = []
    private let agents = 8

    /// Runs it; nil when it fails, or prints no result.
    func run(_ options: BenchmarkOptions, steps: Int, in folder: URL) -> Cost? {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: options["lapwing"])
        process.arguments = [
            "simulate", "--environment", environment, "--agents", "\(agents)", "--seed", "\(options.seed)",
            "--steps-per-agent", "\(steps / agents)", "--threads", "1", "--evaluate-every", "1000000000",
            "--curve-episodes", "1", "--evaluation-episodes", "1", "--slowness", "1x7,4.3", "--runs", folder.path,
            "--format", "json",
        ] + flags
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        let before = Self.childSeconds
        guard (try? process.run()) != nil else { return nil }
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0,
            let object = try? JSONSerialization.jsonObject(with: data) as? [String: Any],
            let result = object["result"] as? [String: Any], let taken = result["steps"] as? Int
        else { return nil }
        return Cost(seconds: Self.childSeconds - before, steps: taken)
    }

    private static var childSeconds: Double {
        var usage = rusage()
        getrusage(RUSAGE_CHILDREN.rawValue, &usage)
        return Double(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
            + Double(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1e-6
    }
}
