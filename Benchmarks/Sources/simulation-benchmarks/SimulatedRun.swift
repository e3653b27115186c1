import Foundation

/// One `lapwing simulate` on one thread, and the processor time that it took.
struct SimulatedRun {
    /// Processor seconds of the whole program, in user mode and in the kernel.
    let seconds: Double
    /// Environment steps behind what was applied.
    let steps: Int

    /// Runs it; nil when it fails, or prints no result.
    init?(_ options: Options, steps: Int, in folder: URL) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: options.lapwing)
        process.arguments = [
            "simulate", "--environment", "swimmer", "--agents", "\(options.agents)", "--seed", "\(options.seed)",
            "--steps-per-agent", "\(steps / options.agents)", "--threads", "1", "--evaluate-every", "1000000000",
            "--curve-episodes", "1", "--evaluation-episodes", "1", "--slowness", "1x7,4.3", "--runs", folder.path,
            "--format", "json",
        ]
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
        seconds = Self.childSeconds - before
        self.steps = taken
    }

    private static var childSeconds: Double {
        var usage = rusage()
        getrusage(RUSAGE_CHILDREN.rawValue, &usage)
        return Double(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
            + Double(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1e-6
    }
}
