// The part of the C library that constrained modules use. Embedded Swift has no Glibc module, so this is the one door
// to it; what the importer cannot see (macros, variadic functions) is wrapped here.

#ifndef LAPWING_CSYSTEM_H
#define LAPWING_CSYSTEM_H

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/// The calling thread's error number.
static inline int32_t lapwing_errno(void) { return errno; }

/// Reserves zeroed pages that cost nothing until they are touched; NULL when the system refuses.
static inline void *lapwing_map_pages(size_t byte_count) {
    void *address = mmap(NULL, byte_count, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    return address == MAP_FAILED ? NULL : address;
}

/// Nanoseconds on a clock that never jumps and counts time asleep.
static inline uint64_t lapwing_monotonic_nanoseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_BOOTTIME, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

/// Write the table of the numeric kernels of one build; they are defined in PolicyKernels and PolicyKernelsFast.
void lapwing_kernels_baseline(void *table);
void lapwing_kernels_fast(void *table);

/// Whether the processor has AVX2 and FMA (the x86-64-v3 level), and the system saves their registers.
int lapwing_has_fused_vectors(void);

/// Eight numbers; Swift sees them as SIMD8<Float>.
typedef float lapwing_lanes __attribute__((ext_vector_type(8)));

/// `value` from `low` to `high`; a NaN stays one. Two instructions a register, where Swift's own selection goes by
/// halves.
static inline __attribute__((always_inline)) lapwing_lanes lapwing_clamp(
    lapwing_lanes value, lapwing_lanes low, lapwing_lanes high) {
    value = value > high ? high : value;
    return value < low ? low : value;
}

/// The sum of the eight numbers, by halves.
static inline __attribute__((always_inline)) float lapwing_sum(lapwing_lanes value) {
    typedef float four __attribute__((ext_vector_type(4)));
    four halves = value.lo + value.hi;
    return (halves.x + halves.z) + (halves.y + halves.w);
}

/// The square root of each of the eight numbers.
static inline __attribute__((always_inline)) lapwing_lanes lapwing_square_root(lapwing_lanes value) {
    return __builtin_elementwise_sqrt(value);
}

// What follows is declared for every module, although only those built for AVX and FMA call it: an Embedded module
// reads the bodies of the functions that it calls, and has to find what they name.

/// Four numbers, twice over. From it one cheap instruction makes each of the four eight times over, where loading each
/// would take a fifth of the load unit's time in a product. The empty assembly keeps the compiler from loading each
/// after all.
static inline __attribute__((always_inline)) lapwing_lanes lapwing_four(const float *numbers) {
    typedef float four __attribute__((ext_vector_type(4), aligned(4)));
    four part = *(const four *)numbers;
    lapwing_lanes twice = __builtin_shufflevector(part, part, 0, 1, 2, 3, 0, 1, 2, 3);
#if defined(__AVX__)
    __asm__("" : "+x"(twice));
#endif
    return twice;
}

static inline __attribute__((always_inline)) lapwing_lanes lapwing_first(lapwing_lanes four) {
    return __builtin_shufflevector(four, four, 0, 0, 0, 0, 4, 4, 4, 4);
}
static inline __attribute__((always_inline)) lapwing_lanes lapwing_second(lapwing_lanes four) {
    return __builtin_shufflevector(four, four, 1, 1, 1, 1, 5, 5, 5, 5);
}
static inline __attribute__((always_inline)) lapwing_lanes lapwing_third(lapwing_lanes four) {
    return __builtin_shufflevector(four, four, 2, 2, 2, 2, 6, 6, 6, 6);
}
static inline __attribute__((always_inline)) lapwing_lanes lapwing_fourth(lapwing_lanes four) {
    return __builtin_shufflevector(four, four, 3, 3, 3, 3, 7, 7, 7, 7);
}

/// `sum + left * right` in one vector instruction, rounded once. Swift's own `addingProduct` works number by number and
/// leaves it to the optimiser to find the vector again, which it does not always do.
static inline __attribute__((always_inline)) lapwing_lanes lapwing_multiply_add(
    lapwing_lanes sum, lapwing_lanes left, lapwing_lanes right) {
#if defined(__FMA__) || defined(__aarch64__)
    return __builtin_elementwise_fma(left, right, sum);
#else
    return sum + left * right;
#endif
}

// For the codecs: numbers to bytes and back, which Swift's own conversions do one at a time.

/// Write the table of the codecs' kernels of one build; they are defined in PolicyKernels and PolicyKernelsFast.
void lapwing_codec_kernels_baseline(void *table);
void lapwing_codec_kernels_fast(void *table);

/// How a vector is packed into codes of equal levels: what a kernel gets in one argument.
typedef struct lapwing_levels {
    /// Elements, and how many of them share a step: a multiple of 32, or all.
    intptr_t count, bucket_length;
    /// Bits of a code, 1 to 8.
    intptr_t bits;
    /// What `reach` steps are: 0 the bucket's largest magnitude, 1 its norm, 2 its mean magnitude, with signs as codes.
    intptr_t measure;
    /// Steps from zero to the outermost level, steps between two levels, and 2⁻¹⁵ levels that are added before a code
    /// is rounded down.
    float reach, spacing, rounding;
    /// A step for each bucket, and all codes; behind these, 32 bytes are overwritten by packing.
    void *steps, *codes;
    /// 128 bytes: the state of the random lanes, all zeros when nothing is random; 128 more to work in.
    void *scratch;
} lapwing_levels;

/// Swift sees them as SIMD8<UInt32>, SIMD8<UInt8>, SIMD16<UInt8> and SIMD32<UInt8>.
typedef uint32_t lapwing_words __attribute__((ext_vector_type(8)));
typedef uint8_t lapwing_eight_bytes __attribute__((ext_vector_type(8)));
typedef uint8_t lapwing_sixteen_bytes __attribute__((ext_vector_type(16)));
typedef uint8_t lapwing_bytes __attribute__((ext_vector_type(32)));

/// The larger of each two.
static inline __attribute__((always_inline)) lapwing_words lapwing_larger_words(lapwing_words a, lapwing_words b) {
    return __builtin_elementwise_max(a, b);
}
static inline __attribute__((always_inline)) lapwing_bytes lapwing_larger_bytes(lapwing_bytes a, lapwing_bytes b) {
    return __builtin_elementwise_max(a, b);
}

/// The largest of all.
static inline __attribute__((always_inline)) uint32_t lapwing_largest_word(lapwing_words value) {
    return __builtin_reduce_max(value);
}
static inline __attribute__((always_inline)) uint8_t lapwing_largest_byte(lapwing_bytes value) {
    return __builtin_reduce_max(value);
}

/// Bits 15 to 22 of each of 32 words below 2^31.
static inline __attribute__((always_inline)) lapwing_bytes lapwing_code_bytes(
    lapwing_words a, lapwing_words b, lapwing_words c, lapwing_words d) {
#if defined(__AVX2__)
    // The compiler would pack sixteen at a time. Each instruction packs within halves of a register, hence the shuffle.
    typedef int32_t eight __attribute__((__vector_size__(32)));
    typedef int16_t sixteen __attribute__((__vector_size__(32)));
    sixteen first = __builtin_ia32_packusdw256((eight)(a >> 15), (eight)(b >> 15)) & 0xff;
    sixteen second = __builtin_ia32_packusdw256((eight)(c >> 15), (eight)(d >> 15)) & 0xff;
    eight bytes = (eight)__builtin_ia32_packuswb256(first, second);
    return (lapwing_bytes)__builtin_shufflevector(bytes, bytes, 0, 4, 1, 5, 2, 6, 3, 7);
#else
    typedef uint32_t sixteen __attribute__((ext_vector_type(16)));
    sixteen first = __builtin_shufflevector(a, b, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    sixteen second = __builtin_shufflevector(c, d, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    lapwing_bytes result;
    result.lo = __builtin_convertvector(first >> 15 & 0xff, lapwing_sixteen_bytes);
    result.hi = __builtin_convertvector(second >> 15 & 0xff, lapwing_sixteen_bytes);
    return result;
#endif
}

/// Bytes as numbers, and as words.
static inline __attribute__((always_inline)) lapwing_lanes lapwing_widened(lapwing_eight_bytes bytes) {
    typedef int32_t eight __attribute__((ext_vector_type(8)));
    return __builtin_convertvector(__builtin_convertvector(bytes, eight), lapwing_lanes);
}
static inline __attribute__((always_inline)) lapwing_words lapwing_widened_words(lapwing_eight_bytes bytes) {
    return __builtin_convertvector(bytes, lapwing_words);
}

/// `value`, or zero where `test` is.
static inline __attribute__((always_inline)) lapwing_words lapwing_where_not_zero(
    lapwing_words test, lapwing_words value) {
    return (lapwing_words)(test != 0) & value;
}

/// Bytes below sixteen, two to a byte, the first in the low half; and back.
static inline __attribute__((always_inline)) lapwing_sixteen_bytes lapwing_joined_halves(lapwing_bytes bytes) {
    typedef uint16_t sixteen __attribute__((ext_vector_type(16)));
    sixteen pairs = (sixteen)bytes;
    return __builtin_convertvector((pairs | pairs >> 4) & 0xff, lapwing_sixteen_bytes);
}
static inline __attribute__((always_inline)) lapwing_bytes lapwing_split_halves(lapwing_sixteen_bytes bytes) {
    typedef uint16_t sixteen __attribute__((ext_vector_type(16)));
    sixteen pairs = __builtin_convertvector(bytes, sixteen);
    return (lapwing_bytes)((pairs | pairs << 4) & 0x0f0f);
}

/// Eight bytes, of each of which the low `bits` count and the others are zero, closed up; and back.
static inline __attribute__((always_inline)) uint64_t lapwing_closed_up(uint64_t bytes, intptr_t bits) {
#if defined(__BMI2__)
    return __builtin_ia32_pext_di(bytes, (0xffu >> (8 - bits)) * 0x0101010101010101u);
#else
    intptr_t gap = 8 - bits;
    uint64_t x = (bytes & 0x00ff00ff00ff00ffu) | (bytes & 0xff00ff00ff00ff00u) >> gap;
    x = (x & 0x0000ffff0000ffffu) | (x & 0xffff0000ffff0000u) >> 2 * gap;
    return (x & 0xffffffffu) | (x & 0xffffffff00000000u) >> 4 * gap;
#endif
}
static inline __attribute__((always_inline)) uint64_t lapwing_spread_out(uint64_t codes, intptr_t bits) {
    uint64_t ones = (0xffu >> (8 - bits)) * 0x0101010101010101u;
#if defined(__BMI2__)
    return __builtin_ia32_pdep_di(codes, ones);
#else
    intptr_t gap = 8 - bits;
    uint64_t fours = ((uint64_t)1 << 4 * bits) - 1;
    uint64_t x = (codes & fours) | (codes & fours << 4 * bits) << 4 * gap;
    uint64_t twos = (((uint64_t)1 << 2 * bits) - 1) * 0x0000000100000001u;
    x = (x & twos) | (x & twos << 2 * bits) << 2 * gap;
    uint64_t singles = (((uint64_t)1 << bits) - 1) * 0x0001000100010001u;
    x = (x & singles) | (x & singles << bits) << gap;
    return x & ones;
#endif
}

/// Nanoseconds since 1970, UTC; it may jump.
static inline uint64_t lapwing_wall_nanoseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

/// Takes `bytes` into the running remainder of a CRC-32C; start with all ones, and invert the last remainder.
uint32_t lapwing_crc32c(uint32_t remainder, const void *bytes, size_t count);

/// Sine and cosine of one angle, for little more than the price of one of them.
static inline void lapwing_sine_cosine(double angle, double *sine, double *cosine) {
    extern void sincos(double, double *, double *);
    sincos(angle, sine, cosine);
}

/// Writes the shortest decimal that reads back as `number`.
static inline void lapwing_format_double(char *text, size_t capacity, double number) {
    for (int digits = 1; digits <= 17; digits++) {
        snprintf(text, capacity, "%.*g", digits, number);
        if (strtod(text, NULL) == number) return;
    }
}

/// The same for single precision: 0.1f is "0.1".
static inline void lapwing_format_float(char *text, size_t capacity, float number) {
    for (int digits = 1; digits <= 9; digits++) {
        snprintf(text, capacity, "%.*g", digits, (double)number);
        if (strtof(text, NULL) == number) return;
    }
}

/// Opens a file for reading; -1 and errno when the system refuses.
static inline int32_t lapwing_open_for_reading(const char *path) {
    return open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
}

static inline bool lapwing_is_regular_file(mode_t mode) { return S_ISREG(mode); }

/// Creates a file that did not exist, for writing; -1 and errno when the system refuses.
static inline int32_t lapwing_create_exclusively(const char *path, uint32_t mode) {
    return open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, (mode_t)mode);
}

/// Makes a file, or empties it, for writing; -1 and errno when the system refuses.
static inline int32_t lapwing_create(const char *path, uint32_t mode) {
    return open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, (mode_t)mode);
}

/// From now on SIGTERM and SIGINT are only noted; the second of them ends the process at once with 128 + its number.
/// SIGPIPE is ignored.
void lapwing_catch_stop_signals(void);

/// The first SIGTERM or SIGINT since then; 0 for none.
int lapwing_stop_signal(void);

/// The bytes of memory that the system could still give, about; 0 when it does not say.
uint64_t lapwing_free_memory_bytes(void);

/// The process's processor time so far, in nanoseconds.
static inline uint64_t lapwing_processor_nanoseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

#endif
