/* SPDX-License-Identifier: MIT */
/* Vector operations between lanes of one size and lanes of twice that size, and structures of
 * three. */
#include "qemu/osdep.h"

#include "target/arm/tcg/vec-lanes.h"

/* --- narrowing: the lanes are twice as wide as the descriptor says --- */

#define NARROW_LOOP(env, v, desc, op, type, out, in, bits)                                         \
    for (unsigned i = 0; i < vdesc_bytes(desc) / sizeof(v->out[0]); i++) {                         \
        v[0].out[i] = op(env, (type)v[1].in[i], bits, vdesc_imm(desc));                            \
    }

#define DEFINE_NARROW(name, op, sign)                                                              \
    void helper_##name(void *env, TCGVec *v, uint64_t desc)                                        \
    {                                                                                              \
        switch (vdesc_esz(desc)) {                                                                 \
        case MO_8:                                                                                 \
            NARROW_LOOP(env, v, desc, op, sign##16_t, b, h, 8);                                    \
            break;                                                                                 \
        case MO_16:                                                                                \
            NARROW_LOOP(env, v, desc, op, sign##32_t, h, w, 16);                                   \
            break;                                                                                 \
        default:                                                                                   \
            NARROW_LOOP(env, v, desc, op, sign##64_t, w, d, 32);                                   \
        }                                                                                          \
    }

static inline Wide rounded(Wide n, unsigned shift)
{
    return (n + (((Wide)1 << shift) >> 1)) >> shift;
}

static inline Wide shrn_signed(CPUARMState *env, Wide n, unsigned w, unsigned shift)
{
    return saturate_signed(env, n >> shift, w);
}

static inline Wide shrn_unsigned(CPUARMState *env, Wide n, unsigned w, unsigned shift)
{
    return saturate_unsigned(env, n >> shift, w);
}

static inline Wide rshrn_signed(CPUARMState *env, Wide n, unsigned w, unsigned shift)
{
    return saturate_signed(env, rounded(n, shift), w);
}

static inline Wide rshrn_unsigned(CPUARMState *env, Wide n, unsigned w, unsigned shift)
{
    return saturate_unsigned(env, rounded(n, shift), w);
}

DEFINE_NARROW(sqshrn, shrn_signed, int)
DEFINE_NARROW(uqshrn, shrn_unsigned, uint)
DEFINE_NARROW(sqshrun, shrn_unsigned, int)
DEFINE_NARROW(sqrshrn, rshrn_signed, int)
DEFINE_NARROW(uqrshrn, rshrn_unsigned, uint)
DEFINE_NARROW(sqrshrun, rshrn_unsigned, int)

/* --- doubling products, saturated at twice the width; only halfwords and words have them --- */

typedef Wide WidenOp(CPUARMState *env, Wide product, Wide acc, unsigned w);

static inline Wide widen_set(CPUARMState *env, Wide product, Wide acc, unsigned w)
{
    return product;
}

static inline Wide widen_add(CPUARMState *env, Wide product, Wide acc, unsigned w)
{
    return saturate_signed(env, acc + product, w);
}

static inline Wide widen_sub(CPUARMState *env, Wide product, Wide acc, unsigned w)
{
    return saturate_signed(env, acc - product, w);
}

static inline __attribute__((always_inline)) void sqdmull(CPUARMState *env, TCGVec *v,
                                                          uint64_t desc, WidenOp *op)
{
    unsigned n = vdesc_bytes(desc) >> vdesc_esz(desc);

    for (unsigned i = 0; i < n && vdesc_esz(desc) == MO_16; i++) {
        Wide p = saturate_signed(env, (Wide)2 * (int16_t)v[1].h[i] * (int16_t)v[2].h[i], 32);
        v[0].w[i] = op(env, p, (int32_t)v[3].w[i], 32);
    }
    for (unsigned i = 0; i < n && vdesc_esz(desc) == MO_32; i++) {
        Wide p = saturate_signed(env, (Wide)2 * (int32_t)v[1].w[i] * (int32_t)v[2].w[i], 64);
        v[0].d[i] = op(env, p, (int64_t)v[3].d[i], 64);
    }
}

/* vdesc_bytes counts the bytes of the narrow lanes. */
void helper_sqdmull(void *env, TCGVec *v, uint64_t desc)
{
    sqdmull(env, v, desc, widen_set);
}

void helper_sqdmlal(void *env, TCGVec *v, uint64_t desc)
{
    sqdmull(env, v, desc, widen_add);
}

void helper_sqdmlsl(void *env, TCGVec *v, uint64_t desc)
{
    sqdmull(env, v, desc, widen_sub);
}

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
