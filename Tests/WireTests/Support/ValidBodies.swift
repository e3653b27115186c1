import Testing
import Wire

/// The least that each message must hold, written by hand; a test appends a field, and the last one of a field counts.
extension ProtobufWriter {
    mutating func validVector(count: Int = 2) {
        integer(1, 1)
        integer(2, UInt64(count))
        data(4, [UInt8](repeating: 0, count: 4 * count))
    }

    mutating func validReport() {
        fixed64(1, 7)
        integer(2, 13)
        integer(4, 2)
        integer(5, 2_000)
    }

    mutating func validHello() {
        integer(1, 1)
        text(2, "board-17")
        fixed64(3, 7)
        integer(4, 6)
        integer(5, 32_768)
        integer(6, 1)
        integer(7, 8)
        integer(8, 2)
        data(9, [64, 64])
    }

    mutating func validSpecification() {
        integer(1, 1)
        integer(2, 8)
        integer(3, 2)
        float(5, -5)
        float(6, 2)
    }

    mutating func validUplink() {
        integer(1, 1)
        integer(2, 8)
        float(4, 0.5)
        integer(5, 1)
        float(8, 1)
        integer(14, 2)
        float(15, 1)
    }

    mutating func validSettings() {
        message(1) { $0.validUplink() }
        integer(2, 16)
        integer(3, 32_768)
    }

    mutating func validWelcome() {
        integer(1, 1)
        message(2) { $0.validSpecification() }
        message(3) { $0.validSettings() }
    }
}

/// One bad message, and the fault that it must meet.
struct BadMessage: Sendable, CustomTestStringConvertible {
    let name: String
    let bytes: [UInt8]
    let fault: WireError

    var testDescription: String { name }

    init(_ name: String, _ kind: WireError.Kind, _ field: StaticString, _ build: (inout ProtobufWriter) -> Void) {
        self.name = name
        bytes = ProtobufWriter(build).bytes
        fault = WireError(kind, field)
    }

    static func hello(
        _ name: String, _ kind: WireError.Kind, _ field: StaticString, _ change: (inout ProtobufWriter) -> Void
    ) -> BadMessage {
        BadMessage("hello: \(name)", kind, field) { message in
            message.message(1) { body in
                body.validHello()
                change(&body)
            }
        }
    }

    static func report(
        _ name: String, _ kind: WireError.Kind, _ field: StaticString, _ change: (inout ProtobufWriter) -> Void
    ) -> BadMessage {
        BadMessage("report: \(name)", kind, field) { message in
            message.message(3) { skip in
                skip.message(1) { body in
                    body.validReport()
                    change(&body)
                }
            }
        }
    }

    static func update(
        _ name: String, _ kind: WireError.Kind, _ field: StaticString, _ gradient: (inout ProtobufWriter) -> Void
    ) -> BadMessage {
        BadMessage("update: \(name)", kind, field) { message in
            message.message(2) { update in
                update.message(1) { $0.validReport() }
                update.message(2) { gradient(&$0) }
            }
        }
    }

    /// An update with a critic, whose targets are those that `targets` writes.
    static func critic(
        _ name: String, _ kind: WireError.Kind, _ field: StaticString, _ targets: (inout ProtobufWriter) -> Void
    ) -> BadMessage {
        BadMessage("critic: \(name)", kind, field) { message in
            message.message(2) { update in
                update.message(1) { $0.validReport() }
                update.message(2) { $0.validVector() }
                update.message(3) { $0.validVector() }
                update.message(5) { targets(&$0) }
            }
        }
    }

    /// A policy with parameters and the critic that `critic` writes.
    static func sharing(
        _ name: String, _ kind: WireError.Kind, _ field: StaticString, critic: (inout ProtobufWriter) -> Void,
        _ build: (inout ProtobufWriter) -> Void = { _ in }
    ) -> BadMessage {
        BadMessage("policy: \(name)", kind, field) { message in
            message.message(2) { policy in
                policy.message(2) { $0.validVector() }
                policy.message(13) { critic(&$0) }
                build(&policy)
            }
        }
    }

    static func policy(
        _ name: String, _ kind: WireError.Kind, _ field: StaticString, _ build: (inout ProtobufWriter) -> Void
    ) -> BadMessage {
        BadMessage("policy: \(name)", kind, field) { message in message.message(2) { build(&$0) } }
    }

    static func welcome(
        _ name: String, _ kind: WireError.Kind, _ field: StaticString, _ change: (inout ProtobufWriter) -> Void
    ) -> BadMessage {
        BadMessage("welcome: \(name)", kind, field) { message in
            message.message(1) { body in
                body.validWelcome()
                change(&body)
            }
        }
    }

    /// A Welcome whose specification and settings end in the fields that `specification` and `settings` append.
    ///
    /// A part that comes twice is not merged by every implementation, so each is written once, whole.
    static func welcome(
        _ name: String, _ kind: WireError.Kind, _ field: StaticString,
        specification: (inout ProtobufWriter) -> Void = { _ in }, settings: (inout ProtobufWriter) -> Void = { _ in }
    ) -> BadMessage {
        BadMessage("welcome: \(name)", kind, field) { message in
            message.message(1) { body in
                body.integer(1, 1)
                body.message(2) { part in
                    part.validSpecification()
                    specification(&part)
                }
                body.message(3) { part in
                    part.validSettings()
                    settings(&part)
                }
            }
        }
    }

    /// A Welcome whose uplink settings end in the fields that `change` appends.
    static func uplink(
        _ name: String, _ kind: WireError.Kind, _ field: StaticString, _ change: (inout ProtobufWriter) -> Void
    ) -> BadMessage {
        BadMessage("uplink: \(name)", kind, field) { message in
            message.message(1) { body in
                body.integer(1, 1)
                body.message(2) { $0.validSpecification() }
                body.message(3) { settings in
                    settings.message(1) { uplink in
                        uplink.validUplink()
                        change(&uplink)
                    }
                    settings.integer(3, 32_768)
                }
            }
        }
    }

    static func reject(
        _ name: String, _ kind: WireError.Kind, _ field: StaticString, _ build: (inout ProtobufWriter) -> Void
    ) -> BadMessage {
        BadMessage("reject: \(name)", kind, field) { message in message.message(4) { build(&$0) } }
    }
}
