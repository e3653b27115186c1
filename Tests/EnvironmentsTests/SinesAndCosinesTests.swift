import Bounded
import Foundation
import Testing

@testable import Environments

@Suite("Sines and cosines of four angles")
struct SinesAndCosinesTests {
    @Test("are within two units in the last place of the C library's", arguments: [1.0, 10, 1e3, 2e4])
    func accuracy(range: Double) {
        var generator = RandomGenerator(seed: 7)
        var worst = 0.0
        for _ in 0..<20_000 {
            // Near a multiple of π/2 one of the two is tiny, and its last place small.
            let turns = (generator.uniform(-range, range) / (Double.pi / 2)).rounded()
            let angles = SIMD4(
                generator.uniform(-range, range), generator.uniform(-1, 1), turns * (Double.pi / 2),
                generator.uniform(-range, range))
            let (sines, cosines) = sinesAndCosines(angles)
            for index in 0..<4 {
                let sine = sin(angles[index]), cosine = cos(angles[index])
                worst = max(worst, abs(sines[index] - sine) / sine.ulp, abs(cosines[index] - cosine) / cosine.ulp)
            }
        }
        #expect(worst <= 2, "\(worst) units")
    }

    @Test("are the C library's own beyond the range, and no numbers of no number")
    func beyond() {
        let angles = SIMD4(1e6, -3e15, .infinity, .nan)
        let (sines, cosines) = sinesAndCosines(angles)
        for index in 0..<2 {
            #expect(sines[index] == sin(angles[index]) && cosines[index] == cos(angles[index]))
        }
        for index in 2..<4 { #expect(sines[index].isNaN && cosines[index].isNaN) }
    }

    @Test("are exact at zero and at half turns")
    func zeros() {
        let (sines, cosines) = sinesAndCosines(SIMD4(0, -0.0, .pi, -.pi))
        #expect(sines[0] == 0 && sines[1] == 0)
        #expect(cosines[0] == 1 && cosines[1] == 1 && cosines[2] == -1 && cosines[3] == -1)
    }
}
