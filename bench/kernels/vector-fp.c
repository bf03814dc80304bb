/* SPDX-License-Identifier: MIT */
/* Floating-point vectors, by Arm's intrinsics. */
#include <arm_neon.h>
#include <string.h>

#include "bench.h"

static uint64_t sum_of(const void *p, size_t len)
{
    uint64_t sum = 0, word;

    for (size_t i = 0; i + 8 <= len; i += 8) {
        memcpy(&word, (const char *)p + i, 8);
        sum = sum * 31 + word;
    }
    return sum;
}

static uint64_t matmul64(unsigned long n)
{
    enum { N = 32 };
    static double a[N][N], b[N][N], c[N][N];

    for (int i = 0; i < N * N; i++) {
        a[i / N][i % N] = 1.0 / (i + 1);
        b[i / N][i % N] = i % 17 - 8.5;
    }
    while (n--) {
        for (int i = 0; i < N; i++) {
            for (int j = 0; j < N; j += 4) {
                float64x2_t s0 = vdupq_n_f64(0), s1 = s0;
                for (int k = 0; k < N; k++) {
                    s0 = vfmaq_n_f64(s0, vld1q_f64(&b[k][j]), a[i][k]);
                    s1 = vfmaq_n_f64(s1, vld1q_f64(&b[k][j + 2]), a[i][k]);
                }
                vst1q_f64(&c[i][j], s0);
                vst1q_f64(&c[i][j + 2], s1);
            }
        }
        a[3][n % N] = c[n % N][7] * 0.01;
    }
    return sum_of(c, sizeof(c));
}

static uint64_t fir32(unsigned long n)
{
    enum { LEN = 1024, TAPS = 16 };
    static float in[LEN + TAPS], out[LEN], tap[TAPS];

    for (int i = 0; i < LEN + TAPS; i++) {
        in[i] = i % 23 * 0.125f - 1;
    }
    for (int i = 0; i < TAPS; i++) {
        tap[i] = 1.0f / (i + 2);
    }
    while (n--) {
        for (int i = 0; i < LEN; i += 4) {
            float32x4_t s = vdupq_n_f32(0);
            for (int k = 0; k < TAPS; k++) {
                s = vaddq_f32(s, vmulq_n_f32(vld1q_f32(in + i + k), tap[k]));
            }
            vst1q_f32(out + i, s);
        }
        in[n % LEN] += out[5] * 0.001f;
    }
    return sum_of(out, sizeof(out));
}

static uint64_t saxpy(unsigned long n)
{
    enum { LEN = 2048 };
    static float x[LEN], y[LEN];

    for (int i = 0; i < LEN; i++) {
        x[i] = i * 0.5f;
        y[i] = 1;
    }
    while (n--) {
        float32x4_t k = vdupq_n_f32(0.001f), decay = vdupq_n_f32(0.99f);
        for (int i = 0; i < LEN; i += 4) {
            float32x4_t v = vmulq_f32(vld1q_f32(y + i), decay);
            vst1q_f32(y + i, vmlaq_f32(v, vld1q_f32(x + i), k));
        }
    }
    return sum_of(y, sizeof(y));
}

static uint64_t minmax(unsigned long n)
{
    enum { LEN = 2048 };
    static float x[LEN];
    float32x4_t low = vdupq_n_f32(1e9f), high = vdupq_n_f32(-1e9f), total = vdupq_n_f32(0);

    for (int i = 0; i < LEN; i++) {
        x[i] = i * 37 % 1001 * 0.25f - 100;
    }
    while (n--) {
        for (int i = 0; i < LEN; i += 4) {
            float32x4_t v = vld1q_f32(x + i);
            uint32x4_t big = vcgtq_f32(vabsq_f32(v), vdupq_n_f32(50));
            low = vminq_f32(low, v);
            high = vmaxq_f32(high, v);
            total = vaddq_f32(total, vbslq_f32(big, vnegq_f32(v), v));
        }
    }
    float32x4_t all[3] = { low, high, total };
    return sum_of(all, sizeof(all));
}

static uint64_t normalize(unsigned long n)
{
    enum { LEN = 512 };
    static float x[LEN][4];

    for (int i = 0; i < LEN * 4; i++) {
        x[i / 4][i % 4] = i * 37 % 1001 * 0.25f + 1;
    }
    while (n--) {
        for (int i = 0; i < LEN; i++) {
            float32x4_t v = vld1q_f32(x[i]), square = vmulq_f32(v, v);
            float32x4_t len = vdupq_n_f32(vaddvq_f32(square));
            vst1q_f32(x[i], vaddq_f32(vdivq_f32(v, vsqrtq_f32(len)), vdupq_n_f32(0.5f)));
        }
    }
    return sum_of(x, sizeof(x));
}

const Group vector_fp_group = { "vector-fp", (const Kernel[]){ { "matmul64", matmul64, 1500 },
                                                               { "fir32", fir32, 3500 },
                                                               { "saxpy", saxpy, 20000 },
                                                               { "minmax", minmax, 10000 },
                                                               { "normalize", normalize, 10000 },
                                                               { 0 } } };
