import ArgumentParser
import Foundation
import GradientCodec
import Training

struct Sweep: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Trains a grid of compression settings, and tabulates return against bytes.",
        discussion: """
            Every cell is a run of lapwing train, real processes and real sockets, for each of the seeds 1 to --seeds. \
            Lists are separated by commas. Codecs are multiplied with --bits (uniform, qsgd, grid), --kept-fraction \
            (top-k), --rank (low-rank), --skip-threshold and --downlink; without --codec, --bits means uniform, \
            --kept-fraction top-k, --rank low-rank, and --skip-threshold alone dense-float32. Each --profile is a cell \
            of its own, and so is each --cell. A dense run is always there to compare with. Cells that come to the \
            same keys, such as the dense one and the profile lossless, share their runs.

            --skip-threshold is c, the gate's noise factor (skip_noise_factor): a gradient is sent when it differs \
            from what was sent last by more than c times the noise of both. 0 means no gate; about 1 is useful, and at \
            2 learning stops. skip_threshold, ξ of the published rule, stays what gateway.conf says; change it with \
            --set gateway.uplink.skip_threshold=….

            SWEEPS/<environment>__<name>/ gets table.csv, table.md, runs.csv, return-bytes.png and .svg, and the run \
            folders. A run whose every key is the same as that of one that is there and ended is not run again: after \
            Ctrl-C the same command goes on, and more seeds or cells add to the table. The last line names the cell \
            with the fewest bytes, both ways together, among those whose return's interval reaches the dense run's and \
            whose median is at most 3 % below it.
            """)

    @Option(help: "The task.")
    var environment: String

    @Option(help: "Agent processes of each run.")
    var agents = 4

    @Option(help: "Codecs: dense-float32, dense-float16, uniform, qsgd, ternary, natural, sign, grid, top-k, low-rank.")
    var codec = ""

    @Option(help: "uniform, qsgd, grid: bits an element, such as 1,2,4,8.")
    var bits = ""

    @Option(help: "top-k: shares that are kept, such as 0.1,0.01.")
    var keptFraction = ""

    @Option(help: "low-rank: columns of the thin matrices.")
    var rank = ""

    @Option(help: "The gate's noise factor c, such as 0,0.5,1,1.5; 0: no gate.")
    var skipThreshold = ""

    @Option(help: "The gate's rule: lapg, laq, lasg-wk2, innovation.")
    var skipRule = "lapg"

    @Option(help: "none, error, innovation; auto: error for sign, top-k and low-rank, innovation for grid.")
    var feedback = "auto"

    @Option(help: "How policies travel: dense-float32, dense-float16, lattice (default: the gateway's default).")
    var downlink = ""

    @Option(help: "Profiles, by name or file.")
    var profile = ""

    @Option(
        name: .customLong("cell"), parsing: .unconditionalSingleValue,
        help: ArgumentHelp(
            "A cell of its own: keys of [uplink], or downlink.key.", valueName: "label: key=value, key=value"))
    var extras: [String] = []

    @Option(help: "The folder that profiles are looked for in.")
    var profiles: String?

    @Option(help: "Each cell is run with the seeds 1 to this.")
    var seeds = 5

    @Option(help: "Runs at a time.")
    var parallel = 1

    @Flag(help: "Run again what is there and older than this program: what runs come to may have changed.")
    var again = false

    @Option(help: "The sweep's name, part of its folder's name.")
    var name = "grid"

    @Option(help: "Where sweep folders are made.")
    var sweeps = "sweeps"

    @Option(help: "Budget: environment steps of each agent, on average (default: the task's recipe).")
    var stepsPerAgent: Int?

    @Option(help: "Budget: applied updates of all agents together.")
    var updates: UInt64?

    @Option(help: "Whom a new version goes to: reply, announce or push.")
    var broadcast: String?

    @Option(
        name: .customLong("set"), parsing: .unconditionalSingleValue,
        help: ArgumentHelp("Change a key in every run, as lapwing train does.", valueName: "change"))
    var changes: [String] = []

    @Option(help: "Episodes of the final evaluation of each run.")
    var evaluationEpisodes = 10

    @OptionGroup var environmentOptions: EnvironmentOptions
    @OptionGroup var formatOptions: FormatOptions

    func run() throws {
        var training = TrainingOptions(environment: try environmentOptions.choice(environment))
        training.agents = agents
        training.stepsPerAgent = stepsPerAgent
        training.updates = updates
        training.broadcast = broadcast
        training.evaluationEpisodes = evaluationEpisodes
        for change in changes { try training.overrides.add(change) }
        var options = SweepOptions(training: training)
        options.grid = try grid()
        options.seeds = seeds
        options.again = again
        options.parallel = parallel
        options.name = name
        options.sweeps = URL(fileURLWithPath: sweeps)
        options.passedOn = passedOn
        let report = try Training.Sweep(options).run()
        formatOptions.show("sweep", report) { report.line }
    }

    private func grid() throws -> SweepGrid {
        var grid = SweepGrid()
        grid.codecs = try list(codec).map { try .named($0) }
        grid.bits = try numbers(bits, "--bits") { Int($0) }
        grid.keptFractions = try numbers(keptFraction, "--kept-fraction") { Double($0) }
        grid.ranks = try numbers(rank, "--rank") { Int($0) }
        grid.skipThresholds = try numbers(skipThreshold, "--skip-threshold") { Double($0) }
        grid.skipRule = skipRule
        grid.feedback = feedback
        grid.downlinks = list(downlink)
        grid.extras = try extras.map { try SweepCell(parsing: $0) }
        let folder = profiles.map { URL(fileURLWithPath: $0) }
        grid.profiles = try list(profile).map { try Profile(named: $0, folder: folder) }
        return grid
    }

    /// What every run is told word for word.
    private var passedOn: [String] {
        var words = changes.flatMap { ["--set", $0] }
        let paths = [
            ("--plugin", environmentOptions.plugin), ("--models", environmentOptions.models),
            ("--bin-dir", environmentOptions.binaries), ("--environment-options", environmentOptions.options),
        ]
        for case (let flag, let value?) in paths { words += [flag, value] }
        return words
    }

    private func list(_ text: String) -> [String] {
        text.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
    }

    private func numbers<Number>(_ text: String, _ flag: String, _ parse: (String) -> Number?) throws -> [Number] {
        try list(text).map { word in
            guard let number = parse(word) else {
                throw TrainingError(.usage, "\(flag) \(text): \(word) is no number; separate numbers with commas")
            }
            return number
        }
    }
}
