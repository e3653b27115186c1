import Foundation
import Testing

@testable import Training

@Suite("Experiments")
struct ExperimentTests {
    static let text = """
        [experiment]
        title = How N helps
        source = nobody, figure 1
        seeds = 1-3
        tuning_seeds = 11, 12
        tuning_level = 100
        levels = 50, 100
        spacing = 1000
        baseline = one

        [common]
        environment = swimmer
        steps-per-agent = 4000
        gateway.aggregation.momentum = 0.3

        [panel small]
        gateway.aggregation.step_size = 0.02

        [panel {liars}]
        adversaries = 2x{panel}
        levels = 70

        [arm one]
        agents = 1

        [arm two]
        agents = 2
        panels = small

        [tune two]
        gateway.aggregation.step_size = 0.01, 0.05
        """

    static func description(_ text: String = Self.text) throws -> ExperimentDescription {
        try ExperimentDescription(name: "trial", parsing: text, path: "trial.conf")
    }

    /// Leaves what a run would leave.
    static func finish(
        _ job: ExperimentJob, _ returns: [Double], exit: RunSummary.Exit = .budget
    ) throws {
        let run = job.folder.appending(path: "latest")
        try FileManager.default.createDirectory(at: run, withIntermediateDirectories: true)
        var summary = SweepReportTests.summary(job.seed, mean: returns.last ?? 0, up: 1000)
        summary.exit = exit
        try summary.write(to: run.appending(path: "summary.json"))
        try Data(LearningCurveTests.text(returns).utf8).write(to: run.appending(path: "curve.csv"))
    }

    static func temporaryFolder() -> URL { RunFolderTests.temporaryFolder() }

    @Test("panels multiply arms; an arm's flags go before a panel's, and those before the common ones")
    func reading() throws {
        let description = try Self.description()
        #expect(description.panels.map(\.label) == ["small", "{liars}"])
        #expect(description.seeds == [1, 2, 3])
        #expect(description.tuningSeeds == [11, 12])
        let (small, liars) = (description.panels[0], description.panels[1])
        #expect(description.arms(in: small).map(\.label) == ["one", "two"])
        #expect(description.arms(in: liars).map(\.label) == ["one"])
        #expect(description.levels(of: small) == [50, 100])
        #expect(description.levels(of: liars) == [70])
        let two = description.arms[1]
        #expect(two.candidates.map { $0.value("gateway.aggregation.step_size") } == ["0.01", "0.05"])
        let flags = description.flags(two, in: small, candidate: two.candidates[1])
        #expect(
            flags.words == [
                "--environment", "swimmer", "--steps-per-agent", "4000", "--set", "gateway.aggregation.momentum=0.3",
                "--set", "gateway.aggregation.step_size=0.05", "--agents", "2", "--evaluate-every", "2000",
            ])
        #expect(description.flags(description.arms[0], in: liars).value("adversaries") == "2x{liars}")
        #expect(description.baseline(in: small)?.label == "one")
        let timed = try Self.description(
            Self.text.replacing("spacing = 1000", with: "spacing = 2.5\nmeasure = virtual_seconds"))
        let words = timed.flags(timed.arms[0], in: timed.panels[0])
        #expect(words.value("evaluate-every-seconds") == "2.5" && words.value("evaluate-every") == nil)
        let often = try Self.description(Self.text.replacing("spacing = 1000", with: "spacing = 0.4"))
        #expect(often.flags(often.arms[0], in: often.panels[0]).value("evaluate-every") == "1")
    }

    @Test(
        "what a description cannot have is refused with file and line",
        arguments: [
            ("[experiment]\ntitle = x\nseed = 3", "trial.conf:3: seed: no such key"),
            ("[experiment]\ntitle = x\n[common]\nsteps = 3", "trial.conf:4: steps: no such flag"),
            ("[common]\nseed = 3", "trial.conf:2: seed: no such flag"),
            ("[common]\nruns = here", "trial.conf:2: runs: no such flag"),
            ("[common]\nagents = 2\nagents = 3", "trial.conf:3: agents: this is there already"),
            ("[common]\nagents =", "trial.conf:2: agents: a value is missing"),
            ("[common]\ngatewy.aggregation.rule = afedpg", "trial.conf:2: gatewy.aggregation.rule: expected"),
            ("[setting x]\n", "trial.conf:1: [setting x]: expected"),
            ("[arm]\n", "trial.conf:1: [arm ]: expected"),
            ("[common loud]\n", "trial.conf:1: [common loud]: expected"),
            ("title = x\n", "trial.conf:1: title = x: expected"),
            ("[experiment]\nwhat is this", "trial.conf:2: what is this: expected"),
            ("[experiment]\nmeasure = stamina", "trial.conf:2: measure = stamina: steps_per_agent"),
            ("[experiment]\nlevels = 3, 2", "trial.conf:2: levels = 3, 2: rising"),
            ("[experiment]\nlevels = 3, high", "trial.conf:2: levels = 3, high: rising"),
            ("[experiment]\nspacing = -1", "trial.conf:2: spacing = -1: a number"),
            ("[experiment]\nseeds = 5-1", "trial.conf:2: seeds = 5-1: such as"),
            ("[experiment]\nseeds = 1, 1", "trial.conf:2: seeds = 1, 1: such as"),
            ("[experiment]\naxis = bent", "trial.conf:2: axis = bent: linear"),
            ("[arm a]\n[arm a]", "trial.conf:2: [arm a] is there already"),
            ("[panel a]\n[panel a]", "trial.conf:2: [panel a] is there already"),
            ("[arm a]\npanels = b", "trial.conf:2: panels: there is no [panel b]"),
            ("[tune a]\nagents = 1, 2", "trial.conf:1: [tune a]: there is no [arm a]"),
            ("[arm a]\n[tune a]\nspeed = 1, 2", "trial.conf:3: speed: no such flag"),
            ("[experiment]\ntitle = x\n", "trial.conf:1: there is no [arm LABEL]"),
            ("[arm a]\nagents = 1\nenvironment = x", "trial.conf:1: [experiment] has no title"),
            ("[experiment]\ntitle = x\nbaseline = b\n[arm a]", "trial.conf:1: baseline = b: there is no such arm"),
            (
                "[experiment]\ntitle = x\nseeds = 2-11\ntuning_seeds = 11\n[arm a]\n[tune a]\nagents = 1, 2",
                "trial.conf:1: seed 11 is one of tuning_seeds, and what was chosen on a seed cannot be measured on it"
            ),
            ("[experiment]\ntitle = x\n[arm a]\nagents = many", "trial.conf:3:  a: environment and a number"),
        ])
    func refusals(text: String, message: String) throws {
        let error = #expect(throws: TrainingError.self) { try Self.description(text) }
        #expect(error?.code == .configuration)
        #expect(error?.message.hasPrefix(message) == true, "\(error?.message ?? "")")
    }

    @Test("seeds are ranges and lists, each once")
    func seeds() {
        #expect(ExperimentDescription.seeds(parsing: "1-3, 7") == [1, 2, 3, 7])
        #expect(ExperimentDescription.seeds(parsing: "4") == [4])
        for text in ["", "0", "a", "1-", "-1", "1-2-3", "2,2", "1-2000"] {
            #expect(ExperimentDescription.seeds(parsing: text) == nil, "\(text)")
        }
    }

    @Test("a run is named after what it is told, so that equal ones are shared and others are not")
    func hashes() throws {
        let root = URL(fileURLWithPath: "/nowhere")
        let plan = ExperimentPlan(try Self.description(), root: root)
        let trials = plan.trials(plan.cells)
        #expect(trials.count == 4)
        #expect(Set(trials.map(\.folder)).count == 4)
        let runs = plan.runs(plan.cells)
        #expect(runs.count == 6, "an arm whose trials are missing waits")
        let shared = Self.text.replacing("adversaries = 2x{panel}\n", with: "gateway.aggregation.step_size = 0.02\n")
        let other = ExperimentPlan(try Self.description(shared), root: root)
        #expect(other.runs(other.cells).count == 3, "the panels ask for the same runs of one")
        #expect(Set(other.runs(other.cells).map(\.folder)).isSubset(of: Set(runs.map(\.folder))))
        #expect(runs.allSatisfy { !$0.arguments.contains("--name") && $0.item.arguments.contains("--runs") })
        #expect(runs.map(\.seed) == [1, 1, 2, 2, 3, 3], "the first seed of every cell comes first")
    }

    @Test("a run that has ended is not run again, one that was interrupted or has other keys is")
    func resumption() throws {
        let root = Self.temporaryFolder()
        defer { try? FileManager.default.removeItem(at: root) }
        let plan = ExperimentPlan(try Self.description(), root: root)
        let job = try #require(plan.runs(plan.cells).first)
        #expect(job.run.outcome == nil)
        try Self.finish(job, [0, 1], exit: .interrupted)
        #expect(job.run.outcome == nil)
        #expect(job.curve == nil)
        try Self.finish(job, [0, 1])
        #expect(job.curve?.returns == [0, 1])
        let again = ExperimentPlan(try Self.description(), root: root)
        #expect(again.runs(again.cells).filter { $0.run.outcome == nil }.count == 5)
        let changed = Self.text.replacing("momentum = 0.3", with: "momentum = 0.2")
        let other = ExperimentPlan(try Self.description(changed), root: root)
        #expect(other.runs(other.cells).allSatisfy { $0.run.outcome == nil })
    }

    @Test("a run from before this program was built is said to be old; of one that has not ended nothing is said")
    func age() throws {
        let root = Self.temporaryFolder()
        defer { try? FileManager.default.removeItem(at: root) }
        let plan = ExperimentPlan(try Self.description(), root: root)
        let job = try #require(plan.runs(plan.cells).first)
        #expect(!job.run.isOld)
        try Self.finish(job, [0, 1])
        #expect(!job.run.isOld)
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSince1970: 1e9)], ofItemAtPath: job.run.summary.path)
        #expect(job.run.isOld)
        try FileManager.default.setAttributes([.modificationDate: Date()], ofItemAtPath: job.run.summary.path)
        #expect(!job.run.isOld)
        let plugin = root.appending(path: "plugin.so")
        try Data().write(to: plugin)
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSinceNow: 3600)], ofItemAtPath: plugin.path)
        try Data("[environment]\nplugin = \(plugin.path)\n".utf8).write(to: job.run.effectiveConfiguration)
        #expect(job.run.isOld, "its plug-in was built later")
        #expect(RunQueue.remark(old: 0, again: false).isEmpty)
        let remark = RunQueue.remark(old: 3, again: false)
        #expect(remark == ", 3 of them older than this program (--again runs them again)")
    }

    @Test("seeds that settings are chosen on are refused when they are asked for")
    func tuningSeeds() throws {
        var options = ExperimentOptions()
        options.seeds = [3, 12]
        let description = try Self.description()
        let error = #expect(throws: TrainingError.self) { try options.check(description) }
        #expect(error?.code == .usage)
        #expect(error?.message.hasPrefix("--seeds: seed 12 is one of tuning_seeds") == true)
        let untuned = try Self.description(Self.text.replacing(/(?s)\[tune.*/, with: ""))
        try options.check(untuned)
    }

    @Test("trials choose the candidate that reaches the level soonest, or else the one that ends highest")
    func tuning() throws {
        let root = Self.temporaryFolder()
        defer { try? FileManager.default.removeItem(at: root) }
        let plan = ExperimentPlan(try Self.description(), root: root)
        let cell = try #require(plan.cells.first { $0.arm.label == "two" })
        #expect(plan.choice(cell) == nil)
        for job in cell.trials[0] { try Self.finish(job, [0, 50, 90, 120, 300]) }
        #expect(plan.choice(cell) == nil, "half of the trials are no choice")
        for job in cell.trials[1] { try Self.finish(job, [0, 50, 110, 120, 120]) }
        #expect(plan.choice(cell)?.value("gateway.aggregation.step_size") == "0.05")
        #expect(plan.jobs(cell)?.first?.arguments.contains("gateway.aggregation.step_size=0.05") == true)
        for job in cell.trials[0] + cell.trials[1] { try Self.finish(job, [0, 20]) }
        for job in cell.trials[0] { try Self.finish(job, [0, 30]) }
        #expect(plan.choice(cell)?.value("gateway.aggregation.step_size") == "0.01")
        #expect(try #require(plan.jobs(cell)).map(\.seed) == [1, 2, 3], "never the seeds of the trials")
    }

    @Test("every description that is checked in can be read, and plans runs that differ")
    func checkedIn() throws {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "../../experiments")
        let list = try ExperimentList(folder: folder)
        let names = [
            "afedpg-speedup", "afedpg-time", "bytes-to-return", "byzantine", "byzantine-async",
            "lapg-uploads", "nigt", "npg",
        ]
        #expect(Set(names).isSubset(of: Set(list.entries.map(\.name))))
        for entry in list.entries {
            let description = try ExperimentDescription(reading: folder.appending(path: "\(entry.name).conf"))
            #expect(!description.source.isEmpty && !description.question.isEmpty, "\(entry.name)")
            for panel in description.panels {
                #expect(!description.levels(of: panel).isEmpty, "\(entry.name), \(panel.label)")
                #expect(description.seeds(of: panel).count >= 3, "\(entry.name), \(panel.label)")
                #expect(
                    Set(description.tuningSeeds).isDisjoint(with: description.seeds(of: panel)), "\(entry.name)")
                let arms = description.arms(in: panel)
                #expect(arms.contains { $0.label == description.baseline(in: panel)?.label }, "\(entry.name)")
                let words = arms.filter { $0.tuning.isEmpty }.map { description.flags($0, in: panel).words }
                #expect(Set(words).count == words.count, "\(entry.name), \(panel.label): two arms are the same run")
            }
            let plan = ExperimentPlan(description, root: URL(fileURLWithPath: "/nowhere"))
            #expect(!plan.trials(plan.cells).isEmpty || !plan.runs(plan.cells).isEmpty)
        }
    }
}
