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

/* --- BFloat16 --- */

void helper_bfcvt(void *env, TCGVec *v, uint64_t desc)
{
    float_status s = arm_fp_status(env);

    for (unsigned i = 0; i < vdesc_bytes(desc) / 2; i++) {
        v[0].h[i] = float32_to_bfloat16(v[1].w[i], &s);
    }
    arm_fp_flags(env, &s);
}

/*
 * The arithmetic of dot products (J1.1.3, BFRound, BFAdd, BFMul): whatever FPCR says, denormals are
 * zeros, results are rounded to odd, what is too large is an infinity, each NaN is the default NaN,
 * and nothing is told of exceptions.
 */
static float_status bf16_status(void)
{
    float_status s = FLOAT_STATUS_ARM;

    s.float_rounding_mode = float_round_to_odd;
    s.flush_to_zero = s.flush_inputs_to_zero = s.default_nan_mode = true;
    return s;
}

/* Rounding to odd would have stopped at the largest number. */
static uint32_t bf16_result(uint32_t r, float_status *s)
{
    bool overflow = s->float_exception_flags & float_flag_overflow;

    s->float_exception_flags = 0;
    return overflow ? (r & 1u << 31) | 0x7f800000 : r;
}

static uint32_t bf16_add(uint32_t a, uint32_t b, float_status *s)
{
    return bf16_result(float32_add(a, b, s), s);
}

static uint32_t bf16_mul(uint32_t a, uint32_t b, float_status *s)
{
    return bf16_result(float32_mul(a, b, s), s);
}

/* @acc and the products of both halves of @n and @m. */
static uint32_t bf16_dot(uint32_t acc, uint32_t n, uint32_t m, float_status *s)
{
    uint32_t low = bf16_mul(n << 16, m << 16, s);
    uint32_t high = bf16_mul(n & 0xffff0000, m & 0xffff0000, s);

    return bf16_add(acc, bf16_add(low, high, s), s);
}

void helper_bfdot(void *env, TCGVec *v, uint64_t desc)
{
    float_status s = bf16_status();

    for (unsigned i = 0; i < vdesc_bytes(desc) / 4; i++) {
        v[0].w[i] = bf16_dot(v[3].w[i], v[1].w[i], v[2].w[i], &s);
    }
}

/* Two rows of four of n by two of m: lanes of 32 bits are pairs of a row. */
void helper_bfmmla(void *env, TCGVec *v, uint64_t desc)
{
    float_status s = bf16_status();

    for (unsigned i = 0; i < 2; i++) {
        for (unsigned j = 0; j < 2; j++) {
            uint32_t sum = v[3].w[2 * i + j];

            sum = bf16_dot(sum, v[1].w[2 * i], v[2].w[2 * j], &s);
            v[0].w[2 * i + j] = bf16_dot(sum, v[1].w[2 * i + 1], v[2].w[2 * j + 1], &s);
        }
    }
}
