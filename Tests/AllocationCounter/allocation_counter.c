// Counts who allocates: preloaded into a program, it wraps the allocator and sorts each block by the caller's module.
//
//   LD_PRELOAD=allocation_counter.so LAPWING_ALLOCATIONS_FILE=out.json lapwing-agent run …
//
// Counting begins after LAPWING_ALLOCATIONS_WARMUP sent frames (64 unless told), so that the start is left out, and a
// JSON line is written when the program ends. A block counts for the module that holds the return address:
//
//   main     the program itself: Swift code and whatever was linked into it
//   zmq      libzmq, and libstdc++ on its behalf (operator new)
//   other    everything else: libc, plug-ins
//
// Frames are counted where the program hands them to, or takes them from, libzmq.

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <link.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);

enum { module_main, module_zmq, module_other, module_count };
enum { range_maximum = 64, site_maximum = 16 };

static struct { uintptr_t start, end; int module; } ranges[range_maximum];
static int range_count;

static atomic_int counting;
static atomic_ulong blocks[module_count], byte_counts[module_count];
static atomic_ulong frames_sent, frames_received, large_frames;
static unsigned long warmup = 64;
static struct { _Atomic uintptr_t address; atomic_ulong blocks; } sites[site_maximum];

static int add_module(struct dl_phdr_info *info, size_t size, void *context) {
    (void)size;
    int *index = context;
    int module = (*index)++ == 0                                                          ? module_main
                 : strstr(info->dlpi_name, "libzmq") || strstr(info->dlpi_name, "libstdc++") ? module_zmq
                                                                                          : module_other;
    for (int i = 0; i < info->dlpi_phnum && range_count < range_maximum; i++) {
        const ElfW(Phdr) *header = &info->dlpi_phdr[i];
        if (header->p_type != PT_LOAD || !(header->p_flags & PF_X)) continue;
        ranges[range_count].start = info->dlpi_addr + header->p_vaddr;
        ranges[range_count].end = ranges[range_count].start + header->p_memsz;
        ranges[range_count++].module = module;
    }
    return 0;
}

__attribute__((constructor)) static void begin(void) {
    int index = 0;
    dl_iterate_phdr(add_module, &index);
    const char *text = getenv("LAPWING_ALLOCATIONS_WARMUP");
    if (text) warmup = strtoul(text, NULL, 10);
}

static void count(size_t bytes, uintptr_t caller) {
    if (!atomic_load_explicit(&counting, memory_order_relaxed)) return;
    int module = module_other;
    for (int i = 0; i < range_count; i++)
        if (caller >= ranges[i].start && caller < ranges[i].end) module = ranges[i].module;
    atomic_fetch_add(&blocks[module], 1);
    atomic_fetch_add(&byte_counts[module], bytes);
    if (module == module_zmq) return;
    for (int i = 0; i < site_maximum; i++) {
        uintptr_t empty = 0;
        if (atomic_load(&sites[i].address) == caller
            || atomic_compare_exchange_strong(&sites[i].address, &empty, caller)) {
            atomic_fetch_add(&sites[i].blocks, 1);
            return;
        }
    }
}

#define CALLER ((uintptr_t)__builtin_return_address(0))

void *malloc(size_t size) {
    count(size, CALLER);
    return __libc_malloc(size);
}
void *calloc(size_t number, size_t size) {
    count(number * size, CALLER);
    return __libc_calloc(number, size);
}
void *realloc(void *block, size_t size) {
    count(size, CALLER);
    return __libc_realloc(block, size);
}
void *memalign(size_t alignment, size_t size) {
    count(size, CALLER);
    return __libc_memalign(alignment, size);
}
void *aligned_alloc(size_t alignment, size_t size) {
    count(size, CALLER);
    return __libc_memalign(alignment, size);
}
int posix_memalign(void **block, size_t alignment, size_t size) {
    count(size, CALLER);
    *block = __libc_memalign(alignment, size);
    return *block ? 0 : ENOMEM;
}

static void sent_one(long bytes) {
    if (bytes < 0) return;
    if (!atomic_load(&counting)) {
        if (warmup == 0 || --warmup == 0) atomic_store(&counting, 1);
        return;
    }
    atomic_fetch_add(&frames_sent, 1);
    if (bytes > 33) atomic_fetch_add(&large_frames, 1);
}

static void received_one(long bytes) {
    if (bytes < 0 || !atomic_load(&counting)) return;
    atomic_fetch_add(&frames_received, 1);
    if (bytes > 33) atomic_fetch_add(&large_frames, 1);
}

#define REAL(name) \
    static __typeof__(&name) real; \
    if (!real) real = (__typeof__(&name))dlsym(RTLD_NEXT, #name)

int zmq_send(void *socket, const void *bytes, size_t size, int flags) {
    REAL(zmq_send);
    int result = real(socket, bytes, size, flags);
    sent_one(result);
    return result;
}
int zmq_msg_send(void *message, void *socket, int flags) {
    REAL(zmq_msg_send);
    int result = real(message, socket, flags);
    sent_one(result);
    return result;
}
int zmq_recv(void *socket, void *bytes, size_t size, int flags) {
    REAL(zmq_recv);
    int result = real(socket, bytes, size, flags);
    received_one(result);
    return result;
}
int zmq_msg_recv(void *message, void *socket, int flags) {
    REAL(zmq_msg_recv);
    int result = real(message, socket, flags);
    received_one(result);
    return result;
}

__attribute__((destructor)) static void report(void) {
    atomic_store(&counting, 0);
    const char *path = getenv("LAPWING_ALLOCATIONS_FILE");
    FILE *file = path ? fopen(path, "w") : stderr;
    if (!file) return;
    fprintf(file,
            "{\"main_blocks\":%lu,\"zmq_blocks\":%lu,\"zmq_bytes\":%lu,\"other_blocks\":%lu,"
            "\"frames_sent\":%lu,\"frames_received\":%lu,\"frames_above_33_bytes\":%lu,\"sites\":[",
            blocks[module_main], blocks[module_zmq], byte_counts[module_zmq], blocks[module_other], frames_sent,
            frames_received, large_frames);
    for (int i = 0; i < site_maximum && sites[i].address; i++) {
        Dl_info place;
        const char *name = "?", *object = "?";
        if (dladdr((void *)sites[i].address, &place)) {
            if (place.dli_sname) name = place.dli_sname;
            if (place.dli_fname) object = place.dli_fname;
        }
        fprintf(file, "%s{\"object\":\"%s\",\"after\":\"%s\",\"blocks\":%lu}", i ? "," : "", object, name,
                sites[i].blocks);
    }
    fprintf(file, "]}\n");
    if (file != stderr) fclose(file);
}
