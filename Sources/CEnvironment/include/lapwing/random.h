// Seeded random numbers for plug-ins, the same as Lapwing's own on every machine: xoshiro256++ (Blackman and Vigna,
// "Scrambled linear pseudorandom number generators") seeded through splitmix64. Optional; header only; not for keys.

#ifndef LAPWING_RANDOM_H
#define LAPWING_RANDOM_H

#include <math.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// A generator; 48 bytes, no heap.
typedef struct lapwing_random {
    uint64_t state[4];
    double spare_normal;
    uint64_t has_spare_normal;
} lapwing_random;

/// Seeds the generator.
static inline void lapwing_random_seed(lapwing_random *random, uint64_t seed) {
    for (int index = 0; index < 4; index++) {
        seed += UINT64_C(0x9e3779b97f4a7c15);
        uint64_t z = seed;
        z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
        z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
        random->state[index] = z ^ (z >> 31);
    }
    random->spare_normal = 0;
    random->has_spare_normal = 0;
}

/// 64 random bits.
static inline uint64_t lapwing_random_bits(lapwing_random *random) {
    uint64_t *s = random->state;
    uint64_t sum = s[0] + s[3];
    uint64_t result = ((sum << 23) | (sum >> 41)) + s[0];
    uint64_t shifted = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= shifted;
    s[3] = (s[3] << 45) | (s[3] >> 19);
    return result;
}

/// A number in low ..< high.
static inline double lapwing_random_uniform(lapwing_random *random, double low, double high) {
    double unit = (double)(lapwing_random_bits(random) >> 11) * 0x1p-53;
    return low + (high - low) * unit;
}

/// A draw from the standard normal distribution (Marsaglia's polar method).
static inline double lapwing_random_normal(lapwing_random *random) {
    if (random->has_spare_normal) {
        random->has_spare_normal = 0;
        return random->spare_normal;
    }
    for (;;) {
        double x = lapwing_random_uniform(random, -1, 1);
        double y = lapwing_random_uniform(random, -1, 1);
        double square = x * x + y * y;
        if (square >= 1 || square <= 0) continue;
        double factor = sqrt(-2 * log(square) / square);
        random->spare_normal = y * factor;
        random->has_spare_normal = 1;
        return x * factor;
    }
}

#ifdef __cplusplus
}
#endif

#endif
