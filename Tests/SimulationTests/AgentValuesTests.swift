import Testing
import Training

@testable import Simulation

@Suite("A number for each agent")
struct AgentValuesTests {
    private func values(_ text: String, count: Int) throws -> [Double] {
        let list = try AgentValues(parsing: text, flag: "--slowness", range: 0.001...1e6)
        return (1...count).map { list.value($0) }
    }

    @Test("a value with a count stands for so many agents, and the last value for all the rest")
    func lists() throws {
        #expect(try values("1x7,4.3", count: 9) == [1, 1, 1, 1, 1, 1, 1, 4.3, 4.3])
        #expect(try values("1, 1,2", count: 4) == [1, 1, 2, 2])
        #expect(try values("3", count: 2) == [3, 3])
    }

    @Test("sqrt is the square root of the agent's number")
    func root() throws {
        #expect(try values("sqrt", count: 4) == [1, Double(2).squareRoot(), Double(3).squareRoot(), 2])
    }

    @Test(
        "what is no list of numbers in range is refused with the flag", arguments: ["", "1,,2", "0", "x3", "1x0", "a"])
    func refusals(text: String) {
        let error = #expect(throws: TrainingError.self) { try values(text, count: 1) }
        #expect(error?.code == .usage)
        #expect(error?.message.contains("--slowness") == true)
    }
}
