/* SPDX-License-Identifier: MIT */
/*
 * From bit patterns to FloatParts and back.
 *
 * Packing is the only place where a result is rounded and where overflow, underflow and inexact
 * arise. Underflow means tiny and inexact; "tiny" is judged on the exact value (Arm, DDI0487
 * FPRoundBase) or on the value rounded as if the exponent had no lower bound (x86, RISC-V). The
 * two differ only just below the smallest normal number.
 */
#include "qemu/osdep.h"

#include "fpu/parts.h"

const FloatFmt fmt_float16 = { .exp_bits = 5, .frac_bits = 10, .flush = FLUSH_F16 };
const FloatFmt fmt_float32 = { .exp_bits = 8, .frac_bits = 23 };
const FloatFmt fmt_float64 = { .exp_bits = 11, .frac_bits = 52 };
const FloatFmt fmt_float16_cvt = { .exp_bits = 5, .frac_bits = 10, .flush = FLUSH_NEVER };
const FloatFmt fmt_float16_alt = {
    .exp_bits = 5, .frac_bits = 10, .flush = FLUSH_NEVER, .finite_only = true
};
const FloatFmt fmt_bfloat16 = { .exp_bits = 8, .frac_bits = 7 };

static int clz128(uint128 v)
{
    uint64_t hi = v >> 64;

    return hi ? __builtin_clzll(hi) : 64 + __builtin_clzll((uint64_t)v);
}

FloatParts parts_normalize(bool sign, int32_t exp, uint128 sig)
{
    int shift;

    if (sig == 0) {
        return parts_zero(sign);
    }
    shift = clz128(sig) - (127 - SIG_TOP);
    if (shift < 0) {
        sig = shift_right_jam(sig, -shift);
    } else {
        sig <<= shift;
    }
    return (FloatParts){ .cls = CLASS_NORMAL, .sign = sign, .exp = exp - shift, .sig = sig };
}

static bool flushes_inputs(const FloatFmt *fmt, const float_status *s)
{
    return fmt->flush == FLUSH_NORMAL ? s->flush_inputs_to_zero
                                      : fmt->flush == FLUSH_F16 && s->flush_inputs_to_zero_f16;
}

static bool flushes_results(const FloatFmt *fmt, const float_status *s)
{
    return fmt->flush == FLUSH_NORMAL ? s->flush_to_zero
                                      : fmt->flush == FLUSH_F16 && s->flush_to_zero_f16;
}

static FloatParts unpack_denormal(bool sign, uint64_t frac, const FloatFmt *fmt, float_status *s)
{
    FloatParts p;

    if (flushes_inputs(fmt, s)) {
        if (fmt->flush == FLUSH_NORMAL) {
            float_raise(float_flag_input_denormal_flushed, s);
        }
        return parts_zero(sign);
    }
    p = parts_normalize(sign, 1 - fmt_bias(fmt), (uint128)frac << (SIG_TOP - fmt->frac_bits));
    p.denormal = true;
    return p;
}

FloatParts parts_unpack(uint64_t raw, const FloatFmt *fmt, float_status *s)
{
    uint64_t frac = raw & fmt_frac_mask(fmt);
    int exp = (raw >> fmt->frac_bits) & fmt_exp_max(fmt);
    FloatParts p = {
        .cls = CLASS_NORMAL,
        .sign = (raw >> (fmt->frac_bits + fmt->exp_bits)) & 1,
        .exp = exp - fmt_bias(fmt),
        .sig = (uint128)frac << (SIG_TOP - fmt->frac_bits),
    };

    if (exp == fmt_exp_max(fmt) && !fmt->finite_only) {
        if (frac == 0) {
            return parts_inf(p.sign);
        }
        p.cls = (p.sig >> SIG_QUIET) & 1 ? CLASS_QNAN : CLASS_SNAN;
        return p;
    }
    if (exp == 0) {
        return frac ? unpack_denormal(p.sign, frac, fmt, s) : parts_zero(p.sign);
    }
    p.sig |= SIG_ONE;
    return p;
}

bool round_goes_up(uint128 sig, int shift, bool sign, FloatRoundMode mode)
{
    uint128 lsb = (uint128)1 << shift;
    uint128 half = lsb >> 1;
    uint128 rest = sig & (lsb - 1);

    if (rest == 0) {
        return false;
    }
    switch (mode) {
    case float_round_nearest_even:
        return rest > half || (rest == half && (sig & lsb));
    case float_round_ties_away:
        return rest >= half;
    case float_round_down:
        return sign;
    case float_round_up:
        return !sign;
    case float_round_to_odd:
        return !(sig & lsb);
    case float_round_to_zero:
        break;
    }
    return false;
}

bool round_overflows_to_inf(bool sign, FloatRoundMode mode)
{
    switch (mode) {
    case float_round_nearest_even:
    case float_round_ties_away:
        return true;
    case float_round_down:
        return sign;
    case float_round_up:
        return !sign;
    case float_round_to_odd:
    case float_round_to_zero:
        break;
    }
    return false;
}

/* The encoding without sign; exp is biased. */
static uint64_t encode(const FloatFmt *fmt, uint64_t exp, uint64_t frac)
{
    return exp << fmt->frac_bits | frac;
}

static uint64_t encode_inf(const FloatFmt *fmt)
{
    return encode(fmt, fmt_exp_max(fmt), 0);
}

/* The exponent is too large for the format. */
static uint64_t pack_overflow(bool sign, const FloatFmt *fmt, FloatRoundMode mode, float_status *s)
{
    if (fmt->finite_only) {
        /* DDI0487 FPRoundBase: saturates, "ensure that an Inexact exception does not occur". */
        float_raise(float_flag_invalid, s);
        return encode(fmt, fmt_exp_max(fmt), fmt_frac_mask(fmt));
    }
    float_raise(float_flag_overflow | float_flag_inexact, s);
    return encode_inf(fmt) - !round_overflows_to_inf(sign, mode);
}

/*
 * The value lies below the smallest normal number. Is it tiny? Not if detection is after rounding
 * and rounding with full precision carries it up to that number.
 */
static bool is_tiny(const FloatParts *p, const FloatFmt *fmt, FloatRoundMode mode,
                    const float_status *s)
{
    int shift = SIG_TOP - fmt->frac_bits;

    if (s->tininess_before_rounding || p->exp < -fmt_bias(fmt)) {
        return true;
    }
    return ((p->sig >> shift) + round_goes_up(p->sig, shift, p->sign, mode)) >>
               (fmt->frac_bits + 1) ==
           0;
}

/* The value is below the smallest normal number: encode it as a denormal (or round up to that). */
static uint64_t pack_denormal(const FloatParts *p, const FloatFmt *fmt, FloatRoundMode mode,
                              float_status *s)
{
    int shift = SIG_TOP - fmt->frac_bits;
    bool tiny = is_tiny(p, fmt, mode, s);
    uint128 sig;

    if (flushes_results(fmt, s) && (tiny || s->ftz_before_rounding)) {
        float_raise(float_flag_underflow, s);
        if (!s->ftz_before_rounding) {
            float_raise(float_flag_inexact, s);
        }
        return 0;
    }
    sig = shift_right_jam(p->sig, 1 - fmt_bias(fmt) - p->exp);
    if (sig & (((uint128)1 << shift) - 1)) {
        float_raise(float_flag_inexact | (tiny ? float_flag_underflow : 0), s);
    }
    /* A carry into the exponent field gives the smallest normal number, as it should. */
    return (uint64_t)(sig >> shift) + round_goes_up(sig, shift, p->sign, mode);
}

static uint64_t pack_finite(const FloatParts *p, const FloatFmt *fmt, FloatRoundMode mode,
                            float_status *s)
{
    int shift = SIG_TOP - fmt->frac_bits;
    int exp = p->exp + fmt_bias(fmt);
    int exp_limit = fmt_exp_max(fmt) + fmt->finite_only;
    uint64_t magnitude;

    if (exp <= 0) {
        return pack_denormal(p, fmt, mode, s);
    }
    if (exp >= exp_limit) {
        return pack_overflow(p->sign, fmt, mode, s);
    }
    /* Adding the significand with its integer bit to exp - 1 lets a carry move into exp. */
    magnitude = encode(fmt, exp - 1, 0) + (uint64_t)(p->sig >> shift) +
                round_goes_up(p->sig, shift, p->sign, mode);
    if (magnitude >> fmt->frac_bits >= exp_limit) {
        return pack_overflow(p->sign, fmt, mode, s);
    }
    if (p->sig & (((uint128)1 << shift) - 1)) {
        float_raise(float_flag_inexact, s);
    }
    return magnitude;
}

static uint64_t pack_nan(const FloatParts *p, const FloatFmt *fmt)
{
    return encode(fmt, fmt_exp_max(fmt),
                  (uint64_t)(p->sig >> (SIG_TOP - fmt->frac_bits)) & fmt_frac_mask(fmt));
}

uint64_t parts_pack_mode(const FloatParts *p, const FloatFmt *fmt, FloatRoundMode mode,
                         float_status *s)
{
    uint64_t sign = (uint64_t)p->sign << (fmt->exp_bits + fmt->frac_bits);

    switch ((FloatClass)p->cls) {
    case CLASS_ZERO:
        break;
    case CLASS_NORMAL:
        return sign | pack_finite(p, fmt, mode, s);
    case CLASS_INF:
        return sign | encode_inf(fmt);
    case CLASS_QNAN:
    case CLASS_SNAN:
        return sign | pack_nan(p, fmt);
    }
    return sign;
}

uint64_t parts_pack(const FloatParts *p, const FloatFmt *fmt, float_status *s)
{
    return parts_pack_mode(p, fmt, s->float_rounding_mode, s);
}
