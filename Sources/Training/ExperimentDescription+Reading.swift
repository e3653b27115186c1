import Foundation

extension ExperimentDescription {
    /// Reads `<name>.conf`.
    ///
    /// **Throws:** `missingInput` without such a file, `configuration` with file and line for anything that is not
    /// known, is out of range, or names an arm or a panel that is not there.
    public init(reading url: URL) throws(TrainingError) {
        try self.init(name: url.deletingPathExtension().lastPathComponent, SectionFile(reading: url))
    }

    /// Reads the text of a description.
    init(name: String, parsing text: String, path: String) throws(TrainingError) {
        try self.init(name: name, SectionFile(parsing: text, path: path))
    }

    private init(name: String, _ file: SectionFile) throws(TrainingError) {
        self.init(name: name)
        for section in file.sections {
            switch (section.kind, section.label.isEmpty) {
            case ("experiment", true): try readExperiment(section, file)
            case ("common", true): for entry in section.entries { try common.add(entry, of: file) }
            case ("panel", false): try readPanel(section, file)
            case ("arm", false): try readArm(section, file)
            case ("tune", false): try readTuning(section, file)
            default:
                throw file.error(
                    section.line,
                    "[\(section.kind) \(section.label)]: expected [experiment], [common], [panel LABEL], [arm LABEL] "
                        + "or [tune LABEL]")
            }
        }
        if panels.isEmpty { panels = [Panel(label: "")] }
        try check(file)
    }

    private mutating func readExperiment(
        _ section: SectionFile.Section, _ file: SectionFile
    ) throws(TrainingError) {
        for entry in section.entries {
            switch entry.key {
            case "title": title = entry.value
            case "question": question = entry.value
            case "source": source = entry.value
            case "seeds": seeds = try Self.seeds(entry, file)
            case "tuning_seeds": tuningSeeds = try Self.seeds(entry, file)
            case "tuning_level": tuningLevel = try Self.number(entry, file)
            case "measure": measure = try Self.measure(entry, file)
            case "levels": levels = try Self.levels(entry, file)
            case "spacing": spacing = try Self.number(entry, file, atLeast: 0)
            case "baseline": baseline = entry.value
            case "axis":
                guard let index = ["linear", "logarithmic"].firstIndex(of: entry.value) else {
                    throw file.error(entry.line, "axis = \(entry.value): linear or logarithmic")
                }
                isLogarithmic = index == 1
            default:
                throw file.error(
                    entry.line,
                    "\(entry.key): no such key; [experiment] has title, question, source, seeds, tuning_seeds, "
                        + "tuning_level, measure, levels, spacing, baseline, axis")
            }
        }
    }

    private mutating func readPanel(
        _ section: SectionFile.Section, _ file: SectionFile
    ) throws(TrainingError) {
        guard !panels.contains(where: { $0.label == section.label }) else {
            throw file.error(section.line, "[panel \(section.label)] is there already")
        }
        var panel = Panel(label: section.label)
        for entry in section.entries {
            switch entry.key {
            case "measure": panel.measure = try Self.measure(entry, file)
            case "levels": panel.levels = try Self.levels(entry, file)
            case "spacing": panel.spacing = try Self.number(entry, file, atLeast: 0)
            case "tuning_level": panel.tuningLevel = try Self.number(entry, file)
            case "seeds": panel.seeds = try Self.seeds(entry, file)
            default: try panel.flags.add(entry, of: file)
            }
        }
        panels.append(panel)
    }

    private mutating func readArm(_ section: SectionFile.Section, _ file: SectionFile) throws(TrainingError) {
        guard !arms.contains(where: { $0.label == section.label }) else {
            throw file.error(section.line, "[arm \(section.label)] is there already")
        }
        var arm = Arm(label: section.label)
        for entry in section.entries {
            if entry.key == "panels" {
                arm.panels = Self.list(entry.value)
                for label in arm.panels ?? [] where !panels.contains(where: { $0.label == label }) {
                    throw file.error(entry.line, "panels: there is no [panel \(label)] above")
                }
            } else {
                try arm.flags.add(entry, of: file)
            }
        }
        arms.append(arm)
    }

    private mutating func readTuning(_ section: SectionFile.Section, _ file: SectionFile) throws(TrainingError) {
        guard let index = arms.firstIndex(where: { $0.label == section.label }) else {
            throw file.error(section.line, "[tune \(section.label)]: there is no [arm \(section.label)] above")
        }
        for entry in section.entries {
            let values = Self.list(entry.value)
            guard !values.isEmpty else { throw file.error(entry.line, "\(entry.key): values with commas between them") }
            var flags = ExperimentFlags()
            for value in values {
                flags = ExperimentFlags()
                try flags.add(.init(key: entry.key, value: value, line: entry.line), of: file)
            }
            arms[index].tuning.append((entry.key, values))
        }
    }

    /// What only the whole file shows.
    private func check(_ file: SectionFile) throws(TrainingError) {
        let last = file.sections.last?.line ?? 1
        guard !title.isEmpty else { throw file.error(1, "[experiment] has no title") }
        guard !arms.isEmpty else { throw file.error(last, "there is no [arm LABEL]") }
        if let baseline, !arms.contains(where: { $0.label == baseline }) {
            throw file.error(1, "baseline = \(baseline): there is no such arm")
        }
        for panel in panels {
            for arm in arms(in: panel) {
                if let error = tuningConflict(of: arm, with: seeds(of: panel)) { throw file.error(1, error) }
                let flags = flags(arm, in: panel)
                let agents = flags.value("agents").flatMap { Int($0) } ?? 0
                guard flags.value("environment") != nil, agents > 0 else {
                    throw file.error(last, "\(panel.label) \(arm.label): environment and a number of agents are needed")
                }
            }
        }
    }

    // MARK: - Values

    private static func list(_ text: String) -> [String] {
        text.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
    }

    private static func measure(
        _ entry: SectionFile.Entry, _ file: SectionFile
    ) throws(TrainingError) -> CurveMeasure {
        guard let measure = CurveMeasure(rawValue: entry.value) else {
            let known = CurveMeasure.allCases.map(\.rawValue).joined(separator: ", ")
            throw file.error(entry.line, "measure = \(entry.value): \(known)")
        }
        return measure
    }

    private static func number(
        _ entry: SectionFile.Entry, _ file: SectionFile, atLeast least: Double = -.infinity
    ) throws(TrainingError) -> Double {
        guard let number = Double(entry.value), number.isFinite, number >= least else {
            throw file.error(entry.line, "\(entry.key) = \(entry.value): a number\(least == 0 ? ", 0 or more" : "")")
        }
        return number
    }

    private static func levels(
        _ entry: SectionFile.Entry, _ file: SectionFile
    ) throws(TrainingError) -> [Double] {
        let numbers = list(entry.value).map { Double($0) ?? .nan }
        guard numbers.allSatisfy(\.isFinite), numbers == numbers.sorted() else {
            throw file.error(entry.line, "levels = \(entry.value): rising numbers with commas between them")
        }
        return numbers
    }

    /// `1-5`, or `1, 2, 7`.
    private static func seeds(
        _ entry: SectionFile.Entry, _ file: SectionFile
    ) throws(TrainingError) -> [UInt64] {
        guard let seeds = seeds(parsing: entry.value) else {
            throw file.error(entry.line, "\(entry.key) = \(entry.value): such as 1-5, or 1, 2, 7; each once, from 1")
        }
        return seeds
    }

    /// Reads `1-5`, or `1, 2, 7`; nil for anything else.
    public static func seeds(parsing text: String) -> [UInt64]? {
        var seeds: [UInt64] = []
        for part in list(text) {
            let ends = part.split(separator: "-", omittingEmptySubsequences: false).map { UInt64($0) ?? 0 }
            guard let first = ends.first, let last = ends.last, ends.count <= 2, first > 0, last >= first,
                last - first < 1000
            else { return nil }
            seeds += first...last
        }
        return seeds.isEmpty || Set(seeds).count != seeds.count ? nil : seeds
    }
}
