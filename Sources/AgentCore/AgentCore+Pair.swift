import Environments

/// Two agents in one process, as simulations have them, take their environment steps side by side.
extension AgentCore {
    /// Whether two agents can take steps side by side now: both sample, in environments that can be moved together.
    ///
    /// Neither is changed; see `standing()` for why they are passed as if they were.
    public static func canShareSteps(_ first: inout AgentCore, _ second: inout AgentCore) -> Bool {
        first.sampler.phase == .sampling && second.sampler.phase == .sampling
            && EnvironmentInstance.arePaired(&first.sampler.environment, &second.sampler.environment)
    }

    /// Takes at most `steps` environment steps with each of two agents, for whom `canShareSteps` holds.
    ///
    /// Each comes to what `work(steps:at:)` would have brought it to, to the bit. It stops early when one of them has
    /// its batch whole, or its environment failed.
    public static func sample(_ first: inout AgentCore, beside second: inout AgentCore, atMost steps: Int) {
        var left = steps
        while left > 0, first.isSampling, second.isSampling {
            left -= 1
            // One that cannot act leaves the other to itself.
            guard first.beginStep() else { break }
            guard second.beginStep() else {
                first.completeStep()
                break
            }
            let (one, other) = Sampler.move(&first.sampler, &second.sampler)
            first.endStep(one)
            second.endStep(other)
        }
        first.countSteps()
        second.countSteps()
    }

    @inline(__always)
    private mutating func beginStep() -> Bool {
        do throws(EnvironmentError) {
            try sampler.beginStep()
            return true
        } catch {
            batchBroke(error)
            return false
        }
    }

    private mutating func completeStep() {
        do throws(EnvironmentError) { try sampler.completeStep() } catch { batchBroke(error) }
    }

    @inline(__always)
    private mutating func endStep(_ transition: Transition) {
        do throws(EnvironmentError) { try sampler.endStep(transition) } catch { batchBroke(error) }
    }
}
