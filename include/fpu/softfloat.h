/* SPDX-License-Identifier: MIT */
/*
 * Exact IEEE 754 arithmetic by integers: half, single and double precision.
 *
 * Every function is pure but for the flags it adds to *s, and re-entrant; none fails. Numbers are
 * bit patterns. Unless a rounding mode is a parameter, s->float_rounding_mode applies. A NaN
 * result follows s->nan_rule, s->default_nan_mode and s->default_nan_negative. Denormal operands
 * and results follow the flush fields of *s, except that bit operations (neg, abs, predicates)
 * look at the pattern alone.
 */
#ifndef FPU_SOFTFLOAT_H
#define FPU_SOFTFLOAT_H

#include "fpu/softfloat-types.h"

static inline void float_raise(int flags, float_status *s)
{
    s->float_exception_flags |= flags;
}

static inline int get_float_exception_flags(const float_status *s)
{
    return s->float_exception_flags;
}

static inline void set_float_exception_flags(int flags, float_status *s)
{
    s->float_exception_flags = flags;
}

static inline FloatRoundMode get_float_rounding_mode(const float_status *s)
{
    return s->float_rounding_mode;
}

static inline void set_float_rounding_mode(FloatRoundMode mode, float_status *s)
{
    s->float_rounding_mode = mode;
}

/* Arithmetic, rounded once. */
float16 float16_add(float16 a, float16 b, float_status *s);
float32 float32_add(float32 a, float32 b, float_status *s);
float64 float64_add(float64 a, float64 b, float_status *s);
float16 float16_sub(float16 a, float16 b, float_status *s);
float32 float32_sub(float32 a, float32 b, float_status *s);
float64 float64_sub(float64 a, float64 b, float_status *s);
float16 float16_mul(float16 a, float16 b, float_status *s);
float32 float32_mul(float32 a, float32 b, float_status *s);
float64 float64_mul(float64 a, float64 b, float_status *s);
float16 float16_div(float16 a, float16 b, float_status *s);
float32 float32_div(float32 a, float32 b, float_status *s);
float64 float64_div(float64 a, float64 b, float_status *s);
float16 float16_sqrt(float16 a, float_status *s);
float32 float32_sqrt(float32 a, float_status *s);
float64 float64_sqrt(float64 a, float_status *s);

/* a * b + c, rounded once; flags: float_muladd_*. */
float16 float16_muladd(float16 a, float16 b, float16 c, int flags, float_status *s);
float32 float32_muladd(float32 a, float32 b, float32 c, int flags, float_status *s);
float64 float64_muladd(float64 a, float64 b, float64 c, int flags, float_status *s);

/* The same with 2^scale times the exact result, still rounded once. */
float16 float16_muladd_scalbn(float16 a, float16 b, float16 c, int scale, int flags,
                              float_status *s);
float32 float32_muladd_scalbn(float32 a, float32 b, float32 c, int scale, int flags,
                              float_status *s);
float64 float64_muladd_scalbn(float64 a, float64 b, float64 c, int scale, int flags,
                              float_status *s);

/* a * 2^n. */
float16 float16_scalbn(float16 a, int n, float_status *s);
float32 float32_scalbn(float32 a, int n, float_status *s);
float64 float64_scalbn(float64 a, int n, float_status *s);

/*
 * Smaller and larger operand; -0 is less than +0.
 * min, max: a NaN operand gives a NaN (Arm FMIN, FMAX; IEEE 754-2019 minimum, maximum).
 * minnum, maxnum: one quiet NaN is ignored (Arm FMINNM, FMAXNM; IEEE 754-2008).
 * minimum_number, maximum_number: one NaN is ignored, if signaling with invalid (IEEE 754-2019,
 * RISC-V). x86 MINSS is none of these: build it from a comparison.
 */
float16 float16_min(float16 a, float16 b, float_status *s);
float32 float32_min(float32 a, float32 b, float_status *s);
float64 float64_min(float64 a, float64 b, float_status *s);
float16 float16_max(float16 a, float16 b, float_status *s);
float32 float32_max(float32 a, float32 b, float_status *s);
float64 float64_max(float64 a, float64 b, float_status *s);
float16 float16_minnum(float16 a, float16 b, float_status *s);
float32 float32_minnum(float32 a, float32 b, float_status *s);
float64 float64_minnum(float64 a, float64 b, float_status *s);
float16 float16_maxnum(float16 a, float16 b, float_status *s);
float32 float32_maxnum(float32 a, float32 b, float_status *s);
float64 float64_maxnum(float64 a, float64 b, float_status *s);
float16 float16_minimum_number(float16 a, float16 b, float_status *s);
float32 float32_minimum_number(float32 a, float32 b, float_status *s);
float64 float64_minimum_number(float64 a, float64 b, float_status *s);
float16 float16_maximum_number(float16 a, float16 b, float_status *s);
float32 float32_maximum_number(float32 a, float32 b, float_status *s);
float64 float64_maximum_number(float64 a, float64 b, float_status *s);

/* Comparison. compare: any NaN is invalid; compare_quiet: only a signaling one is. */
FloatRelation float16_compare(float16 a, float16 b, float_status *s);
FloatRelation float32_compare(float32 a, float32 b, float_status *s);
FloatRelation float64_compare(float64 a, float64 b, float_status *s);
FloatRelation float16_compare_quiet(float16 a, float16 b, float_status *s);
FloatRelation float32_compare_quiet(float32 a, float32 b, float_status *s);
FloatRelation float64_compare_quiet(float64 a, float64 b, float_status *s);

/* Round to an integral value; inexact is reported only if exact is set. */
float16 float16_round_to_int(float16 a, FloatRoundMode mode, bool exact, float_status *s);
float32 float32_round_to_int(float32 a, FloatRoundMode mode, bool exact, float_status *s);
float64 float64_round_to_int(float64 a, FloatRoundMode mode, bool exact, float_status *s);

/*
 * Round to a value of a signed integer of bits (32 or 64) bits. NaNs, infinities and what is out
 * of range become the smallest value, with invalid (Arm FRINT32X, FRINT64Z, ...).
 */
float32 float32_round_to_int_n(float32 a, FloatRoundMode mode, int bits, float_status *s);
float64 float64_round_to_int_n(float64 a, FloatRoundMode mode, int bits, float_status *s);

/*
 * Conversions between formats. ieee = false selects Arm's alternative half precision, which has
 * neither infinities nor NaNs. Half precision is never flushed here (Arm, x86 F16C).
 */
float32 float16_to_float32(float16 a, bool ieee, float_status *s);
float64 float16_to_float64(float16 a, bool ieee, float_status *s);
float16 float32_to_float16(float32 a, bool ieee, float_status *s);
float16 float64_to_float16(float64 a, bool ieee, float_status *s);
float64 float32_to_float64(float32 a, float_status *s);
float32 float64_to_float32(float64 a, float_status *s);
float32 float64_to_float32_round_to_odd(float64 a, float_status *s); /* Arm FCVTXN */
float32 bfloat16_to_float32(bfloat16 a, float_status *s);
bfloat16 float32_to_bfloat16(float32 a, float_status *s);

/*
 * To integers: 2^scale * a, rounded by mode. Out of range and NaN: invalid (and not inexact), with
 * the result that s->int_rule says. A fixed-point result with n fraction bits has scale n.
 */
int16_t float16_to_int16_scalbn(float16 a, FloatRoundMode mode, int scale, float_status *s);
int32_t float16_to_int32_scalbn(float16 a, FloatRoundMode mode, int scale, float_status *s);
int64_t float16_to_int64_scalbn(float16 a, FloatRoundMode mode, int scale, float_status *s);
uint16_t float16_to_uint16_scalbn(float16 a, FloatRoundMode mode, int scale, float_status *s);
uint32_t float16_to_uint32_scalbn(float16 a, FloatRoundMode mode, int scale, float_status *s);
uint64_t float16_to_uint64_scalbn(float16 a, FloatRoundMode mode, int scale, float_status *s);
int32_t float32_to_int32_scalbn(float32 a, FloatRoundMode mode, int scale, float_status *s);
int64_t float32_to_int64_scalbn(float32 a, FloatRoundMode mode, int scale, float_status *s);
uint32_t float32_to_uint32_scalbn(float32 a, FloatRoundMode mode, int scale, float_status *s);
uint64_t float32_to_uint64_scalbn(float32 a, FloatRoundMode mode, int scale, float_status *s);
int32_t float64_to_int32_scalbn(float64 a, FloatRoundMode mode, int scale, float_status *s);
int64_t float64_to_int64_scalbn(float64 a, FloatRoundMode mode, int scale, float_status *s);
uint32_t float64_to_uint32_scalbn(float64 a, FloatRoundMode mode, int scale, float_status *s);
uint64_t float64_to_uint64_scalbn(float64 a, FloatRoundMode mode, int scale, float_status *s);

/* The same with scale 0, rounded by s or towards zero. */
int16_t float16_to_int16(float16 a, float_status *s);
int16_t float16_to_int16_round_to_zero(float16 a, float_status *s);
int32_t float16_to_int32(float16 a, float_status *s);
int32_t float16_to_int32_round_to_zero(float16 a, float_status *s);
int64_t float16_to_int64(float16 a, float_status *s);
int64_t float16_to_int64_round_to_zero(float16 a, float_status *s);
uint16_t float16_to_uint16(float16 a, float_status *s);
uint16_t float16_to_uint16_round_to_zero(float16 a, float_status *s);
uint32_t float16_to_uint32(float16 a, float_status *s);
uint32_t float16_to_uint32_round_to_zero(float16 a, float_status *s);
uint64_t float16_to_uint64(float16 a, float_status *s);
uint64_t float16_to_uint64_round_to_zero(float16 a, float_status *s);
int32_t float32_to_int32(float32 a, float_status *s);
int32_t float32_to_int32_round_to_zero(float32 a, float_status *s);
int64_t float32_to_int64(float32 a, float_status *s);
int64_t float32_to_int64_round_to_zero(float32 a, float_status *s);
uint32_t float32_to_uint32(float32 a, float_status *s);
uint32_t float32_to_uint32_round_to_zero(float32 a, float_status *s);
uint64_t float32_to_uint64(float32 a, float_status *s);
uint64_t float32_to_uint64_round_to_zero(float32 a, float_status *s);
int32_t float64_to_int32(float64 a, float_status *s);
int32_t float64_to_int32_round_to_zero(float64 a, float_status *s);
int64_t float64_to_int64(float64 a, float_status *s);
int64_t float64_to_int64_round_to_zero(float64 a, float_status *s);
uint32_t float64_to_uint32(float64 a, float_status *s);
uint32_t float64_to_uint32_round_to_zero(float64 a, float_status *s);
uint64_t float64_to_uint64(float64 a, float_status *s);
uint64_t float64_to_uint64_round_to_zero(float64 a, float_status *s);

/*
 * JavaScript's ToInt32 (Arm FJCVTZS): truncated, modulo 2^32. *exact says that the result equals
 * the operand and the operand is not -0 (it is the instruction's Z flag).
 */
int32_t float64_to_int32_modulo(float64 a, bool *exact, float_status *s);

/* From integers: a * 2^scale, rounded once. Fixed point with n fraction bits has scale -n. */
float16 int64_to_float16_scalbn(int64_t a, int scale, float_status *s);
float16 uint64_to_float16_scalbn(uint64_t a, int scale, float_status *s);
float32 int64_to_float32_scalbn(int64_t a, int scale, float_status *s);
float32 uint64_to_float32_scalbn(uint64_t a, int scale, float_status *s);
float64 int64_to_float64_scalbn(int64_t a, int scale, float_status *s);
float64 uint64_to_float64_scalbn(uint64_t a, int scale, float_status *s);
float16 int32_to_float16(int32_t a, float_status *s);
float16 int64_to_float16(int64_t a, float_status *s);
float16 uint32_to_float16(uint32_t a, float_status *s);
float16 uint64_to_float16(uint64_t a, float_status *s);
float32 int32_to_float32(int32_t a, float_status *s);
float32 int64_to_float32(int64_t a, float_status *s);
float32 uint32_to_float32(uint32_t a, float_status *s);
float32 uint64_to_float32(uint64_t a, float_status *s);
float64 int32_to_float64(int32_t a, float_status *s);
float64 int64_to_float64(int64_t a, float_status *s);
float64 uint32_to_float64(uint32_t a, float_status *s);
float64 uint64_to_float64(uint64_t a, float_status *s);

/* The default NaN. */
float16 float16_default_nan(const float_status *s);
float32 float32_default_nan(const float_status *s);
float64 float64_default_nan(const float_status *s);

/* a, which must be a NaN, as an operation with it as only NaN would return it; SNaN: invalid. */
float16 float16_propagate_nan(float16 a, float_status *s);
float32 float32_propagate_nan(float32 a, float_status *s);
float64 float64_propagate_nan(float64 a, float_status *s);

/*
 * Arm's reciprocal and square root steps (DDI0487 J1.1.3, shared/functions/float): 8-bit
 * estimates; recps = 2 - a * b and rsqrts = (3 - a * b) / 2, rounded once, with the sign of a
 * flipped first (so a NaN comes out with the other sign) and infinity * 0 taken as 0 without
 * invalid; recpx = the exponent complemented; mulx = a * b with infinity * 0 giving 2.
 */
float16 float16_recpe(float16 a, float_status *s);
float32 float32_recpe(float32 a, float_status *s);
float64 float64_recpe(float64 a, float_status *s);
float16 float16_rsqrte(float16 a, float_status *s);
float32 float32_rsqrte(float32 a, float_status *s);
float64 float64_rsqrte(float64 a, float_status *s);
float16 float16_recpx(float16 a, float_status *s);
float32 float32_recpx(float32 a, float_status *s);
float64 float64_recpx(float64 a, float_status *s);
float16 float16_recps(float16 a, float16 b, float_status *s);
float32 float32_recps(float32 a, float32 b, float_status *s);
float64 float64_recps(float64 a, float64 b, float_status *s);
float16 float16_rsqrts(float16 a, float16 b, float_status *s);
float32 float32_rsqrts(float32 a, float32 b, float_status *s);
float64 float64_rsqrts(float64 a, float64 b, float_status *s);
float16 float16_mulx(float16 a, float16 b, float_status *s);
float32 float32_mulx(float32 a, float32 b, float_status *s);
float64 float64_mulx(float64 a, float64 b, float_status *s);

/* Estimates of unsigned fixed-point numbers: Arm URECPE, URSQRTE. */
uint32_t uint32_recpe(uint32_t a);
uint32_t uint32_rsqrte(uint32_t a);

/* Operations on the pattern alone. */
static inline float16 float16_chs(float16 a)
{
    return a ^ 0x8000;
}

static inline float16 float16_abs(float16 a)
{
    return a & 0x7fff;
}

static inline bool float16_is_neg(float16 a)
{
    return a >> 15;
}

static inline bool float16_is_zero(float16 a)
{
    return (a & 0x7fff) == 0;
}

static inline bool float16_is_infinity(float16 a)
{
    return (a & 0x7fff) == 0x7c00;
}

static inline bool float16_is_any_nan(float16 a)
{
    return (a & 0x7fff) > 0x7c00;
}

static inline bool float16_is_quiet_nan(float16 a)
{
    return float16_is_any_nan(a) && (a & 0x0200);
}

static inline bool float16_is_signaling_nan(float16 a)
{
    return float16_is_any_nan(a) && !(a & 0x0200);
}

static inline bool float16_is_denormal(float16 a)
{
    return (a & 0x7fff) && (a & 0x7fff) < 0x0400;
}

static inline float32 float32_chs(float32 a)
{
    return a ^ 0x80000000u;
}

static inline float32 float32_abs(float32 a)
{
    return a & 0x7fffffffu;
}

static inline bool float32_is_neg(float32 a)
{
    return a >> 31;
}

static inline bool float32_is_zero(float32 a)
{
    return (a & 0x7fffffffu) == 0;
}

static inline bool float32_is_infinity(float32 a)
{
    return (a & 0x7fffffffu) == 0x7f800000u;
}

static inline bool float32_is_any_nan(float32 a)
{
    return (a & 0x7fffffffu) > 0x7f800000u;
}

static inline bool float32_is_quiet_nan(float32 a)
{
    return float32_is_any_nan(a) && (a & 0x00400000u);
}

static inline bool float32_is_signaling_nan(float32 a)
{
    return float32_is_any_nan(a) && !(a & 0x00400000u);
}

static inline bool float32_is_denormal(float32 a)
{
    return (a & 0x7fffffffu) && (a & 0x7fffffffu) < 0x00800000u;
}

static inline float64 float64_chs(float64 a)
{
    return a ^ 0x8000000000000000ull;
}

static inline float64 float64_abs(float64 a)
{
    return a & 0x7fffffffffffffffull;
}

static inline bool float64_is_neg(float64 a)
{
    return a >> 63;
}

static inline bool float64_is_zero(float64 a)
{
    return (a & 0x7fffffffffffffffull) == 0;
}

static inline bool float64_is_infinity(float64 a)
{
    return (a & 0x7fffffffffffffffull) == 0x7ff0000000000000ull;
}

static inline bool float64_is_any_nan(float64 a)
{
    return (a & 0x7fffffffffffffffull) > 0x7ff0000000000000ull;
}

static inline bool float64_is_quiet_nan(float64 a)
{
    return float64_is_any_nan(a) && (a & 0x0008000000000000ull);
}

static inline bool float64_is_signaling_nan(float64 a)
{
    return float64_is_any_nan(a) && !(a & 0x0008000000000000ull);
}

static inline bool float64_is_denormal(float64 a)
{
    return (a & 0x7fffffffffffffffull) && (a & 0x7fffffffffffffffull) < 0x0010000000000000ull;
}

#endif
