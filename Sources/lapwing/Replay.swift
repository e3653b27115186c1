import ArgumentParser
import Foundation
import Training

struct Replay: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Feeds recorded arrivals to a server rule and shows its state after each.",
        discussion: """
            The first line of the file is {"theta":[…],"d":[…]} (without "d": as a federation starts), each \
            further one \
            {"agent":i,"base_version":k,"gradient":[…]}. Printed is, for each arrival, \
            {"version":k,"agent":i,"delay":δ,"theta":[…],"theta_tilde":[…],"d":[…]}. With a rule of rounds (fedpg, \
            lapg, fednpg-admm) each arrival is {"agent":i,"round":r,"gradient":[…]}, those of a round one after \
            another, and printed is, for each round, {"version":k,"agents":[…],"theta":[…],"theta_tilde":[…],"d":[…]}.

            The configuration is a gateway.conf, of which [aggregation] is read; a file with that section alone will \
            do. Keys: step_size, step_size_schedule (constant, linear, harmonic, power), step_size_horizon, \
            step_size_final_fraction, step_size_exponent, the same for momentum, momentum_start (zero, \
            first-gradient), normalise_direction, lookahead, gradient_norm_limit, gradient_clip and its keys. \
            docs/referees.md has the formulas and worked examples.
            """)

    @Option(help: "The server rule; it must be the one of the configuration, if that names one.")
    var rule = "afedpg"

    @Option(help: "A gateway.conf.")
    var config: String

    @Option(help: "The recorded arrivals, JSON lines.")
    var arrivals: String

    func run() throws {
        try ReplayReferee.run(
            rule: rule, configuration: URL(fileURLWithPath: config), arrivals: URL(fileURLWithPath: arrivals)
        ) { print($0) }
    }
}
