#include "CSystem.h"

#if defined(__x86_64__)
#include <cpuid.h>

/// Which register files the system saves (the extended control register 0).
static uint32_t saved_registers(void) {
    uint32_t low, high;
    __asm__("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    return low;
}

// The compiler's __builtin_cpu_supports would bring a table of all processors, five kilobytes, into the agent's binary.
int lapwing_has_fused_vectors(void) {
    const uint32_t fma = 1u << 12, xsave = 1u << 27;                 // leaf 1, ecx
    const uint32_t bmi = 1u << 3, avx2 = 1u << 5, bmi2 = 1u << 8;    // leaf 7, ebx
    uint32_t a, b, c, d;
    if (!__get_cpuid(1, &a, &b, &c, &d) || (c & (fma | xsave)) != (fma | xsave)) return 0;
    if ((saved_registers() & 6u) != 6u) return 0;
    if (!__get_cpuid_count(7, 0, &a, &b, &c, &d)) return 0;
    return (b & (bmi | avx2 | bmi2)) == (bmi | avx2 | bmi2);
}
#else
int lapwing_has_fused_vectors(void) { return 0; }
#endif
