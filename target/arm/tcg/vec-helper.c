/* SPDX-License-Identifier: MIT */
/* Integer vector operations lane by lane: halving and saturating sums, shifts by register, counts.
 */
#include "qemu/osdep.h"

#include "fpu/softfloat.h"
#include "qemu/host-utils.h"
#include "target/arm/tcg/vec-lanes.h"

#define DEFINE_SIGNED(name)                                                                        \
    void helper_##name(void *env, TCGVec *v, uint64_t desc)                                        \
    {                                                                                              \
        lanes_signed(env, v, desc, name);                                                          \
    }
#define DEFINE_UNSIGNED(name, op)                                                                  \
    void helper_##name(void *env, TCGVec *v, uint64_t desc)                                        \
    {                                                                                              \
        lanes_unsigned(env, v, desc, op);                                                          \
    }

/* --- sums --- */

/* The lane @x of @w bits as the other signedness has it. */
static inline Wide as_signed(Wide x, unsigned w)
{
    return (Wide)((unsigned __int128)x << (128 - w)) >> (128 - w);
}

static inline Wide as_unsigned(Wide x, unsigned w)
{
    return x & (((Wide)1 << w) - 1);
}

/* C7.2 SUQADD: signed accumulator, unsigned addend. */
static inline Wide suqadd(CPUARMState *env, Wide n, Wide d, Wide c, unsigned w, unsigned imm)
{
    return saturate_signed(env, as_unsigned(n, w) + d, w);
}

static inline Wide usqadd(CPUARMState *env, Wide n, Wide d, Wide c, unsigned w, unsigned imm)
{
    return saturate_unsigned(env, as_signed(n, w) + d, w);
}

DEFINE_SIGNED(suqadd)
DEFINE_UNSIGNED(usqadd, usqadd)

/* --- shifts --- */

/*
 * n * 2^shift, for a negative shift rounded down or to nearest. A left shift of the whole width or
 * more, of which only zeros and saturation are left, becomes a shift out of any lane.
 */
static inline Wide shift_lane(Wide n, int shift, unsigned w, bool round)
{
    const Wide out_of_range = (Wide)1 << 100;

    if (shift >= (int)w) {
        return n == 0 ? 0 : n > 0 ? out_of_range : -out_of_range;
    }
    if (shift >= 0) {
        return (Wide)((unsigned __int128)n << shift);
    }
    shift = MIN(-shift, 66); /* any count above the width gives the same */
    return (n + (round ? (Wide)1 << (shift - 1) : 0)) >> shift;
}

static inline Wide sqshl(CPUARMState *env, Wide n, Wide m, Wide d, unsigned w, unsigned imm)
{
    return saturate_signed(env, shift_lane(n, (int8_t)m, w, false), w);
}

static inline Wide sqrshl(CPUARMState *env, Wide n, Wide m, Wide d, unsigned w, unsigned imm)
{
    return saturate_signed(env, shift_lane(n, (int8_t)m, w, true), w);
}

static inline Wide uqshl(CPUARMState *env, Wide n, Wide m, Wide d, unsigned w, unsigned imm)
{
    return saturate_unsigned(env, shift_lane(n, (int8_t)m, w, false), w);
}

static inline Wide uqrshl(CPUARMState *env, Wide n, Wide m, Wide d, unsigned w, unsigned imm)
{
    return saturate_unsigned(env, shift_lane(n, (int8_t)m, w, true), w);
}

DEFINE_SIGNED(sqshl)
DEFINE_SIGNED(sqrshl)
DEFINE_UNSIGNED(uqshl, uqshl)
DEFINE_UNSIGNED(uqrshl, uqrshl)

/* --- products --- */

/* The high half of 2 * product + what is at the same scale, rounded if asked for. */
static inline Wide high_half(CPUARMState *env, Wide x, unsigned w, bool round)
{
    return saturate_signed(env, (x + (round ? (Wide)1 << (w - 1) : 0)) >> w, w);
}

static inline Wide sqrdmlah(CPUARMState *env, Wide n, Wide m, Wide d, unsigned w, unsigned imm)
{
    return high_half(env, d * ((Wide)1 << w) + 2 * n * m, w, true);
}

static inline Wide sqrdmlsh(CPUARMState *env, Wide n, Wide m, Wide d, unsigned w, unsigned imm)
{
    return high_half(env, d * ((Wide)1 << w) - 2 * n * m, w, true);
}

DEFINE_SIGNED(sqrdmlah)
DEFINE_SIGNED(sqrdmlsh)

/* Polynomials over GF(2): the low half of the product. */
static inline Wide pmul(CPUARMState *env, Wide n, Wide m, Wide d, unsigned w, unsigned imm)
{
    Wide r = 0;

    for (unsigned i = 0; i < w; i++) {
        r ^= (m >> i & 1) ? n << i : 0;
    }
    return r;
}

DEFINE_UNSIGNED(pmul, pmul)

/* Bytes to halfwords. */
void helper_pmull(void *env, TCGVec *v, uint64_t desc)
{
    for (unsigned i = 0; i < 8; i++) {
        v[0].h[i] = pmul(env, v[1].b[i], v[2].b[i], 0, 8, 0);
    }
}

/* Each 32-bit lane of d plus the dot product of the four bytes in its place. */
void helper_sdot(void *env, TCGVec *v, uint64_t desc)
{
    for (unsigned i = 0; i < 4; i++) {
        uint32_t sum = v[3].w[i];
        for (unsigned j = 4 * i; j < 4 * i + 4; j++) {
            sum += (int8_t)v[1].b[j] * (int8_t)v[2].b[j];
        }
        v[0].w[i] = sum;
    }
}

void helper_udot(void *env, TCGVec *v, uint64_t desc)
{
    for (unsigned i = 0; i < 4; i++) {
        uint32_t sum = v[3].w[i];
        for (unsigned j = 4 * i; j < 4 * i + 4; j++) {
            sum += v[1].b[j] * v[2].b[j];
        }
        v[0].w[i] = sum;
    }
}

void helper_usdot(void *env, TCGVec *v, uint64_t desc)
{
    for (unsigned i = 0; i < 4; i++) {
        uint32_t sum = v[3].w[i];
        for (unsigned j = 4 * i; j < 4 * i + 4; j++) {
            sum += v[1].b[j] * (int8_t)v[2].b[j];
        }
        v[0].w[i] = sum;
    }
}

/* Element (i, j) of d plus row i of n times row j of m, of eight bytes each. */
#define DEFINE_MMLA(name, ntype, mtype)                                                            \
    void helper_##name(void *env, TCGVec *v, uint64_t desc)                                        \
    {                                                                                              \
        for (unsigned i = 0; i < 4; i++) {                                                         \
            uint32_t sum = v[3].w[i];                                                              \
            for (unsigned k = 0; k < 8; k++) {                                                     \
                sum += (ntype)v[1].b[8 * (i / 2) + k] * (mtype)v[2].b[8 * (i % 2) + k];            \
            }                                                                                      \
            v[0].w[i] = sum;                                                                       \
        }                                                                                          \
    }
DEFINE_MMLA(smmla, int8_t, int8_t)
DEFINE_MMLA(ummla, uint8_t, uint8_t)
DEFINE_MMLA(usmmla, uint8_t, int8_t)

/* --- bits --- */

static inline Wide clz(CPUARMState *env, Wide n, Wide m, Wide d, unsigned w, unsigned imm)
{
    return clz64(n) - (64 - (int)w);
}

static inline Wide cls(CPUARMState *env, Wide n, Wide m, Wide d, unsigned w, unsigned imm)
{
    return clz64(n < 0 ? ~n : n) - (64 - (int)w) - 1;
}

static inline Wide rbit(CPUARMState *env, Wide n, Wide m, Wide d, unsigned w, unsigned imm)
{
    return revbit8(n);
}

DEFINE_UNSIGNED(clz, clz)
DEFINE_SIGNED(cls)
DEFINE_UNSIGNED(rbit, rbit)

/* --- estimates --- */

void helper_urecpe(void *env, TCGVec *v, uint64_t desc)
{
    for (unsigned i = 0; i < 4; i++) {
        v[0].w[i] = uint32_recpe(v[1].w[i]);
    }
}

void helper_ursqrte(void *env, TCGVec *v, uint64_t desc)
{
    for (unsigned i = 0; i < 4; i++) {
        v[0].w[i] = uint32_rsqrte(v[1].w[i]);
    }
}
