/* SPDX-License-Identifier: MIT */
/*
 * SHA-512 (FIPS 180-4), SM3 (GB/T 32905) and SM4 (GB/T 32907) as C7.2 of DDI0487 cuts them into
 * instructions.
 */
#include "qemu/osdep.h"

#include "qemu/bitops.h"
#include "target/arm/tcg/vec-helper.h"

/* --- SHA-512: v[1] n, v[2] m, v[3] d --- */

static uint64_t choose(uint64_t x, uint64_t y, uint64_t z)
{
    return (x & y) ^ (~x & z);
}

static uint64_t majority(uint64_t x, uint64_t y, uint64_t z)
{
    return (x & y) ^ (x & z) ^ (y & z);
}

static uint64_t upper_sigma0(uint64_t x)
{
    return ror64(x, 28) ^ ror64(x, 34) ^ ror64(x, 39);
}

static uint64_t upper_sigma1(uint64_t x)
{
    return ror64(x, 14) ^ ror64(x, 18) ^ ror64(x, 41);
}

static uint64_t lower_sigma0(uint64_t x)
{
    return ror64(x, 1) ^ ror64(x, 8) ^ x >> 7;
}

static uint64_t lower_sigma1(uint64_t x)
{
    return ror64(x, 19) ^ ror64(x, 61) ^ x >> 6;
}

void helper_sha512h(void *env, TCGVec *v, uint64_t desc)
{
    const uint64_t *x = v[1].d, *y = v[2].d, *w = v[3].d;
    uint64_t hi = choose(y[1], x[0], x[1]) + upper_sigma1(y[1]) + w[1];
    uint64_t t = hi + y[0];

    v[0].d[0] = choose(t, y[1], x[0]) + upper_sigma1(t) + w[0];
    v[0].d[1] = hi;
}

void helper_sha512h2(void *env, TCGVec *v, uint64_t desc)
{
    const uint64_t *x = v[1].d, *y = v[2].d, *w = v[3].d;
    uint64_t hi = majority(x[0], y[1], y[0]) + upper_sigma0(y[0]) + w[1];

    v[0].d[0] = majority(hi, y[0], y[1]) + upper_sigma0(hi) + w[0];
    v[0].d[1] = hi;
}

void helper_sha512su0(void *env, TCGVec *v, uint64_t desc)
{
    const uint64_t *x = v[1].d, *w = v[3].d;

    v[0].d[0] = w[0] + lower_sigma0(w[1]);
    v[0].d[1] = w[1] + lower_sigma0(x[0]);
}

void helper_sha512su1(void *env, TCGVec *v, uint64_t desc)
{
    for (unsigned i = 0; i < 2; i++) {
        v[0].d[i] = v[3].d[i] + lower_sigma1(v[1].d[i]) + v[2].d[i];
    }
}

/* --- SM3: v[1] n, v[2] m, v[3] d. Descriptor of rounds: the word of m, bit 2 second kind --- */

void helper_sm3ss1(void *env, TCGVec *v, uint64_t desc)
{
    uint32_t sum = rol32(v[1].w[3], 12) + v[2].w[3] + v[3].w[3];

    v[0] = (TCGVec){ .w = { [3] = rol32(sum, 7) } };
}

static void sm3_shift(TCGVec *r, const TCGVec *d, uint32_t top, unsigned rotation)
{
    *r = (TCGVec){ .w = { d->w[1], rol32(d->w[2], rotation), d->w[3], top } };
}

void helper_sm3tt1(void *env, TCGVec *v, uint64_t desc)
{
    const uint32_t *d = v[3].w;
    uint32_t f = desc & 4 ? majority(d[3], d[1], d[2]) : d[1] ^ d[2] ^ d[3];
    uint32_t ss2 = v[1].w[3] ^ rol32(d[3], 12);

    sm3_shift(&v[0], &v[3], f + d[0] + ss2 + v[2].w[desc & 3], 9);
}

void helper_sm3tt2(void *env, TCGVec *v, uint64_t desc)
{
    const uint32_t *d = v[3].w;
    uint32_t f = desc & 4 ? choose(d[3], d[2], d[1]) : d[1] ^ d[2] ^ d[3];
    uint32_t t = f + d[0] + v[1].w[3] + v[2].w[desc & 3];

    sm3_shift(&v[0], &v[3], t ^ rol32(t, 9) ^ rol32(t, 17), 19);
}

static uint32_t sm3_p1(uint32_t x)
{
    return x ^ rol32(x, 15) ^ rol32(x, 23);
}

void helper_sm3partw1(void *env, TCGVec *v, uint64_t desc)
{
    for (unsigned i = 0; i < 4; i++) {
        uint32_t later = i < 3 ? v[2].w[i + 1] : v[0].w[0];
        v[0].w[i] = sm3_p1(v[3].w[i] ^ v[1].w[i] ^ rol32(later, 15));
    }
}

void helper_sm3partw2(void *env, TCGVec *v, uint64_t desc)
{
    uint32_t first = v[1].w[0] ^ rol32(v[2].w[0], 7);

    for (unsigned i = 0; i < 4; i++) {
        v[0].w[i] = v[3].w[i] ^ v[1].w[i] ^ rol32(v[2].w[i], 7);
    }
    v[0].w[3] ^= sm3_p1(rol32(first, 15));
}

/* --- SM4: v[1] keys, v[2] state; imm: of the key schedule --- */

/* clang-format off */
static const uint8_t sm4_sbox[256] = {
    0xd6, 0x90, 0xe9, 0xfe, 0xcc, 0xe1, 0x3d, 0xb7, 0x16, 0xb6, 0x14, 0xc2, 0x28, 0xfb, 0x2c, 0x05,
    0x2b, 0x67, 0x9a, 0x76, 0x2a, 0xbe, 0x04, 0xc3, 0xaa, 0x44, 0x13, 0x26, 0x49, 0x86, 0x06, 0x99,
    0x9c, 0x42, 0x50, 0xf4, 0x91, 0xef, 0x98, 0x7a, 0x33, 0x54, 0x0b, 0x43, 0xed, 0xcf, 0xac, 0x62,
    0xe4, 0xb3, 0x1c, 0xa9, 0xc9, 0x08, 0xe8, 0x95, 0x80, 0xdf, 0x94, 0xfa, 0x75, 0x8f, 0x3f, 0xa6,
    0x47, 0x07, 0xa7, 0xfc, 0xf3, 0x73, 0x17, 0xba, 0x83, 0x59, 0x3c, 0x19, 0xe6, 0x85, 0x4f, 0xa8,
    0x68, 0x6b, 0x81, 0xb2, 0x71, 0x64, 0xda, 0x8b, 0xf8, 0xeb, 0x0f, 0x4b, 0x70, 0x56, 0x9d, 0x35,
    0x1e, 0x24, 0x0e, 0x5e, 0x63, 0x58, 0xd1, 0xa2, 0x25, 0x22, 0x7c, 0x3b, 0x01, 0x21, 0x78, 0x87,
    0xd4, 0x00, 0x46, 0x57, 0x9f, 0xd3, 0x27, 0x52, 0x4c, 0x36, 0x02, 0xe7, 0xa0, 0xc4, 0xc8, 0x9e,
    0xea, 0xbf, 0x8a, 0xd2, 0x40, 0xc7, 0x38, 0xb5, 0xa3, 0xf7, 0xf2, 0xce, 0xf9, 0x61, 0x15, 0xa1,
    0xe0, 0xae, 0x5d, 0xa4, 0x9b, 0x34, 0x1a, 0x55, 0xad, 0x93, 0x32, 0x30, 0xf5, 0x8c, 0xb1, 0xe3,
    0x1d, 0xf6, 0xe2, 0x2e, 0x82, 0x66, 0xca, 0x60, 0xc0, 0x29, 0x23, 0xab, 0x0d, 0x53, 0x4e, 0x6f,
    0xd5, 0xdb, 0x37, 0x45, 0xde, 0xfd, 0x8e, 0x2f, 0x03, 0xff, 0x6a, 0x72, 0x6d, 0x6c, 0x5b, 0x51,
    0x8d, 0x1b, 0xaf, 0x92, 0xbb, 0xdd, 0xbc, 0x7f, 0x11, 0xd9, 0x5c, 0x41, 0x1f, 0x10, 0x5a, 0xd8,
    0x0a, 0xc1, 0x31, 0x88, 0xa5, 0xcd, 0x7b, 0xbd, 0x2d, 0x74, 0xd0, 0x12, 0xb8, 0xe5, 0xb4, 0xb0,
    0x89, 0x69, 0x97, 0x4a, 0x0c, 0x96, 0x77, 0x7e, 0x65, 0xb9, 0xf1, 0x09, 0xc5, 0x6e, 0xc6, 0x84,
    0x18, 0xf0, 0x7d, 0xec, 0x3a, 0xdc, 0x4d, 0x20, 0x79, 0xee, 0x5f, 0x3e, 0xd7, 0xcb, 0x39, 0x48,
};
/* clang-format on */

static uint32_t sm4_substitute(uint32_t x)
{
    return (uint32_t)sm4_sbox[x >> 24] << 24 | sm4_sbox[x >> 16 & 255] << 16 |
           sm4_sbox[x >> 8 & 255] << 8 | sm4_sbox[x & 255];
}

void helper_sm4(void *env, TCGVec *v, uint64_t desc)
{
    uint32_t *x = v[0].w;

    v[0] = v[2];
    for (unsigned i = 0; i < 4; i++) {
        uint32_t t = sm4_substitute(x[1] ^ x[2] ^ x[3] ^ v[1].w[i]);

        t ^= vdesc_imm(desc) ? rol32(t, 13) ^ rol32(t, 23)
                             : rol32(t, 2) ^ rol32(t, 10) ^ rol32(t, 18) ^ rol32(t, 24);
        t ^= x[0];
        x[0] = x[1];
        x[1] = x[2];
        x[2] = x[3];
        x[3] = t;
    }
}
