/* SPDX-License-Identifier: MIT */
/* Rounding to integral values, and scaling by powers of two. */
#include "qemu/osdep.h"

#include "fpu/parts.h"

uint128 parts_to_integer(const FloatParts *p, FloatRoundMode mode, bool *inexact)
{
    uint128 sig = p->sig;
    int exp = p->exp;
    int shift;

    *inexact = false;
    if (p->cls == CLASS_ZERO) {
        return 0;
    }
    if (exp < 0) {
        sig = shift_right_jam(sig, -exp);
        exp = 0;
    }
    shift = SIG_TOP - exp;
    *inexact = (sig & (((uint128)1 << shift) - 1)) != 0;
    return (sig >> shift) + round_goes_up(sig, shift, p->sign, mode);
}

/* p, which is finite, rounded to an integer. */
static FloatParts round_finite(const FloatParts *p, FloatRoundMode mode, bool *inexact)
{
    *inexact = false;
    if (p->exp >= SIG_TOP) {
        return *p;
    }
    return parts_normalize(p->sign, SIG_TOP, parts_to_integer(p, mode, inexact));
}

static uint64_t round_to_int(const FloatFmt *fmt, uint64_t raw, FloatRoundMode mode, bool exact,
                             float_status *s)
{
    FloatParts p = parts_unpack(raw, fmt, s);
    bool inexact;

    if (parts_is_nan(&p)) {
        p = parts_pick_nan1(&p, s);
    } else if (p.cls == CLASS_NORMAL) {
        /* No parts_used: x86 ROUNDSD does not report a denormal. */
        p = round_finite(&p, mode, &inexact);
        if (exact && inexact) {
            float_raise(float_flag_inexact, s);
        }
    }
    return parts_pack(&p, fmt, s);
}

/* Is p a value of a signed integer of that many bits? */
static bool fits_int(const FloatParts *p, int bits)
{
    if (p->cls == CLASS_ZERO || p->exp < bits - 1) {
        return true;
    }
    return p->sign && p->exp == bits - 1 && p->sig == SIG_ONE;
}

/* DDI0487 FPRoundIntN. */
static uint64_t round_to_int_n(const FloatFmt *fmt, uint64_t raw, FloatRoundMode mode, int bits,
                               float_status *s)
{
    FloatParts p = parts_unpack(raw, fmt, s);
    bool inexact = false;
    bool ok = p.cls <= CLASS_NORMAL;

    if (p.cls == CLASS_NORMAL) {
        p = round_finite(&p, mode, &inexact);
        ok = fits_int(&p, bits);
    }
    if (!ok) {
        float_raise(float_flag_invalid, s);
        p = parts_normalize(true, bits - 1, SIG_ONE);
    } else if (inexact) {
        float_raise(float_flag_inexact, s);
    }
    return parts_pack(&p, fmt, s);
}

void parts_scale(FloatParts *p, int n)
{
    enum { LIMIT = 0x10000 };

    p->exp += n > LIMIT ? LIMIT : n < -LIMIT ? -LIMIT : n;
}

static uint64_t scalbn_op(const FloatFmt *fmt, uint64_t raw, int n, float_status *s)
{
    FloatParts p = parts_unpack(raw, fmt, s);

    if (parts_is_nan(&p)) {
        p = parts_pick_nan1(&p, s);
    } else {
        parts_used(p.denormal, s);
        parts_scale(&p, n);
    }
    return parts_pack(&p, fmt, s);
}

#define DEFINE_ROUND(type, fmt)                                                                    \
    type type##_round_to_int(type a, FloatRoundMode mode, bool exact, float_status *s)             \
    {                                                                                              \
        return round_to_int(fmt, a, mode, exact, s);                                               \
    }                                                                                              \
    type type##_scalbn(type a, int n, float_status *s)                                             \
    {                                                                                              \
        return scalbn_op(fmt, a, n, s);                                                            \
    }

DEFINE_ROUND(float16, &fmt_float16)
DEFINE_ROUND(float32, &fmt_float32)
DEFINE_ROUND(float64, &fmt_float64)

float32 float32_round_to_int_n(float32 a, FloatRoundMode mode, int bits, float_status *s)
{
    return round_to_int_n(&fmt_float32, a, mode, bits, s);
}

float64 float64_round_to_int_n(float64 a, FloatRoundMode mode, int bits, float_status *s)
{
    return round_to_int_n(&fmt_float64, a, mode, bits, s);
}
