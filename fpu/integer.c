/* SPDX-License-Identifier: MIT */
/* Conversions from and to integers and fixed-point numbers (DDI0487 FPToFixed, FixedToFP). */
#include "qemu/osdep.h"

#include "fpu/parts.h"

/* The extreme values of an integer type of that many bits, as bits of a uint64_t. */
static uint64_t int_max(int bits, bool is_signed)
{
    return UINT64_MAX >> (64 - bits + is_signed);
}

static uint64_t int_min(int bits, bool is_signed)
{
    return is_signed ? -(uint64_t)1 << (bits - 1) : 0;
}

/* The result of an invalid conversion of p. */
static uint64_t int_invalid(const FloatParts *p, int bits, bool is_signed, float_status *s)
{
    bool nan = parts_is_nan(p);

    float_raise(float_flag_invalid, s);
    switch ((FloatIntRule)s->int_rule) {
    case float_int_x86:
        return is_signed ? int_min(bits, true) : int_max(bits, false);
    case float_int_riscv:
        return p->sign && !nan ? int_min(bits, is_signed) : int_max(bits, is_signed);
    case float_int_arm:
        break;
    }
    if (nan) {
        return 0;
    }
    return p->sign ? int_min(bits, is_signed) : int_max(bits, is_signed);
}

typedef struct IntType {
    uint8_t bits;
    bool is_signed;
} IntType;

static uint64_t to_int(const FloatFmt *fmt, uint64_t raw, IntType type, FloatRoundMode mode,
                       int scale, float_status *s)
{
    FloatParts p = parts_unpack(raw, fmt, s);
    uint128 magnitude, limit;
    bool inexact;

    if (p.cls >= CLASS_INF) {
        return int_invalid(&p, type.bits, type.is_signed, s);
    }
    parts_scale(&p, scale);
    if (p.cls == CLASS_NORMAL && p.exp >= 64) {
        return int_invalid(&p, type.bits, type.is_signed, s);
    }
    magnitude = parts_to_integer(&p, mode, &inexact);
    limit = p.sign ? -int_min(type.bits, type.is_signed) : int_max(type.bits, type.is_signed);
    if (magnitude > limit) {
        return int_invalid(&p, type.bits, type.is_signed, s);
    }
    if (inexact) {
        float_raise(float_flag_inexact, s);
    }
    return p.sign ? -(uint64_t)magnitude : (uint64_t)magnitude;
}

static uint64_t from_int(const FloatFmt *fmt, bool negative, uint64_t magnitude, int scale,
                         float_status *s)
{
    FloatParts p = parts_normalize(negative, SIG_TOP, magnitude);

    parts_scale(&p, scale);
    return parts_pack(&p, fmt, s);
}

static uint64_t from_signed(const FloatFmt *fmt, int64_t a, int scale, float_status *s)
{
    return from_int(fmt, a < 0, a < 0 ? -(uint64_t)a : (uint64_t)a, scale, s);
}

int32_t float64_to_int32_modulo(float64 a, bool *exact, float_status *s)
{
    FloatParts p = parts_unpack(a, &fmt_float64, s);
    uint128 magnitude;
    bool inexact, fits;

    *exact = false;
    if (p.cls >= CLASS_INF) {
        float_raise(float_flag_invalid, s);
        return 0;
    }
    if (p.cls == CLASS_ZERO) {
        *exact = a == 0; /* neither -0 nor a flushed denormal: DDI0487 FPToFixedJS */
        return 0;
    }
    if (p.exp >= SIG_TOP) {
        float_raise(float_flag_invalid, s);
        return 0; /* a multiple of 2^(126 - 52) */
    }
    magnitude = parts_to_integer(&p, float_round_to_zero, &inexact);
    fits = magnitude <= (uint128)INT32_MAX + p.sign;
    if (!fits || inexact) {
        float_raise(fits ? float_flag_inexact : float_flag_invalid, s);
    }
    *exact = fits && !inexact;
    return p.sign ? -(uint32_t)magnitude : (uint32_t)magnitude;
}

#define DEFINE_TO_INT(type, fmt, itype, name, ...)                                                 \
    itype type##_to_##name##_scalbn(type a, FloatRoundMode mode, int scale, float_status *s)       \
    {                                                                                              \
        return to_int(fmt, a, (IntType){ __VA_ARGS__ }, mode, scale, s);                           \
    }                                                                                              \
    itype type##_to_##name(type a, float_status *s)                                                \
    {                                                                                              \
        return to_int(fmt, a, (IntType){ __VA_ARGS__ }, s->float_rounding_mode, 0, s);             \
    }                                                                                              \
    itype type##_to_##name##_round_to_zero(type a, float_status *s)                                \
    {                                                                                              \
        return to_int(fmt, a, (IntType){ __VA_ARGS__ }, float_round_to_zero, 0, s);                \
    }

#define DEFINE_FROM_INT(type, fmt)                                                                 \
    type int64_to_##type##_scalbn(int64_t a, int scale, float_status *s)                           \
    {                                                                                              \
        return from_signed(fmt, a, scale, s);                                                      \
    }                                                                                              \
    type uint64_to_##type##_scalbn(uint64_t a, int scale, float_status *s)                         \
    {                                                                                              \
        return from_int(fmt, false, a, scale, s);                                                  \
    }                                                                                              \
    type int64_to_##type(int64_t a, float_status *s)                                               \
    {                                                                                              \
        return from_signed(fmt, a, 0, s);                                                          \
    }                                                                                              \
    type uint64_to_##type(uint64_t a, float_status *s)                                             \
    {                                                                                              \
        return from_int(fmt, false, a, 0, s);                                                      \
    }                                                                                              \
    type int32_to_##type(int32_t a, float_status *s)                                               \
    {                                                                                              \
        return from_signed(fmt, a, 0, s);                                                          \
    }                                                                                              \
    type uint32_to_##type(uint32_t a, float_status *s)                                             \
    {                                                                                              \
        return from_int(fmt, false, a, 0, s);                                                      \
    }

#define DEFINE_INTEGER(type, fmt)                                                                  \
    DEFINE_TO_INT(type, fmt, int32_t, int32, 32, true)                                             \
    DEFINE_TO_INT(type, fmt, int64_t, int64, 64, true)                                             \
    DEFINE_TO_INT(type, fmt, uint32_t, uint32, 32, false)                                          \
    DEFINE_TO_INT(type, fmt, uint64_t, uint64, 64, false)                                          \
    DEFINE_FROM_INT(type, fmt)

DEFINE_TO_INT(float16, &fmt_float16, int16_t, int16, 16, true)
DEFINE_TO_INT(float16, &fmt_float16, uint16_t, uint16, 16, false)
DEFINE_INTEGER(float16, &fmt_float16)
DEFINE_INTEGER(float32, &fmt_float32)
DEFINE_INTEGER(float64, &fmt_float64)
