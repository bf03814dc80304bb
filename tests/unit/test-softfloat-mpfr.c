/* SPDX-License-Identifier: MIT */
/*
 * The exact arithmetic against MPFR: all six rounding modes, underflow detected before and after
 * rounding, results flushed before rounding. Operands and exact results are finite and not zero;
 * test-softfloat-host.c and test-softfloat-a64.c have the special cases.
 */
#include "qemu/osdep.h"

#include "softfloat-mpfr.h"

typedef void ExactFn(mpfr_t r, mpfr_t *v);
typedef uint64_t SoftFn(const uint64_t v[3], float_status *s);

static void exact_add(mpfr_t r, mpfr_t *v)
{
    mpfr_add(r, v[0], v[1], MPFR_RNDN);
}

static void exact_sub(mpfr_t r, mpfr_t *v)
{
    mpfr_sub(r, v[0], v[1], MPFR_RNDN);
}

static void exact_mul(mpfr_t r, mpfr_t *v)
{
    mpfr_mul(r, v[0], v[1], MPFR_RNDN);
}

static void exact_div(mpfr_t r, mpfr_t *v)
{
    mpfr_set_prec(r, STICKY_BITS);
    make_sticky(r, mpfr_div(r, v[0], v[1], MPFR_RNDZ));
}

static void exact_sqrt(mpfr_t r, mpfr_t *v)
{
    mpfr_set_prec(r, STICKY_BITS);
    make_sticky(r, mpfr_sqrt(r, v[0], MPFR_RNDZ));
}

static void exact_muladd(mpfr_t r, mpfr_t *v)
{
    mpfr_mul(r, v[0], v[1], MPFR_RNDN);
    mpfr_add(r, r, v[2], MPFR_RNDN);
}

/* -(a * b - c) / 4 */
static void exact_nmsub_scaled(mpfr_t r, mpfr_t *v)
{
    mpfr_mul(r, v[0], v[1], MPFR_RNDN);
    mpfr_sub(r, v[2], r, MPFR_RNDN);
    mpfr_div_2ui(r, r, 2, MPFR_RNDN);
}

static void exact_recps(mpfr_t r, mpfr_t *v)
{
    mpfr_mul(r, v[0], v[1], MPFR_RNDN);
    mpfr_ui_sub(r, 2, r, MPFR_RNDN);
}

static void exact_rsqrts(mpfr_t r, mpfr_t *v)
{
    mpfr_mul(r, v[0], v[1], MPFR_RNDN);
    mpfr_ui_sub(r, 3, r, MPFR_RNDN);
    mpfr_div_2ui(r, r, 1, MPFR_RNDN);
}

static void exact_scalbn(mpfr_t r, mpfr_t *v)
{
    mpfr_mul_2si(r, v[0], -30, MPFR_RNDN);
}

static void exact_convert(mpfr_t r, mpfr_t *v)
{
    mpfr_set(r, v[0], MPFR_RNDN);
}

#define SOFT(name, type, expr)                                                                     \
    static uint64_t name##_##type(const uint64_t v[3], float_status *s)                            \
    {                                                                                              \
        type a = v[0], b = v[1], c = v[2];                                                         \
        (void)b, (void)c;                                                                          \
        return expr;                                                                               \
    }

#define FOR_FORMAT(F)                                                                              \
    SOFT(add, F, F##_add(a, b, s))                                                                 \
    SOFT(sub, F, F##_sub(a, b, s))                                                                 \
    SOFT(mul, F, F##_mul(a, b, s))                                                                 \
    SOFT(div, F, F##_div(a, b, s))                                                                 \
    SOFT(sqrt, F, F##_sqrt(a, s))                                                                  \
    SOFT(muladd, F, F##_muladd(a, b, c, 0, s))                                                     \
    SOFT(nmsub_scaled, F,                                                                          \
         F##_muladd_scalbn(a, b, c, -2, float_muladd_negate_c | float_muladd_negate_result, s))    \
    SOFT(recps, F, F##_recps(a, b, s))                                                             \
    SOFT(rsqrts, F, F##_rsqrts(a, b, s))                                                           \
    SOFT(scalbn, F, F##_scalbn(a, -30, s))

FOR_FORMAT(float16)
FOR_FORMAT(float32)
FOR_FORMAT(float64)
SOFT(to_half, float32, float32_to_float16(a, true, s))
SOFT(to_half, float64, float64_to_float16(a, true, s))
SOFT(to_single, float64, float64_to_float32(a, s))
SOFT(to_bfloat, float32, float32_to_bfloat16(a, s))

typedef struct MpfrCase {
    const char *name;
    const TestFormat *from, *to;
    int operands;
    ExactFn *exact;
    SoftFn *soft;
} MpfrCase;

static const TestFormat test_bfloat = { "bfloat16", 8, 7 };

#define ROWS(F, t)                                                                                 \
    { "add_" #F, &t, &t, 2, exact_add, add_##F }, { "sub_" #F, &t, &t, 2, exact_sub, sub_##F },    \
        { "mul_" #F, &t, &t, 2, exact_mul, mul_##F },                                              \
        { "div_" #F, &t, &t, 2, exact_div, div_##F },                                              \
        { "sqrt_" #F, &t, &t, 1, exact_sqrt, sqrt_##F },                                           \
        { "muladd_" #F, &t, &t, 3, exact_muladd, muladd_##F },                                     \
        { "nmsub_scaled_" #F, &t, &t, 3, exact_nmsub_scaled, nmsub_scaled_##F },                   \
        { "recps_" #F, &t, &t, 2, exact_recps, recps_##F },                                        \
        { "rsqrts_" #F, &t, &t, 2, exact_rsqrts, rsqrts_##F },                                     \
    {                                                                                              \
        "scalbn_" #F, &t, &t, 1, exact_scalbn, scalbn_##F                                          \
    }

static const MpfrCase mpfr_cases[] = {
    ROWS(float16, test_half),
    ROWS(float32, test_single),
    ROWS(float64, test_double),
    { "float32_to_half", &test_single, &test_half, 1, exact_convert, to_half_float32 },
    { "float64_to_half", &test_double, &test_half, 1, exact_convert, to_half_float64 },
    { "float64_to_single", &test_double, &test_single, 1, exact_convert, to_single_float64 },
    { "float32_to_bfloat", &test_single, &test_bfloat, 1, exact_convert, to_bfloat_float32 },
};

static void compare(const MpfrCase *c, const uint64_t v[3], mpfr_t exact, Environment env)
{
    Expected e = oracle_round(exact, c->to, env);
    float_status s = FLOAT_STATUS_ARM;
    uint64_t got;
    int flags;

    s.float_rounding_mode = env.mode;
    s.tininess_before_rounding = env.before;
    s.flush_to_zero = s.flush_to_zero_f16 = env.flush;
    got = c->soft(v, &s);
    flags = s.float_exception_flags & ~float_flag_input_denormal_used;
    if ((got != e.value || flags != e.flags) && !g_test_failed()) {
        g_test_message("%s mode %d before %d flush %d: %" PRIx64 " %" PRIx64 " %" PRIx64
                       " gives %" PRIx64 " flags %x, MPFR %" PRIx64 " flags %x",
                       c->name, env.mode, env.before, env.flush, v[0], v[1], v[2], got, flags,
                       e.value, e.flags);
        g_test_fail();
    }
}

static bool usable(const MpfrCase *c, const uint64_t v[3])
{
    for (int i = 0; i < c->operands; i++) {
        if (!is_finite_nonzero(c->from, v[i])) {
            return false;
        }
    }
    return c->exact != exact_sqrt || !(v[0] >> (c->from->exp_bits + c->from->frac_bits));
}

/* v in every rounding mode, with the two ways of underflow in turn, and flushed. */
static void check(const MpfrCase *c, const uint64_t v[3], mpfr_t *x)
{
    bool to_half_from_wider = c->to == &test_half && c->from != c->to;
    mpfr_t exact;

    if (!usable(c, v)) {
        return;
    }
    mpfr_init2(exact, EXACT_BITS);
    for (int i = 0; i < c->operands; i++) {
        from_raw(x[i], c->from, v[i]);
    }
    c->exact(exact, x);
    if (mpfr_sgn(exact)) {
        int widest = mpfr_min_prec(exact) + 2;

        mpfr_prec_round(exact, MAX(widest, 64), MPFR_RNDN); /* exact still, and faster */
        for (int mode = float_round_nearest_even; mode <= float_round_to_odd; mode++) {
            compare(c, v, exact, (Environment){ mode, true, false });
            compare(c, v, exact, (Environment){ mode, false, false });
        }
        if (!to_half_from_wider) { /* a conversion never flushes to half precision */
            compare(c, v, exact, (Environment){ float_round_nearest_even, true, true });
        }
    }
    mpfr_clear(exact);
}

/* All half precision operands, or the boundary ones; for more operands random ones. */
static void test_case(gconstpointer data)
{
    const MpfrCase *c = data;
    Operands o = boundary_operands(c->from);
    uint64_t seed = 0x9e3779b97f4a7c15ull;
    int n = (c->operands == 1 && c->from == &test_half ? 0 : 3000) * test_factor();
    mpfr_t x[3];

    mpfr_inits2(64, x[0], x[1], x[2], (mpfr_ptr)NULL);
    if (c->operands == 1 && c->from == &test_half) {
        for (uint64_t v = 0; v <= UINT16_MAX; v++) {
            check(c, (uint64_t[]){ v, 0, 0 }, x);
        }
    }
    for (int i = 0; i < o.n; i++) {
        for (int j = i % 16; j < (c->operands > 1 ? o.n : 16); j += 16) {
            check(c, (uint64_t[]){ o.v[i], o.v[j], o.v[(i * 7 + j) % o.n] }, x);
        }
    }
    for (int i = 0; i < n; i++) {
        uint64_t a = random_operand(c->from, &o, &seed);
        uint64_t b = random_operand(c->from, &o, &seed);

        check(c, (uint64_t[]){ a, b, random_operand(c->from, &o, &seed) }, x);
    }
    mpfr_clears(x[0], x[1], x[2], (mpfr_ptr)NULL);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (unsigned i = 0; i < ARRAY_SIZE(mpfr_cases); i++) {
        char *path = g_strdup_printf("/softfloat/mpfr/%s", mpfr_cases[i].name);

        g_test_add_data_func(path, &mpfr_cases[i], test_case);
        g_free(path);
    }
    return g_test_run();
}
