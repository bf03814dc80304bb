/* SPDX-License-Identifier: MIT */
/*
 * Arm's reciprocal and reciprocal square root estimates (DDI0487, shared/functions/float:
 * RecipEstimate, FPRecipEstimate, RecipSqrtEstimate, FPRSqrtEstimate, FPRecpX): 8 bits after the
 * point, computed as the manual defines them instead of looked up. The 12-bit estimates of
 * FEAT_RPRES are not here.
 *
 * With a significand in [1, 2) the manual's fixed-point operand in [0.5, 1) is its top nine bits;
 * FloatParts keeps significands of denormals normalized, so the manual's shifting loops vanish.
 */
#include "qemu/osdep.h"

#include "fpu/parts.h"

/* a in [256, 512) stands for [0.5, 1); the result in the same units for [1, 2). */
static int recip_estimate(int a)
{
    int b = (1 << 19) / (2 * a + 1);

    return (b + 1) / 2;
}

/* a in [128, 512) stands for [0.25, 1); the result in [256, 512) for [1, 2). */
static int recip_sqrt_estimate(int a)
{
    int b = 512;

    a = a < 256 ? a * 2 + 1 : ((a & ~1) + 1) * 2;
    while (a * (b + 1) * (b + 1) < 1 << 28) {
        b++;
    }
    return (b + 1) / 2;
}

/* The top nine bits of the significand. */
static int sig_9_bits(const FloatParts *p)
{
    return p->sig >> (SIG_TOP - 8);
}

/* estimate / 256 * 2^exp. */
static FloatParts from_estimate(bool sign, int estimate, int exp)
{
    return parts_normalize(sign, exp, (uint128)estimate << (SIG_TOP - 8));
}

static int fmt_min_exp(const FloatFmt *fmt)
{
    return 1 - fmt_bias(fmt);
}

/* The largest finite number or infinity, as rounding an overflow would give. */
static uint64_t estimate_overflow(bool sign, const FloatFmt *fmt, float_status *s)
{
    FloatParts huge = parts_normalize(sign, fmt_bias(fmt) + 1, SIG_ONE);

    return parts_pack(&huge, fmt, s);
}

/* p is finite and not zero. */
static uint64_t recpe_finite(const FloatParts *p, const FloatFmt *fmt, float_status *s)
{
    FloatParts r;

    /* Below 2^-128 in single precision: the reciprocal overflows. */
    if (p->exp < fmt_min_exp(fmt) - 2) {
        return estimate_overflow(p->sign, fmt, s);
    }
    /* A denormal result loses no bits, but may be flushed, which packing sees to. */
    r = from_estimate(p->sign, recip_estimate(sig_9_bits(p)), -1 - p->exp);
    return parts_pack(&r, fmt, s);
}

static uint64_t recpe(const FloatFmt *fmt, uint64_t raw, float_status *s)
{
    FloatParts p = parts_unpack(raw, fmt, s);

    switch ((FloatClass)p.cls) {
    case CLASS_NORMAL:
        return recpe_finite(&p, fmt, s);
    case CLASS_ZERO:
        float_raise(float_flag_divbyzero, s);
        p = parts_inf(p.sign);
        break;
    case CLASS_INF:
        p = parts_zero(p.sign);
        break;
    case CLASS_QNAN:
    case CLASS_SNAN:
        p = parts_pick_nan1(&p, s);
        break;
    }
    return parts_pack(&p, fmt, s);
}

/* p is finite and positive. */
static FloatParts rsqrte_finite(const FloatParts *p)
{
    /* An even exponent makes the operand [0.25, 0.5) * 2^(even + 2), an odd one [0.5, 1). */
    bool odd = p->exp & 1;
    int scaled = odd ? sig_9_bits(p) : sig_9_bits(p) >> 1;
    int half = (p->exp + 2 - odd) / 2;

    return from_estimate(false, recip_sqrt_estimate(scaled), -half);
}

static uint64_t rsqrte(const FloatFmt *fmt, uint64_t raw, float_status *s)
{
    FloatParts p = parts_unpack(raw, fmt, s);

    if (parts_is_nan(&p)) {
        p = parts_pick_nan1(&p, s);
    } else if (p.cls == CLASS_ZERO) {
        float_raise(float_flag_divbyzero, s);
        p = parts_inf(p.sign);
    } else if (p.sign) {
        p = parts_invalid(s);
    } else if (p.cls == CLASS_INF) {
        p = parts_zero(false);
    } else {
        p = rsqrte_finite(&p);
    }
    return parts_pack(&p, fmt, s);
}

/* The exponent complemented, the fraction cleared; zeros and denormals get the largest exponent. */
static uint64_t recpx(const FloatFmt *fmt, uint64_t raw, float_status *s)
{
    FloatParts p = parts_unpack(raw, fmt, s);
    uint64_t sign = raw & (uint64_t)1 << (fmt->exp_bits + fmt->frac_bits);
    uint64_t exp = raw >> fmt->frac_bits & fmt_exp_max(fmt);

    if (parts_is_nan(&p)) {
        p = parts_pick_nan1(&p, s);
        return parts_pack(&p, fmt, s);
    }
    exp = exp ? exp ^ fmt_exp_max(fmt) : fmt_exp_max(fmt) - 1;
    return sign | exp << fmt->frac_bits;
}

#define DEFINE_ESTIMATE(type, fmt)                                                                 \
    type type##_recpe(type a, float_status *s)                                                     \
    {                                                                                              \
        return recpe(fmt, a, s);                                                                   \
    }                                                                                              \
    type type##_rsqrte(type a, float_status *s)                                                    \
    {                                                                                              \
        return rsqrte(fmt, a, s);                                                                  \
    }                                                                                              \
    type type##_recpx(type a, float_status *s)                                                     \
    {                                                                                              \
        return recpx(fmt, a, s);                                                                   \
    }

DEFINE_ESTIMATE(float16, &fmt_float16)
DEFINE_ESTIMATE(float32, &fmt_float32)
DEFINE_ESTIMATE(float64, &fmt_float64)

uint32_t uint32_recpe(uint32_t a)
{
    return a >> 31 ? (uint32_t)recip_estimate(a >> 23) << 23 : UINT32_MAX;
}

uint32_t uint32_rsqrte(uint32_t a)
{
    return a >> 30 ? (uint32_t)recip_sqrt_estimate(a >> 23) << 23 : UINT32_MAX;
}
