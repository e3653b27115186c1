import Aggregation
import Testing

@Suite("What can be chosen about a filter")
struct ArrivalFilterSettingsTests {
    @Test("settings that cannot be are said to be unusable")
    func unusable() {
        #expect(!FilteredServer.settings(.kardam) { $0.stalenessMaximum = 4_096 }.isUsable)
        #expect(!FilteredServer.settings(.kardam) { $0.tolerance = 0 }.isUsable)
        let spoilt = FilteredServer.settings(.basgd) { $0.combination.adversariesMaximum = 2 }
        #expect(!spoilt.isUsable, "4 buffers, 2 adversaries")
        #expect(!FilteredServer.settings(.zeno) { $0.zenoAgeMaximum = 0 }.isUsable)
        for kind in [ArrivalFilterSettings.Kind.none, .kardam, .basgd, .zeno] {
            #expect(FilteredServer.settings(kind).isUsable)
        }
    }
}
