import Bounded
import Testing

@Suite("Vector")
struct VectorTests {
    @Test("is a view: a part of it shares its memory")
    func view() throws {
        var arena = try Arena(limitBytes: 4_096)
        let vector = try arena.vector(8, holder: "vector")
        let part = vector[2..<5]
        part.fill(3)
        #expect(Array(vector.buffer) == [0, 0, 3, 3, 3, 0, 0, 0])
        #expect(part.count == 3)
        #expect(vector.bytes.count == 32)
        let other = try arena.vector(8, holder: "other")
        other.copy(from: vector)
        vector[2] = 1
        #expect(other[2] == 3)
    }

    @Test("finds an infinity or NaN wherever it stands")
    func isFinite() throws {
        var arena = try Arena(limitBytes: 4_096)
        for count in [0, 1, 3, 8, 31] {
            let vector = try arena.vector(count, holder: "vector")
            vector.fill(-.greatestFiniteMagnitude)
            #expect(vector.isFinite)
            for position in 0..<count {
                for bad in [Float.infinity, -.infinity, .nan, .signalingNaN] {
                    vector[position] = bad
                    #expect(!vector.isFinite)
                }
                vector[position] = .leastNonzeroMagnitude
                #expect(vector.isFinite)
            }
        }
    }

    @Test("stops the program at an index beyond its end")
    func bounds() async {
        await #expect(processExitsWith: .failure) {
            var arena = try Arena(limitBytes: 4_096)
            let vector = try arena.vector(4, holder: "vector")
            vector[4] = 1
        }
        await #expect(processExitsWith: .failure) {
            var arena = try Arena(limitBytes: 4_096)
            _ = try arena.vector(4, holder: "vector")[2..<5]
        }
    }
}
