/* SPDX-License-Identifier: MIT */
/* What the parts of the oracle share: formats, FPUnpack, FPRound, NaNs. */
#ifndef TESTS_ISA_FP_ORACLE_PARTS_H
#define TESTS_ISA_FP_ORACLE_PARTS_H

#include "../unit/softfloat-mpfr.h"
#include "fp-oracle.h"

enum { IOC = 1, DZC = 2, OFC = 4, UFC = 8, IXC = 16, IDC = 128 };

typedef enum FpType { ZERO, NONZERO, INFINITE, QNAN, SNAN } FpType;

typedef struct Value {
    FpType type;
    bool sign;
    uint64_t raw;
    mpfr_t *x; /* the real number of ZERO and NONZERO */
} Value;

/* Room for numbers, made by oracle_init(). */
extern mpfr_t oracle_operands[3], oracle_exact;

/* --- formats --- */

static inline bool is_half(const TestFormat *f)
{
    return f->exp_bits == test_half.exp_bits;
}

static inline int width(const TestFormat *f)
{
    return 1 + f->exp_bits + f->frac_bits;
}

static inline uint64_t sign_of(const TestFormat *f)
{
    return 1ull << (width(f) - 1);
}

static inline uint64_t zero(const TestFormat *f, bool sign)
{
    return sign ? sign_of(f) : 0;
}

static inline uint64_t infinity(const TestFormat *f, bool sign)
{
    return zero(f, sign) | ((1ull << f->exp_bits) - 1) << f->frac_bits;
}

static inline uint64_t quiet_bit(const TestFormat *f)
{
    return 1ull << (f->frac_bits - 1);
}

static inline uint64_t default_nan(const TestFormat *f)
{
    return infinity(f, false) | quiet_bit(f);
}

static inline uint64_t small_number(const TestFormat *f, bool sign, int exp, uint64_t top_frac)
{
    uint64_t bias = (1ull << (f->exp_bits - 1)) - 1;

    return zero(f, sign) | (bias + exp) << f->frac_bits | top_frac * quiet_bit(f);
}

static inline bool flushes(const TestFormat *f, const OracleEnv *env)
{
    return env->fpcr & (is_half(f) ? ORACLE_FZ16 : ORACLE_FZ);
}

static inline FloatRoundMode rounding(const OracleEnv *env)
{
    static const FloatRoundMode modes[4] = { float_round_nearest_even, float_round_up,
                                             float_round_down, float_round_to_zero };

    return modes[env->fpcr >> ORACLE_RMODE_SHIFT & 3];
}

/* --- FPUnpack, FPRound --- */

static inline Value unpack_as(const TestFormat *f, uint64_t raw, unsigned n, bool flush,
                              bool alternative, OracleEnv *env)
{
    uint64_t exp_max = (1ull << f->exp_bits) - 1, exp = raw >> f->frac_bits & exp_max;
    uint64_t frac = raw & ((1ull << f->frac_bits) - 1);
    Value v = { NONZERO, raw & sign_of(f), raw, &oracle_operands[n] };

    if (exp == 0 && (frac == 0 || flush)) {
        v.type = ZERO;
        v.raw = zero(f, v.sign);
        if (frac && !is_half(f)) {
            env->fpsr |= IDC;
        }
    } else if (exp == exp_max && !alternative) {
        v.type = frac == 0 ? INFINITE : frac & quiet_bit(f) ? QNAN : SNAN;
    }
    if (v.type <= NONZERO) {
        from_raw(*v.x, f, v.raw);
    }
    return v;
}

static inline Value unpack(const TestFormat *f, uint64_t raw, unsigned n, OracleEnv *env)
{
    return unpack_as(f, raw, n, flushes(f, env), false, env);
}

static inline uint64_t fp_round_mode(mpfr_t x, const TestFormat *f, FloatRoundMode mode, bool flush,
                                     OracleEnv *env)
{
    Expected e = oracle_round(x, f, (Environment){ mode, true, flush });

    env->fpsr |= e.flags;
    return e.value;
}

/* A sum: an exact zero is negative only when rounding down. */
static inline uint64_t fp_round(mpfr_t x, const TestFormat *f, OracleEnv *env)
{
    if (!mpfr_sgn(x)) {
        return zero(f, rounding(env) == float_round_down);
    }
    return fp_round_mode(x, f, rounding(env), flushes(f, env), env);
}

/* --- NaNs --- */

static inline uint64_t invalid(const TestFormat *f, OracleEnv *env)
{
    env->fpsr |= IOC;
    return default_nan(f);
}

static inline uint64_t process_nan(const TestFormat *f, Value v, OracleEnv *env)
{
    if (v.type == SNAN) {
        env->fpsr |= IOC;
    }
    return env->fpcr & ORACLE_DN ? default_nan(f) : v.raw | quiet_bit(f);
}

/* Signaling ones first, then in the order of operands. */
static inline bool process_nans(const TestFormat *f, const Value *v, int n, OracleEnv *env,
                                uint64_t *result)
{
    for (FpType type = SNAN; type >= QNAN; type--) {
        for (int i = 0; i < n; i++) {
            if (v[i].type == type) {
                *result = process_nan(f, v[i], env);
                return true;
            }
        }
    }
    return false;
}

static inline bool is_nan(Value a)
{
    return a.type >= QNAN;
}

/* --- fractions --- */

/* Of @raw, as many bits as a double has. */
static inline uint64_t frac52(const TestFormat *f, uint64_t raw)
{
    return raw << (52 - f->frac_bits) & ((1ull << 52) - 1);
}

#endif
