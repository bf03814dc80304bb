/* SPDX-License-Identifier: MIT */
/*
 * Correct rounding by MPFR. It computes the exact value (or 300 bits and a sticky one, for
 * quotients and roots); then oracle_round rounds that to the format by scaling to an integer and
 * asking MPFR for its floor, ceiling, nearest, ..., which has nothing in common with how fpu/ does
 * it.
 */
#ifndef TESTS_UNIT_SOFTFLOAT_MPFR_H
#define TESTS_UNIT_SOFTFLOAT_MPFR_H

#include <mpfr.h>

#include "softfloat-operands.h"

enum {
    EXACT_BITS = 4600, /* a double product plus a double, over the whole range of exponents */
    STICKY_BITS = 300,
};

typedef struct Environment {
    FloatRoundMode mode;
    bool before; /* tininess before rounding */
    bool flush;
} Environment;

typedef struct Expected {
    uint64_t value;
    int flags;
} Expected;

static inline void from_raw(mpfr_t x, const TestFormat *f, uint64_t raw)
{
    int bias = (1 << (f->exp_bits - 1)) - 1;
    int exp = raw >> f->frac_bits & (2 * bias + 1);
    uint64_t frac = raw & (((uint64_t)1 << f->frac_bits) - 1);

    mpfr_set_uj(x, exp ? frac | (uint64_t)1 << f->frac_bits : frac, MPFR_RNDN);
    mpfr_mul_2si(x, x, (exp ? exp : 1) - bias - f->frac_bits, MPFR_RNDN);
    if (raw >> (f->frac_bits + f->exp_bits)) {
        mpfr_neg(x, x, MPFR_RNDN);
    }
}

static inline bool is_finite_nonzero(const TestFormat *f, uint64_t raw)
{
    int max = (1 << f->exp_bits) - 1;

    return (raw >> f->frac_bits & max) != max && raw << (64 - f->exp_bits - f->frac_bits) != 0;
}

/* To an integer; returns whether that was inexact. */
static inline bool rint_mode(mpfr_t r, mpfr_t x, FloatRoundMode mode)
{
    switch (mode) {
    case float_round_nearest_even:
        mpfr_rint(r, x, MPFR_RNDN);
        break;
    case float_round_ties_away:
        mpfr_round(r, x);
        break;
    case float_round_down:
        mpfr_floor(r, x);
        break;
    case float_round_up:
        mpfr_ceil(r, x);
        break;
    case float_round_to_zero:
        mpfr_trunc(r, x);
        break;
    case float_round_to_odd:
        mpfr_trunc(r, x);
        if (!mpfr_equal_p(r, x)) {
            mpfr_floor(r, x);
            mpfr_div_2ui(r, r, 1, MPFR_RNDN);
            mpfr_floor(r, r);
            mpfr_mul_2ui(r, r, 1, MPFR_RNDN);
            mpfr_add_ui(r, r, 1, MPFR_RNDN); /* the odd one of floor and ceiling */
        }
        break;
    }
    return !mpfr_equal_p(r, x);
}

/* r = x rounded to a multiple of 2^quantum, in units of it. */
static inline bool round_to_quantum(mpfr_t r, mpfr_t x, long quantum, FloatRoundMode mode)
{
    mpfr_t scaled;
    bool inexact;

    mpfr_init2(scaled, mpfr_get_prec(x));
    mpfr_mul_2si(scaled, x, -quantum, MPFR_RNDN);
    inexact = rint_mode(r, scaled, mode);
    mpfr_clear(scaled);
    return inexact;
}

static inline uint64_t overflow_value(const TestFormat *f, bool negative, FloatRoundMode mode)
{
    uint64_t inf = (((uint64_t)1 << f->exp_bits) - 1) << f->frac_bits;
    bool to_inf = mode == float_round_nearest_even || mode == float_round_ties_away ||
                  mode == (negative ? float_round_down : float_round_up);

    return to_inf ? inf : inf - 1;
}

/* x, finite and not zero, in format f. */
static inline Expected oracle_round(mpfr_t x, const TestFormat *f, Environment env)
{
    int bias = (1 << (f->exp_bits - 1)) - 1, p = f->frac_bits;
    long exp = mpfr_get_exp(x) - 1; /* |x| in [1, 2) * 2^exp */
    long quantum = MAX(exp, 1 - bias) - p;
    bool negative = mpfr_sgn(x) < 0, tiny = exp < 1 - bias;
    Expected e = { 0, 0 };
    mpfr_t r;

    mpfr_init2(r, mpfr_get_prec(x));
    if (tiny && env.flush) {
        e.flags = float_flag_underflow;
    } else {
        if (tiny && !env.before) {
            round_to_quantum(r, x, exp - p, env.mode);
            tiny = mpfr_get_exp(r) - 1 + exp - p < 1 - bias;
        }
        if (round_to_quantum(r, x, quantum, env.mode)) {
            e.flags = float_flag_inexact | (tiny ? float_flag_underflow : 0);
        }
        mpfr_abs(r, r, MPFR_RNDN);
        if (mpfr_sgn(r) && mpfr_get_exp(r) - 1 + quantum > bias) {
            e.value = overflow_value(f, negative, env.mode);
            e.flags = float_flag_overflow | float_flag_inexact;
        } else {
            /* The integer bit, if there, adds one to the exponent field. */
            e.value = ((uint64_t)(quantum + p + bias - 1) << p) + mpfr_get_uj(r, MPFR_RNDN);
        }
    }
    e.value |= (uint64_t)negative << (f->exp_bits + p);
    mpfr_clear(r);
    return e;
}

/* x was rounded to zero with result ternary: append one bit below, if it was inexact. */
static inline void make_sticky(mpfr_t x, int ternary)
{
    if (ternary) {
        mpfr_prec_round(x, STICKY_BITS + 2, MPFR_RNDN);
        if (mpfr_sgn(x) > 0) {
            mpfr_nextabove(x);
        } else {
            mpfr_nextbelow(x);
        }
    }
}

#endif
