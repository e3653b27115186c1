import Bounded

extension TopK {
    /// The magnitudes that kept elements have, as bits of single-precision numbers: `base`, `base + step` … `base +
    /// last · step`.
    struct Levels {
        /// The bits of the least magnitude.
        let base: UInt32
        /// From one magnitude to the next, at most two octaves.
        let step: UInt32
        /// The index of the largest.
        let last: UInt32

        /// Two octaves in the bits of a number: half of that upwards doubles a number, and its error is then the
        /// number itself.
        private static let largestStep: UInt32 = 2 << 23

        /// Spans what `selection` keeps of `vector` with 2^(bits − 1) magnitudes.
        init(_ selection: TopKSelection, bits: Int, of vector: Vector) {
            last = (1 << UInt32(bits - 1)) - 1
            guard last > 0 else {
                base = TopK.meanMagnitude(selection, of: vector).bitPattern
                step = 0
                return
            }
            // A vector of zeros has no least magnitude, and keeps nothing.
            let least = min(selection.least, selection.largest)
            step = min((selection.largest - least) / last, Self.largestStep)
            base = selection.largest - last * step
        }

        /// Reads parameters; nil when a magnitude would not be finite.
        init?(_ parameters: UnsafeRawBufferPointer) {
            base = UInt32(littleEndian: parameters.loadUnaligned(fromByteOffset: 4, as: UInt32.self))
            step = UInt32(littleEndian: parameters.loadUnaligned(fromByteOffset: 8, as: UInt32.self))
            guard (1...8).contains(parameters[12]), base < 0x7f80_0000, step <= Self.largestStep else { return nil }
            last = (1 << UInt32(parameters[12] - 1)) - 1
            guard base + last * step < 0x7f80_0000 else { return nil }
        }

        /// Whether a magnitude is not so small that zero is nearer than `base`.
        @inline(__always)
        func holds(_ magnitude: UInt32) -> Bool { last == 0 || magnitude + step / 2 >= base }

        /// The index of the magnitude nearest to one that is held.
        @inline(__always)
        func nearest(_ magnitude: UInt32) -> UInt32 {
            guard magnitude > base, step > 0 else { return 0 }
            return min((magnitude - base + step / 2) / step, last)
        }
    }

    /// The mean of the magnitudes that are kept.
    private static func meanMagnitude(_ selection: TopKSelection, of vector: Vector) -> Float {
        var selection = selection
        var sum = 0.0
        var kept = 0.0
        for index in 0..<vector.count {
            let magnitude = vector.base[index].bitPattern & 0x7fff_ffff
            guard selection.keeps(magnitude) else { continue }
            sum += Double(Float(bitPattern: magnitude))
            kept += 1
        }
        return kept > 0 ? Float(sum / kept) : 0
    }
}
