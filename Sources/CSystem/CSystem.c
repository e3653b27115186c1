#include "CSystem.h"

// CRC-32C, three ways: one instruction for eight bytes where the processor has it (SSE 4.2, or the CRC extension of
// arm64), else a table that is built on first use. The choice is made while running, so one binary fits every board.

static uint32_t table[256];
static volatile int table_is_ready;

static uint32_t crc32c_table(uint32_t remainder, const uint8_t *bytes, size_t count) {
    if (!table_is_ready) {
        // Two threads that come here together write the same numbers.
        for (uint32_t byte = 0; byte < 256; byte++) {
            uint32_t value = byte;
            for (int bit = 0; bit < 8; bit++) value = (value >> 1) ^ (0x82f63b78u & (0u - (value & 1u)));
            table[byte] = value;
        }
        __atomic_store_n(&table_is_ready, 1, __ATOMIC_RELEASE);
    }
    for (size_t index = 0; index < count; index++) {
        remainder = (remainder >> 8) ^ table[(remainder ^ bytes[index]) & 0xff];
    }
    return remainder;
}

#if defined(__x86_64__)

#include <cpuid.h>

__attribute__((target("sse4.2")))
static uint32_t crc32c_instruction(uint32_t remainder, const uint8_t *bytes, size_t count) {
    uint64_t wide = remainder;
    for (; count >= 8; count -= 8, bytes += 8) {
        uint64_t word;
        memcpy(&word, bytes, 8);
        wide = __builtin_ia32_crc32di(wide, word);
    }
    uint32_t narrow = (uint32_t)wide;
    for (; count > 0; count--, bytes++) narrow = __builtin_ia32_crc32qi(narrow, *bytes);
    return narrow;
}

static int has_instruction(void) {
    uint32_t a, b, c, d;
    return __get_cpuid(1, &a, &b, &c, &d) && (c & bit_SSE4_2) != 0;
}

#elif defined(__aarch64__)

#include <sys/auxv.h>

__attribute__((target("crc")))
static uint32_t crc32c_instruction(uint32_t remainder, const uint8_t *bytes, size_t count) {
    for (; count >= 8; count -= 8, bytes += 8) {
        uint64_t word;
        memcpy(&word, bytes, 8);
        remainder = __builtin_arm_crc32cd(remainder, word);
    }
    for (; count > 0; count--, bytes++) remainder = __builtin_arm_crc32cb(remainder, *bytes);
    return remainder;
}

static int has_instruction(void) { return (getauxval(AT_HWCAP) & (1 << 7)) != 0; }  // HWCAP_CRC32

#else

static int has_instruction(void) { return 0; }
#define crc32c_instruction crc32c_table

#endif

uint32_t lapwing_crc32c(uint32_t remainder, const void *bytes, size_t count) {
    static int instruction = -1;
    int choice = __atomic_load_n(&instruction, __ATOMIC_RELAXED);
    if (choice < 0) {
        choice = has_instruction();
        __atomic_store_n(&instruction, choice, __ATOMIC_RELAXED);
    }
    return choice ? crc32c_instruction(remainder, bytes, count) : crc32c_table(remainder, bytes, count);
}
