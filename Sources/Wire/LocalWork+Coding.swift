import CWire

extension LocalWork {
    init(decoding message: Lapwing__V1__LocalWork?) {
        self.init()
        guard let message else { return }
        batches = max(message.batches, 1)
        stepSize = message.step_size
        normalises = message.normalises != 0
        collects = message.collects != 0
    }

    func validate() throws(WireError) {
        try Validation.batches(batches, "local.batches")
        try Validation.nonNegative(stepSize, "local.step_size")
    }

    func encoded(in scratch: borrowing Scratch) -> UnsafeMutablePointer<Lapwing__V1__LocalWork> {
        let message = scratch.make(lapwing__v1__local_work__init)
        message.pointee.batches = batches == 1 ? 0 : batches
        message.pointee.step_size = stepSize
        message.pointee.normalises = normalises ? 1 : 0
        message.pointee.collects = collects ? 1 : 0
        return message
    }
}
