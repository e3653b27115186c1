import Bounded
import GradientCodec
import Testing
import Wire

@testable import AgentCore

@Suite("Policies that come as differences")
struct DifferenceTests {
    /// A gateway's versions on a lattice, packed as differences.
    private final class Points {
        private var arena: Arena
        private var encoder: LatticeEncoder
        private let held: Vector
        private let next: Vector
        let count: Int

        init(_ count: Int) throws {
            arena = try Arena(limitBytes: 1 << 20)
            encoder = try LatticeEncoder(count: count, arena: &arena)
            held = try arena.vector(count, holder: "test")
            next = try arena.vector(count, holder: "test")
            self.count = count
        }

        /// Version k: elements that move by a few steps each; the last ones go far beyond the range of a log std.
        func numbers(_ version: UInt64) -> [Float] {
            (0..<count).map { index in
                let steps = (index * 37) % 101 - 50 + Int(version) * (index % 5 - 2)
                return index >= count - 1 ? 20 + Float(version) * 0x1p-9 : Float(steps) * 0x1p-9
            }
        }

        func vector(_ version: UInt64) -> PackedVector {
            for (index, number) in numbers(version).enumerated() { next[index] = number }
            return PackedVector(codec: .denseFloat32, count: count, data: next.bytes)
        }

        func difference(from base: UInt64, to version: UInt64) -> PackedVector? {
            for (index, number) in numbers(base).enumerated() { held[index] = number }
            for (index, number) in numbers(version).enumerated() { next[index] = number }
            guard let packed = encoder.encode(from: held, to: next, exponent: -9) else { return nil }
            return PackedVector(codec: packed.codec, count: count, parameters: packed.parameters, data: packed.data)
        }

        func policy(from base: UInt64?, to version: UInt64) throws -> Policy {
            var policy = Policy(version: PolicyVersion(version))
            policy.parameters = vector(version)
            if let base {
                policy.parameters = try #require(difference(from: base, to: version))
                policy.base = PolicyVersion(base)
            }
            return policy
        }
    }

    private func start() throws -> (AgentRig, Points) {
        let rig = try AgentRig()
        let points = try Points(rig.specification.parameterCount)
        rig.welcome(version: nil) { $0.newestVersion = PolicyVersion(0) }
        rig.give(.policy(try points.policy(from: nil, to: 0)))
        return (rig, points)
    }

    @Test("lead exactly to the version they stand for, from what came and not from what is used of it")
    func exact() throws {
        let (rig, points) = try start()
        #expect(rig.heldParameters == points.numbers(0))
        for version: UInt64 in [1, 2, 5] {
            rig.core.work(steps: 1, at: rig.now)
            #expect(rig.heldParameters == points.numbers(version == 5 ? 2 : version - 1), "clamped while loading")
            rig.give(.policy(try points.policy(from: version == 5 ? 2 : version - 1, to: version)))
            #expect(rig.heldVersion == version)
            #expect(rig.heldParameters == points.numbers(version))
        }
        #expect(rig.counters.policiesTaken == 4)
    }

    @Test("are dropped when another version is held, which is counted, and the whole version is asked for at once")
    func withoutBase() throws {
        let (rig, points) = try start()
        rig.give(.policy(try points.policy(from: 3, to: 4)))
        #expect(rig.heldVersion == 0)
        #expect(rig.heldParameters == points.numbers(0))
        #expect(rig.counters.policiesWithoutBase == 1)
        #expect(rig.take() == .fetch(newestVersion: 0))
        rig.give(.policy(try points.policy(from: nil, to: 4)))
        #expect(rig.heldVersion == 4)
        rig.give(.policy(try points.policy(from: 4, to: 6)))
        #expect(rig.heldParameters == points.numbers(6))
    }

    @Test("answer an update even if their base is not held")
    func answer() throws {
        let (rig, points) = try start()
        #expect(rig.update() == .update(sequence: 1, base: 0))
        var policy = try points.policy(from: 7, to: 8)
        policy.answer = Policy.Answer(
            to: UpdateIdentity(epoch: BootEpoch(3), sequence: UpdateSequence(1)), outcome: .applied)
        rig.give(.policy(policy))
        #expect(rig.counters.updatesApplied == 1)
        #expect(rig.take() == .fetch(newestVersion: 0))
    }

    @Test("that cannot be unpacked leave nothing held, and the policy is asked for whole")
    func damaged() throws {
        let (rig, points) = try start()
        var policy = try points.policy(from: 0, to: 1)
        let parameters = try #require(policy.parameters)
        policy.parameters?.data = UnsafeRawBufferPointer(rebasing: parameters.data.dropLast(parameters.data.count / 2))
        rig.give(.policy(policy))
        #expect(rig.heldVersion == nil)
        #expect(rig.counters.messagesMalformed == 1)
        #expect(rig.take() == .fetch(newestVersion: nil))
        policy = try points.policy(from: nil, to: 1)
        policy.base = nil
        rig.give(.policy(policy))
        #expect(rig.heldParameters == points.numbers(1))
        // A whole vector said to be a difference is no difference.
        policy = try points.policy(from: nil, to: 2)
        policy.base = PolicyVersion(1)
        rig.give(.policy(policy))
        #expect(rig.heldVersion == nil)
    }
}
