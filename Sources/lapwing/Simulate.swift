import ArgumentParser
import Foundation
import Simulation
import Training

struct Simulate: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Trains one policy with simulated agents in virtual time.",
        discussion: """
            Runs the real cores of gateway and agents, with the real messages between them, in one process. Agents \
            have a speed, a link and absences; the same seed gives the same curve.csv and returns.csv, byte for byte, \
            on any number of threads, and begins with the same policy as lapwing train.

            Lists are one number for each agent: 1x7,4.3 is seven times 1, then 4.3; the last number is repeated; sqrt \
            is the square root of the agent's number. Everything is left in a run folder like train's, with curve.csv: \
            the return of the mean action along the run. docs/simulation.md says what is modelled.
            """)

    @OptionGroup var runOptions: RunOptions
    @OptionGroup var simulatedOptions: SimulatedRunOptions
    @OptionGroup var devices: DeviceOptions
    @OptionGroup var environmentOptions: EnvironmentOptions
    @OptionGroup var formatOptions: FormatOptions

    func run() throws {
        let training = try runOptions.training(environmentOptions, defaultName: "simulated")
        var options = SimulationOptions(training: training)
        try simulatedOptions.apply(to: &options)
        try devices.apply(to: &options)
        let simulator = try Simulator(options)
        let summary = try simulator.run()
        formatOptions.show("simulate", summary) { summary.line(folder: simulator.folderPath) }
    }
}
