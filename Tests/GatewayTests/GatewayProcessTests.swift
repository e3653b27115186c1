import Foundation
import GRDB
import PolicyStore
import Testing

@Suite("lapwing-gateway, the program")
struct GatewayProcessTests {
    let folder: TestFolder

    init() throws {
        folder = try TestFolder()
        let text = """
            [gateway]
            name = meadow
            endpoint = tcp://127.0.0.1:*
            insecure = true
            [policy]
            environment = none
            distribution = gaussian
            observation_count = 3
            action_count = 2
            hidden = none
            log_std_minimum = -2
            log_std_maximum = 1
            [store]
            path = store.sqlite
            """
        try Data(text.utf8).write(to: URL(fileURLWithPath: folder.path("gateway.conf")))
    }

    @Test(
        "the first SIGTERM or SIGINT ends it cleanly with exit code 0, and the store has what was answered",
        arguments: [false, true])
    func terminate(interrupts: Bool) throws {
        let gateway = try GatewayProcess(["run", "--config", "gateway.conf", "--format", "json"], in: folder)
        let ready = try #require(gateway.events.next("ready"))
        let agent = try ScriptedAgent("heron", to: try #require(ready["endpoint"] as? String))
        try agent.hello()
        _ = try agent.receive()
        try agent.update(1, base: 0)
        guard case .policy(1, .applied, 1, _) = try agent.receive() else {
            Issue.record("no answer to an update")
            return
        }
        if interrupts { gateway.process.interrupt() } else { gateway.process.terminate() }
        #expect(gateway.events.next("stopped")?["reason"] as? String == "signal")
        #expect(gateway.end().code == 0)
        #expect(try StoreReader(path: folder.path("store.sqlite")).newestVersion() == 1)
    }

    @Test(
        "a second SIGTERM or SIGINT ends it at once, with the exit code of that signal",
        arguments: [(SIGTERM, 143), (SIGINT, 130)] as [(Int32, Int32)])
    func impatience(signal: Int32, code: Int32) throws {
        let gateway = try GatewayProcess(["run", "--config", "gateway.conf", "--format", "json"], in: folder)
        let ready = try #require(gateway.events.next("ready"))
        let agent = try ScriptedAgent("heron", to: try #require(ready["endpoint"] as? String))
        try agent.hello()
        _ = try agent.receive()
        // Somebody else holds the store, so that the clean stop has to wait.
        var patient = GRDB.Configuration()
        patient.allowsUnsafeTransactions = true
        patient.busyMode = .timeout(30)
        let holder = try DatabaseQueue(path: folder.path("store.sqlite"), configuration: patient)
        try holder.unsafeReentrantWrite { try $0.execute(sql: "BEGIN IMMEDIATE") }
        try agent.update(1, base: 0)
        _ = try #require(gateway.events.next("update"))
        Foundation.kill(gateway.process.processIdentifier, signal)
        _ = try #require(gateway.events.next("stopping"))
        Foundation.kill(gateway.process.processIdentifier, signal)
        #expect(gateway.end().code == code)
        try holder.unsafeReentrantWrite { try $0.execute(sql: "ROLLBACK") }
        let reader = try StoreReader(path: folder.path("store.sqlite"))
        #expect(try reader.newestVersion() == 0, "what was not committed was not acknowledged either")
        try reader.verify()
    }

    @Test("verify ends with 0 for a whole store, and with 65 and a line for each damaged row")
    func verify() throws {
        let gateway = try GatewayProcess(["run", "--config", "gateway.conf", "--format", "json"], in: folder)
        _ = try #require(gateway.events.next("ready"))
        gateway.process.terminate()
        #expect(gateway.end().code == 0)
        #expect(try output(["verify", "store.sqlite"]).contains("every row"))
        let queue = try DatabaseQueue(path: folder.path("store.sqlite"))
        try queue.writeWithoutTransaction { database in
            try database.execute(sql: "UPDATE state SET steps = 5")
            try database.execute(sql: "UPDATE parameters SET checksum = checksum + 1")
        }
        try queue.close()
        let damaged = try GatewayProcess(["verify", "store.sqlite"], in: folder)
        let pipe = damaged.process.standardOutput as? Pipe
        let text = String(decoding: pipe?.fileHandleForReading.readDataToEndOfFile() ?? Data(), as: UTF8.self)
        #expect(damaged.end().code == 65)
        #expect(text.split(separator: "\n").count == 2 && text.contains("state, row 1"), "\(text)")
        #expect(try GatewayProcess(["verify", "gone.sqlite"], in: folder).end().code == 66)
    }

    @Test("a killed gateway leaves a store that has every answered update")
    func kill() throws {
        let gateway = try GatewayProcess(["run", "--config", "gateway.conf", "--format", "json"], in: folder)
        let ready = try #require(gateway.events.next("ready"))
        let agent = try ScriptedAgent("heron", to: try #require(ready["endpoint"] as? String))
        try agent.hello()
        _ = try agent.receive()
        for sequence in 1...5 {
            try agent.update(UInt64(sequence), base: UInt64(sequence - 1))
            _ = try agent.receive()
        }
        Foundation.kill(gateway.process.processIdentifier, SIGKILL)
        _ = gateway.end()
        let reader = try StoreReader(path: folder.path("store.sqlite"))
        #expect(try reader.versions().map(\.version) == [1, 2, 3, 4, 5])
        try reader.verify()
    }

    @Test(
        "a mistake in the configuration is one line that names it, and a documented exit code",
        arguments: [
            (["run", "--config", "gone.conf"], 66, "gone.conf"),
            (["run", "--config", "gateway.conf", "--set", "store.durabilty=volatile"], 78, "durability"),
            (["run", "--config", "gateway.conf", "--set", "gateway.insecure=false"], 78, "key_file"),
            (["check-config", "--config", "gateway.conf", "--set", "policy.hidden=0"], 78, "hidden"),
            (["run", "--config", "gateway.conf", "--set", "gateway.endpoint=tcp://0.0.0.0:*"], 78, "insecure"),
            (["run", "--config", "gateway.conf", "--set", "policy.initial_policy_file=gone.f32"], 66, "gone.f32"),
            (["run", "--config", "gateway.conf", "--set", "policy.hidden=512 512"], 78, "largest_message_bytes"),
            (["run", "--config", "gateway.conf", "--set", "gateway.memory_limit_bytes=1048576",
              "--set", "policy.hidden=512 512", "--set", "network.largest_message_bytes=8388608"], 71, "memory"),
            (["check-config", "--config", "gateway.conf", "--profile", "gone.conf"], 66, "gone.conf"),
            (["run", "--config", "gateway.conf", "--profile", "gateway.conf"], 78, "gateway.conf:2: [gateway] name"),
            (["run", "--config", "gateway.conf", "--set", "uplink.feedback=innovation"], 78, "mirror"),
            (["run", "--config", "gateway.conf", "--nonsense"], 64, "nonsense"),
        ] as [([String], Int32, String)])
    func mistakes(arguments: [String], code: Int32, named: String) throws {
        let end = try GatewayProcess(arguments, in: folder).end()
        #expect(end.code == code, "\(end.errors)")
        #expect(end.errors.contains(named), "\(end.errors)")
        if code != 64 { #expect(end.errors.split(separator: "\n").count == 1, "\(end.errors)") }
    }

    @Test("check-config prints what is in effect, in a form that can be read again with the same hash")
    func checkConfig() throws {
        let first = try output(["check-config", "--config", "gateway.conf", "--set", "federation.seed=9"])
        #expect(first.hasPrefix("# hash "))
        #expect(first.contains("seed = 9\n"))
        try Data(first.utf8).write(to: URL(fileURLWithPath: folder.path("again.conf")))
        #expect(try output(["check-config", "--config", "again.conf"]) == first)
    }

    @Test("check-config shows what a profile changes")
    func profile() throws {
        try Data("[uplink]\ncodec = sign\n[downlink]\ncodec = dense-float16\n".utf8)
            .write(to: URL(fileURLWithPath: folder.path("thin.conf")))
        let plain = try output(["check-config", "--config", "gateway.conf"])
        let text = try output(["check-config", "--config", "gateway.conf", "--profile", "thin.conf"])
        #expect(text.contains("codec = sign\n") && text.contains("codec = dense-float16\n"))
        #expect(text.split(separator: "\n").first != plain.split(separator: "\n").first, "the hash is the same")
    }

    @Test("a target return ends it, once so many episodes reach it")
    func target() throws {
        let gateway = try GatewayProcess(
            [
                "run", "--config", "gateway.conf", "--format", "json", "--set", "federation.target_return=25",
                "--set", "federation.target_episodes=2",
            ], in: folder)
        let ready = try #require(gateway.events.next("ready"))
        let agent = try ScriptedAgent("heron", to: try #require(ready["endpoint"] as? String))
        try agent.hello()
        _ = try agent.receive()
        // The returns are 10, 20, 30: two episodes have a mean of 25 with the third.
        for sequence in 1...3 {
            try agent.update(UInt64(sequence), base: UInt64(sequence - 1))
            _ = try agent.receive()
        }
        #expect(gateway.events.next("finished")?["reason"] as? String == "target-return")
        #expect(gateway.end().code == 0)
    }

    @Test("version prints one line")
    func version() throws {
        let text = try output(["version"])
        #expect(text.hasPrefix("lapwing-gateway ") && text.split(separator: "\n").count == 1)
    }

    private func output(_ arguments: [String]) throws -> String {
        let gateway = try GatewayProcess(arguments, in: folder)
        let text = (gateway.process.standardOutput as? Pipe)?.fileHandleForReading.readDataToEndOfFile() ?? Data()
        #expect(gateway.end().code == 0)
        return String(decoding: text, as: UTF8.self)
    }
}
