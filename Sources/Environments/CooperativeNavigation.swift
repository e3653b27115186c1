import Bounded

/// Agents on a plane that are to cover a landmark each without running into each other; every learner sees only its own
/// reward.
///
/// One policy moves all agents. Learner *m* is paid for agent *m*: minus its distance to landmark *m*, minus 1 for each
/// other agent within 0.3, all times the learner's scale. `learner=all` pays the sum over the learners, which is what
/// they train together and what is evaluated.
///
/// **Shape:** with M agents, state: positions, velocities, landmarks, each x and y for agent after agent. Observation:
/// the same, with each landmark as seen from its own agent. Action: 2 M forces; what lies beyond ±1 has no effect.
/// **Units:** the agents start, and landmarks lie, in a square of side 2. A step is 0.1 s.
/// **Memory:** room for eight agents, whatever their number.
/// **Source:** "simple_spread" of the multi-agent particle environment (Lowe et al. 2017, arXiv 1706.02275): damping,
/// acceleration, step and 25-step episodes are its own; agents pay for collisions but do not push each other. Private
/// rewards and starts of the learners' own as in Chen et al., "Communication-Efficient Policy Gradient Methods for
/// Distributed Reinforcement Learning" (LAPG, arXiv 1812.03239), whose moves are discrete.
public struct CooperativeNavigation: Environment {
    /// The most agents.
    public static let learnersMaximum = 8

    typealias Coordinates = InlineArray<16, Double>

    var options = Options()
    private var position = Coordinates(repeating: 0)
    private var velocity = Coordinates(repeating: 0)
    private var landmark = Coordinates(repeating: 0)

    /// Shape, ranges and limits without options.
    public static var description: EnvironmentDescription { Self().description }

    /// Shape, ranges and limits with the options given.
    var description: EnvironmentDescription {
        EnvironmentDescription(
            name: FixedText("cooperative-navigation"), observationCount: 3 * count, actionCount: count, stepLimit: 25,
            stateCount: 3 * count)
    }

    /// The task at rest, without options: four learners, and the sum of their rewards.
    public init() {}

    /// How many numbers make up the positions of all agents.
    private var count: Int { 2 * options.learners }

    /// Draws agents and landmarks; the agents' square lies where the learner's starts do.
    public mutating func reset(using generator: inout RandomGenerator) {
        let learner = options.learner ?? generator.below(options.learners)
        let (sine, cosine) = sineAndCosine(2 * Double.pi * Double(learner) / Double(options.learners))
        for index in 0..<count {
            let centre = options.shift * (index & 1 == 0 ? cosine : sine)
            position[index] = centre + generator.uniform(-1, 1)
            velocity[index] = 0
            landmark[index] = generator.uniform(-1, 1)
        }
    }

    /// Takes over a state: positions, velocities, landmarks.
    public mutating func setState(_ state: UnsafeBufferPointer<Double>) {
        for index in 0..<count {
            position[index] = state[index]
            velocity[index] = state[count + index]
            landmark[index] = state[2 * count + index]
        }
    }

    /// Pushes every agent for 0.1 s; a quarter of its velocity is lost on the way.
    public mutating func step(action: UnsafeBufferPointer<Double>) -> Transition {
        for index in 0..<count {
            velocity[index] = 0.75 * velocity[index] + 0.5 * clamp(action[index], -1, 1)
            position[index] += 0.1 * velocity[index]
        }
        var reward = 0.0
        for learner in 0..<options.learners where options.learner ?? learner == learner {
            reward += options.scales[learner] * payment(of: learner)
        }
        return Transition(reward: reward)
    }

    /// Writes the observation.
    public func observe(into observation: UnsafeMutableBufferPointer<Double>) {
        for index in 0..<count {
            observation[index] = position[index]
            observation[count + index] = velocity[index]
            observation[2 * count + index] = landmark[index] - position[index]
        }
    }

    /// What `learner` is paid at present, before its scale.
    private func payment(of learner: Int) -> Double {
        let x = position[2 * learner]
        let y = position[2 * learner + 1]
        var reward = -distance(x - landmark[2 * learner], y - landmark[2 * learner + 1])
        for other in 0..<options.learners where other != learner {
            if distance(x - position[2 * other], y - position[2 * other + 1]) < 0.3 { reward -= 1 }
        }
        return reward
    }

    private func distance(_ x: Double, _ y: Double) -> Double { (x * x + y * y).squareRoot() }
}
