/* SPDX-License-Identifier: MIT */
/* Comparison, minimum and maximum. */
#include "qemu/osdep.h"

#include "fpu/parts.h"

/* Of magnitudes; neither is a NaN. */
static int compare_magnitudes(const FloatParts *a, const FloatParts *b)
{
    if (a->cls != b->cls) {
        return a->cls < b->cls ? -1 : 1;
    }
    if (a->cls != CLASS_NORMAL) {
        return 0;
    }
    if (a->exp != b->exp) {
        return a->exp < b->exp ? -1 : 1;
    }
    return a->sig < b->sig ? -1 : a->sig > b->sig;
}

FloatRelation parts_compare(const FloatParts *a, const FloatParts *b)
{
    int order;

    if (a->cls == CLASS_ZERO && b->cls == CLASS_ZERO) {
        return float_relation_equal;
    }
    if (a->sign != b->sign) {
        return a->sign ? float_relation_less : float_relation_greater;
    }
    order = compare_magnitudes(a, b);
    return a->sign ? -order : order;
}

static FloatRelation compare(const FloatFmt *fmt, uint64_t raw_a, uint64_t raw_b, bool quiet,
                             float_status *s)
{
    FloatParts a = parts_unpack(raw_a, fmt, s);
    FloatParts b = parts_unpack(raw_b, fmt, s);

    if (parts_is_nan(&a) || parts_is_nan(&b)) {
        if (!quiet || a.cls == CLASS_SNAN || b.cls == CLASS_SNAN) {
            float_raise(float_flag_invalid, s);
        }
        return float_relation_unordered;
    }
    parts_used(a.denormal || b.denormal, s);
    return parts_compare(&a, &b);
}

/* How min and max treat NaNs. */
typedef enum MinMaxNaN {
    NAN_WINS,        /* min, max */
    QUIET_NAN_LOSES, /* minnum, maxnum */
    ANY_NAN_LOSES,   /* minimum_number, maximum_number */
} MinMaxNaN;

/* At least one operand is a NaN. */
static FloatParts minmax_nan(const FloatParts *a, const FloatParts *b, MinMaxNaN rule,
                             float_status *s)
{
    bool signaling = a->cls == CLASS_SNAN || b->cls == CLASS_SNAN;
    bool both = parts_is_nan(a) && parts_is_nan(b);

    if (rule == NAN_WINS || both || (signaling && rule != ANY_NAN_LOSES)) {
        return parts_pick_nan2(a, b, s);
    }
    if (signaling) {
        float_raise(float_flag_invalid, s);
    }
    return parts_is_nan(a) ? *b : *a;
}

static uint64_t minmax(const FloatFmt *fmt, uint64_t raw_a, uint64_t raw_b, bool max,
                       MinMaxNaN rule, float_status *s)
{
    FloatParts a = parts_unpack(raw_a, fmt, s);
    FloatParts b = parts_unpack(raw_b, fmt, s);
    FloatParts r;

    if (parts_is_nan(&a) || parts_is_nan(&b)) {
        r = minmax_nan(&a, &b, rule, s);
    } else {
        FloatRelation order = parts_compare(&a, &b);
        bool a_less = order == float_relation_equal ? a.sign : order == float_relation_less;

        parts_used(a.denormal || b.denormal, s);
        r = a_less != max ? a : b;
    }
    return parts_pack(&r, fmt, s);
}

#define DEFINE_MINMAX(type, fmt, name, max, rule)                                                  \
    type type##_##name(type a, type b, float_status *s)                                            \
    {                                                                                              \
        return minmax(fmt, a, b, max, rule, s);                                                    \
    }

#define DEFINE_COMPARE(type, fmt)                                                                  \
    FloatRelation type##_compare(type a, type b, float_status *s)                                  \
    {                                                                                              \
        return compare(fmt, a, b, false, s);                                                       \
    }                                                                                              \
    FloatRelation type##_compare_quiet(type a, type b, float_status *s)                            \
    {                                                                                              \
        return compare(fmt, a, b, true, s);                                                        \
    }                                                                                              \
    DEFINE_MINMAX(type, fmt, min, false, NAN_WINS)                                                 \
    DEFINE_MINMAX(type, fmt, max, true, NAN_WINS)                                                  \
    DEFINE_MINMAX(type, fmt, minnum, false, QUIET_NAN_LOSES)                                       \
    DEFINE_MINMAX(type, fmt, maxnum, true, QUIET_NAN_LOSES)                                        \
    DEFINE_MINMAX(type, fmt, minimum_number, false, ANY_NAN_LOSES)                                 \
    DEFINE_MINMAX(type, fmt, maximum_number, true, ANY_NAN_LOSES)

DEFINE_COMPARE(float16, &fmt_float16)
DEFINE_COMPARE(float32, &fmt_float32)
DEFINE_COMPARE(float64, &fmt_float64)
