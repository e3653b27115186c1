import Bounded
import CWire

extension Announce {
    init(decoding message: Lapwing__V1__Announce) { self.init(version: PolicyVersion(message.version)) }

    func encoded(in scratch: borrowing Scratch) -> UnsafeMutablePointer<Lapwing__V1__Announce> {
        let message = scratch.make(lapwing__v1__announce__init)
        message.pointee.version = version.number
        return message
    }
}

extension Reject {
    init(decoding message: Lapwing__V1__Reject) throws(WireError) {
        guard let reason = RejectReason(rawValue: message.reason.rawValue) else {
            throw WireError(.unknownValue, "reject.reason")
        }
        self.init(reason: reason)
        epoch = BootEpoch(message.answers_epoch)
        sequence = UpdateSequence(message.answers_sequence)
        retryAfterMilliseconds = message.retry_after_ms
        detail = FixedText(decoding: message.detail)
    }

    func validate() throws(WireError) {
        try Validation.require(
            sequence.number == 0 || epoch.number >= 1, .outOfRange, "reject.answers_epoch")
        try Validation.require(
            retryAfterMilliseconds <= WireLimits.intervalMillisecondsMaximum, .outOfRange, "reject.retry_after_ms")
        try Validation.text(detail, atMost: WireLimits.detailBytesMaximum, "reject.detail")
    }

    func encoded(in scratch: borrowing Scratch) -> UnsafeMutablePointer<Lapwing__V1__Reject> {
        let message = scratch.make(lapwing__v1__reject__init)
        message.pointee.reason = Lapwing__V1__RejectReason(reason.rawValue)
        message.pointee.answers_epoch = epoch.number
        message.pointee.answers_sequence = sequence.number
        message.pointee.retry_after_ms = retryAfterMilliseconds
        message.pointee.detail = scratch.bytes(of: detail)
        return message
    }
}
