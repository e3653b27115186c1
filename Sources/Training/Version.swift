/// The version of Lapwing.
public enum Version {
    /// As `lapwing --version` prints it.
    public static let text = "0.1.0"
}
