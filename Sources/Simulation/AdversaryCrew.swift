import Bounded
import GatewayCore
import GradientCodec
import Training
import Wire

/// The adversaries of a simulated federation, who sit between their agents and their links.
///
/// What passes them is real frames: an update is decoded, its gradient unpacked, tampered with, and packed again as
/// dense float32, which every gateway takes. Of the honest agents' updates they keep the last.
final class AdversaryCrew {
    private var adversaries: [Int: Adversary] = [:]
    /// What each agent sent last, by its number; of adversaries nothing.
    private var sent: [Int: UnsafeMutableBufferPointer<Float>] = [:]
    private var decoder: MessageDecoder
    private var vectorDecoder: VectorDecoder
    private var encoder: MessageEncoder
    private let scratch: Vector
    private let agentCount: Int
    private let arena: Arena

    /// The crew of `list` in a federation of `agents`.
    init(_ list: AdversaryList, agents: Int, settings: GatewaySettings, seed: UInt64) throws(TrainingError) {
        let shape = settings.policy.shape
        agentCount = agents
        do throws(Arena.Refusal) {
            var arena = try Arena(limitBytes: 256 << 20)
            decoder = try MessageDecoder(limits: settings.wireLimits, arena: &arena)
            vectorDecoder = try VectorDecoder(
                largestCount: shape.parameterCount, layout: shape.matrixLayout, arena: &arena)
            encoder = try MessageEncoder(limits: settings.wireLimits, arena: &arena)
            scratch = try arena.vector(shape.parameterCount, holder: "tampered gradient")
            arena.seal()
            self.arena = arena
        } catch {
            throw TrainingError(error)
        }
        for number in 1...agents {
            guard let member = list.member(number, of: agents) else { continue }
            adversaries[number] = Adversary(
                member.kind, strength: member.strength, seed: seed &+ 0x6164_7665 &* UInt64(number))
        }
    }

    deinit { for memory in sent.values { memory.deallocate() } }

    /// What agent `number` sends in place of `frame`.
    func outgoing(_ frame: UnsafeRawBufferPointer, from number: Int) -> [UInt8] {
        // What passes between the validating agent and the gateway stays on their host.
        guard number <= agentCount else { return [UInt8](frame) }
        guard let message = try? decoder.decodeAgentMessage(frame), case .update(var update) = message,
            update.gradient.count == scratch.count, unpack(update.gradient)
        else { return [UInt8](frame) }
        guard adversaries[number] != nil else {
            remember(number)
            return [UInt8](frame)
        }
        let honest = HonestGradients(
            sent.keys.sorted().compactMap { sent[$0].map { UnsafeBufferPointer($0) } })
        adversaries[number]?.tamper(update, gradient: scratch.buffer, honest: honest)
        update.gradient = PackedVector(codec: .denseFloat32, count: scratch.count, data: scratch.bytes)
        guard let bytes = try? encoder.encode(.update(update)) else { return [UInt8](frame) }
        return [UInt8](bytes)
    }

    private func unpack(_ packed: PackedVector) -> Bool {
        do throws(CodecError) {
            try vectorDecoder.decode(
                packed.codec, count: packed.count, parameters: packed.parameters, data: packed.data, into: scratch)
            return true
        } catch {
            return false
        }
    }

    private func remember(_ number: Int) {
        let memory = sent[number] ?? .allocate(capacity: scratch.count)
        _ = memory.initialize(from: scratch.buffer)
        sent[number] = memory
    }
}
