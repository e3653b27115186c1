import Foundation
import Synchronization
import Training

/// `curve.csv`: the return of θ with its mean action along a run, evaluated beside it.
///
/// Evaluations take no virtual time and draw from streams of their own, every point over the same first states.
final class Curve: @unchecked Sendable {
    private let table: FileHandle
    private let path: String
    private let episodes: Int
    private let seed: UInt64
    private let workers: WorkerPool
    private let results = Mutex<[Int: Result<Evaluation, TrainingError>]>([:])
    private var points: [CurvePoint] = []
    private var writtenCount = 0
    /// The evaluation of the last point that was written.
    private var newest: (version: UInt64, evaluation: Evaluation)?

    /// Starts the file.
    init(url: URL, episodes: Int, seed: UInt64, workers: WorkerPool) throws(TrainingError) {
        path = url.path
        self.episodes = episodes
        self.seed = seed
        self.workers = workers
        guard FileManager.default.createFile(atPath: path, contents: Data((CurvePoint.heading + "\n").utf8)),
            let table = FileHandle(forWritingAtPath: path)
        else { throw TrainingError(.cannotCreate, "\(url.path): the curve cannot be written") }
        self.table = table
        table.seekToEndOfFile()
    }

    /// The version of the newest point; nil before the first.
    var newestVersion: UInt64? { points.last?.version }

    /// Has `policy` evaluated for a new point; of the version of the point before it, it comes to the same.
    func add(_ point: CurvePoint, of policy: PolicySnapshot) {
        let index = points.count
        let isRepeated = newestVersion == point.version
        points.append(point)
        guard !isRepeated else { return }
        let (episodes, seed) = (episodes, seed)
        workers.evaluate { [self] evaluator in
            evaluator.load(
                policy.parameters, normaliserMean: policy.normaliserMean, normaliserScale: policy.normaliserScale)
            let result = Result { () throws(TrainingError) in try evaluator.run(episodes: episodes, seed: seed) }
            results.withLock { $0[index] = result }
        }
    }

    /// Writes the points whose evaluations are done, in their order.
    ///
    /// **Throws:** what an evaluation threw, and `inputOutput` when the disk is full.
    func writeFinished() throws(TrainingError) {
        while writtenCount < points.count {
            let index = writtenCount
            let evaluation: Evaluation
            if let newest, newest.version == points[index].version {
                evaluation = newest.evaluation
            } else {
                guard let result = results.withLock({ $0.removeValue(forKey: index) }) else { return }
                evaluation = try result.get()
            }
            let line = points[index].line(evaluation) + "\n"
            do { try table.write(contentsOf: Data(line.utf8)) } catch {
                throw TrainingError(.inputOutput, "\(path): the curve cannot be written; is the disk full?")
            }
            newest = (points[index].version, evaluation)
            writtenCount += 1
        }
    }

    /// Waits for all evaluations, and writes them.
    func finish() throws(TrainingError) {
        workers.finishEvaluations()
        try writeFinished()
    }
}
