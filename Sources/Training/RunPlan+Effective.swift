import Foundation

extension RunPlan {
    /// Writes every effective value of every program of the run, defaults too, and returns the hash over all of it.
    ///
    /// The hash leaves out what differs from run to run without meaning: the gateway's port, and where the folder is.
    ///
    /// **Throws:** the error of the first configuration that makes no sense.
    package func writeEffectiveConfiguration(in folder: RunFolder) throws(TrainingError) -> String {
        var text = "# gateway.conf\n" + (try EffectiveConfiguration.gateway(folder.gatewayConfiguration))
        for number in agentNumbers {
            text += "\n# agent-\(number).conf\n"
            text += try EffectiveConfiguration.agent(folder.agentConfiguration(number))
        }
        text = EffectiveConfiguration.seen(text, from: folder)
        let stable = text.split(separator: "\n", omittingEmptySubsequences: false)
            .filter { !$0.hasPrefix("endpoint") }.joined(separator: "\n")
        let hash = EffectiveConfiguration.hash(stable)
        try "# hash \(hash)\n\(text)".write(to: folder.effectiveConfiguration, what: "the effective configuration")
        return hash
    }
}
