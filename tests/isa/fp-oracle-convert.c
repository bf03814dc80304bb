/* SPDX-License-Identifier: MIT */
/* Rounding to integers and conversions, as fp-oracle.c: FPRoundInt, FPToFixed, FPConvert, ... */
#include "qemu/osdep.h"

#include "fp-oracle-parts.h"

static FloatRoundMode mode_of(const OracleOp *op, const OracleEnv *env)
{
    return op->mode == ORACLE_CURRENT ? rounding(env) : (FloatRoundMode)op->mode;
}

uint64_t oracle_rint(const OracleOp *op, const uint64_t *v, OracleEnv *env)
{
    const TestFormat *f = op->from;
    Value a = unpack(f, v[0], 0, env);
    uint64_t nan;

    if (process_nans(f, &a, 1, env, &nan)) {
        return nan;
    }
    if (a.type != NONZERO) {
        return a.raw;
    }
    if (rint_mode(oracle_exact, *a.x, mode_of(op, env)) && op->exact) {
        env->fpsr |= IXC;
    }
    return mpfr_sgn(oracle_exact) ? fp_round_mode(oracle_exact, f, float_round_to_zero, false, env)
                                  : zero(f, a.sign);
}

/* FPRoundIntN: what does not fit, and NaNs, is the most negative number. */
uint64_t oracle_rint_n(const OracleOp *op, const uint64_t *v, OracleEnv *env)
{
    const TestFormat *f = op->from;
    Value a = unpack(f, v[0], 0, env);
    bool inexact;

    if (a.type == ZERO) {
        return zero(f, a.sign);
    }
    if (a.type != NONZERO) {
        env->fpsr |= IOC;
        return small_number(f, true, op->bits - 1, 0);
    }
    inexact = rint_mode(oracle_exact, *a.x, mode_of(op, env));
    if (mpfr_cmp_si_2exp(oracle_exact, -1, op->bits - 1) < 0 ||
        mpfr_cmp_si_2exp(oracle_exact, 1, op->bits - 1) >= 0) {
        env->fpsr |= IOC;
        return small_number(f, true, op->bits - 1, 0);
    }
    env->fpsr |= inexact ? IXC : 0;
    return mpfr_sgn(oracle_exact) ? fp_round_mode(oracle_exact, f, float_round_to_zero, false, env)
                                  : zero(f, a.sign);
}

static uint64_t limit(const OracleOp *op, bool negative)
{
    uint64_t all = ~0ull >> (64 - op->bits);

    if (op->is_unsigned) {
        return negative ? 0 : all;
    }
    return negative ? 1ull << (op->bits - 1) : all >> 1;
}

uint64_t oracle_to_fixed(const OracleOp *op, const uint64_t *v, OracleEnv *env)
{
    Value a = unpack(op->from, v[0], 0, env);
    bool inexact;

    if (a.type == ZERO) {
        return 0;
    }
    if (a.type != NONZERO) {
        env->fpsr |= IOC;
        return is_nan(a) ? 0 : limit(op, a.sign);
    }
    inexact = round_to_quantum(oracle_exact, *a.x, -op->fbits, mode_of(op, env));
    if (mpfr_cmp_si_2exp(oracle_exact, op->is_unsigned ? 0 : -1, op->bits - 1) < 0 ||
        mpfr_cmp_si_2exp(oracle_exact, 1, op->bits - !op->is_unsigned) >= 0) {
        env->fpsr |= IOC;
        return limit(op, a.sign);
    }
    env->fpsr |= inexact ? IXC : 0;
    return op->is_unsigned
               ? mpfr_get_uj(oracle_exact, MPFR_RNDN)
               : (uint64_t)mpfr_get_sj(oracle_exact, MPFR_RNDN) & ~0ull >> (64 - op->bits);
}

/*
 * FPToFixedJS: towards zero, modulo 2^32. Bit 32 of the result is PSTATE.Z: whether it is
 * oracle_exact, and not a negative zero or a number that was flushed.
 */
uint64_t oracle_to_fixed_js(const OracleOp *op, const uint64_t *v, OracleEnv *env)
{
    Value a = unpack(op->from, v[0], 0, env);
    bool exactly, fits;
    mpfr_t two32;
    uint64_t low;

    if (a.type == ZERO) {
        return v[0] == 0 ? 1ull << 32 : 0;
    }
    if (a.type != NONZERO) {
        env->fpsr |= IOC;
        return 0;
    }
    exactly = !rint_mode(oracle_exact, *a.x, float_round_to_zero);
    fits = mpfr_cmp_si_2exp(oracle_exact, -1, 31) >= 0 && mpfr_cmp_si_2exp(oracle_exact, 1, 31) < 0;
    env->fpsr |= !fits ? IOC : exactly ? 0 : IXC;
    mpfr_init2(two32, 64);
    mpfr_set_ui_2exp(two32, 1, 32, MPFR_RNDN);
    mpfr_fmod(oracle_exact, oracle_exact, two32, MPFR_RNDN);
    low = (uint32_t)mpfr_get_sj(oracle_exact, MPFR_RNDN);
    mpfr_clear(two32);
    return low | (uint64_t)(fits && exactly) << 32;
}

uint64_t oracle_from_fixed(const OracleOp *op, const uint64_t *v, OracleEnv *env)
{
    uint64_t x = v[0] & ~0ull >> (64 - op->bits);

    if (x == 0) {
        return 0;
    }
    if (op->is_unsigned) {
        mpfr_set_uj(oracle_exact, x, MPFR_RNDN);
    } else {
        mpfr_set_sj(oracle_exact, (int64_t)(x << (64 - op->bits)) >> (64 - op->bits), MPFR_RNDN);
    }
    mpfr_div_2ui(oracle_exact, oracle_exact, op->fbits, MPFR_RNDN);
    return fp_round(oracle_exact, op->to, env);
}

/* A NaN in another format keeps its sign and the top of its fraction. */
static uint64_t convert_nan(const OracleOp *op, Value a, bool alternative, OracleEnv *env)
{
    env->fpsr |= a.type == SNAN || alternative ? IOC : 0;
    if (alternative) {
        return zero(op->to, a.sign);
    }
    if (env->fpcr & ORACLE_DN) {
        return default_nan(op->to);
    }
    return infinity(op->to, a.sign) | quiet_bit(op->to) |
           frac52(op->from, a.raw) >> (52 - op->to->frac_bits);
}

/* The alternative half format has no infinities: numbers up to 2^17, more is invalid. */
static uint64_t round_alternative(mpfr_t x, FloatRoundMode mode, bool sign, OracleEnv *env)
{
    OracleEnv scaled = { 0, 0 };
    uint64_t half;

    if (mpfr_get_exp(x) <= 15) {
        return fp_round_mode(x, &test_half, mode, false, env);
    }
    if (mpfr_get_exp(x) <= 17) { /* where the exponent is 8 less, precision is the same */
        mpfr_div_2ui(x, x, 8, MPFR_RNDN);
        half = fp_round_mode(x, &test_half, mode, false, &scaled);
        if ((half >> 10 & 31) + 8 <= 31) {
            env->fpsr |= scaled.fpsr;
            return half + (8 << 10);
        }
    }
    env->fpsr |= IOC;
    return zero(&test_half, sign) | 0x7fff;
}

uint64_t oracle_convert(const OracleOp *op, const uint64_t *v, OracleEnv *env)
{
    bool ahp = env->fpcr & ORACLE_AHP, to_half = is_half(op->to);
    bool flush = !is_half(op->from) && flushes(op->from, env);
    Value a = unpack_as(op->from, v[0], 0, flush, ahp && is_half(op->from), env);

    if (is_nan(a)) {
        return convert_nan(op, a, ahp && to_half, env);
    }
    if (a.type == INFINITE && ahp && to_half) {
        env->fpsr |= IOC;
        return zero(op->to, a.sign) | 0x7fff;
    }
    if (a.type == INFINITE) {
        return infinity(op->to, a.sign);
    }
    if (a.type == ZERO) {
        return zero(op->to, a.sign);
    }
    if (ahp && to_half) {
        return round_alternative(*a.x, mode_of(op, env), a.sign, env);
    }
    return fp_round_mode(*a.x, op->to, mode_of(op, env), !to_half && flushes(op->to, env), env);
}
