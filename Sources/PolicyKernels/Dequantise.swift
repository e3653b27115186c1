import CSystem

/// Unpacks steps and level codes to `(code − reach / spacing) · (step · spacing)`, and returns the largest code.
///
/// Codes of eight bits may lie in the last quarter of the output's own memory.
/// **Limit:** nothing at or behind `end`, the end of the codes, is read.
@inline(never)
public func dequantise(
    _ levels: UnsafePointer<lapwing_levels>, _ end: UnsafeRawPointer, _ output: UnsafeMutablePointer<Float>
) -> UInt8 {
    let settings = levels.pointee
    let count = settings.count, bits = settings.bits
    let middles = Lanes(repeating: settings.reach / settings.spacing)
    let room: UnsafeMutableRawPointer = settings.scratch
    let last = room.assumingMemoryBound(to: Float.self) + 32
    var place: UnsafeRawPointer = UnsafeRawPointer(settings.codes)
    var steps: UnsafeRawPointer = UnsafeRawPointer(settings.steps)
    var largest = SIMD32<UInt8>(repeating: 0)
    var start = 0, i = 0
    while start < count {
        let step = Float(bitPattern: UInt32(littleEndian: steps.loadUnaligned(as: UInt32.self)))
        let scales = Lanes(repeating: step * settings.spacing)
        steps += 4
        start = min(start &+ settings.bucket_length, count)
        while i < start {
            var source = place
            // The last words that are read reach seven bytes behind their codes.
            if end - place < bits &* 4 &+ 7 {
                room.storeBytes(of: SIMD32(repeating: 0), as: SIMD32<UInt8>.self)
                room.copyMemory(from: place, byteCount: min(end - place, bits &* 4))
                source = UnsafeRawPointer(room)
            }
            let codes: SIMD32<UInt8>
            if bits == 8 {
                codes = source.loadUnaligned(as: SIMD32<UInt8>.self)
            } else if bits == 4 {
                codes = lapwing_split_halves(source.loadUnaligned(as: SIMD16<UInt8>.self))
            } else {
                var eights = SIMD4<UInt64>(repeating: 0)
                for eight in 0..<4 {
                    let word = (source + eight &* bits).loadUnaligned(as: UInt64.self)
                    eights[eight] = lapwing_spread_out(word, bits)
                }
                codes = unsafeBitCast(eights, to: SIMD32<UInt8>.self)
            }
            largest = lapwing_larger_bytes(largest, codes)
            let target = i &+ 32 > count ? last : output + i
            #if SMALL_BUILD
                (room + 256).storeBytes(of: codes, as: SIMD32<UInt8>.self)
                var part = 0
                while part < 32 {
                    let eight = (room + (256 &+ part)).loadUnaligned(as: SIMD8<UInt8>.self)
                    store((lapwing_widened(eight) - middles) * scales, target + part)
                    part &+= 8
                }
            #else
                store((lapwing_widened(codes.lowHalf.lowHalf) - middles) * scales, target)
                store((lapwing_widened(codes.lowHalf.highHalf) - middles) * scales, target + 8)
                store((lapwing_widened(codes.highHalf.lowHalf) - middles) * scales, target + 16)
                store((lapwing_widened(codes.highHalf.highHalf) - middles) * scales, target + 24)
            #endif
            place += bits &* 4
            i &+= 32
        }
    }
    if i > count { (output + (i &- 32)).update(from: last, count: count &- (i &- 32)) }
    return lapwing_largest_byte(largest)
}
