import Bounded
import Testing

@Suite("Memory plan")
struct MemoryPlanTests {
    @Test("starts empty")
    func empty() {
        let plan = MemoryPlan()
        #expect(plan.count == 0 && plan.totalBytes == 0)
    }

    @Test("stops the program at a line that it does not have")
    func bounds() async {
        await #expect(processExitsWith: .failure) { _ = MemoryPlan()[0] }
    }
}
