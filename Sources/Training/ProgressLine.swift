import Foundation

/// The one line that says how a run is doing.
public enum ProgressLine {
    /// The line, at most `columns` wide.
    public static func text(environment: String, progress: RunProgress, budget: UInt64, columns: Int = 120) -> String {
        var parts = ["\(environment) v\(progress.version)/\(budget)"]
        parts.append("return \(progress.recentReturn.map { fixed($0, 1) } ?? "-")")
        parts.append("\(progress.updatesPerSecond.map { fixed($0, $0 < 10 ? 1 : 0) } ?? "-") updates/s")
        parts.append("up \(bytes(progress.bytesUp))")
        parts.append("down \(bytes(progress.bytesDown))")
        if progress.updatesSkipped > 0 { parts.append("skipped \(percent(progress.skippedShare))") }
        parts.append("staleness \(progress.meanDelay.map { fixed($0, 1) } ?? "-")")
        parts.append("left \(progress.secondsLeft(budget: budget).map(duration) ?? "-")")
        while parts.count > 1, parts.joined(separator: "  ").count > columns { parts.removeLast() }
        return String(parts.joined(separator: "  ").prefix(columns))
    }

    /// `1.5 MB`: three digits at most, powers of ten.
    public static func bytes(_ count: UInt64) -> String {
        if count < 1000 { return "\(count) B" }
        var value = Double(count)
        for unit in ["kB", "MB", "GB"] {
            value /= 1000
            if value < 999.5 { return "\(fixed(value, value < 9.95 ? 1 : 0)) \(unit)" }
        }
        return "\(fixed(value / 1000, 1)) TB"
    }

    /// `1.53 MB`: three digits, powers of ten.
    static func threeDigitBytes(_ count: Double) -> String {
        var (value, unit) = (count, 0)
        while value >= 999.5, unit < 4 { (value, unit) = (value / 1000, unit + 1) }
        let digits = unit == 0 ? 0 : value < 9.995 ? 2 : value < 99.95 ? 1 : 0
        return "\(fixed(value, digits)) \(["B", "kB", "MB", "GB", "TB"][unit])"
    }

    /// `13.5k`: three digits, powers of ten.
    static func threeDigits(_ number: Double) -> String {
        var (value, unit) = (abs(number), 0)
        while value >= 999.5, unit < 3 { (value, unit) = (value / 1000, unit + 1) }
        let digits = value == value.rounded() ? 0 : value < 9.995 ? 2 : value < 99.95 ? 1 : 0
        return "\(number < 0 ? "-" : "")\(fixed(value, digits))\(["", "k", "M", "G"][unit])"
    }

    /// `45 %`, and a digit more below ten.
    public static func percent(_ share: Double) -> String {
        "\(fixed(share * 100, share > 0 && share < 0.0995 ? 1 : 0)) %"
    }

    /// `0:07`, `12:30` or `3:05:00`.
    public static func duration(_ seconds: Double) -> String {
        let whole = Int(min(max(seconds.rounded(.up), 0), 359_999))
        let (hours, minutes, rest) = (whole / 3600, whole / 60 % 60, whole % 60)
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return hours > 0 ? "\(hours):\(two(minutes)):\(two(rest))" : "\(minutes):\(two(rest))"
    }

    /// A number with `digits` digits after the point.
    public static func fixed(_ value: Double, _ digits: Int) -> String {
        value.isFinite ? String(format: "%.\(digits)f", value) : "-"
    }
}
