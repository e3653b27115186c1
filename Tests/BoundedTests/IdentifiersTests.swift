import Bounded
import Testing

@Suite("Identifiers")
struct IdentifiersTests {
    @Test("are ordered by their number, and follow each other")
    func order() {
        #expect(PolicyVersion.initial.next == PolicyVersion(1))
        #expect(PolicyVersion(9) < PolicyVersion(10))
        #expect(BootEpoch(1) < BootEpoch(2))
        #expect(UpdateSequence(0).next == UpdateSequence(1))
        #expect(UpdateSequence(1) < UpdateSequence(2))
    }

    @Test("two keys are equal when all their bytes are")
    func keys() {
        let key = AgentKey(words: (1, 2, 3, 4))
        #expect(key == AgentKey(words: (1, 2, 3, 4)))
        #expect(key != AgentKey(words: (1, 2, 3, 5)))
        #expect(key != AgentKey(words: (0, 2, 3, 4)))
        #expect(Set([key, AgentKey(words: (1, 2, 3, 4)), AgentKey(words: (4, 3, 2, 1))]).count == 2)
    }
}
