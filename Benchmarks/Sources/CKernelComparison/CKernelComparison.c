#define _GNU_SOURCE
#include "CKernelComparison.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

// Hidden layers' weights by columns (`[input][output]`), the last layer's by rows.
typedef struct {
    int inputs, outputs;
    float *weights, *bias, *output;
} layer;

struct comparison_network {
    int layer_count;
    layer layers[8];
};

static float *numbers(size_t count) {
    size_t bytes = (count * sizeof(float) + 63) / 64 * 64;
    float *result = aligned_alloc(64, bytes);
    if (result) memset(result, 0, bytes);
    return result;
}

comparison_network *comparison_make(int layer_count, const int *widths, const float *parameters) {
    if (layer_count < 1 || layer_count > 8) return NULL;
    comparison_network *network = calloc(1, sizeof(comparison_network));
    if (!network) return NULL;
    network->layer_count = layer_count;
    for (int k = 0; k < layer_count; k++) {
        int inputs = widths[k], outputs = widths[k + 1];
        layer *it = &network->layers[k];
        *it = (layer){inputs, outputs, numbers((size_t)inputs * outputs), numbers(outputs), numbers(outputs)};
        if (!it->weights || !it->bias || !it->output) return comparison_free(network), NULL;
        for (int o = 0; o < outputs; o++)
            for (int i = 0; i < inputs; i++)
                it->weights[k < layer_count - 1 ? i * outputs + o : o * inputs + i] = *parameters++;
        for (int o = 0; o < outputs; o++) it->bias[o] = *parameters++;
    }
    return network;
}

void comparison_free(comparison_network *network) {
    for (int k = 0; k < network->layer_count; k++) {
        free(network->layers[k].weights);
        free(network->layers[k].bias);
        free(network->layers[k].output);
    }
    free(network);
}

double comparison_thread_seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

#if defined(__AVX2__) && defined(__FMA__)

#include <immintrin.h>

uint64_t comparison_peak(uint64_t rounds, float *sink) {
    const __m256 factor = _mm256_set1_ps(0.999f), summand = _mm256_set1_ps(0.001f);
    __m256 r0 = _mm256_set1_ps(1.0f), r1 = r0, r2 = r0, r3 = r0, r4 = r0, r5 = r0;
    __m256 r6 = r0, r7 = r0, r8 = r0, r9 = r0, r10 = r0, r11 = r0;
    for (uint64_t round = 0; round < rounds; round++) {
        r0 = _mm256_fmadd_ps(r0, factor, summand);
        r1 = _mm256_fmadd_ps(r1, factor, summand);
        r2 = _mm256_fmadd_ps(r2, factor, summand);
        r3 = _mm256_fmadd_ps(r3, factor, summand);
        r4 = _mm256_fmadd_ps(r4, factor, summand);
        r5 = _mm256_fmadd_ps(r5, factor, summand);
        r6 = _mm256_fmadd_ps(r6, factor, summand);
        r7 = _mm256_fmadd_ps(r7, factor, summand);
        r8 = _mm256_fmadd_ps(r8, factor, summand);
        r9 = _mm256_fmadd_ps(r9, factor, summand);
        r10 = _mm256_fmadd_ps(r10, factor, summand);
        r11 = _mm256_fmadd_ps(r11, factor, summand);
        // Twelve chains that the compiler may neither merge nor vectorise further.
        __asm__ volatile("" : "+x"(r0), "+x"(r1), "+x"(r2), "+x"(r3), "+x"(r4), "+x"(r5), "+x"(r6), "+x"(r7), "+x"(r8),
                         "+x"(r9), "+x"(r10), "+x"(r11));
    }
    __m256 sum = r0 + r1 + r2 + r3 + r4 + r5 + r6 + r7 + r8 + r9 + r10 + r11;
    _mm256_storeu_ps(sink, sum);
    return rounds * 12 * 8 * 2;
}

/// The rational approximation that the Swift kernels use.
static inline __m256 tanh8(__m256 x) {
    const __m256 bound = _mm256_set1_ps(8.1f);
    __m256 y = _mm256_max_ps(_mm256_set1_ps(-8.1f), _mm256_min_ps(bound, x));
    __m256 s = _mm256_mul_ps(y, y);
    __m256 p = _mm256_fmadd_ps(_mm256_set1_ps(2.9965264e-08f), s, _mm256_set1_ps(4.3381428e-05f));
    p = _mm256_fmadd_ps(p, s, _mm256_set1_ps(7.1036615e-03f));
    p = _mm256_fmadd_ps(p, s, _mm256_set1_ps(2.678366e-01f));
    p = _mm256_fmadd_ps(p, s, _mm256_set1_ps(1.9930788e+00f));
    __m256 q = _mm256_fmadd_ps(_mm256_set1_ps(1.6834352e-06f), s, _mm256_set1_ps(6.774260e-04f));
    q = _mm256_fmadd_ps(q, s, _mm256_set1_ps(5.209205e-02f));
    q = _mm256_fmadd_ps(q, s, _mm256_set1_ps(9.321961e-01f));
    q = _mm256_fmadd_ps(q, s, _mm256_set1_ps(1.993079e+00f));
    return _mm256_div_ps(_mm256_mul_ps(y, p), q);
}

/// 64 outputs at once: eight registers of sums, one broadcast an input.
static inline __attribute__((always_inline)) void hidden(
    int inputs, int outputs, const float *weights, const float *biases, const float *input, float *outs) {
    for (int j = 0; j < outputs; j += 64) {
        const float *columns = weights + j, *bias = biases + j;
        float *output = outs + j;
        __m256 s0 = _mm256_load_ps(bias), s1 = _mm256_load_ps(bias + 8), s2 = _mm256_load_ps(bias + 16);
        __m256 s3 = _mm256_load_ps(bias + 24), s4 = _mm256_load_ps(bias + 32), s5 = _mm256_load_ps(bias + 40);
        __m256 s6 = _mm256_load_ps(bias + 48), s7 = _mm256_load_ps(bias + 56);
        for (int i = 0; i < inputs; i++, columns += outputs) {
            const __m256 number = _mm256_broadcast_ss(input + i);
            s0 = _mm256_fmadd_ps(number, _mm256_load_ps(columns), s0);
            s1 = _mm256_fmadd_ps(number, _mm256_load_ps(columns + 8), s1);
            s2 = _mm256_fmadd_ps(number, _mm256_load_ps(columns + 16), s2);
            s3 = _mm256_fmadd_ps(number, _mm256_load_ps(columns + 24), s3);
            s4 = _mm256_fmadd_ps(number, _mm256_load_ps(columns + 32), s4);
            s5 = _mm256_fmadd_ps(number, _mm256_load_ps(columns + 40), s5);
            s6 = _mm256_fmadd_ps(number, _mm256_load_ps(columns + 48), s6);
            s7 = _mm256_fmadd_ps(number, _mm256_load_ps(columns + 56), s7);
        }
        _mm256_store_ps(output, tanh8(s0));
        _mm256_store_ps(output + 8, tanh8(s1));
        _mm256_store_ps(output + 16, tanh8(s2));
        _mm256_store_ps(output + 24, tanh8(s3));
        _mm256_store_ps(output + 32, tanh8(s4));
        _mm256_store_ps(output + 40, tanh8(s5));
        _mm256_store_ps(output + 48, tanh8(s6));
        _mm256_store_ps(output + 56, tanh8(s7));
    }
}

static inline float sum8(__m256 x) {
    __m128 four = _mm_add_ps(_mm256_castps256_ps128(x), _mm256_extractf128_ps(x, 1));
    __m128 two = _mm_add_ps(four, _mm_movehl_ps(four, four));
    return _mm_cvtss_f32(_mm_add_ss(two, _mm_shuffle_ps(two, two, 1)));
}

/// Three rows at a time, so that each part of the input is read once for three.
static inline __attribute__((always_inline)) void last(
    int inputs, int outputs, const float *weights, const float *bias, const float *input, float *output) {
    int o = 0;
    for (; o + 3 <= outputs; o += 3, weights += 3 * inputs) {
        __m256 s0 = _mm256_setzero_ps(), s1 = s0, s2 = s0;
        for (int i = 0; i < inputs; i += 8) {
            const __m256 part = _mm256_load_ps(input + i);
            s0 = _mm256_fmadd_ps(part, _mm256_load_ps(weights + i), s0);
            s1 = _mm256_fmadd_ps(part, _mm256_load_ps(weights + inputs + i), s1);
            s2 = _mm256_fmadd_ps(part, _mm256_load_ps(weights + 2 * inputs + i), s2);
        }
        output[o] = bias[o] + sum8(s0);
        output[o + 1] = bias[o + 1] + sum8(s1);
        output[o + 2] = bias[o + 2] + sum8(s2);
    }
    for (; o < outputs; o++, weights += inputs) {
        __m256 sum = _mm256_setzero_ps();
        for (int i = 0; i < inputs; i += 8)
            sum = _mm256_fmadd_ps(_mm256_load_ps(input + i), _mm256_load_ps(weights + i), sum);
        output[o] = bias[o] + sum8(sum);
    }
}

#else

uint64_t comparison_peak(uint64_t rounds, float *sink) {
    float registers[64];
    for (int i = 0; i < 64; i++) registers[i] = 1.0f;
    for (uint64_t round = 0; round < rounds; round++)
        for (int i = 0; i < 64; i++) registers[i] = __builtin_fmaf(registers[i], 0.999f, 0.001f);
    for (int i = 0; i < 8; i++) sink[i] = registers[i];
    for (int i = 8; i < 64; i++) sink[i % 8] += registers[i];
    return rounds * 64 * 2;
}

static void hidden(
    int inputs, int outputs, const float *weights, const float *bias, const float *input, float *output) {
    for (int o = 0; o < outputs; o++) output[o] = bias[o];
    for (int i = 0; i < inputs; i++)
        for (int o = 0; o < outputs; o++) output[o] += input[i] * weights[i * outputs + o];
    for (int o = 0; o < outputs; o++) output[o] = tanhf(output[o]);
}

static void last(int inputs, int outputs, const float *weights, const float *bias, const float *input, float *output) {
    for (int o = 0; o < outputs; o++) {
        output[o] = bias[o];
        for (int i = 0; i < inputs; i++) output[o] += input[i] * weights[o * inputs + i];
    }
}

#endif

void comparison_forward(const comparison_network *network, const float *observation, float *output) {
    const layer *it = network->layers;
    for (int left = network->layer_count; left > 1; left--, it++) {
        hidden(it->inputs, it->outputs, it->weights, it->bias, observation, it->output);
        observation = it->output;
    }
    last(it->inputs, it->outputs, it->weights, it->bias, observation, output);
}

void comparison_forward_fixed(const comparison_network *network, const float *observation, float *output) {
    _Alignas(64) float first[64], second[64];
    const layer *it = network->layers;
    hidden(11, 64, it[0].weights, it[0].bias, observation, first);
    hidden(64, 64, it[1].weights, it[1].bias, first, second);
    last(64, 3, it[2].weights, it[2].bias, second, output);
}
