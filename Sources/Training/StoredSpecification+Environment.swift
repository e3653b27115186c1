import Bounded
import Environments
import PolicyStore

extension StoredSpecification {
    /// Refuses a task whose observations or actions are not what the policy was made for.
    func check(against description: EnvironmentDescription) throws(TrainingError) {
        let distribution = description.isDiscrete ? "softmax" : "gaussian"
        guard self.distribution == distribution, observationCount == description.observationCount,
            actionCount == description.actionCount
        else {
            throw TrainingError(
                .data,
                "the policy (\(self.distribution), \(observationCount) observations, \(actionCount) actions) does not "
                    + "fit \(description.name.string) (\(distribution), \(description.observationCount) observations, "
                    + "\(description.actionCount) actions); name the environment that it was trained on")
        }
    }
}
