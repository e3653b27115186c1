import Foundation
import Training

extension SimulationOptions {
    /// What was simulated, as `simulation.conf` of the run folder says it: a section for each agent.
    func text(evaluateEvery: UInt64?) -> String {
        var list: SettingList = []
        list.set("simulation", "virtual_seconds", virtualSeconds.map { "\($0)" } ?? "none")
        list.set("simulation", "step_seconds", stepSeconds)
        list.set("simulation", "gradient_seconds", gradientSeconds)
        list.set("simulation", "commit_ms", commitMilliseconds)
        list.set("simulation", "loss", loss)
        list.set("simulation", "adversaries", adversaries.text)
        if let evaluateEvery { list.set("simulation", "evaluate_every", evaluateEvery) }
        if let evaluateEverySeconds { list.set("simulation", "evaluate_every_seconds", evaluateEverySeconds) }
        list.set("simulation", "curve_episodes", curveEpisodes)
        for (index, dropout) in dropouts.enumerated() {
            list.set("simulation", "dropout_\(index + 1)", "\(dropout.agent):\(dropout.from):\(dropout.to)")
        }
        for number in 1...training.agents {
            let profile = profile(of: number)
            let section = RunPlan.agentName(number)
            list.set(section, "slowness", profile.slowness)
            if let told = profile.environmentOptions { list.set(section, "environment_options", told) }
            list.set(section, "up_latency_ms", profile.up.latencyMilliseconds)
            list.set(section, "down_latency_ms", profile.down.latencyMilliseconds)
            list.set(section, "up_bytes_per_second", profile.up.bytesPerSecond)
            list.set(section, "down_bytes_per_second", profile.down.bytesPerSecond)
            list.set(section, "message_seconds", profile.up.messageSeconds)
        }
        return list.text(heading: "What lapwing simulate was told, for every agent.")
    }
}
