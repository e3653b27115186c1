import Aggregation
import Bounded
import Foundation
import Testing

@Suite("Zeno++ before an asynchronous rule")
struct ValidationFilterTests {
    /// Gives the filter `gradient`, sampled with `version`, to compare with.
    static func trust(_ server: inout FilteredServer, _ gradient: [Float], of version: UInt64 = 0) -> Bool {
        server.filter.takeValidation(leakedVector(gradient), of: PolicyVersion(version))
    }

    @Test("agrees with the paper's score, and gives what passes the length of the trusted gradient")
    func zenoReference() throws {
        let seed: UInt64 = 1_903_070
        var generator = RandomGenerator(seed: seed)
        var passes = 0
        for trial in 0..<200 {
            let rho = 0.05 * generator.uniform()
            let epsilon = trial % 2 == 0 ? 0 : generator.uniform()
            var server = try FilteredServer(
                FilteredServer.settings(.zeno) {
                    $0.zenoRho = rho
                    $0.zenoEpsilon = epsilon
                }, rule: FilteredServer.plain, initial: [0, 0, 0, 0])
            let trusted = (0..<4).map { _ in Float(generator.normal()) }
            let isTrusted = Self.trust(&server, trusted)
            #expect(isTrusted)
            let gradient = (0..<4).map { _ in Float(30 * generator.normal()) }
            let verdict = server.take(gradient, from: 0, base: 0)
            // γ⟨v, g̃⟩ − ρ‖g̃‖² + γε with γ = 0.1 and their ρ = γ times ours.
            let length = trusted.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
            let own = gradient.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
            let scaled = gradient.map { Double($0) * length / own }
            var product = 0.0
            for j in 0..<4 { product += Double(trusted[j]) * scaled[j] }
            let score = 0.1 * product - 0.1 * rho * length * length + 0.1 * epsilon
            let hasPassed = if case .passed = verdict { true } else { false }
            #expect(hasPassed == (score >= 0), "trial \(trial), seed \(seed)")
            #expect(relativeError(server.parameters, hasPassed ? scaled.map { 0.1 * $0 } : [0, 0, 0, 0]) < 1e-6)
            passes += hasPassed ? 1 : 0
        }
        #expect(passes > 50 && passes < 180)
    }

    @Test("lets nothing pass before it trusts something, nor behind a trusted gradient older than k versions")
    func zenoWaits() throws {
        var server = try FilteredServer(
            FilteredServer.settings(.zeno) { $0.zenoAgeMaximum = 2 }, rule: FilteredServer.plain, initial: [0])
        #expect(server.take([1], from: 0, base: 0) == .waiting)
        #expect(!Self.trust(&server, [0]), "no direction")
        #expect(server.take([1], from: 0, base: 0) == .waiting)
        #expect(Self.trust(&server, [2]))
        for age in 0...2 as ClosedRange<UInt64> {
            #expect(server.version == age)
            // What is refused ages nothing.
            #expect(server.take([-1], from: 1, base: age) == .refused(.direction))
            #expect(server.take([1], from: 0, base: age) == .passed(gradientNorm: 1))
        }
        #expect(server.take([1], from: 0, base: 3) == .waiting)
        #expect(server.take([-1], from: 1, base: 3) == .waiting)
        #expect(Self.trust(&server, [-2], of: 2))
        #expect(server.take([-1], from: 1, base: 3) == .passed(gradientNorm: 1))
        #expect(!Self.trust(&server, [2], of: 1), "older than what is trusted")
        #expect(server.take([1], from: 0, base: 4) == .refused(.direction))
        #expect(server.version == 4)
    }
}
