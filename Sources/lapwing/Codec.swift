import ArgumentParser
import Foundation
import GradientCodec
import Training

struct Codec: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Packs and unpacks a vector, and says what that costs and loses.",
        discussion: """
            FILE holds float32 numbers, little-endian, and nothing else, such as the gradient of one update. The \
            vector is packed and unpacked --draws times. Printed are its packed length (without the frame around \
            it), bits an element, the bias (the norm of the mean error; beside it what chance alone makes of none), \
            the relative error, and ω: the variance of an unbiased codec, 1 - δ of one that contracts.

            low-rank needs a matrix: --rows and --columns, or the whole vector as square as its length allows. Its \
            warm start carries over from draw to draw, as from update to update.
            """)

    @Argument(help: "The vector: float32, little-endian.")
    var file: String

    @Option(help: "dense-float32, dense-float16, uniform, qsgd, ternary, natural, sign, grid, top-k, low-rank.")
    var codec: String

    @Option(help: "uniform, qsgd, grid: bits an element, 1 to 8.")
    var bits = 8

    @Option(help: "uniform, qsgd, ternary, sign: elements that share a scale; 0: all.")
    var bucketSize = 256

    @Option(help: "top-k: the share of elements that is kept.")
    var keptFraction: Float = 0.01

    @Option(help: "low-rank: columns of the thin matrices.")
    var rank = 1

    @Flag(help: "Use the entropy coder, where the codec has one.")
    var entropy = false

    @Option(help: "low-rank: rows of the matrix that the vector begins with.")
    var rows: Int?

    @Option(help: "low-rank: its columns.")
    var columns: Int?

    @Option(help: "How often the vector is packed.")
    var draws = 100

    @Option(help: "What the draws follow from.")
    var seed: UInt64 = 1

    @OptionGroup var formatOptions: FormatOptions

    func validate() throws {
        if (rows == nil) != (columns == nil) { throw ValidationError("--rows and --columns go together") }
    }

    func run() throws {
        var trial = CodecTrial()
        trial.settings.codec = try .named(codec)
        trial.settings.bits = bits
        trial.settings.bucketSize = bucketSize
        trial.settings.keptFraction = keptFraction
        trial.settings.rank = rank
        trial.settings.usesEntropyCoding = entropy
        trial.draws = draws
        trial.seed = seed
        if let rows, let columns { trial.shape = (rows, columns) }
        let report = try trial.run(CodecTrial.readVector(URL(fileURLWithPath: file)))
        formatOptions.show("codec", report) { report.text }
    }
}
