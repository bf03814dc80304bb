/* SPDX-License-Identifier: MIT */
/* The AES, SHA and polynomial instructions, in the loops of their usual modes. */
#pragma GCC target("arch=armv8-a+crypto+crc")
#include <arm_acle.h>
#include <arm_neon.h>
#include <sys/auxv.h>

#include "bench.h"

static uint64_t fold(uint8x16_t v)
{
    uint64x2_t d = vreinterpretq_u64_u8(v);

    return vgetq_lane_u64(d, 0) ^ vgetq_lane_u64(d, 1) * 31;
}

static uint64_t aes_ctr(unsigned long n)
{
    uint8x16_t key[10], sum = vdupq_n_u8(0);
    uint64x2_t counter = { 1, 2 };

    for (int i = 0; i < 10; i++) {
        key[i] = vdupq_n_u8(i * 17 + 3);
    }
    while (n--) {
        uint8x16_t x = vreinterpretq_u8_u64(counter);
        for (int i = 0; i < 9; i++) {
            x = vaesmcq_u8(vaeseq_u8(x, key[i]));
        }
        sum = veorq_u8(sum, vaeseq_u8(x, key[9]));
        counter = vaddq_u64(counter, (uint64x2_t){ 1, 0 });
    }
    return fold(sum);
}

static uint64_t aes_decrypt(unsigned long n)
{
    uint8x16_t x = vdupq_n_u8(9), key = vdupq_n_u8(77);

    while (n--) {
        for (int i = 0; i < 9; i++) {
            x = vaesimcq_u8(vaesdq_u8(x, key));
        }
        x = veorq_u8(vaesdq_u8(x, key), key);
    }
    return fold(x);
}

static uint64_t sha256(unsigned long n)
{
    uint32x4_t abcd = { 1, 2, 3, 4 }, efgh = { 5, 6, 7, 8 };
    uint32x4_t w[4] = { { 1 }, { 2 }, { 3 }, { 4 } };

    while (n--) {
        for (int i = 0; i < 16; i++) {
            uint32x4_t k = vaddq_u32(w[i & 3], vdupq_n_u32(0x428a2f98 + i)), old = abcd;
            abcd = vsha256hq_u32(abcd, efgh, k);
            efgh = vsha256h2q_u32(efgh, old, k);
            w[i & 3] = vsha256su1q_u32(vsha256su0q_u32(w[i & 3], w[(i + 1) & 3]), w[(i + 2) & 3],
                                       w[(i + 3) & 3]);
        }
    }
    return fold(vreinterpretq_u8_u32(veorq_u32(abcd, efgh)));
}

static uint64_t sha1(unsigned long n)
{
    uint32x4_t abcd = { 1, 2, 3, 4 }, w[4] = { { 1 }, { 2 }, { 3 }, { 4 } };
    uint32_t e = 5;

    while (n--) {
        for (int i = 0; i < 20; i++) {
            uint32x4_t k = vaddq_u32(w[i & 3], vdupq_n_u32(0x5a827999));
            uint32_t next = vsha1h_u32(vgetq_lane_u32(abcd, 0));
            abcd = i < 5    ? vsha1cq_u32(abcd, e, k)
                   : i < 15 ? vsha1pq_u32(abcd, e, k)
                            : vsha1mq_u32(abcd, e, k);
            e = next;
            w[i & 3] = vsha1su1q_u32(vsha1su0q_u32(w[i & 3], w[(i + 1) & 3], w[(i + 2) & 3]),
                                     w[(i + 3) & 3]);
        }
    }
    return fold(vreinterpretq_u8_u32(abcd)) + e;
}

static uint64_t ghash(unsigned long n)
{
    poly64_t h = 0xc2f3a5b7d9e10121;
    uint8x16_t x = vdupq_n_u8(1);

    while (n--) {
        poly64x2_t p = vreinterpretq_p64_u8(x);
        uint8x16_t low = vreinterpretq_u8_p128(vmull_p64(vgetq_lane_p64(p, 0), h));
        uint8x16_t high = vreinterpretq_u8_p128(vmull_high_p64(p, vdupq_n_p64(h)));
        x = veorq_u8(veorq_u8(low, vextq_u8(high, high, 8)), vdupq_n_u8(n));
    }
    return fold(x);
}

static uint64_t crc32(unsigned long n)
{
    uint32_t a = ~0u, b = 1;

    while (n--) {
        a = __crc32d(a, n);
        b = __crc32cw(b, a);
        a = __crc32b(a, b);
    }
    return a + ((uint64_t)b << 32);
}

const Group crypto_group = { "crypto",
                             (const Kernel[]){ { "aes-ctr", aes_ctr, 1000000 },
                                               { "aes-decrypt", aes_decrypt, 1500000 },
                                               { "sha256", sha256, 550000 },
                                               { "sha1", sha1, 450000 },
                                               { "ghash", ghash, 3500000 },
                                               { "crc32", crc32, 10000000 },
                                               { 0 } },
                             HWCAP_AES | HWCAP_SHA1 | HWCAP_SHA2 | HWCAP_PMULL | HWCAP_CRC32 };
