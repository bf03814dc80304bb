/* SPDX-License-Identifier: MIT */
/*
 * Loops over the lanes of vectors. An operation is one function on lanes held as 128-bit integers,
 * in which nothing overflows; it is inlined into a loop for each element size.
 */
#ifndef TARGET_ARM_VEC_LANES_H
#define TARGET_ARM_VEC_LANES_H

#include "target/arm/cpu.h"
#include "target/arm/tcg/vec-helper.h"

typedef __int128 Wide;

/* One result lane of @w bits from lanes of the three operands. */
typedef Wide LaneOp(CPUARMState *env, Wide a, Wide b, Wide c, unsigned w, unsigned imm);

/* @x if it is in [lo, hi], else the nearer bound, and saturation is noted. */
static inline Wide saturate(CPUARMState *env, Wide x, Wide lo, Wide hi)
{
    if (x >= lo && x <= hi) {
        return x;
    }
    env->fpsr |= FPSR_QC;
    return x < lo ? lo : hi;
}

static inline Wide saturate_signed(CPUARMState *env, Wide x, unsigned w)
{
    Wide bound = (Wide)1 << (w - 1);

    return saturate(env, x, -bound, bound - 1);
}

static inline Wide saturate_unsigned(CPUARMState *env, Wide x, unsigned w)
{
    return saturate(env, x, 0, ((Wide)1 << w) - 1);
}

#define VEC_LOOP(env, v, desc, op, type, out, in, bits)                                            \
    for (unsigned i = 0; i < vdesc_bytes(desc) / sizeof(v->out[0]); i++) {                         \
        v[0].out[i] =                                                                              \
            op(env, (type)v[1].in[i], (type)v[2].in[i], (type)v[3].in[i], bits, vdesc_imm(desc));  \
    }

/* Applies @op to each lane, of the same size in all operands, signed or unsigned. */
static inline __attribute__((always_inline)) void lanes_signed(void *env, TCGVec *v, uint64_t desc,
                                                               LaneOp *op)
{
    switch (vdesc_esz(desc)) {
    case MO_8:
        VEC_LOOP(env, v, desc, op, int8_t, b, b, 8);
        break;
    case MO_16:
        VEC_LOOP(env, v, desc, op, int16_t, h, h, 16);
        break;
    case MO_32:
        VEC_LOOP(env, v, desc, op, int32_t, w, w, 32);
        break;
    default:
        VEC_LOOP(env, v, desc, op, int64_t, d, d, 64);
    }
}

static inline __attribute__((always_inline)) void lanes_unsigned(void *env, TCGVec *v,
                                                                 uint64_t desc, LaneOp *op)
{
    switch (vdesc_esz(desc)) {
    case MO_8:
        VEC_LOOP(env, v, desc, op, uint8_t, b, b, 8);
        break;
    case MO_16:
        VEC_LOOP(env, v, desc, op, uint16_t, h, h, 16);
        break;
    case MO_32:
        VEC_LOOP(env, v, desc, op, uint32_t, w, w, 32);
        break;
    default:
        VEC_LOOP(env, v, desc, op, uint64_t, d, d, 64);
    }
}

#endif
