import Bounded
import Foundation
import PolicyStore
import ZMQTransport

/// The stable envelope of `--format json`.
public enum Report {
    private struct Envelope<Result: Encodable>: Encodable {
        let command: String
        let formatVersion = 1
        let result: Result

        enum CodingKeys: String, CodingKey {
            case command, result
            case formatVersion = "format_version"
        }
    }

    /// One line, keys in alphabetical order.
    public static func line(command: String, result: some Encodable) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        guard let data = try? encoder.encode(Envelope(command: command, result: result)) else { return "{}" }
        return String(decoding: data, as: UTF8.self)
    }
}

/// What `lapwing evaluate` found.
public struct EvaluationReport: Encodable {
    let policy: String
    let environment: String
    let policyVersion: UInt64
    let seed: UInt64
    let episodes: Int
    let returnMean: Double
    let returnStd: Double
    let returns: [Double]
    let steps: [Int]

    enum CodingKeys: String, CodingKey {
        case policy, environment, seed, episodes, returns, steps
        case policyVersion = "policy_version"
        case returnMean = "return_mean"
        case returnStd = "return_std"
    }

    public init(policy: String, environment: String, version: UInt64, seed: UInt64, evaluation: Evaluation) {
        self.policy = policy
        self.environment = environment
        self.seed = seed
        policyVersion = version
        episodes = evaluation.returns.count
        returnMean = evaluation.mean
        returnStd = evaluation.deviation
        returns = evaluation.returns
        steps = evaluation.steps
    }

    /// For a person.
    public var line: String {
        let lowest = ProgressLine.fixed(returns.min() ?? .nan, 1)
        let highest = ProgressLine.fixed(returns.max() ?? .nan, 1)
        return "\(environment): return \(ProgressLine.fixed(returnMean, 1)) ± \(ProgressLine.fixed(returnStd, 1)) over "
            + "\(episodes) episodes (\(lowest) to \(highest)), policy version \(policyVersion)"
    }
}

/// What is in a policy file.
public struct PolicyReport: Encodable {
    let path: String
    let environment: String
    let specification: StoredSpecification
    let parameterCount: Int
    let provenance: PolicyFile.Provenance

    enum CodingKeys: String, CodingKey {
        case path, environment, specification, provenance
        case parameterCount = "parameter_count"
    }

    public init(path: String, file: PolicyFile) {
        self.path = path
        environment = file.environment
        specification = file.specification
        parameterCount = file.parameters.count
        provenance = file.provenance
    }

    /// For a person.
    public var text: String {
        let widths = ([specification.observationCount] + specification.hidden + [specification.actionCount])
            .map(String.init).joined(separator: "-")
        return """
            \(path): checksum and example are right
            environment    \(environment)
            policy         \(specification.distribution) \(widths), \(parameterCount) parameters\
            \(specification.observationNormalisation ? ", observations normalised" : "")
            version        \(provenance.version), by \(provenance.rule), seed \(provenance.seed)
            run            \(provenance.run)
            configuration  \(provenance.configurationHash)
            """
    }
}

/// The public side of a key file.
public struct KeyReport: Encodable {
    let publicKey: String
    let files: [String]

    enum CodingKeys: String, CodingKey {
        case files
        case publicKey = "public_key"
    }

    /// Draws a pair into `folder`; nothing is overwritten.
    public static func new(name: String, folder: URL) throws(TrainingError) -> KeyReport {
        guard name.wholeMatch(of: /[A-Za-z0-9][A-Za-z0-9._-]{0,63}/) != nil else {
            throw TrainingError(.usage, "--name \(name): use letters, digits, dots, dashes and underscores")
        }
        let key = try RunPlan.writeKeys(name: name, folder: folder, withPublicFile: true)
        return KeyReport(
            publicKey: key.z85.string,
            files: ["key", "pub"].map { folder.appending(path: "\(name).\($0)").relativePath })
    }

    private init(publicKey: String, files: [String]) {
        self.publicKey = publicKey
        self.files = files
    }

    /// Reads the public key of a `.key` or `.pub` file.
    public init(reading url: URL) throws(TrainingError) {
        let path = try FixedText(checking: url.path)
        do throws(KeyFileError) {
            let key: PublicKey
            if url.pathExtension == "key" {
                let pair = try KeyFile.readPair(path: path)
                key = pair.publicKey
            } else {
                key = try KeyFile.readPublic(path: path)
            }
            self.init(publicKey: key.z85.string, files: [url.relativePath])
        } catch {
            throw TrainingError(error)
        }
    }

    /// For a person: the key alone on the first line.
    public var text: String { ([publicKey] + files).joined(separator: "\n") }
}
