import GradientCodec
import Testing

@testable import Training

@Suite("Grids of sweeps")
struct SweepGridTests {
    @Test("codecs are multiplied with what applies to them, and the dense run comes first")
    func product() throws {
        var grid = SweepGrid()
        grid.codecs = [.uniform, .ternary, .topK]
        grid.bits = [2, 8]
        grid.keptFractions = [0.1, 0.01]
        grid.skipThresholds = [0, 1]
        let cells = try grid.cells()
        #expect(
            cells.map(\.label) == [
                "dense-float32", "uniform 2 bit", "uniform 2 bit, c 1", "uniform 8 bit", "uniform 8 bit, c 1",
                "ternary", "ternary, c 1", "top-k 0.1 + EF", "top-k 0.1 + EF, c 1", "top-k 0.01 + EF",
                "top-k 0.01 + EF, c 1",
            ])
        #expect(cells[0].settings.settings.isEmpty, "dense is what the programs do by themselves")
        #expect(
            cells[2].settings.settings == [
                Setting("uplink", "codec", "uniform"), Setting("uplink", "bits", "2"),
                Setting("uplink", "skip_rule", "lapg"), Setting("uplink", "skip_noise_factor", "1"),
                Setting("uplink", "mirror", "float32"),
            ])
        #expect(cells[7].value("uplink", "feedback") == "error")
        #expect(cells[7].value("uplink", "mirror") == "", "error feedback needs none")
    }

    @Test("bits alone mean uniform, shares top-k, ranks low-rank, thresholds the dense run with a gate")
    func implied() throws {
        var grid = SweepGrid()
        grid.bits = [4]
        #expect(try grid.cells().map(\.label) == ["dense-float32", "uniform 4 bit"])
        grid.keptFractions = [0.5]
        grid.ranks = [2]
        #expect(try grid.cells().map(\.family) == ["dense-float32", "uniform", "top-k", "low-rank"])
        var gates = SweepGrid()
        gates.skipThresholds = [0, 0.5, 1.5]
        #expect(
            try gates.cells().map(\.label) == ["dense-float32", "dense-float32, c 0.5", "dense-float32, c 1.5"],
            "no gate on dense is the dense run itself")
    }

    @Test("the grid codes innovations and keeps a mirror, unless told otherwise")
    func feedback() throws {
        var grid = SweepGrid()
        grid.codecs = [.grid]
        grid.bits = [4]
        let cell = try #require(try grid.cells().last)
        #expect(cell.value("uplink", "feedback") == "innovation")
        #expect(cell.value("uplink", "mirror") == "float32")
        grid.feedback = "none"
        let plain = try #require(try grid.cells().last)
        #expect(plain.value("uplink", "feedback") == "")
        #expect(plain.label == "grid 4 bit")
    }

    @Test("values out of range, and lists that no codec uses, are refused with their flag")
    func refusals() {
        func refusal(_ change: (inout SweepGrid) -> Void) -> String {
            var grid = SweepGrid()
            change(&grid)
            let error = #expect(throws: TrainingError.self) { try grid.cells() }
            #expect(error?.code == .usage)
            return error?.message ?? ""
        }
        #expect(refusal { $0.bits = [0] }.contains("--bits 0"))
        #expect(refusal { $0.keptFractions = [1.5] }.contains("--kept-fraction 1.5"))
        #expect(refusal { $0.skipThresholds = [-1] }.contains("--skip-threshold"))
        #expect(refusal { $0.feedback = "some" }.contains("--feedback some"))
        #expect(refusal { $0.skipRule = "never" }.contains("--skip-rule never"))
        #expect(refusal { ($0.codecs, $0.bits) = ([.ternary], [4]) }.contains("--bits"))
        #expect(refusal { ($0.codecs, $0.keptFractions) = ([.sign], [0.1]) }.contains("--kept-fraction"))
    }

    @Test("a cell can be spelt out, with keys of the uplink and of the downlink")
    func extras() throws {
        let cell = try SweepCell(parsing: "mixed: codec=top-k, kept_fraction=0.01, downlink.codec=lattice")
        #expect(cell.label == "mixed")
        #expect(cell.family == "top-k")
        #expect(
            cell.settings.settings == [
                Setting("uplink", "codec", "top-k"), Setting("uplink", "kept_fraction", "0.01"),
                Setting("downlink", "codec", "lattice"),
            ])
        var grid = SweepGrid()
        grid.extras = [cell]
        #expect(try grid.cells().map(\.label) == ["dense-float32", "mixed"])
        for text in ["", "x", "x:", "x: codec", "x: a=1,,b", ": codec=sign", "x: .=1"] {
            #expect(throws: TrainingError.self, "\(text)") { try SweepCell(parsing: text) }
        }
    }

    @Test("a label becomes a name that a folder can have")
    func slug() throws {
        var grid = SweepGrid()
        grid.codecs = [.topK]
        grid.keptFractions = [0.003]
        grid.skipThresholds = [1.5]
        let cell = try #require(try grid.cells().last)
        #expect(cell.slug == "top-k-0.003-ef-c-1.5")
        #expect(RunFolder.isUsable(cell.slug))
    }
}
