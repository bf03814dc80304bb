/* SPDX-License-Identifier: MIT */
/* Integer vectors, by Arm's intrinsics. */
#include <arm_neon.h>

#include "bench.h"

enum { LEN = 4096 };
static uint8_t a[LEN * 4], b[LEN], c[LEN];

static void fill(void)
{
    uint64_t seed = 17;

    for (int i = 0; i < LEN * 4; i++) {
        a[i] = next_random(&seed) >> 40;
        b[i % LEN] = next_random(&seed) >> 44;
    }
}

static uint64_t sad(unsigned long n)
{
    uint64_t sum = 0;

    fill();
    while (n--) {
        uint32x4_t total = vdupq_n_u32(0);
        a[n % LEN]++;
        for (int i = 0; i < LEN; i += 16) {
            uint8x16_t d = vabdq_u8(vld1q_u8(a + i), vld1q_u8(b + i));
            total = vpadalq_u16(total, vpaddlq_u8(d));
        }
        sum += vaddvq_u32(total);
    }
    return sum;
}

static uint64_t mulmax16(unsigned long n)
{
    int16x8_t best = vdupq_n_s16(0), sum = best;

    fill();
    while (n--) {
        for (int i = 0; i < LEN / 2; i += 8) {
            int16x8_t x = vld1q_s16((int16_t *)a + i), y = vld1q_s16((int16_t *)b + i);
            best = vmaxq_s16(best, vmulq_s16(x, y));
            sum = vqaddq_s16(vmlaq_s16(sum, x, y), vshrq_n_s16(best, 3));
        }
    }
    return vaddvq_s16(best) * 65536ull + (uint16_t)vaddvq_s16(sum);
}

static uint64_t rgb2y(unsigned long n)
{
    uint64_t sum = 0;

    fill();
    while (n--) {
        a[n % LEN]++;
        for (int i = 0; i < LEN / 4; i += 8) {
            uint8x8x3_t p = vld3_u8(a + 3 * i);
            uint16x8_t y = vmull_u8(p.val[0], vdup_n_u8(77));
            y = vmlal_u8(y, p.val[1], vdup_n_u8(150));
            y = vmlal_u8(y, p.val[2], vdup_n_u8(29));
            vst1_u8(c + i, vshrn_n_u16(y, 8));
        }
        sum = sum * 31 + c[n % (LEN / 4)];
    }
    return sum;
}

static uint64_t xorshift(unsigned long n)
{
    uint32x4_t x = { 1, 2, 3, 4 };

    while (n--) {
        x = veorq_u32(x, vshlq_n_u32(x, 13));
        x = veorq_u32(x, vshrq_n_u32(x, 17));
        x = veorq_u32(x, vshlq_n_u32(x, 5));
    }
    return vaddvq_u32(x);
}

static uint64_t count_bytes(unsigned long n)
{
    uint64_t sum = 0;

    fill();
    while (n--) {
        uint8x16_t wanted = vdupq_n_u8(n), found = vdupq_n_u8(0);
        for (int i = 0; i < LEN; i += 16) {
            found = vsubq_u8(found, vceqq_u8(vld1q_u8(a + i), wanted));
        }
        sum += vaddlvq_u8(found) + vaddvq_u8(vcntq_u8(found));
    }
    return sum;
}

static uint64_t shuffle(unsigned long n)
{
    uint8x16_t x = vld1q_u8(a), table = { 7, 3, 12, 0, 1, 9, 15, 200, 4, 6, 11, 2, 8, 14, 5, 13 };

    while (n--) {
        x = veorq_u8(vqtbl1q_u8(x, table), vextq_u8(x, table, 5));
        x = vzip1q_u8(x, vrev32q_u8(x));
        x = vreinterpretq_u8_u16(vtrn2q_u16(vreinterpretq_u16_u8(x), vreinterpretq_u16_u8(table)));
    }
    return vaddlvq_u8(x);
}

static uint64_t blend(unsigned long n)
{
    fill();
    while (n--) {
        for (int i = 0; i < LEN; i += 16) {
            uint8x16_t x = vld1q_u8(a + i), y = vld1q_u8(b + i);
            uint16x8_t low = vmull_u8(vget_low_u8(x), vdup_n_u8(200));
            uint16x8_t high = vmull_high_u8(x, vdupq_n_u8(200));
            low = vmlal_u8(low, vget_low_u8(y), vdup_n_u8(56));
            high = vmlal_high_u8(high, y, vdupq_n_u8(56));
            vst1q_u8(a + i,
                     vqaddq_u8(vrshrn_high_n_u16(vrshrn_n_u16(low, 8), high, 8), vdupq_n_u8(1)));
        }
    }
    return a[77] + a[1234] * 256;
}

const Group simd_group = { "integer-simd", (const Kernel[]){ { "sad", sad, 95000 },
                                                             { "mulmax16", mulmax16, 80000 },
                                                             { "rgb2y", rgb2y, 75000 },
                                                             { "xorshift", xorshift, 25000000 },
                                                             { "count-bytes", count_bytes, 150000 },
                                                             { "shuffle", shuffle, 15000000 },
                                                             { "blend", blend, 30000 },
                                                             { 0 } } };
