extension SweepCell {
    /// Every key of the gateway and of an agent in this cell's runs, defaults too, whatever way the cell spells it:
    /// cells that agree in it are the same run.
    ///
    /// **Throws:** the error of a configuration that makes no sense, with the cell's label.
    func effectiveConfiguration(_ options: SweepOptions) throws(TrainingError) -> String {
        do throws(TrainingError) {
            return try EffectiveConfiguration.check(RunPlan(SweepJob.training(of: self, seed: 1, options: options)))
        } catch {
            throw TrainingError(error.code, "the cell \(label): \(error.message)")
        }
    }
}
