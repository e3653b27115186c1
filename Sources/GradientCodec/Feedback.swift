/// What becomes of the part of a gradient that its codec left out.
public enum Feedback: UInt32, Sendable {
    /// Nothing: right for unbiased codecs, whose noise averages out.
    case none = 0
    /// It is added to the next gradient (error feedback; Karimireddy et al. 2019).
    case error = 1
    /// Only the difference from the mirror is packed (EF21, Richtárik et al. 2021; LAQ, Sun et al. 2019).
    case innovation = 2
}
