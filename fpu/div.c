/* SPDX-License-Identifier: MIT */
/* Division: one 128 by 64 bit integer division; the remainder is jammed. */
#include "qemu/osdep.h"

#include "fpu/parts.h"

/* Both finite and non-zero. */
static FloatParts div_finite(const FloatParts *a, const FloatParts *b)
{
    uint64_t ma = a->sig >> (SIG_TOP - 63);
    uint64_t mb = b->sig >> (SIG_TOP - 63);
    bool less = ma < mb;
    uint128 dividend = (uint128)ma << (63 + less);
    uint64_t quotient = dividend / mb; /* in [2^63, 2^64) */
    bool rest = dividend % mb != 0;

    return (FloatParts){
        .cls = CLASS_NORMAL,
        .sign = a->sign ^ b->sign,
        .exp = a->exp - b->exp - less,
        .sig = (uint128)quotient << (SIG_TOP - 63) | rest,
    };
}

static FloatParts parts_div(const FloatParts *a, const FloatParts *b, float_status *s)
{
    bool sign = a->sign ^ b->sign;

    if (parts_is_nan(a) || parts_is_nan(b)) {
        return parts_pick_nan2(a, b, s);
    }
    if (a->cls == b->cls && a->cls != CLASS_NORMAL) {
        return parts_invalid(s); /* 0 / 0, infinity / infinity */
    }
    if (b->cls == CLASS_ZERO && a->cls == CLASS_NORMAL) {
        float_raise(float_flag_divbyzero, s);
        return parts_inf(sign);
    }
    parts_used(a->denormal || b->denormal, s);
    if (a->cls == CLASS_INF || b->cls == CLASS_ZERO) {
        return parts_inf(sign);
    }
    if (a->cls == CLASS_ZERO || b->cls == CLASS_INF) {
        return parts_zero(sign);
    }
    return div_finite(a, b);
}

static uint64_t div_op(const FloatFmt *fmt, uint64_t raw_a, uint64_t raw_b, float_status *s)
{
    FloatParts a = parts_unpack(raw_a, fmt, s);
    FloatParts b = parts_unpack(raw_b, fmt, s);
    FloatParts r = parts_div(&a, &b, s);

    return parts_pack(&r, fmt, s);
}

#define DEFINE_DIV(type, fmt)                                                                      \
    type type##_div(type a, type b, float_status *s)                                               \
    {                                                                                              \
        return div_op(fmt, a, b, s);                                                               \
    }

DEFINE_DIV(float16, &fmt_float16)
DEFINE_DIV(float32, &fmt_float32)
DEFINE_DIV(float64, &fmt_float64)
