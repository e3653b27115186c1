import Bounded
import GatewayCore
import GradientCodec
import Testing
import Wire

@Suite("Admission against a model")
struct AdmissionPropertyTests {
    @Test(
        "over random joins, crashes, repetitions, faults: once, in order, after the store, never stale, same mirrors",
        arguments: 1...12)
    func agreesWithTheModel(seed: Int) throws {
        var run = try Run(seed: UInt64(seed))
        for step in 0..<2500 {
            try run.step()
            guard run.failure == nil else {
                Issue.record("seed \(seed), step \(step): \(run.failure ?? "")")
                return
            }
        }
        // A run without traffic or faults shows nothing.
        #expect(run.model.durable > 100, "seed \(seed)")
        #expect(run.reuses > 5 && run.innovations > 20 && run.mirrorRefusals > 20, "seed \(seed)")
        #expect(run.crashes > 1 && run.refusals > 100 && run.duplicates > 20, "seed \(seed)")
    }

    struct Run {
        var generator: RandomGenerator
        var bench: Bench
        var model: AdmissionModel
        var failure: String?
        var crashes = 0
        var refusals = 0
        var duplicates = 0
        var reuses = 0
        var innovations = 0
        var mirrorRefusals = 0
        /// What was acknowledged as applied, ever; and what the bytes of each version were when they went out.
        var acknowledged: Set<String> = []
        var bytes: [UInt64: [UInt32]] = [:]
        var nextConnection: UInt32 = 100

        init(seed: UInt64) throws {
            generator = RandomGenerator(seed: seed)
            bench = try Bench(
                Bench.mirroring {
                    $0.agentsMaximum = 4
                    $0.stalenessMaximum = 6
                })
            model = AdmissionModel(agentsMaximum: 4, stalenessMaximum: 6)
        }

        mutating func step() throws {
            let agent = 1 + generator.below(6)
            bench.advance(milliseconds: 1)
            model.now += 1
            switch generator.below(100) {
            case 0..<12: hello(agent)
            case 12..<74: report(welcomeAgent(or: agent))
            case 74..<93: store()
            case 93..<96: fetch(agent)
            case 96..<98: hangUp(agent)
            case 98 where generator.below(3) == 0: try crash()
            default: check(bench.handle(.tick), of: nil, hears: .silence)
            }
        }

        /// Mostly an agent that is there.
        private mutating func welcomeAgent(or other: Int) -> Int {
            let welcome = model.atConnection.values.sorted()
            return welcome.isEmpty || generator.below(8) == 0 ? other : welcome[generator.below(welcome.count)]
        }

        private mutating func hello(_ agent: Int) {
            let known = model.agents[agent]?.epoch ?? 0
            let epoch = [known, known, known, known, known + 1, known - min(known, 1)][generator.below(6)]
            var connection = model.agents[agent]?.connection
            if connection == nil || generator.below(2) == 0 {
                nextConnection += 1
                connection = nextConnection
            }
            guard let connection else { return }
            let done = bench.deliver(
                bench.hello { $0.bootEpoch = BootEpoch(max(epoch, 1)) }, from: connection, key: Bench.key(agent))
            let reply = model.hello(agent, epoch: max(epoch, 1), from: connection)
            check(done, of: connection, hears: reply)
        }

        private mutating func report(_ agent: Int) {
            let known = model.agents[agent] ?? AdmissionModel.Agent()
            let isStranger = known.connection == nil || generator.below(30) == 0
            // A stranger speaks from a connection of its own, or from one where another agent is welcome.
            let connection = isStranger ? (generator.below(2) == 0 ? 7 : model.atConnection.keys.min() ?? 7)
                : known.connection ?? 7
            let epoch = max(1, known.epoch &+ [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, UInt64.max][generator.below(14)])
            let sequence = max(
                1, Int(known.lastSequence) + [1, 1, 1, 1, 2, 5, 0, 0, -1, -3][generator.below(10)])
            let base = max(0, model.durable - [0, 0, 0, 1, 2, 5, 6, 7, -1, -2][generator.below(10)])
            let fault: AdmissionModel.Fault = [.notFinite, .count, .codec, .none][
                min(generator.below(20), 3)]
            let isSkip = generator.below(8) == 0
            let isInnovation = !isSkip && generator.below(2) == 0
            let isWrong = generator.below(6) == 0
            var report = bench.report(UInt64(sequence), base: UInt64(base), epoch: epoch)
            report.mirrorChecksum =
                isWrong ? UInt32(generator.below(2)) &* 77 : Bench.checksum(model.mirror(of: agent))
            let gradient = (0..<4).map { _ in Float(generator.normal()) }
            let packed =
                switch fault {
                case .notFinite: bench.packed([.nan, 1, 1, 1])
                case .count: bench.packed([1, 2, 3])
                case .codec: bench.packed(gradient, .denseFloat16)
                case .none: bench.packed(gradient)
                }
            let before = model.current
            let reply = model.report(
                agent, epoch: epoch, sequence: UInt64(sequence), base: UInt64(base),
                isSkip ? .skip : .update(gradient, isInnovation: isInnovation), checksum: report.mirrorChecksum,
                fault: fault, from: connection)
            var update = Update(report: report, gradient: packed)
            update.isInnovation = isInnovation
            let done = bench.deliver(
                isSkip ? .skip(Skip(report: report)) : .update(update), from: connection, key: Bench.key(agent))
            if reply == .reject(.mirror) { mirrorRefusals += 1 }
            if model.current > before {
                if isSkip { reuses += 1 }
                if isInnovation { innovations += 1 }
            }
            check(done, of: connection, hears: reply)
            let wanted = model.current > before ? [UInt64(model.current)] : []
            if done.storedVersions != wanted {
                failure = failure ?? "stored \(done.storedVersions), not \(wanted)"
            }
        }

        private mutating func store() {
            let version = model.durable + generator.below(model.current - model.durable + 2)
            let done = bench.handle(.stored(upTo: PolicyVersion(UInt64(version))))
            let wanted = model.stored(upTo: version)
            let acknowledgements = done.compactMap { action -> (UInt32, UInt64, Bool)? in
                guard case .send(let connection, .policy(let policy)) = action,
                    policy.answer?.outcome == .applied || policy.answer?.outcome == .reused,
                    let sequence = policy.answer?.identity.sequence.number
                else { return nil }
                return (connection, sequence, policy.answer?.outcome == .reused)
            }
            guard acknowledgements.map(\.0) == wanted.map(\.connection),
                acknowledgements.map(\.1) == wanted.map(\.sequence),
                acknowledgements.map(\.2) == wanted.map(\.isReuse)
            else {
                failure = "acknowledged \(acknowledgements), not \(wanted)"
                return
            }
            for (connection, sequence, _) in acknowledgements {
                guard let agent = model.atConnection[connection], let epoch = model.agents[agent]?.epoch
                else { continue }
                if !acknowledged.insert("\(agent)/\(epoch)/\(sequence)").inserted {
                    failure = "\(agent)/\(epoch)/\(sequence) acknowledged as applied twice"
                }
            }
            checkState(done)
        }

        private mutating func fetch(_ agent: Int) {
            guard let connection = model.agents[agent]?.connection else { return }
            model.agents[agent]?.lastHeard = model.now
            let done = bench.deliver(.fetch(Fetch(newestVersion: nil)), from: connection, key: Bench.key(agent))
            check(done, of: connection, hears: .policy(nil))
        }

        private mutating func hangUp(_ agent: Int) {
            guard let known = model.agents[agent], let connection = known.connection else { return }
            let isSilent = generator.below(2) == 0
            if !isSilent { model.agents[agent]?.lastHeard = model.now }
            let done =
                isSilent
                ? bench.handle(.connectionGone(Connection(connection)))
                : bench.deliver(
                    .goodbye(Goodbye(bootEpoch: BootEpoch(known.epoch), reason: FixedText())), from: connection,
                    key: Bench.key(agent))
            model.gone(connection)
            check(done, of: connection, hears: .silence)
        }

        private mutating func crash() throws {
            crashes += 1
            bench = try bench.restarted(upTo: UInt64(model.durable))
            model.crash()
            // What was acknowledged must have been on disk.
            let onDisk = Set(model.versions.map { "\($0.agent)/\($0.epoch)/\($0.sequence)" })
            let lost = acknowledged.subtracting(onDisk)
            if !lost.isEmpty { failure = "acknowledged and lost: \(lost)" }
            checkState([])
        }

        private mutating func check(_ done: [Done], of connection: UInt32?, hears wanted: AdmissionModel.Reply) {
            let heard = connection.map { done.sent(to: $0) } ?? []
            let reply: AdmissionModel.Reply
            switch heard.first {
            case nil: reply = .silence
            case .welcome: reply = .welcome
            case .policy(let policy):
                reply = .policy(policy.answer?.outcome)
                if policy.answer?.outcome == .duplicate { duplicates += 1 }
            case .reject(let reason, _, _, _):
                reply = .reject(reason)
                refusals += 1
            case .announce, .collect, .rest: reply = .silence
            }
            if heard.count > 1 || reply != wanted { failure = "heard \(heard), not \(wanted)" }
            checkState(done)
        }

        private mutating func checkState(_ done: [Done]) {
            guard bench.core.version.number == UInt64(model.current),
                bench.core.durableVersion.number == UInt64(model.durable), bench.core.welcomeCount == model.welcome
            else {
                failure =
                    "at version \(bench.core.version.number), durable \(bench.core.durableVersion.number), "
                    + "not \(model.current), \(model.durable)"
                return
            }
            let mirrors = bench.mirrors.mapValues { row in
                AdmissionModel.Mirror(
                    agent: Int(row.key.words.0), epoch: row.epoch,
                    values: row.data.withUnsafeBytes { Array($0.bindMemory(to: Float.self)) })
            }
            if mirrors != model.mirrors { failure = "mirrors \(mirrors), not \(model.mirrors)" }
            for case .send(_, let seen) in done {
                let policy: Seen.Policy? =
                    switch seen {
                    case .policy(let policy): policy
                    case .welcome(let welcome): welcome.policy
                    default: nil
                    }
                guard let policy, let parameters = policy.parameters else { continue }
                if policy.version != UInt64(model.durable) { failure = "version \(policy.version) was sent" }
                if bytes[policy.version, default: parameters] != parameters {
                    failure = "version \(policy.version) was sent with other bytes"
                }
                bytes[policy.version] = parameters
            }
        }
    }
}
