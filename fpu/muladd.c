/* SPDX-License-Identifier: MIT */
/*
 * Fused multiply-add, and Arm's reciprocal steps, which are fused too. The exact product goes into
 * the addition of addsub.c; only packing rounds.
 */
#include "qemu/osdep.h"

#include "fpu/parts.h"

static bool any_nan3(const FloatParts *a, const FloatParts *b, const FloatParts *c)
{
    return parts_is_nan(a) || parts_is_nan(b) || parts_is_nan(c);
}

static FloatParts muladd_nan(const FloatParts *a, const FloatParts *b, const FloatParts *c,
                             float_status *s)
{
    const FloatParts *arm_order[] = { c, a, b };
    const FloatParts *x86_order[] = { a, b, c };

    if (parts_is_inf_zero(a, b)) {
        if (s->infzero_rule != float_infzero_pick) {
            float_raise(float_flag_invalid, s);
        }
        /* Only for a quiet c: DDI0487 FPMulAdd processes a signaling one as any other NaN. */
        if (s->infzero_rule == float_infzero_invalid_default && c->cls == CLASS_QNAN) {
            return parts_default_nan(s);
        }
    }
    return parts_pick_nan(s->nan_rule == float_nan_arm ? arm_order : x86_order, 3, s);
}

/* No NaNs, no infinity * 0. */
static FloatParts muladd_numbers(const FloatParts *a, const FloatParts *b, const FloatParts *c,
                                 float_status *s)
{
    FloatParts product = parts_mul(a, b);

    if (product.cls == CLASS_INF && c->cls == CLASS_INF && product.sign != c->sign) {
        return parts_invalid(s);
    }
    parts_used(a->denormal || b->denormal || c->denormal, s);
    return parts_add(&product, c, s);
}

static uint64_t muladd(const FloatFmt *fmt, const uint64_t raw[3], int scale, int flags,
                       float_status *s)
{
    FloatParts a = parts_unpack(raw[0], fmt, s);
    FloatParts b = parts_unpack(raw[1], fmt, s);
    FloatParts c = parts_unpack(raw[2], fmt, s);
    FloatParts r;

    if (any_nan3(&a, &b, &c)) {
        r = muladd_nan(&a, &b, &c, s);
    } else if (parts_is_inf_zero(&a, &b)) {
        r = parts_invalid(s);
    } else {
        a.sign ^= (flags & float_muladd_negate_product) != 0;
        c.sign ^= (flags & float_muladd_negate_c) != 0;
        r = muladd_numbers(&a, &b, &c, s);
        if (!parts_is_nan(&r)) {
            r.sign ^= (flags & float_muladd_negate_result) != 0;
            parts_scale(&r, scale);
        }
    }
    return parts_pack(&r, fmt, s);
}

/*
 * (addend - a * b) * 2^scale, rounded once (DDI0487 FPRecipStepFused, FPRSqrtStepFused).
 * Infinity * 0 counts as 0.
 */
static uint64_t step(const FloatFmt *fmt, uint64_t raw_a, uint64_t raw_b, int addend, int scale,
                     float_status *s)
{
    FloatParts a = parts_unpack(raw_a, fmt, s);
    FloatParts b = parts_unpack(raw_b, fmt, s);
    FloatParts r = parts_normalize(false, SIG_TOP, addend);

    a.sign ^= 1; /* of NaNs too */
    if (parts_is_nan(&a) || parts_is_nan(&b)) {
        r = parts_pick_nan2(&a, &b, s);
    } else {
        if (!parts_is_inf_zero(&a, &b)) {
            r = muladd_numbers(&a, &b, &r, s);
        }
        parts_scale(&r, scale);
    }
    return parts_pack(&r, fmt, s);
}

#define DEFINE_MULADD(type, fmt)                                                                   \
    type type##_muladd(type a, type b, type c, int flags, float_status *s)                         \
    {                                                                                              \
        return muladd(fmt, (uint64_t[]){ a, b, c }, 0, flags, s);                                  \
    }                                                                                              \
    type type##_muladd_scalbn(type a, type b, type c, int scale, int flags, float_status *s)       \
    {                                                                                              \
        return muladd(fmt, (uint64_t[]){ a, b, c }, scale, flags, s);                              \
    }                                                                                              \
    type type##_recps(type a, type b, float_status *s)                                             \
    {                                                                                              \
        return step(fmt, a, b, 2, 0, s);                                                           \
    }                                                                                              \
    type type##_rsqrts(type a, type b, float_status *s)                                            \
    {                                                                                              \
        return step(fmt, a, b, 3, -1, s);                                                          \
    }

DEFINE_MULADD(float16, &fmt_float16)
DEFINE_MULADD(float32, &fmt_float32)
DEFINE_MULADD(float64, &fmt_float64)
