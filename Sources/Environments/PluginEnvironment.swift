import Bounded
import CEnvironment

/// One task opened in a plug-in.
///
/// **Memory:** what the plug-in allocates when it opens the task; nothing here. The holder calls `close` once.
struct PluginEnvironment: BitwiseCopyable, @unchecked Sendable {
    private let library: PluginLibrary
    private let handle: OpaquePointer

    /// Opens `task` in the library at `path`.
    init(path: FixedText, task: FixedText, options: FixedText) throws(EnvironmentError) {
        let library = try PluginLibrary(path: path)
        guard library.has(task) else { throw .unknownTask(name: task, plugin: path, known: library.names) }
        var message: InlineArray<256, CChar> = .init(repeating: 0)
        var span = message.mutableSpan
        let (opened, reason) = span.withUnsafeMutableBufferPointer { buffer -> (OpaquePointer?, FixedText) in
            guard let text = buffer.baseAddress else { preconditionFailure("an array has storage") }
            let opened = task.withCString { name in
                options.withCString { library.table.pointee.open(name, $0, text, buffer.count) }
            }
            text[buffer.count - 1] = 0
            return (opened, opened == nil ? FixedText(cString: text) : FixedText())
        }
        guard let opened else {
            throw .refused(task: task, reason: reason.isEmpty ? FixedText("no reason given") : reason)
        }
        self.library = library
        self.handle = opened
    }

    /// What the task looks like, checked against the limits of the interface.
    func describe(task: FixedText, path: FixedText) throws(EnvironmentError) -> EnvironmentDescription {
        var raw = lapwing_environment_description()
        library.table.pointee.describe(handle, &raw)
        let numbers = UInt32(EnvironmentDescription.numbersMaximum)
        guard raw.observation_count > 0, raw.observation_count <= numbers, raw.state_count <= numbers else {
            throw .pluginFaulty(path: path, what: "an observation or state of impossible size")
        }
        guard raw.action_count > 0, raw.action_count <= UInt32(EnvironmentDescription.actionCountMaximum) else {
            throw .pluginFaulty(path: path, what: "an impossible number of actions")
        }
        var description = EnvironmentDescription(
            name: task, observationCount: Int(raw.observation_count), actionCount: Int(raw.action_count),
            isDiscrete: raw.is_discrete != 0, stepLimit: Int(raw.step_limit), rewardThreshold: raw.reward_threshold,
            stateCount: Int(raw.state_count))
        guard raw.is_discrete == 0 else { return description }
        for index in 0..<description.actionCount {
            let offset = index * MemoryLayout<Double>.stride
            let low = withUnsafeBytes(of: &raw.action_low) { $0.load(fromByteOffset: offset, as: Double.self) }
            let high = withUnsafeBytes(of: &raw.action_high) { $0.load(fromByteOffset: offset, as: Double.self) }
            guard low < high else { throw .pluginFaulty(path: path, what: "an action with an empty range") }
            description.setActionRange(index, low: low, high: high)
        }
        return description
    }

    func reset(
        seed: UInt64, observation: UnsafeMutableBufferPointer<Double>, task: FixedText
    ) throws(EnvironmentError) {
        guard library.table.pointee.reset(handle, seed, observation.baseAddress) == 0 else { throw failure(of: task) }
    }

    func setState(
        _ state: UnsafeBufferPointer<Double>, observation: UnsafeMutableBufferPointer<Double>, task: FixedText
    ) throws(EnvironmentError) {
        guard library.table.pointee.set_state(handle, state.baseAddress, observation.baseAddress) == 0 else {
            throw failure(of: task)
        }
    }

    func step(
        action: UnsafeBufferPointer<Double>, observation: UnsafeMutableBufferPointer<Double>, task: FixedText
    ) throws(EnvironmentError) -> Transition {
        var raw = lapwing_environment_transition()
        guard library.table.pointee.step(handle, action.baseAddress, observation.baseAddress, &raw) == 0 else {
            throw failure(of: task)
        }
        return Transition(reward: raw.reward, terminated: raw.terminated != 0, truncated: raw.truncated != 0)
    }

    func close() { library.table.pointee.close(handle) }

    private func failure(of task: FixedText) -> EnvironmentError {
        guard let message = library.table.pointee.last_error(handle) else {
            return .failed(task: task, reason: FixedText("no reason given"))
        }
        return .failed(task: task, reason: FixedText(cString: message))
    }
}
