import Bounded
import CWire

extension Fetch {
    init(decoding message: Lapwing__V1__Fetch) {
        self.init(newestVersion: message.has_policy != 0 ? PolicyVersion(message.newest_version) : nil)
    }

    func encoded(in scratch: borrowing Scratch) -> UnsafeMutablePointer<Lapwing__V1__Fetch> {
        let message = scratch.make(lapwing__v1__fetch__init)
        message.pointee.newest_version = newestVersion?.number ?? 0
        message.pointee.has_policy = newestVersion == nil ? 0 : 1
        return message
    }
}

extension Goodbye {
    init(decoding message: Lapwing__V1__Goodbye) {
        self.init(bootEpoch: BootEpoch(message.boot_epoch), reason: FixedText(decoding: message.reason))
    }

    func validate() throws(WireError) {
        try Validation.require(bootEpoch.number >= 1, .outOfRange, "goodbye.boot_epoch")
        try Validation.text(reason, atMost: WireLimits.detailBytesMaximum, "goodbye.reason")
    }

    func encoded(in scratch: borrowing Scratch) -> UnsafeMutablePointer<Lapwing__V1__Goodbye> {
        let message = scratch.make(lapwing__v1__goodbye__init)
        message.pointee.boot_epoch = bootEpoch.number
        message.pointee.reason = scratch.bytes(of: reason)
        return message
    }
}
