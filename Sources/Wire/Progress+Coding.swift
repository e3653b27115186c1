import Bounded
import CWire

extension Progress {
    init(decoding message: Lapwing__V1__Progress) {
        self.init(
            bootEpoch: BootEpoch(message.boot_epoch), baseVersion: PolicyVersion(message.base_version),
            batches: message.batches)
    }

    func validate() throws(WireError) {
        try Validation.require(bootEpoch.number >= 1, .outOfRange, "progress.boot_epoch")
        try Validation.batches(batches, "progress.batches")
    }

    func encoded(in scratch: borrowing Scratch) -> UnsafeMutablePointer<Lapwing__V1__Progress> {
        let message = scratch.make(lapwing__v1__progress__init)
        message.pointee.boot_epoch = bootEpoch.number
        message.pointee.base_version = baseVersion.number
        message.pointee.batches = batches
        return message
    }
}

extension Collect {
    init(decoding message: Lapwing__V1__Collect) {
        self.init(version: PolicyVersion(message.version), restMilliseconds: message.rest_ms)
    }

    func validate() throws(WireError) {
        try Validation.require(
            restMilliseconds <= WireLimits.intervalMillisecondsMaximum, .outOfRange, "collect.rest_ms")
    }

    func encoded(in scratch: borrowing Scratch) -> UnsafeMutablePointer<Lapwing__V1__Collect> {
        let message = scratch.make(lapwing__v1__collect__init)
        message.pointee.version = version.number
        message.pointee.rest_ms = restMilliseconds
        return message
    }
}
