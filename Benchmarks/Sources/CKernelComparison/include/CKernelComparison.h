// What the kernels are measured against: the same work in C, with AVX2 intrinsics where there are any, and the
// processor's peak.

#ifndef LAPWING_C_KERNEL_COMPARISON_H
#define LAPWING_C_KERNEL_COMPARISON_H

#include <stddef.h>
#include <stdint.h>

/// Runs fused multiply-adds on independent registers; returns how many floating-point operations it did.
uint64_t comparison_peak(uint64_t rounds, float *sink);

/// A network of tanh layers, whose widths are multiples of 64, and a few linear outputs.
typedef struct comparison_network comparison_network;

/// A network with parameters in Lapwing's canonical order (each layer: weights by rows, then bias); `widths` are
/// `layer_count + 1` numbers, observations first. NULL without memory.
comparison_network *comparison_make(int layer_count, const int *widths, const float *parameters);
void comparison_free(comparison_network *network);

/// One observation forward, tanh included, the widths read while running, as Lapwing's are.
void comparison_forward(const comparison_network *network, const float *observation, float *output);

/// The same for 11-64-64-3 alone, with all widths known to the compiler: what a program for this one network could do.
void comparison_forward_fixed(const comparison_network *network, const float *observation, float *output);

/// Seconds of processor time that this thread has used.
double comparison_thread_seconds(void);

#endif
