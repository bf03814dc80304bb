/* SPDX-License-Identifier: MIT */
/*
 * Each function is one of the pseudocode's, with MPFR for its real numbers: FPAdd, FPMulAdd, ...
 * Nothing here shares code with fpu/ or the translator.
 */
#include "qemu/osdep.h"

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

static mpfr_t operands[3], exact;

void oracle_init(void)
{
    mpfr_inits2(64, operands[0], operands[1], operands[2], (mpfr_ptr)NULL);
    mpfr_init2(exact, EXACT_BITS);
}

/* --- formats --- */

static bool is_half(const TestFormat *f)
{
    return f->exp_bits == test_half.exp_bits;
}

static int width(const TestFormat *f)
{
    return 1 + f->exp_bits + f->frac_bits;
}

static uint64_t sign_of(const TestFormat *f)
{
    return 1ull << (width(f) - 1);
}

static uint64_t zero(const TestFormat *f, bool sign)
{
    return sign ? sign_of(f) : 0;
}

static uint64_t infinity(const TestFormat *f, bool sign)
{
    return zero(f, sign) | ((1ull << f->exp_bits) - 1) << f->frac_bits;
}

static uint64_t quiet_bit(const TestFormat *f)
{
    return 1ull << (f->frac_bits - 1);
}

static uint64_t default_nan(const TestFormat *f)
{
    return infinity(f, false) | quiet_bit(f);
}

static uint64_t small_number(const TestFormat *f, bool sign, int exp, uint64_t top_frac)
{
    uint64_t bias = (1ull << (f->exp_bits - 1)) - 1;

    return zero(f, sign) | (bias + exp) << f->frac_bits | top_frac * quiet_bit(f);
}

static bool flushes(const TestFormat *f, const OracleEnv *env)
{
    return env->fpcr & (is_half(f) ? ORACLE_FZ16 : ORACLE_FZ);
}

static FloatRoundMode rounding(const OracleEnv *env)
{
    static const FloatRoundMode modes[4] = { float_round_nearest_even, float_round_up,
                                             float_round_down, float_round_to_zero };

    return modes[env->fpcr >> ORACLE_RMODE_SHIFT & 3];
}

/* --- FPUnpack, FPRound --- */

static Value unpack_as(const TestFormat *f, uint64_t raw, unsigned n, bool flush, bool alternative,
                       OracleEnv *env)
{
    uint64_t exp_max = (1ull << f->exp_bits) - 1, exp = raw >> f->frac_bits & exp_max;
    uint64_t frac = raw & ((1ull << f->frac_bits) - 1);
    Value v = { NONZERO, raw & sign_of(f), raw, &operands[n] };

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

static Value unpack(const TestFormat *f, uint64_t raw, unsigned n, OracleEnv *env)
{
    return unpack_as(f, raw, n, flushes(f, env), false, env);
}

static uint64_t fp_round_mode(mpfr_t x, const TestFormat *f, FloatRoundMode mode, bool flush,
                              OracleEnv *env)
{
    Expected e = oracle_round(x, f, (Environment){ mode, true, flush });

    env->fpsr |= e.flags;
    return e.value;
}

/* A sum: an exact zero is negative only when rounding down. */
static uint64_t fp_round(mpfr_t x, const TestFormat *f, OracleEnv *env)
{
    if (!mpfr_sgn(x)) {
        return zero(f, rounding(env) == float_round_down);
    }
    return fp_round_mode(x, f, rounding(env), flushes(f, env), env);
}

/* --- NaNs --- */

static uint64_t invalid(const TestFormat *f, OracleEnv *env)
{
    env->fpsr |= IOC;
    return default_nan(f);
}

static uint64_t process_nan(const TestFormat *f, Value v, OracleEnv *env)
{
    if (v.type == SNAN) {
        env->fpsr |= IOC;
    }
    return env->fpcr & ORACLE_DN ? default_nan(f) : v.raw | quiet_bit(f);
}

/* Signaling ones first, then in the order of operands. */
static bool process_nans(const TestFormat *f, const Value *v, int n, OracleEnv *env,
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
    mpfr_add(exact, *v[0].x, *v[1].x, MPFR_RNDN);
    return fp_round(exact, f, env);
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
    mpfr_mul(exact, *a[0].x, *a[1].x, MPFR_RNDN);
    return fp_round(exact, f, env);
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
    mpfr_mul(exact, *a[1].x, *a[2].x, MPFR_RNDN);
    mpfr_add(exact, exact, *a[0].x, MPFR_RNDN);
    return fp_round(exact, f, env);
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
    mpfr_mul(exact, *a[0].x, *a[1].x, MPFR_RNDN);
    mpfr_add_ui(exact, exact, root ? 3 : 2, MPFR_RNDN);
    mpfr_div_2ui(exact, exact, root, MPFR_RNDN);
    return fp_round(exact, f, env);
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

static uint64_t frac52(const TestFormat *f, uint64_t raw)
{
    return raw << (52 - f->frac_bits) & ((1ull << 52) - 1);
}

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

static bool is_nan(Value a)
{
    return a.type >= QNAN;
}

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

/* --- conversion --- */

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
    if (rint_mode(exact, *a.x, mode_of(op, env)) && op->exact) {
        env->fpsr |= IXC;
    }
    return mpfr_sgn(exact) ? fp_round_mode(exact, f, float_round_to_zero, false, env)
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
    inexact = rint_mode(exact, *a.x, mode_of(op, env));
    if (mpfr_cmp_si_2exp(exact, -1, op->bits - 1) < 0 ||
        mpfr_cmp_si_2exp(exact, 1, op->bits - 1) >= 0) {
        env->fpsr |= IOC;
        return small_number(f, true, op->bits - 1, 0);
    }
    env->fpsr |= inexact ? IXC : 0;
    return mpfr_sgn(exact) ? fp_round_mode(exact, f, float_round_to_zero, false, env)
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
    inexact = round_to_quantum(exact, *a.x, -op->fbits, mode_of(op, env));
    if (mpfr_cmp_si_2exp(exact, op->is_unsigned ? 0 : -1, op->bits - 1) < 0 ||
        mpfr_cmp_si_2exp(exact, 1, op->bits - !op->is_unsigned) >= 0) {
        env->fpsr |= IOC;
        return limit(op, a.sign);
    }
    env->fpsr |= inexact ? IXC : 0;
    return op->is_unsigned ? mpfr_get_uj(exact, MPFR_RNDN)
                           : (uint64_t)mpfr_get_sj(exact, MPFR_RNDN) & ~0ull >> (64 - op->bits);
}

/*
 * FPToFixedJS: towards zero, modulo 2^32. Bit 32 of the result is PSTATE.Z: whether it is exact,
 * and not a negative zero or a number that was flushed.
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
    exactly = !rint_mode(exact, *a.x, float_round_to_zero);
    fits = mpfr_cmp_si_2exp(exact, -1, 31) >= 0 && mpfr_cmp_si_2exp(exact, 1, 31) < 0;
    env->fpsr |= !fits ? IOC : exactly ? 0 : IXC;
    mpfr_init2(two32, 64);
    mpfr_set_ui_2exp(two32, 1, 32, MPFR_RNDN);
    mpfr_fmod(exact, exact, two32, MPFR_RNDN);
    low = (uint32_t)mpfr_get_sj(exact, MPFR_RNDN);
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
        mpfr_set_uj(exact, x, MPFR_RNDN);
    } else {
        mpfr_set_sj(exact, (int64_t)(x << (64 - op->bits)) >> (64 - op->bits), MPFR_RNDN);
    }
    mpfr_div_2ui(exact, exact, op->fbits, MPFR_RNDN);
    return fp_round(exact, op->to, env);
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
