/* SPDX-License-Identifier: MIT */
/* Vector operations between lanes of one size and lanes of twice that size, and structures of
 * three. */
#include "qemu/osdep.h"

#include "target/arm/tcg/vec-lanes.h"

static uint64_t clmul_lo(uint64_t n, uint64_t m)
{
    uint64_t r = 0;

    for (; m; m &= m - 1) {
        r ^= n << __builtin_ctzll(m);
    }
    return r;
}

/* Polynomials over GF(2): bytes to halfwords. */
void helper_pmull(void *env, TCGVec *v, uint64_t desc)
{
    for (unsigned i = 0; i < 8; i++) {
        v[0].h[i] = clmul_lo(v[1].b[i], v[2].b[i]);
    }
}

/* --- structures of three elements --- */

/* Bytes [from, from + n) of three pieces of @bytes each, as one array. */
static void take_element(uint8_t *to, const TCGVec *v, unsigned bytes, unsigned from, unsigned n)
{
    memcpy(to, &v[1 + from / bytes].b[from % bytes], n);
}

void helper_ld3(void *env, TCGVec *v, uint64_t desc)
{
    unsigned bytes = vdesc_bytes(desc), size = 1u << vdesc_esz(desc);

    for (unsigned i = 0; i < bytes / size; i++) {
        take_element(&v[0].b[i * size], v, bytes, (3 * i + vdesc_imm(desc)) * size, size);
    }
}

void helper_st3(void *env, TCGVec *v, uint64_t desc)
{
    unsigned bytes = vdesc_bytes(desc), size = 1u << vdesc_esz(desc);

    for (unsigned i = 0; i < bytes / size; i++) {
        unsigned k = vdesc_imm(desc) * (bytes / size) + i; /* element number in memory */
        memcpy(&v[0].b[i * size], &v[1 + k % 3].b[k / 3 * size], size);
    }
}
