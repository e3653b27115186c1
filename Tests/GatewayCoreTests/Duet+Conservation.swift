import Bounded
import GradientCodec
import Wire

extension Duet {
    /// Keeps what the gateway will unpack of an update that is sent; one that is sent again must be the same.
    mutating func keep(_ packet: Packet) {
        let unpacked = gateway.unpackedUpdate(packet.bytes)
        guard let (identity, numbers) = unpacked, let agent = numberAtConnection[packet.connection] else { return }
        let name = Self.name(agent, identity)
        // A sequence is used again only for an update that never left, and this one leaves.
        if let before = decoded[name], before != numbers { problems.append("\(name) was sent in two forms") }
        decoded[name] = numbers
    }

    /// Lets everything arrive, and compares, for every agent's present boot, what the gateway has applied, together
    /// with what error feedback has left over, with the gradients that it was made of.
    ///
    /// Each step of the residual is three roundings to binary32, so a coordinate's sums may differ by 3 × 2⁻²⁴ of the
    /// largest number in it for each update.
    mutating func compareSums() throws {
        try settle()
        for agent in agents where agent.isSettled {
            var sum: [Double] = []
            var largest = 0.0
            var count = 0.0
            for (sequence, gradient) in agent.gradients {
                let identity = UpdateIdentity(epoch: BootEpoch(agent.epoch), sequence: UpdateSequence(sequence))
                let name = Self.name(agent.number, identity)
                guard applied[name] != nil else { continue }
                guard let numbers = decoded[name] else {
                    problems.append("\(name) applied and never sent")
                    continue
                }
                if sum.isEmpty { sum = Array(repeating: 0, count: gradient.count) }
                count += 1
                for index in gradient.indices {
                    sum[index] += Double(numbers[index]) - Double(gradient[index])
                    largest = max(largest, Double(abs(numbers[index])), Double(abs(gradient[index])))
                }
            }
            guard count > 0 else { continue }
            conservationChecks += 1
            let residual = agent.residual
            largest = residual.reduce(largest) { max($0, Double(abs($1))) }
            for index in sum.indices {
                let left = sum[index] + (residual.isEmpty ? 0 : Double(residual[index]))
                guard abs(left) <= 3 * count * largest * 0x1p-24 else {
                    problems.append(
                        "agent \(agent.number), coordinate \(index): \(left) is lost over \(Int(count)) updates")
                    break
                }
            }
        }
    }
}

extension Bench {
    /// The report and the unpacked numbers of an agent's message, if it is an update.
    func unpackedUpdate(_ bytes: [UInt8]) -> (UpdateIdentity, [Float])? {
        bytes.withUnsafeBytes { raw -> (UpdateIdentity, [Float])? in
            guard case .update(let update)? = try? decoder.decodeAgentMessage(raw) else { return nil }
            var numbers = [Float](repeating: 0, count: update.gradient.count)
            let isRead = numbers.withUnsafeMutableBufferPointer { target in
                let vector = Vector(target)
                return (try? vectorDecoder.decode(
                    update.gradient.codec, count: update.gradient.count, parameters: update.gradient.parameters,
                    data: update.gradient.data, into: vector)) != nil
            }
            return isRead ? (update.report.identity, numbers) : nil
        }
    }
}
