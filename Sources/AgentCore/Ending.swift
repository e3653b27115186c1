import Bounded
import Environments
import GradientCodec
import Wire

/// Why an agent ends.
///
/// **Memory:** a block on the heap for a case with values: there is one at most, after the last update.
public indirect enum Ending: Sendable {
    /// It was told to stop.
    case told
    /// The gateway is done with the federation and asked for no retry.
    case gatewayDone
    /// The gateway will not have this agent.
    case refused(reason: RejectReason, detail: FixedText)
    /// The federation's policy has another shape than this agent's environment and settings.
    case shape(ShapeMismatch)
    /// The gateway accepts no frame as large as this agent's updates.
    case updateTooLarge(bytes: Int, limitBytes: Int)
    /// The federation's settings of the uplink need memory that this agent has not reserved.
    case uplinkMemory(UplinkMemory)
    /// The federation agrees on a natural gradient, and this agent reserved no memory for that; or the reverse.
    case direction(isAgreedOn: Bool)
    /// The environment failed, or diverged, in so many batches in a row; the error is the last one.
    case environment(EnvironmentError, batches: Int)
    /// The gradient was not finite in so many batches in a row, although the observations were.
    case gradientNotFinite(batches: Int)
    /// A message of this agent could not be encoded.
    case encoding(WireError)
}
