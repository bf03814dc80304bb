/* SPDX-License-Identifier: MIT */
/*
 * The unpacked number that all operations work on.
 *
 * An operation unpacks its operands, computes an exact (or sticky) result in FloatParts, and packs
 * it, which rounds once. The formats differ only in a FloatFmt descriptor, so each operation is
 * written once.
 *
 * A finite non-zero number is (-1)^sign * sig / 2^126 * 2^exp with 2^126 <= sig < 2^127: one bit
 * of head room for a sum, and 127 bits of precision. The exact product of two double precision
 * significands has 106. What does not fit is "jammed": the lowest bit of sig is set if any bit
 * below it was, which is all that rounding can ask for. A jammed significand has many more bits
 * than a format's precision, so one subtraction (which moves it up by at most one place, see
 * addsub.c) can not bring the jammed bit near the rounding point.
 *
 * A NaN keeps its fraction below bit 126, its quiet bit in bit 125, so that a change of format is
 * a change of shift and keeps the upper payload bits, as all architectures want it.
 */
#ifndef FPU_PARTS_H
#define FPU_PARTS_H

#include "fpu/softfloat.h"

typedef unsigned __int128 uint128;

enum {
    SIG_TOP = 126, /* the integer bit */
    SIG_QUIET = SIG_TOP - 1,
};

#define SIG_ONE ((uint128)1 << SIG_TOP)

/* Which fields of float_status flush denormals of a format. */
typedef enum FloatFlush {
    FLUSH_NORMAL, /* flush_to_zero, flush_inputs_to_zero */
    FLUSH_F16,    /* the _f16 ones */
    FLUSH_NEVER,
} FloatFlush;

typedef struct FloatFmt {
    uint8_t exp_bits;
    uint8_t frac_bits; /* without the integer bit */
    uint8_t flush;     /* FloatFlush */
    bool finite_only;  /* no infinities or NaNs: Arm's alternative half precision */
} FloatFmt;

extern const FloatFmt fmt_float16;
extern const FloatFmt fmt_float32;
extern const FloatFmt fmt_float64;
extern const FloatFmt fmt_float16_cvt; /* float16 as conversions see it: never flushed */
extern const FloatFmt fmt_float16_alt;
extern const FloatFmt fmt_bfloat16;

/* Ordered: NaNs last. */
typedef enum FloatClass {
    CLASS_ZERO,
    CLASS_NORMAL, /* any finite non-zero number */
    CLASS_INF,
    CLASS_QNAN,
    CLASS_SNAN,
} FloatClass;

typedef struct FloatParts {
    uint128 sig;
    int32_t exp;
    uint8_t cls; /* FloatClass */
    bool sign;
    bool denormal; /* came from a denormal that was not flushed */
} FloatParts;

static inline int fmt_bias(const FloatFmt *fmt)
{
    return (1 << (fmt->exp_bits - 1)) - 1;
}

/* The largest biased exponent. */
static inline int fmt_exp_max(const FloatFmt *fmt)
{
    return (1 << fmt->exp_bits) - 1;
}

static inline uint64_t fmt_frac_mask(const FloatFmt *fmt)
{
    return ((uint64_t)1 << fmt->frac_bits) - 1;
}

static inline bool parts_is_nan(const FloatParts *p)
{
    return p->cls >= CLASS_QNAN;
}

/* Infinity times zero, in either order. */
static inline bool parts_is_inf_zero(const FloatParts *a, const FloatParts *b)
{
    return (a->cls == CLASS_INF && b->cls == CLASS_ZERO) ||
           (a->cls == CLASS_ZERO && b->cls == CLASS_INF);
}

static inline FloatParts parts_zero(bool sign)
{
    return (FloatParts){ .cls = CLASS_ZERO, .sign = sign };
}

static inline FloatParts parts_inf(bool sign)
{
    return (FloatParts){ .cls = CLASS_INF, .sign = sign };
}

/* sig / 2^126 * 2^exp for any sig, zero included. */
FloatParts parts_normalize(bool sign, int32_t exp, uint128 sig);

/* v >> n (n >= 0), jammed. */
static inline uint128 shift_right_jam(uint128 v, int n)
{
    if (n == 0) {
        return v;
    }
    if (n >= 127) {
        return v != 0;
    }
    return (v >> n) | ((v & (((uint128)1 << n) - 1)) != 0);
}

/* unpack.c */
FloatParts parts_unpack(uint64_t raw, const FloatFmt *fmt, float_status *s);

/*
 * Round and encode; raises what rounding raises. Signaling NaNs must have been dealt with. The
 * second form has a rounding mode of its own.
 */
uint64_t parts_pack(const FloatParts *p, const FloatFmt *fmt, float_status *s);
uint64_t parts_pack_mode(const FloatParts *p, const FloatFmt *fmt, FloatRoundMode mode,
                         float_status *s);

/* Is sig, cut to a multiple of 2^shift, to be moved up to the next one? shift <= 127. */
bool round_goes_up(uint128 sig, int shift, bool sign, FloatRoundMode mode);

/* Does overflow give infinity (else the largest finite number)? */
bool round_overflows_to_inf(bool sign, FloatRoundMode mode);

/* nan.c */
FloatParts parts_default_nan(const float_status *s);

/* Raise invalid and return the default NaN. */
FloatParts parts_invalid(float_status *s);

/* The NaN that results from operands in order of precedence, at least one of which is a NaN. */
FloatParts parts_pick_nan(const FloatParts *const *operands, int n, float_status *s);
FloatParts parts_pick_nan1(const FloatParts *a, float_status *s);
FloatParts parts_pick_nan2(const FloatParts *a, const FloatParts *b, float_status *s);

/* The operands took part in arithmetic: report denormals. Call when no NaN or invalid took over. */
static inline void parts_used(bool denormal, float_status *s)
{
    if (denormal) {
        float_raise(float_flag_input_denormal_used, s);
    }
}

/* addsub.c: a + b, neither a NaN, nor infinities of different sign. */
FloatParts parts_add(const FloatParts *a, const FloatParts *b, float_status *s);

/* mul.c: a * b, exact; neither a NaN, not infinity * 0. */
FloatParts parts_mul(const FloatParts *a, const FloatParts *b);

/* compare.c: neither is a NaN; -0 equals +0. */
FloatRelation parts_compare(const FloatParts *a, const FloatParts *b);

/* round.c: |p| rounded to an integer; p is finite and below 2^127. */
uint128 parts_to_integer(const FloatParts *p, FloatRoundMode mode, bool *inexact);

/* 2^n * p; n is cut to what over- or underflows any format. */
void parts_scale(FloatParts *p, int n);

#endif
