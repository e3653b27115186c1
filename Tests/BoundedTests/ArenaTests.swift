import Bounded
import Testing

@Suite("Arena")
struct ArenaTests {
    @Test("hands out zeroed memory, each piece at the start of a cache line, none overlapping")
    func reservations() throws {
        var arena = try Arena(limitBytes: 65_536)
        let bytes = try arena.reserve(UInt8.self, count: 3, holder: "bytes")
        let words = try arena.reserve(UInt64.self, count: 100, holder: "words")
        let numbers = try arena.vector(10, holder: "numbers")
        for address in [address(bytes.baseAddress), address(words.baseAddress), address(numbers.base)] {
            #expect(address % Arena.alignment == 0)
        }
        #expect(words.allSatisfy { $0 == 0 })
        #expect(address(words.baseAddress) >= address(bytes.baseAddress) + 3)
        #expect(address(numbers.base) >= address(words.baseAddress) + 800)
    }

    @Test("counts what it hands out with its padding, a line for each holder in order")
    func plan() throws {
        var arena = try Arena(limitBytes: 4_096)
        _ = try arena.reserve(UInt8.self, count: 1, holder: "first")
        _ = try arena.reserve(UInt8.self, count: 65, holder: "second")
        _ = try arena.reserve(UInt8.self, count: 64, holder: "first")
        _ = try arena.reserve(UInt8.self, count: 0, holder: "nothing")
        #expect(arena.plan.count == 3)
        #expect(arena.plan[0].holder.description == "first" && arena.plan[0].byteCount == 128)
        #expect(arena.plan[1].holder.description == "second" && arena.plan[1].byteCount == 128)
        #expect(arena.plan[2].byteCount == 0)
        #expect(arena.plan.totalBytes == 256)
        #expect(arena.reservedBytes == 256)
    }

    @Test("fills to its limit and refuses the next byte, naming who asked")
    func limit() throws {
        var arena = try Arena(limitBytes: 1_024)
        _ = try arena.reserve(UInt8.self, count: 1_024, holder: "all of it")
        do throws(Arena.Refusal) {
            _ = try arena.reserve(UInt8.self, count: 1, holder: "one more")
            Issue.record("the limit was passed")
        } catch {
            guard case .limitReached(let holder, let needed, let limit) = error else {
                Issue.record("another refusal")
                return
            }
            #expect(holder.description == "one more")
            #expect(needed == 1_088 && limit == 1_024)
        }
        #expect(arena.reservedBytes == 1_024, "a refused reservation counts for nothing")
    }

    @Test("refuses a count whose bytes no integer holds")
    func overflow() throws {
        var arena = try Arena(limitBytes: 1_024)
        do throws(Arena.Refusal) {
            _ = try arena.reserve(UInt64.self, count: Int.max / 2, holder: "too many")
            Issue.record("the limit was passed")
        } catch {
            #expect(error == .limitReached(holder: "too many", neededBytes: Int.max, limitBytes: 1_024))
        }
    }

    @Test("refuses a count that only its padding would carry past every integer")
    func paddingOverflow() throws {
        var arena = try Arena(limitBytes: 1_024)
        do throws(Arena.Refusal) {
            _ = try arena.reserve(UInt8.self, count: Int.max, holder: "too many")
            Issue.record("the limit was passed")
        } catch {
            guard case .limitReached = error else {
                Issue.record("another refusal")
                return
            }
        }
    }

    @Test("keeps what was reserved when it is sealed")
    func sealing() throws {
        var arena = try Arena(limitBytes: 1 << 24)
        let vector = try arena.vector(5_000, holder: "kept")
        vector.fill(7)
        arena.seal()
        #expect(vector[0] == 7 && vector[4_999] == 7)
        #expect(arena.reservedBytes == 20_032)
    }

    @Test("stops the program at a reservation after the seal")
    func afterSeal() async {
        await #expect(processExitsWith: .failure) {
            var arena = try Arena(limitBytes: 4_096)
            arena.seal()
            _ = try arena.vector(1, holder: "late")
        }
    }

    private func address<Pointee>(_ pointer: UnsafeMutablePointer<Pointee>?) -> Int { Int(bitPattern: pointer) }
}
