import Foundation
import Testing

@testable import Training

@Suite("Learning curves")
struct LearningCurveTests {
    /// A curve with an evaluation every thousand steps of each of two agents.
    static func curve(_ returns: [Double], every steps: Double = 1000) throws -> LearningCurve {
        try LearningCurve(curve: text(returns, every: steps), path: "curve.csv")
    }

    static func text(_ returns: [Double], every steps: Double = 1000) -> String {
        var text = "virtual_seconds,steps,steps_per_agent,version,updates,bytes_up,bytes_down,return_mean,return_std,"
            + "recent_return\n"
        for (index, value) in returns.enumerated() {
            let place = Double(index) * steps
            text += "\(place / 1000),\(2 * place),\(place),\(2 * index),\(2 * index),\(100 * index),\(300 * index),"
                + "\(value),1.5,\(value - 10)\n"
        }
        return text
    }

    @Test("columns are found by name, in any order, and both ways are summed")
    func reading() throws {
        let curve = try Self.curve([0, 50, 100])
        #expect(curve.returns == [0, 50, 100])
        #expect(curve.isEvaluated)
        #expect(curve.places(.stepsPerAgent) == [0, 1000, 2000])
        #expect(curve.places(.steps) == [0, 2000, 4000])
        #expect(curve.places(.virtualSeconds) == [0, 1, 2])
        #expect(curve.places(.bytes) == [0, 400, 800])
        #expect(curve.places(.seconds) == nil)
        let swapped = try LearningCurve(curve: "return_mean,steps\n3,10\n4,20\n", path: "curve.csv")
        #expect(swapped.places(.steps) == [10, 20])
        #expect(swapped.returns == [3, 4])
    }

    @Test("a line that is just being written and points without a return are left out; a wrong line is named")
    func damaged() throws {
        let half = try LearningCurve(curve: "steps,return_mean\n10,3\n20,\n30,nan\n40,5\n50,", path: "curve.csv")
        #expect(half.returns == [3, 5])
        #expect(half.places(.steps) == [10, 40])
        let wrong = #expect(throws: TrainingError.self) {
            try LearningCurve(curve: "steps,return_mean\n10,3\n20,4,5\n", path: "a/curve.csv")
        }
        #expect(wrong?.message.hasPrefix("a/curve.csv:3: 3 fields") == true)
        #expect(throws: TrainingError.self) { try LearningCurve(curve: "steps,mean\n1,2\n", path: "curve.csv") }
        #expect(throws: TrainingError.self) { try LearningCurve(curve: "steps,return_mean\n", path: "curve.csv") }
        #expect(throws: TrainingError.self) { try LearningCurve(curve: "", path: "curve.csv") }
        let place = #expect(throws: TrainingError.self) {
            try LearningCurve(curve: "steps,return_mean\n,3\n20,4\n", path: "a/curve.csv")
        }
        #expect(place?.message.hasPrefix("a/curve.csv: steps is not a number in every line") == true)
    }

    @Test("a curve that is no text is refused, not replaced by the curve of the updates")
    func noText() throws {
        let root = RunFolderTests.temporaryFolder()
        defer { try? FileManager.default.removeItem(at: root) }
        let run = try RunComparisonTests.run(root, name: "a", seed: 1, mean: 10)
        try Data([0x66, 0xff, 0xfe, 0x0a]).write(to: RunFolder(url: run).curve)
        let error = #expect(throws: TrainingError.self) { try LearningCurve(reading: RunFolder(url: run), agents: 1) }
        #expect(error?.message.contains("curve.csv: this is no UTF-8 text") == true)
    }

    @Test("the curve of a run of processes is that of its updates, with the mean of the newest episodes")
    func updates() throws {
        let text = "version,agent,delay,episodes,return_mean,return_recent,steps_total,bytes_up,bytes_down,seconds\n"
            + "1,agent-1,0,0,,,1000,10,20,0.5\n2,agent-2,1,1,30,30,2000,20,40,1.0\n3,agent-1,0,1,50,40,3000,30,60,1.5\n"
        let curve = try LearningCurve(updates: text, path: "returns.csv", agents: 2)
        #expect(!curve.isEvaluated)
        #expect(curve.returns == [30, 40])
        #expect(curve.places(.steps) == [2000, 3000])
        #expect(curve.places(.stepsPerAgent) == [1000, 1500])
        #expect(curve.places(.seconds) == [1, 1.5])
        #expect(curve.places(.updates) == [2, 3])
        #expect(curve.places(.virtualSeconds) == nil)
    }

    @Test("the first crossing, the final and the best return are those that one reads off by hand")
    func statistics() throws {
        let curve = try Self.curve([0, 20, 120, 90, 130] + Array(repeating: 100, count: 14) + [160, 140])
        #expect(curve.returns.count == 21)
        #expect(curve.firstReaching(100, along: .stepsPerAgent) == 2000)
        #expect(curve.firstReaching(120, along: .stepsPerAgent) == 2000, "reaching is at least")
        #expect(curve.firstReaching(125, along: .steps) == 8000)
        #expect(curve.firstReaching(0, along: .steps) == 0)
        #expect(curve.firstReaching(161, along: .steps) == .infinity)
        #expect(curve.firstReaching(100, along: .seconds) == nil)
        // A tenth of 21 points are three: 100, 160, 140.
        #expect(abs(curve.finalReturn - 400.0 / 3) < 1e-12)
        #expect(curve.bestReturn == 160)
        #expect(try Self.curve([7]).finalReturn == 7)
    }

    @Test("thinning keeps the last point of each stretch, and so one look where another curve has one")
    func thinning() throws {
        let fine = try Self.curve([0, 10, 120, 30, 40, 50, 60, 70], every: 500)
        let thin = fine.thinned(along: .stepsPerAgent, spacing: 1000)
        #expect(thin.places(.stepsPerAgent) == [0, 1000, 2000, 3000, 3500])
        #expect(thin.returns == [0, 120, 40, 60, 70])
        #expect(thin.places(.bytesUp) == [0, 200, 400, 600, 700])
        #expect(fine.thinned(along: .stepsPerAgent, spacing: 2000).returns == [0, 40, 70])
        #expect(fine.thinned(along: .stepsPerAgent, spacing: 0) == fine)
        #expect(fine.thinned(along: .seconds, spacing: 100) == fine)
        #expect(fine.thinned(along: .stepsPerAgent, spacing: 2000).firstReaching(100, along: .steps) == .infinity)
    }

    @Test("between two points a curve is straight, and outside it is nothing")
    func interpolation() throws {
        let curve = try Self.curve([0, 10, 30])
        #expect(curve.value(at: 0, along: .stepsPerAgent) == 0)
        #expect(curve.value(at: 500, along: .stepsPerAgent) == 5)
        #expect(curve.value(at: 1750, along: .stepsPerAgent) == 25)
        #expect(curve.value(at: 2000, along: .stepsPerAgent) == 30)
        #expect(curve.value(at: 2001, along: .stepsPerAgent) == nil)
        #expect(curve.value(at: 1, along: .seconds) == nil)
    }

    @Test("a band has the median and the range over seeds, where all of them are")
    func band() throws {
        let returns: [[Double]] = [[0, 100, 200], [10, 20, 30, 40], [5, 60, 100]]
        let members = try returns.enumerated().map { index, values in
            CurveGroup.Member(seed: UInt64(9 - index), curve: try Self.curve(values))
        }
        let group = CurveGroup(label: "x", measure: .stepsPerAgent, members: members)
        #expect(group.members.map(\.seed) == [7, 8, 9])
        let band = group.band(count: 4)
        #expect(band.map(\.place) == [0, 500, 1000, 1500, 2000])
        #expect(band.first == CurveGroup.BandPoint(place: 0, median: 5, low: 0, high: 10))
        #expect(band.last == CurveGroup.BandPoint(place: 2000, median: 100, low: 30, high: 200))
        #expect(group.crossings(100) == [2000, .infinity, 1000])
        #expect(CurveGroup(label: "x", measure: .seconds, members: group.members).band().isEmpty)
        #expect(CurveGroup(label: "x", measure: .steps, members: []).band().isEmpty)
    }

    @Test("a ratio of medians counts what was never reached as later than all else")
    func ratios() throws {
        let ratio = try #require(SampleStatistics.ratio(of: [20, 30, 40, 50, .infinity], to: [4, 5, 5, 6, 8]))
        #expect(ratio.median == 8)
        #expect(ratio.low >= 2.5 && ratio.low < 8 && ratio.high > 8)
        let same = try #require(SampleStatistics.ratio(of: [6, 6, 6], to: [2, 2, 2]))
        #expect(same == SampleStatistics(median: 3, low: 3, high: 3))
        let never = try #require(SampleStatistics.ratio(of: [1, 2, 3], to: [.infinity, .infinity, .infinity]))
        #expect(never == SampleStatistics(median: 0, low: 0, high: 0))
        #expect(SampleStatistics.ratio(of: [.infinity], to: [.infinity]) == nil)
        #expect(SampleStatistics.ratio(of: [], to: [1]) == nil)
        #expect(SampleStatistics.ratio(of: [0, 2, 3], to: [1, 2, 3]) == nil, "one that began above the level")
        #expect(SampleStatistics.ratio(of: [1, 2, 3], to: [0, 2, 3]) == nil)
        let rarely = try #require(SampleStatistics.ratio(of: [.infinity], to: [1, 1, .infinity]))
        let tied = SampleStatistics(median: .infinity, low: 1, high: .infinity)
        #expect(rarely == tied, "a draw in which neither got there is a tie")
        let crossings = try #require(SampleStatistics([3, .infinity, 5, .infinity, .infinity]))
        #expect(crossings.median == .infinity)
        #expect(crossings.low == 3)
    }

    @Test("numbers in tables have three digits, and what never was says so")
    func shown() {
        #expect(CurveMeasure.stepsPerAgent.shown(13_500) == "13.5k")
        #expect(CurveMeasure.stepsPerAgent.shown(3000) == "3k")
        #expect(CurveMeasure.virtualSeconds.shown(4.353) == "4.35")
        #expect(CurveMeasure.virtualSeconds.shown(34) == "34")
        #expect(CurveMeasure.virtualSeconds.shown(-0.5) == "-0.50")
        #expect(CurveMeasure.bytesUp.shown(1_560_000) == "1.56 MB")
        #expect(CurveMeasure.bytesUp.shown(.infinity) == "never")
        #expect(ProgressLine.threeDigits(1_600_000) == "1.60M")
    }
}
