// The libFuzzer target of the wire: any bytes, read as both kinds of message. `scripts/fuzz-wire` builds and runs it.

import Bounded
import Wire

/// The exercise with the arena that it lives in.
private struct Target: ~Copyable {
    let arena: Arena
    var exercise: MessageExercise

    init() {
        do {
            var arena = try Arena(limitBytes: 1 << 20)
            let limits = WireLimits(largestMessageBytes: 4_096, parameterCountMaximum: 256)
            let exercise = try MessageExercise(limits: limits, arena: &arena)
            self.arena = arena
            self.exercise = exercise
        } catch { preconditionFailure("a megabyte of memory for a fuzzer") }
    }
}

nonisolated(unsafe) private var target = Target()

@c(LLVMFuzzerTestOneInput)
public func fuzzWireDecode(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    target.exercise.run(UnsafeRawBufferPointer(start: start, count: count))
    return 0
}
