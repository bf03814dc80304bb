/* SPDX-License-Identifier: MIT */
/*
 * NaN results: IEEE 754 leaves open which operand a NaN comes from and what the sign of a new one
 * is; float_status says what the guest's architecture decided.
 */
#include "qemu/osdep.h"

#include "fpu/parts.h"

FloatParts parts_default_nan(const float_status *s)
{
    return (FloatParts){
        .cls = CLASS_QNAN,
        .sign = s->default_nan_negative,
        .sig = (uint128)1 << SIG_QUIET,
    };
}

FloatParts parts_invalid(float_status *s)
{
    float_raise(float_flag_invalid, s);
    return parts_default_nan(s);
}

static const FloatParts *first_of_class(const FloatParts *const *operands, int n, FloatClass least)
{
    for (int i = 0; i < n; i++) {
        if (operands[i]->cls >= least) {
            return operands[i];
        }
    }
    return NULL;
}

FloatParts parts_pick_nan(const FloatParts *const *operands, int n, float_status *s)
{
    const FloatParts *signaling = first_of_class(operands, n, CLASS_SNAN);
    const FloatParts *picked = first_of_class(operands, n, CLASS_QNAN);
    FloatParts result;

    if (signaling) {
        float_raise(float_flag_invalid, s);
    }
    if (s->default_nan_mode || s->nan_rule == float_nan_default) {
        return parts_default_nan(s);
    }
    if (signaling && s->nan_rule == float_nan_arm) {
        picked = signaling;
    }
    result = *picked;
    result.cls = CLASS_QNAN;
    result.sig |= (uint128)1 << SIG_QUIET;
    return result;
}

FloatParts parts_pick_nan1(const FloatParts *a, float_status *s)
{
    return parts_pick_nan(&a, 1, s);
}

FloatParts parts_pick_nan2(const FloatParts *a, const FloatParts *b, float_status *s)
{
    const FloatParts *operands[] = { a, b };

    return parts_pick_nan(operands, 2, s);
}

#define DEFINE_NAN_OPS(type, fmt)                                                                  \
    type type##_default_nan(const float_status *s)                                                 \
    {                                                                                              \
        FloatParts nan = parts_default_nan(s);                                                     \
        float_status unused = *s;                                                                  \
        return parts_pack(&nan, fmt, &unused);                                                     \
    }                                                                                              \
    type type##_propagate_nan(type a, float_status *s)                                             \
    {                                                                                              \
        FloatParts p = parts_unpack(a, fmt, s);                                                    \
        p = parts_pick_nan1(&p, s);                                                                \
        return parts_pack(&p, fmt, s);                                                             \
    }

DEFINE_NAN_OPS(float16, &fmt_float16)
DEFINE_NAN_OPS(float32, &fmt_float32)
DEFINE_NAN_OPS(float64, &fmt_float64)
