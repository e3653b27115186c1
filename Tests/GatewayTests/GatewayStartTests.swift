import Aggregation
import Bounded
import Foundation
import GatewayCore
import PolicyMath
import PolicyStore
import Testing
import ZMQTransport

@testable import Gateway

@Suite("Start of a gateway")
struct GatewayStartTests {
    let folder: TestFolder

    init() throws { folder = try TestFolder() }

    @Test("two gateways never share a store")
    func locked() throws {
        let gateway = try RunningGateway(in: folder)
        #expect { try RunningGateway(in: folder) } throws: { error in
            (error as? GatewayError)?.exitCode == .temporary
        }
        try gateway.stop()
    }

    @Test("the validating agent is told by the key that the list gives its name, and the name has to be there once")
    func validator() throws {
        let keys = try (0..<3).map { _ in try KeyPair.generate().publicKey }
        try folder.allow(keys)
        let path = folder.path("allowed.keys")
        let key = try AllowedAgents.key(named: FixedText("agent-1"), path: path, maximum: 8)
        #expect(key == keys[1].agentKey)
        func start(_ name: FixedText) throws {
            try RunningGateway(in: folder, isSecure: true) {
                $0.core.rule = .arrivals(.a3c(stepSize: .constant(1), scaling: .plain))
                $0.core.filter.kind = .zeno
                $0.core.validator = AgentKey(insecureName: name)
                $0.validatorName = name
            }.stop()
        }
        #expect {
            try start(FixedText("referee"))
        } throws: { error in
            guard let error = error as? GatewayError else { return false }
            return error.exitCode == .configuration && "\(error)".contains("no key")
        }
        try Data("\(keys[0].z85.string) referee\n\(keys[1].z85.string) referee\n".utf8)
            .write(to: URL(fileURLWithPath: path))
        #expect {
            try start(FixedText("referee"))
        } throws: { error in
            "\(error)".contains("several keys")
        }
        try folder.allow(keys)
        try start(FixedText("agent-1"))
    }

    @Test("the same seed draws the same policy, another seed another")
    func seeds() throws {
        var plan = RunningGateway.plan(folder)
        let first = try InitialPolicy.parameters(of: plan)
        #expect(try InitialPolicy.parameters(of: plan) == first)
        plan.seed += 1
        #expect(try InitialPolicy.parameters(of: plan) != first)
        #expect(first.count == RunningGateway.parameterCount)
    }

    @Test("parameters are taken from a file of bare numbers; a file of another length is refused")
    func initialFile() throws {
        var plan = RunningGateway.plan(folder)
        plan.initialPolicyPath = folder.path("initial.f32")
        #expect(throws: GatewayError.self) { try InitialPolicy.parameters(of: plan) }
        let numbers = (0..<RunningGateway.parameterCount).map { Float($0) / 4 }
        let url = URL(fileURLWithPath: plan.initialPolicyPath)
        try numbers.withUnsafeBytes { Data($0) }.write(to: url)
        #expect(try InitialPolicy.parameters(of: plan) == numbers)
        try numbers.dropLast().withUnsafeBytes { Data($0) }.write(to: url)
        #expect { try InitialPolicy.parameters(of: plan) } throws: { error in
            (error as? GatewayError)?.exitCode == .data
        }
        try [Float](repeating: .nan, count: RunningGateway.parameterCount).withUnsafeBytes { Data($0) }.write(to: url)
        #expect(throws: GatewayError.self) { try InitialPolicy.parameters(of: plan) }
    }

    @Test("a store of another policy is refused, with the remedy")
    func otherPolicy() throws {
        try RunningGateway(in: folder).stop()
        #expect {
            try RunningGateway(in: folder) { $0.specification.logStdMaximum = 2 }
        } throws: { error in
            guard let error = error as? GatewayError else { return false }
            return error.exitCode == .data && "\(error)".contains("[policy]")
        }
    }

    @Test("a damaged store is refused, with table and row")
    func damagedStore() throws {
        try RunningGateway(in: folder).stop()
        let state = try StoreReader(path: folder.path("store.sqlite")).state()
        let url = URL(fileURLWithPath: folder.path("store.sqlite"))
        var file = try Data(contentsOf: url)
        let range = try #require(file.range(of: state.theta.withUnsafeBytes { Data($0) }, options: .backwards))
        file[range.lowerBound] ^= 1
        try file.write(to: url)
        #expect { try RunningGateway(in: folder) } throws: { error in
            guard let error = error as? GatewayError else { return false }
            return error.exitCode == .data && "\(error)".contains("table state, row 1")
        }
    }

    @Test("a missing key file, a missing list and an occupied address are one line with an exit code of their own")
    func inputs() throws {
        try folder.allow([])
        #expect {
            try RunningGateway(in: folder, isSecure: true) { $0.keyPath += ".gone" }
        } throws: { ($0 as? GatewayError)?.exitCode == .missingInput }
        #expect {
            try RunningGateway(in: folder, isSecure: true) { $0.allowedKeysPath += ".gone" }
        } throws: { ($0 as? GatewayError)?.exitCode == .missingInput }
        let first = try RunningGateway(in: folder)
        #expect {
            try RunningGateway(in: TestFolder()) { $0.endpoint = TestFolder.text(first.endpoint) }
        } throws: { ($0 as? GatewayError).map { !"\($0)".contains("\n") && $0.exitCode != .success } ?? false }
        try first.stop()
    }
}
