import Bounded
import ZMQTransport

extension Failure {
    /// A key file that cannot be read or written.
    init(_ error: KeyFileError) {
        self.init(error.exitCode) { writer in error.write(to: &writer) }
    }
}
