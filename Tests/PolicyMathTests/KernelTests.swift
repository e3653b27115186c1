import Bounded
import Foundation
import Testing

@testable import PolicyMath

struct KernelTests {
    @Test("tanh is within 5 units in the last place of the C library's (6 if not fused), and never beyond one",
        arguments: Build.allCases)
    func tanhAccuracy(build: Build) {
        let count = 400_000
        let values = UnsafeMutablePointer<Float>.allocate(capacity: count)
        defer { values.deallocate() }
        let points = (0..<count).map { index -> Float in
            index < 300_000 ? Float(index) * 10 / 300_000 : Float(exp(-Double(index - 300_000) / 1_200))
        }
        for sign: Float in [1, -1] {
            for index in 0..<count { values[index] = sign * points[index] }
            build.kernels.replaceByTanh(count, values)
            var worst = 0.0
            for index in 0..<count {
                let exact = Foundation.tanh(Double(sign * points[index]))
                worst = max(worst, abs(Double(values[index]) - exact) / Double(Float(exact).ulp))
                if abs(values[index]) > 1 { Issue.record("tanh(\(points[index])) is beyond one") }
            }
            #expect(worst <= (build == .baseline ? 6 : 5))
        }
    }

    @Test("tanh of the far ends is one, of zero zero, of no number no number", arguments: Build.allCases)
    func tanhEnds(build: Build) {
        let values = UnsafeMutablePointer<Float>.allocate(capacity: 8)
        defer { values.deallocate() }
        for (index, value) in [0, -0.0, Float.infinity, -.infinity, 1e30, -1e30, .nan, 1e-30].enumerated() {
            values[index] = value
        }
        build.kernels.replaceByTanh(8, values)
        #expect(values[0] == 0 && values[1] == 0)
        for index in 2...5 { #expect(abs(abs(values[index]) - 1) < 3e-7) }
        #expect(values[2] > 0 && values[3] < 0 && values[4] > 0 && values[5] < 0)
        #expect(values[6].isNaN)
        #expect(abs(values[7] - 1e-30) < 1e-36)
    }

    @Test("vectors of any length are added, scaled and multiplied without touching what lies behind them",
        arguments: Build.allCases)
    func tails(build: Build) {
        let seed = propertySeed("vector tails")
        var generator = RandomGenerator(seed: seed)
        let kernels = build.kernels
        let canary: Float = 12345
        for count in 0...70 {
            let x = generator.normals(count), y = generator.normals(count)
            let left = UnsafeMutablePointer<Float>.allocate(capacity: count + 16)
            let right = UnsafeMutablePointer<Float>.allocate(capacity: count + 16)
            defer {
                left.deallocate()
                right.deallocate()
            }
            func reset() {
                for index in 0..<(count + 16) {
                    left[index] = index < count ? Float(x[index]) : canary
                    right[index] = index < count ? Float(y[index]) : canary
                }
            }
            func check(_ expected: [Double]) {
                for index in 0..<count where abs(Double(right[index]) - expected[index]) > 1e-5 {
                    Issue.record("element \(index) of \(count) is wrong")
                }
                for index in count..<(count + 16) where right[index] != canary || left[index] != canary {
                    Issue.record("element \(index) beyond \(count) was written")
                }
            }
            reset()
            kernels.addScaled(count, 0.5, left, right)
            check((0..<count).map { y[$0] + 0.5 * x[$0] })
            reset()
            kernels.scaleThenAdd(count, 0.5, left, right)
            check((0..<count).map { 0.5 * y[$0] + x[$0] })
            reset()
            kernels.multiply(count, -3, right)
            check((0..<count).map { -3 * y[$0] })
            reset()
            let product = kernels.dotProduct(count, left, right)
            #expect(abs(Double(product) - zip(x, y).reduce(0) { $0 + $1.0 * $1.1 }) < 1e-4)
            reset()
            kernels.addOuterProduct(2, left, min(1, count), left, count, right)
            check((0..<count).map { y[$0] + 2 * x[0] * x[$0] })
        }
    }

    @Test("a step of Adam is the one of the paper in double precision", arguments: Build.allCases)
    func adam(build: Build) throws {
        var generator = RandomGenerator(seed: 7)
        let count = 37
        var arena = try Arena.large()
        var p = generator.normals(count), m = p.map { _ in 0.0 }, v = m
        let parameters = try arena.vector(p)
        let first = try arena.vector(count, holder: "test"), second = try arena.vector(count, holder: "test")
        for step in 1...50 {
            let g = generator.normals(count)
            let gradient = try arena.vector(g)
            let correction = (1 - pow(0.999, Double(step))).squareRoot()
            build.kernels.adam(
                count, Float(1e-3 * correction / (1 - pow(0.9, Double(step)))), Float(1e-8 * correction), gradient.base,
                first.base, second.base, parameters.base)
            for i in 0..<count {
                m[i] = 0.9 * m[i] + 0.1 * g[i]
                v[i] = 0.999 * v[i] + 0.001 * g[i] * g[i]
                let mHat = m[i] / (1 - pow(0.9, Double(step))), vHat = v[i] / (1 - pow(0.999, Double(step)))
                p[i] -= 1e-3 * mHat / (vHat.squareRoot() + 1e-8)
            }
        }
        #expect(largestDistance(parameters.doubles, p) < 1e-5)
    }
}
