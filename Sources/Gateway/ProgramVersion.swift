/// The version of the programs.
public enum ProgramVersion {
    /// Major, minor, patch.
    public static let text = "0.1.0"
}
