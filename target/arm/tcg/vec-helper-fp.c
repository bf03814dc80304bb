/* SPDX-License-Identifier: MIT */
/* Floating-point vector operations that the IR does not have, lane by lane through fpu/. */
#include "qemu/osdep.h"

#include "qemu/host-utils.h"
#include "target/arm/tcg/fp-helper.h"
#include "target/arm/tcg/vec-helper.h"
#include "tcg/ir.h"

/* Applies type##_op to the lanes. */
#define LANES1(type, field, op)                                                                    \
    for (unsigned i = 0; i < vdesc_bytes(desc) / sizeof(type); i++) {                              \
        v[0].field[i] = type##_##op(v[1].field[i], &s);                                            \
    }

#define DEFINE_FP(name, LOOP, op)                                                                  \
    void helper_##name(void *env, TCGVec *v, uint64_t desc)                                        \
    {                                                                                              \
        float_status s = arm_fp_status(env);                                                       \
                                                                                                   \
        switch (vdesc_esz(desc)) {                                                                 \
        case MO_16:                                                                                \
            LOOP(float16, h, op)                                                                   \
            break;                                                                                 \
        case MO_32:                                                                                \
            LOOP(float32, w, op)                                                                   \
            break;                                                                                 \
        default:                                                                                   \
            LOOP(float64, d, op)                                                                   \
        }                                                                                          \
        arm_fp_flags(env, &s);                                                                     \
    }

DEFINE_FP(frecpx, LANES1, recpx)

void helper_frint_n(void *env, TCGVec *v, uint64_t desc)
{
    float_status s = arm_fp_status(env);
    FloatRoundMode mode = arm_fp_rounding(vdesc_imm(desc), &s);
    int bits = vdesc_imm(desc) & FPCVT_I32 ? 32 : 64;

    for (unsigned i = 0; i < vdesc_bytes(desc) >> vdesc_esz(desc); i++) {
        if (vdesc_esz(desc) == MO_32) {
            v[0].w[i] = float32_round_to_int_n(v[1].w[i], mode, bits, &s);
        } else {
            v[0].d[i] = float64_round_to_int_n(v[1].d[i], mode, bits, &s);
        }
    }
    arm_fp_flags(env, &s);
}

/* --- to and from integers; other formats than half precision are IR operations --- */

void helper_fcvt_fi_h(void *env, TCGVec *v, uint64_t desc)
{
    float_status s = arm_fp_status(env);
    FloatRoundMode mode = arm_fp_rounding(vdesc_imm(desc), &s);
    bool is_unsigned = vdesc_imm(desc) & FPCVT_UNSIGNED;
    int scale = vdesc_imm(desc) >> FPCVT_SCALE_SHIFT;

    for (unsigned i = 0; i < vdesc_bytes(desc) / 2; i++) {
        v[0].h[i] = is_unsigned ? float16_to_uint16_scalbn(v[1].h[i], mode, scale, &s)
                                : float16_to_int16_scalbn(v[1].h[i], mode, scale, &s);
    }
    arm_fp_flags(env, &s);
}

void helper_fcvt_if_h(void *env, TCGVec *v, uint64_t desc)
{
    float_status s = arm_fp_status(env);
    bool is_unsigned = vdesc_imm(desc) & FPCVT_UNSIGNED;
    int scale = -(int)(vdesc_imm(desc) >> FPCVT_SCALE_SHIFT);

    for (unsigned i = 0; i < vdesc_bytes(desc) / 2; i++) {
        v[0].h[i] = is_unsigned ? uint64_to_float16_scalbn(v[1].h[i], scale, &s)
                                : int64_to_float16_scalbn((int16_t)v[1].h[i], scale, &s);
    }
    arm_fp_flags(env, &s);
}

void helper_fjcvtzs(void *env, TCGVec *v, uint64_t desc)
{
    float_status s = arm_fp_status(env);
    bool exact;

    v[0].d[0] = (uint32_t)float64_to_int32_modulo(v[1].d[0], &exact, &s);
    v[0].d[1] = exact ? 4u << 28 : 0; /* Z */
    arm_fp_flags(env, &s);
}

/* --- between formats --- */

/* vdesc_bytes counts the bytes of the narrow lanes. */
void helper_fcvtxn(void *env, TCGVec *v, uint64_t desc)
{
    float_status s = arm_fp_status(env);

    for (unsigned i = 0; i < vdesc_bytes(desc) / 4; i++) {
        v[0].w[i] = float64_to_float32_round_to_odd(v[1].d[i], &s);
    }
    arm_fp_flags(env, &s);
}

/* --- products of halves --- */

/* Exact, NaNs with their quiet bit as it is; what FZ16 flushes raises nothing (FPUnpackBase). */
static uint32_t single_of_half(CPUARMState *env, uint16_t h)
{
    uint32_t sign = (uint32_t)(h & 0x8000) << 16, exp = h >> 10 & 31, frac = h & 0x3ff;

    if (exp == 31) {
        return sign | 0x7f800000 | frac << 13;
    }
    if (exp) {
        return sign | (exp + 112) << 23 | frac << 13;
    }
    if (!frac || env->fpcr & FPCR_FZ16) {
        return sign;
    }
    exp = clz32(frac) - 21; /* the leading bit goes to bit 10 */
    return sign | (113 - exp) << 23 | (frac << exp & 0x3ff) << 13;
}

void helper_fmlal(void *opaque, TCGVec *v, uint64_t desc)
{
    CPUARMState *env = opaque;
    float_status s = arm_fp_status(env);

    for (unsigned i = 0; i < vdesc_bytes(desc) / 4; i++) {
        uint32_t n = single_of_half(env, v[1].h[i]) ^ (vdesc_imm(desc) ? 1u << 31 : 0);
        v[0].w[i] = float32_muladd(n, single_of_half(env, v[2].h[i]), v[3].w[i], 0, &s);
    }
    arm_fp_flags(env, &s);
}
