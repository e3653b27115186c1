import Testing
import Training

@testable import Simulation

@Suite("A list of adversaries")
struct AdversaryListTests {
    @Test("counts, kinds and strengths are read, and the last agents are the adversaries")
    func reads() throws {
        let list = try AdversaryList(parsing: "2xsign-flip, nan,1xalie:0.7")
        #expect(list.members.map(\.kind) == [.signFlip, .signFlip, .notANumber, .littleIsEnough])
        #expect(list.members.map(\.strength) == [2.5, 2.5, 1, 0.7])
        let kinds = (1...6).map { list.member($0, of: 6)?.kind }
        #expect(kinds == [nil, nil, .signFlip, .signFlip, .notANumber, .littleIsEnough])
        #expect(AdversaryList().members.isEmpty && AdversaryList().member(1, of: 1) == nil)
    }

    @Test(
        "anything else is refused, with the kinds that there are",
        arguments: ["", "sign-flop", "0xnan", "2nan", "x", "nan,", "alie:", "alie:1:2", "alie:inf", "-1xnan"])
    func refuses(text: String) {
        let error = #expect(throws: TrainingError.self) { try AdversaryList(parsing: text) }
        #expect(error.map { "\($0)" }?.contains("sign-flip, noise, zero, alie") == true)
    }
}
