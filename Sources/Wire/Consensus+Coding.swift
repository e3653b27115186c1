import CWire

extension Consensus {
    init(decoding message: Lapwing__V1__Consensus) {
        self.init(penalty: message.penalty, rounds: max(message.rounds, 1))
    }

    func validate() throws(WireError) {
        try Validation.require(penalty > 0 && penalty.isFinite, .outOfRange, "consensus.penalty")
        try Validation.batches(rounds, "consensus.rounds")
    }

    func encoded(in scratch: borrowing Scratch) -> UnsafeMutablePointer<Lapwing__V1__Consensus> {
        let message = scratch.make(lapwing__v1__consensus__init)
        message.pointee.penalty = penalty
        message.pointee.rounds = rounds
        return message
    }
}
