/* SPDX-License-Identifier: MIT */
/* Conversions between floating-point formats (DDI0487 FPConvert). */
#include "qemu/osdep.h"

#include "fpu/parts.h"

/* Into a format without NaNs and infinities: zero and the largest number, with invalid. */
static uint64_t pack_finite_only(const FloatParts *p, const FloatFmt *to, float_status *s)
{
    FloatParts r = parts_is_nan(p) ? parts_zero(p->sign) : *p;

    if (p->cls >= CLASS_INF) {
        float_raise(float_flag_invalid, s);
    }
    if (p->cls == CLASS_INF) {
        r = parts_normalize(p->sign, fmt_exp_max(to) + 1 - fmt_bias(to), SIG_ONE);
    }
    return parts_pack(&r, to, s);
}

static uint64_t convert_mode(uint64_t raw, const FloatFmt *from, const FloatFmt *to,
                             FloatRoundMode mode, float_status *s)
{
    FloatParts p = parts_unpack(raw, from, s);

    if (to->finite_only) {
        return pack_finite_only(&p, to, s);
    }
    if (parts_is_nan(&p)) {
        p = parts_pick_nan1(&p, s);
    } else {
        /* x86 VCVTPH2PS reports no denormals. */
        parts_used(p.denormal && from->flush != FLUSH_NEVER, s);
    }
    return parts_pack_mode(&p, to, mode, s);
}

static uint64_t convert(uint64_t raw, const FloatFmt *from, const FloatFmt *to, float_status *s)
{
    return convert_mode(raw, from, to, s->float_rounding_mode, s);
}

static const FloatFmt *half_format(bool ieee)
{
    return ieee ? &fmt_float16_cvt : &fmt_float16_alt;
}

float32 float16_to_float32(float16 a, bool ieee, float_status *s)
{
    return convert(a, half_format(ieee), &fmt_float32, s);
}

float64 float16_to_float64(float16 a, bool ieee, float_status *s)
{
    return convert(a, half_format(ieee), &fmt_float64, s);
}

float16 float32_to_float16(float32 a, bool ieee, float_status *s)
{
    return convert(a, &fmt_float32, half_format(ieee), s);
}

float16 float64_to_float16(float64 a, bool ieee, float_status *s)
{
    return convert(a, &fmt_float64, half_format(ieee), s);
}

float64 float32_to_float64(float32 a, float_status *s)
{
    return convert(a, &fmt_float32, &fmt_float64, s);
}

float32 float64_to_float32(float64 a, float_status *s)
{
    return convert(a, &fmt_float64, &fmt_float32, s);
}

float32 float64_to_float32_round_to_odd(float64 a, float_status *s)
{
    return convert_mode(a, &fmt_float64, &fmt_float32, float_round_to_odd, s);
}

float32 bfloat16_to_float32(bfloat16 a, float_status *s)
{
    return convert(a, &fmt_bfloat16, &fmt_float32, s);
}

bfloat16 float32_to_bfloat16(float32 a, float_status *s)
{
    return convert(a, &fmt_float32, &fmt_bfloat16, s);
}
