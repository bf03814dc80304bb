/* SPDX-License-Identifier: MIT */
/*
 * Addition and subtraction.
 *
 * The smaller operand is moved right to the exponent of the larger, jammed. If that loses bits in
 * a subtraction, the distance was large (operands have at most 106 significant bits of 127), so
 * the difference loses at most its top bit and the jammed bit stays far below any rounding point.
 */
#include "qemu/osdep.h"

#include "fpu/parts.h"

static FloatParts add_magnitudes(const FloatParts *a, const FloatParts *b)
{
    uint128 sum = a->sig + shift_right_jam(b->sig, a->exp - b->exp);

    return parts_normalize(a->sign, a->exp, sum);
}

static FloatParts sub_magnitudes(const FloatParts *a, const FloatParts *b, float_status *s)
{
    uint128 diff = a->sig - shift_right_jam(b->sig, a->exp - b->exp);

    if (diff == 0) {
        /* IEEE 754 6.3: x - x is +0, but -0 when rounding down. */
        return parts_zero(s->float_rounding_mode == float_round_down);
    }
    return parts_normalize(a->sign, a->exp, diff);
}

static bool magnitude_less(const FloatParts *a, const FloatParts *b)
{
    return a->exp != b->exp ? a->exp < b->exp : a->sig < b->sig;
}

FloatParts parts_add(const FloatParts *a, const FloatParts *b, float_status *s)
{
    if (a->cls == CLASS_ZERO && b->cls == CLASS_ZERO) {
        return a->sign == b->sign ? *a : parts_zero(s->float_rounding_mode == float_round_down);
    }
    if (a->cls == CLASS_INF || b->cls == CLASS_ZERO) {
        return *a;
    }
    if (b->cls == CLASS_INF || a->cls == CLASS_ZERO) {
        return *b;
    }
    if (magnitude_less(a, b)) {
        const FloatParts *larger = b;

        b = a;
        a = larger;
    }
    return a->sign == b->sign ? add_magnitudes(a, b) : sub_magnitudes(a, b, s);
}

static uint64_t addsub(const FloatFmt *fmt, uint64_t raw_a, uint64_t raw_b, bool subtract,
                       float_status *s)
{
    FloatParts a = parts_unpack(raw_a, fmt, s);
    FloatParts b = parts_unpack(raw_b, fmt, s);
    FloatParts r;

    if (parts_is_nan(&a) || parts_is_nan(&b)) {
        r = parts_pick_nan2(&a, &b, s);
        return parts_pack(&r, fmt, s);
    }
    b.sign ^= subtract;
    if (a.cls == CLASS_INF && b.cls == CLASS_INF && a.sign != b.sign) {
        r = parts_invalid(s);
    } else {
        parts_used(a.denormal || b.denormal, s);
        r = parts_add(&a, &b, s);
    }
    return parts_pack(&r, fmt, s);
}

#define DEFINE_ADDSUB(type, fmt)                                                                   \
    type type##_add(type a, type b, float_status *s)                                               \
    {                                                                                              \
        return addsub(fmt, a, b, false, s);                                                        \
    }                                                                                              \
    type type##_sub(type a, type b, float_status *s)                                               \
    {                                                                                              \
        return addsub(fmt, a, b, true, s);                                                         \
    }

DEFINE_ADDSUB(float16, &fmt_float16)
DEFINE_ADDSUB(float32, &fmt_float32)
DEFINE_ADDSUB(float64, &fmt_float64)
