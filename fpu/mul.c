/* SPDX-License-Identifier: MIT */
/*
 * Multiplication. Significands of operands occupy the top 64 bits, so that one 64 x 64 product
 * holds the exact result.
 */
#include "qemu/osdep.h"

#include "fpu/parts.h"

FloatParts parts_mul(const FloatParts *a, const FloatParts *b)
{
    bool sign = a->sign ^ b->sign;
    uint64_t ma, mb;

    if (a->cls == CLASS_INF || b->cls == CLASS_INF) {
        return parts_inf(sign);
    }
    if (a->cls == CLASS_ZERO || b->cls == CLASS_ZERO) {
        return parts_zero(sign);
    }
    /* Both have bit 63 set: the product lies in [2^126, 2^128), and 2^126 stands for one. */
    ma = a->sig >> (SIG_TOP - 63);
    mb = b->sig >> (SIG_TOP - 63);
    return parts_normalize(sign, a->exp + b->exp, (uint128)ma * mb);
}

/* With inf_zero_is_two, infinity * 0 is 2 instead of invalid: Arm FPMulX. */
static uint64_t mul(const FloatFmt *fmt, uint64_t raw_a, uint64_t raw_b, bool inf_zero_is_two,
                    float_status *s)
{
    FloatParts a = parts_unpack(raw_a, fmt, s);
    FloatParts b = parts_unpack(raw_b, fmt, s);
    FloatParts r;

    if (parts_is_nan(&a) || parts_is_nan(&b)) {
        r = parts_pick_nan2(&a, &b, s);
    } else if (!parts_is_inf_zero(&a, &b)) {
        parts_used(a.denormal || b.denormal, s);
        r = parts_mul(&a, &b);
    } else if (inf_zero_is_two) {
        r = parts_normalize(a.sign ^ b.sign, 1, SIG_ONE);
    } else {
        r = parts_invalid(s);
    }
    return parts_pack(&r, fmt, s);
}

#define DEFINE_MUL(type, fmt)                                                                      \
    type type##_mul(type a, type b, float_status *s)                                               \
    {                                                                                              \
        return mul(fmt, a, b, false, s);                                                           \
    }                                                                                              \
    type type##_mulx(type a, type b, float_status *s)                                              \
    {                                                                                              \
        return mul(fmt, a, b, true, s);                                                            \
    }

DEFINE_MUL(float16, &fmt_float16)
DEFINE_MUL(float32, &fmt_float32)
DEFINE_MUL(float64, &fmt_float64)
