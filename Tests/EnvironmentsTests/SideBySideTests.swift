import Bounded
import Testing

@testable import Environments

@Suite("Two swimmers side by side")
struct SideBySideTests {
    @Test("move as each moves alone, to the bit, at their joints' stops and beyond, and turned round many times")
    func sameAsAlone() {
        var draws = RandomGenerator(seed: 5)
        var stopped = 0
        for trial in 0..<200 {
            var first = Self.swimmer(&draws, joints: 2, turns: 0)
            var second = Self.swimmer(&draws, joints: 1.8, turns: trial % 10 == 0 ? 50_000 : 0)
            var (firstAlone, secondAlone) = (first, second)
            for _ in 0..<20 {
                let actions = (0..<4).map { _ in draws.uniform(-1.5, 1.5) }
                actions.withUnsafeBufferPointer { actions in
                    let one = UnsafeBufferPointer(rebasing: actions[0..<2])
                    let other = UnsafeBufferPointer(rebasing: actions[2..<4])
                    let (reward1, reward2) = Swimmer.step(&first, &second, actions: (one, other))
                    #expect(reward1 == firstAlone.step(action: one))
                    #expect(reward2 == secondAlone.step(action: other))
                }
                #expect(Self.bits(first) == Self.bits(firstAlone))
                #expect(Self.bits(second) == Self.bits(secondAlone))
                if abs(Self.observation(first)[1]) > 1.7453292519943295 { stopped += 1 }
            }
        }
        #expect(stopped > 50)
    }

    private static func swimmer(_ draws: inout RandomGenerator, joints: Double, turns: Double) -> Swimmer {
        var state = (0..<10).map { _ in draws.uniform(-2, 2) }
        state[2] += 2 * .pi * turns
        state[3] = draws.uniform(-joints, joints)
        state[4] = draws.uniform(-joints, joints)
        var swimmer = Swimmer()
        state.withUnsafeBufferPointer { swimmer.setState($0) }
        return swimmer
    }

    private static func observation(_ swimmer: Swimmer) -> [Double] {
        var numbers = [Double](repeating: 0, count: 8)
        numbers.withUnsafeMutableBufferPointer { swimmer.observe(into: $0) }
        return numbers
    }

    private static func bits(_ swimmer: Swimmer) -> [UInt64] { observation(swimmer).map(\.bitPattern) }
}
