/* SPDX-License-Identifier: MIT */
/*
 * Each function is one of the pseudocode's, with MPFR for its real numbers: FPAdd, FPMulAdd, ...
 * Nothing here shares code with fpu/ or the translator.
 */
#include "qemu/osdep.h"

#include "fp-oracle-parts.h"

mpfr_t oracle_operands[3], oracle_exact;

void oracle_init(void)
{
    mpfr_inits2(64, oracle_operands[0], oracle_operands[1], oracle_operands[2], (mpfr_ptr)NULL);
    mpfr_init2(oracle_exact, EXACT_BITS);
}

/* --- arithmetic --- */

static uint64_t add(const TestFormat *f, Value *v, OracleEnv *env)
{
    if (v[0].type == INFINITE && v[1].type == INFINITE && v[0].sign != v[1].sign) {
        return invalid(f, env);
    }
    for (int i = 0; i < 2; i++) {
        if (v[i].type == INFINITE) {
            return infinity(f, v[i].sign);
        }
    }
    if (v[0].type == ZERO && v[1].type == ZERO && v[0].sign == v[1].sign) {
        return zero(f, v[0].sign);
    }
    mpfr_add(oracle_exact, *v[0].x, *v[1].x, MPFR_RNDN);
    return fp_round(oracle_exact, f, env);
}

static uint64_t add_or_sub(const OracleOp *op, const uint64_t *v, bool sub, OracleEnv *env)
{
    Value a[2] = { unpack(op->from, v[0], 0, env), unpack(op->from, v[1], 1, env) };
    uint64_t nan;

    if (process_nans(op->from, a, 2, env, &nan)) {
        return nan;
    }
    if (sub) {
        a[1].sign = !a[1].sign;
        mpfr_neg(*a[1].x, *a[1].x, MPFR_RNDN);
    }
    return add(op->from, a, env);
}

uint64_t oracle_add(const OracleOp *op, const uint64_t *v, OracleEnv *env)
{
    return add_or_sub(op, v, false, env);
}

uint64_t oracle_sub(const OracleOp *op, const uint64_t *v, OracleEnv *env)
{
    return add_or_sub(op, v, true, env);
}

uint64_t oracle_abd(const OracleOp *op, const uint64_t *v, OracleEnv *env)
{
    return oracle_sub(op, v, env) & ~sign_of(op->from);
}

static bool is_inf_by_zero(const Value *a)
{
    return (a[0].type == INFINITE && a[1].type == ZERO) ||
           (a[0].type == ZERO && a[1].type == INFINITE);
}

static uint64_t mul(const OracleOp *op, const uint64_t *v, bool extended, OracleEnv *env)
{
    const TestFormat *f = op->from;
    Value a[2] = { unpack(f, v[0], 0, env), unpack(f, v[1], 1, env) };
    bool sign = a[0].sign ^ a[1].sign;
    uint64_t nan;

    if (process_nans(f, a, 2, env, &nan)) {
        return nan;
    }
    if (is_inf_by_zero(a)) {
        return extended ? small_number(f, sign, 1, 0) : invalid(f, env);
    }
    if (a[0].type == INFINITE || a[1].type == INFINITE) {
        return infinity(f, sign);
    }
    if (a[0].type == ZERO || a[1].type == ZERO) {
        return zero(f, sign);
    }
    mpfr_mul(oracle_exact, *a[0].x, *a[1].x, MPFR_RNDN);
    return fp_round(oracle_exact, f, env);
}

uint64_t oracle_mul(const OracleOp *op, const uint64_t *v, OracleEnv *env)
{
    return mul(op, v, false, env);
}

uint64_t oracle_mulx(const OracleOp *op, const uint64_t *v, OracleEnv *env)
{
    return mul(op, v, true, env);
}

uint64_t oracle_nmul(const OracleOp *op, const uint64_t *v, OracleEnv *env)
{
    return mul(op, v, false, env) ^ sign_of(op->from);
}

uint64_t oracle_div(const OracleOp *op, const uint64_t *v, OracleEnv *env)
{
    const TestFormat *f = op->from;
    Value a[2] = { unpack(f, v[0], 0, env), unpack(f, v[1], 1, env) };
    bool sign = a[0].sign ^ a[1].sign;
    uint64_t nan;
    mpfr_t q;

    if (process_nans(f, a, 2, env, &nan)) {
        return nan;
    }
    if (a[0].type == a[1].type && a[0].type != NONZERO) {
        return invalid(f, env);
    }
    if (a[0].type == INFINITE || a[1].type == ZERO) {
        env->fpsr |= a[0].type == INFINITE ? 0 : DZC;
        return infinity(f, sign);
    }
    if (a[0].type == ZERO || a[1].type == INFINITE) {
        return zero(f, sign);
    }
    mpfr_init2(q, STICKY_BITS);
    make_sticky(q, mpfr_div(q, *a[0].x, *a[1].x, MPFR_RNDZ));
    nan = fp_round(q, f, env);
    mpfr_clear(q);
    return nan;
}

uint64_t oracle_sqrt(const OracleOp *op, const uint64_t *v, OracleEnv *env)
{
    const TestFormat *f = op->from;
    Value a = unpack(f, v[0], 0, env);
    uint64_t result;
    mpfr_t q;

    if (process_nans(f, &a, 1, env, &result)) {
        return result;
    }
    if (a.type == ZERO) {
        return zero(f, a.sign);
    }
    if (a.sign) {
        return invalid(f, env);
    }
    if (a.type == INFINITE) {
        return infinity(f, false);
    }
    mpfr_init2(q, STICKY_BITS);
    make_sticky(q, mpfr_sqrt(q, *a.x, MPFR_RNDZ));
    result = fp_round(q, f, env);
    mpfr_clear(q);
    return result;
}

/* FPMulAdd(a[0], a[1], a[2]): the addend comes first, for NaNs too. */
static uint64_t mul_add(const TestFormat *f, uint64_t addend, uint64_t op1, uint64_t op2,
                        OracleEnv *env)
{
    Value a[3] = { unpack(f, addend, 0, env), unpack(f, op1, 1, env), unpack(f, op2, 2, env) };
    bool inf_by_zero = is_inf_by_zero(a + 1), sign = a[1].sign ^ a[2].sign;
    bool inf_product = a[1].type == INFINITE || a[2].type == INFINITE;
    uint64_t nan;

    if (process_nans(f, a, 3, env, &nan)) {
        return a[0].type == QNAN && inf_by_zero ? invalid(f, env) : nan;
    }
    if (inf_by_zero || (a[0].type == INFINITE && inf_product && a[0].sign != sign)) {
        return invalid(f, env);
    }
    if (a[0].type == INFINITE) {
        return infinity(f, a[0].sign);
    }
    if (inf_product) {
        return infinity(f, sign);
    }
    if (a[0].type == ZERO && (a[1].type == ZERO || a[2].type == ZERO) && a[0].sign == sign) {
        return zero(f, sign);
    }
    mpfr_mul(oracle_exact, *a[1].x, *a[2].x, MPFR_RNDN);
    mpfr_add(oracle_exact, oracle_exact, *a[0].x, MPFR_RNDN);
    return fp_round(oracle_exact, f, env);
}

uint64_t oracle_madd(const OracleOp *op, const uint64_t *v, OracleEnv *env)
{
    return mul_add(op->from, v[2], v[0], v[1], env);
}

uint64_t oracle_msub(const OracleOp *op, const uint64_t *v, OracleEnv *env)
{
    return mul_add(op->from, v[2], v[0] ^ sign_of(op->from), v[1], env);
}

uint64_t oracle_nmadd(const OracleOp *op, const uint64_t *v, OracleEnv *env)
{
    uint64_t sign = sign_of(op->from);

    return mul_add(op->from, v[2] ^ sign, v[0] ^ sign, v[1], env);
}

uint64_t oracle_nmsub(const OracleOp *op, const uint64_t *v, OracleEnv *env)
{
    return mul_add(op->from, v[2] ^ sign_of(op->from), v[0], v[1], env);
}

/* FPRecipStepFused: 2 - a * b; FPRSqrtStepFused: (3 - a * b) / 2 */
static uint64_t step(const OracleOp *op, const uint64_t *v, bool root, OracleEnv *env)
{
    const TestFormat *f = op->from;
    Value a[2] = { unpack(f, v[0] ^ sign_of(f), 0, env), unpack(f, v[1], 1, env) };
    uint64_t nan;

    if (process_nans(f, a, 2, env, &nan)) {
        return nan;
    }
    if (is_inf_by_zero(a)) {
        return root ? small_number(f, false, 0, 1) : small_number(f, false, 1, 0);
    }
    if (a[0].type == INFINITE || a[1].type == INFINITE) {
        return infinity(f, a[0].sign ^ a[1].sign);
    }
    mpfr_mul(oracle_exact, *a[0].x, *a[1].x, MPFR_RNDN);
    mpfr_add_ui(oracle_exact, oracle_exact, root ? 3 : 2, MPFR_RNDN);
    mpfr_div_2ui(oracle_exact, oracle_exact, root, MPFR_RNDN);
    return fp_round(oracle_exact, f, env);
}

uint64_t oracle_recps(const OracleOp *op, const uint64_t *v, OracleEnv *env)
{
    return step(op, v, false, env);
}

uint64_t oracle_rsqrts(const OracleOp *op, const uint64_t *v, OracleEnv *env)
{
    return step(op, v, true, env);
}

/* --- estimates, by integers --- */

static int biased_exp(const TestFormat *f, uint64_t raw)
{
    return raw >> f->frac_bits & ((1u << f->exp_bits) - 1);
}

static uint64_t pack52(const TestFormat *f, bool sign, uint64_t exp, uint64_t frac)
{
    return zero(f, sign) | exp << f->frac_bits | frac >> (52 - f->frac_bits);
}

static uint64_t overflow(const TestFormat *f, bool sign, OracleEnv *env)
{
    env->fpsr |= OFC | IXC;
    return overflow_value(f, sign, rounding(env)) | zero(f, sign);
}

uint64_t oracle_recpe(const OracleOp *op, const uint64_t *v, OracleEnv *env)
{
    const TestFormat *f = op->from;
    Value a = unpack(f, v[0], 0, env);
    int bias = (1 << (f->exp_bits - 1)) - 1, exp, a9, result_exp;
    uint64_t frac, nan;

    if (process_nans(f, &a, 1, env, &nan)) {
        return nan;
    }
    if (a.type == INFINITE) {
        return zero(f, a.sign);
    }
    if (a.type == ZERO) {
        env->fpsr |= DZC;
        return infinity(f, a.sign);
    }
    if (mpfr_get_exp(*a.x) <= -bias - 1) { /* below 2^(-bias-1) */
        return overflow(f, a.sign, env);
    }
    if (flushes(f, env) && mpfr_get_exp(*a.x) > bias - 1) { /* from 2^(bias-1) */
        env->fpsr |= UFC;
        return zero(f, a.sign);
    }
    exp = biased_exp(f, v[0]);
    frac = frac52(f, v[0]);
    if (exp == 0) {
        exp = frac >> 51 ? 0 : -1;
        frac = frac << (frac >> 51 ? 1 : 2) & ((1ull << 52) - 1);
    }
    a9 = 256 | frac >> 44;
    result_exp = 2 * bias - 1 - exp;
    frac = (uint64_t)(((1 << 19) / (a9 * 2 + 1) + 1) / 2 & 0xff) << 44;
    if (result_exp <= 0) {
        frac = (frac | 1ull << 52) >> (1 - result_exp);
        result_exp = 0;
    }
    return pack52(f, a.sign, result_exp, frac);
}

uint64_t oracle_rsqrte(const OracleOp *op, const uint64_t *v, OracleEnv *env)
{
    const TestFormat *f = op->from;
    Value a = unpack(f, v[0], 0, env);
    int bias = (1 << (f->exp_bits - 1)) - 1, exp, scaled, b = 512;
    uint64_t frac, nan;

    if (process_nans(f, &a, 1, env, &nan)) {
        return nan;
    }
    if (a.type == ZERO) {
        env->fpsr |= DZC;
        return infinity(f, a.sign);
    }
    if (a.sign) {
        return invalid(f, env);
    }
    if (a.type == INFINITE) {
        return zero(f, false);
    }
    exp = biased_exp(f, v[0]);
    frac = frac52(f, v[0]);
    if (exp == 0) {
        for (; !(frac >> 51); exp--) {
            frac <<= 1;
        }
        frac = frac << 1 & ((1ull << 52) - 1);
    }
    scaled = exp & 1 ? 128 | frac >> 45 : 256 | frac >> 44;
    scaled = scaled < 256 ? scaled * 2 + 1 : ((scaled >> 1 << 1) + 1) * 2;
    while (scaled * (b + 1) * (b + 1) < 1 << 28) {
        b++;
    }
    return pack52(f, false, (3 * bias - 1 - exp) / 2, (uint64_t)((b + 1) / 2 & 0xff) << 44);
}

uint64_t oracle_recpx(const OracleOp *op, const uint64_t *v, OracleEnv *env)
{
    const TestFormat *f = op->from;
    Value a = unpack(f, v[0], 0, env);
    uint64_t ones = (1ull << f->exp_bits) - 1, exp = biased_exp(f, v[0]), nan;

    if (process_nans(f, &a, 1, env, &nan)) {
        return nan;
    }
    return pack52(f, a.sign, exp == 0 ? ones - 1 : ~exp & ones, 0);
}

/* --- comparison --- */

/* Order of two values that are not NaNs: sign of a - b. */
static int order(Value a, Value b)
{
    int ia = a.type == INFINITE ? (a.sign ? -1 : 1) : 0;
    int ib = b.type == INFINITE ? (b.sign ? -1 : 1) : 0;

    return ia || ib ? ia - ib : mpfr_cmp(*a.x, *b.x);
}

static uint64_t max_min(const OracleOp *op, uint64_t x, uint64_t y, bool max, OracleEnv *env)
{
    const TestFormat *f = op->from;
    Value a[2] = { unpack(f, x, 0, env), unpack(f, y, 1, env) }, r;
    uint64_t nan;
    int c;

    if (process_nans(f, a, 2, env, &nan)) {
        return nan;
    }
    c = order(a[0], a[1]);
    r = (max ? c > 0 : c < 0) ? a[0] : a[1];
    if (r.type == ZERO) {
        bool both = a[0].sign && a[1].sign, either = a[0].sign || a[1].sign;

        return zero(f, a[0].type == ZERO && a[1].type == ZERO ? (max ? both : either) : r.sign);
    }
    return r.raw;
}

uint64_t oracle_max(const OracleOp *op, const uint64_t *v, OracleEnv *env)
{
    return max_min(op, v[0], v[1], true, env);
}

uint64_t oracle_min(const OracleOp *op, const uint64_t *v, OracleEnv *env)
{
    return max_min(op, v[0], v[1], false, env);
}

/* One quiet NaN counts as the infinity that loses. */
static uint64_t max_min_num(const OracleOp *op, const uint64_t *v, bool max, OracleEnv *env)
{
    Value a = unpack(op->from, v[0], 0, env), b = unpack(op->from, v[1], 1, env);
    uint64_t x = v[0], y = v[1];

    if (a.type == QNAN && !is_nan(b)) {
        x = infinity(op->from, max);
    } else if (b.type == QNAN && !is_nan(a)) {
        y = infinity(op->from, max);
    }
    return max_min(op, x, y, max, env);
}

uint64_t oracle_maxnm(const OracleOp *op, const uint64_t *v, OracleEnv *env)
{
    return max_min_num(op, v, true, env);
}

uint64_t oracle_minnm(const OracleOp *op, const uint64_t *v, OracleEnv *env)
{
    return max_min_num(op, v, false, env);
}

enum { UNORDERED = 2 };

static int compare(const OracleOp *op, uint64_t x, uint64_t y, bool signal, OracleEnv *env)
{
    Value a = unpack(op->from, x, 0, env), b = unpack(op->from, y, 1, env);

    if (is_nan(a) || is_nan(b)) {
        env->fpsr |= signal || a.type == SNAN || b.type == SNAN ? IOC : 0;
        return UNORDERED;
    }
    return CLAMP(order(a, b), -1, 1);
}

/* NZCV */
uint64_t oracle_cmp(const OracleOp *op, const uint64_t *v, OracleEnv *env)
{
    static const uint8_t nzcv[4] = { 8, 6, 2, 3 };

    return nzcv[compare(op, v[0], v[1], op->exact, env) + 1];
}

static uint64_t all_if(const OracleOp *op, bool yes)
{
    return yes ? ~0ull >> (64 - width(op->from)) : 0;
}

uint64_t oracle_cmeq(const OracleOp *op, const uint64_t *v, OracleEnv *env)
{
    return all_if(op, compare(op, v[0], v[1], false, env) == 0);
}

uint64_t oracle_cmge(const OracleOp *op, const uint64_t *v, OracleEnv *env)
{
    int c = compare(op, v[0], v[1], true, env);

    return all_if(op, c == 0 || c == 1);
}

uint64_t oracle_cmgt(const OracleOp *op, const uint64_t *v, OracleEnv *env)
{
    return all_if(op, compare(op, v[0], v[1], true, env) == 1);
}

uint64_t oracle_acge(const OracleOp *op, const uint64_t *v, OracleEnv *env)
{
    uint64_t a[2] = { v[0] & ~sign_of(op->from), v[1] & ~sign_of(op->from) };

    return oracle_cmge(op, a, env);
}

uint64_t oracle_acgt(const OracleOp *op, const uint64_t *v, OracleEnv *env)
{
    uint64_t a[2] = { v[0] & ~sign_of(op->from), v[1] & ~sign_of(op->from) };

    return oracle_cmgt(op, a, env);
}

#define COMPARE_ZERO(name, of, first, second)                                                      \
    uint64_t oracle_##name(const OracleOp *op, const uint64_t *v, OracleEnv *env)                  \
    {                                                                                              \
        uint64_t a[2] = { first, second };                                                         \
        return oracle_##of(op, a, env);                                                            \
    }

COMPARE_ZERO(cmgt0, cmgt, v[0], 0)
COMPARE_ZERO(cmge0, cmge, v[0], 0)
COMPARE_ZERO(cmeq0, cmeq, v[0], 0)
COMPARE_ZERO(cmle0, cmge, 0, v[0])
COMPARE_ZERO(cmlt0, cmgt, 0, v[0])
