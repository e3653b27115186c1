/// What happens to an episode that is under way when a batch is full.
public enum EpisodeMode: UInt32, Sendable, ConfigurationChoice {
    /// It is cut there, and the next batch begins with a fresh episode.
    case whole = 0
    /// It goes on in the next batch; the value at the cut is bootstrapped.
    case continued = 1

    static var words: StaticString { "whole continued" }
}
