/* SPDX-License-Identifier: MIT */
/*
 * The exact arithmetic under Arm rules: results and FPSR of every kind of A64 scalar instruction,
 * with random FPCR (rounding mode, FZ, FZ16, DN, AHP).
 *
 * On an AArch64 host, or in user-mode emulation of one, each result is compared with the
 * instruction's. On every host a digest of all results and flags is compared with the one in
 * softfloat-a64-digests.h, which was recorded where the first comparison held. (qemu-aarch64 7.2
 * differs in one thing: FJCVTZS of a flushed denormal sets Z, which DDI0487 FPToFixedJS clears.)
 * SOFTFLOAT_PRINT_DIGESTS=1 prints that header's rows.
 */
#include "qemu/osdep.h"

#include "softfloat-a64-digests.h"
#include "softfloat-operands.h"

enum {
    FPCR_FZ16 = 1 << 19,
    FPCR_RMODE_SHIFT = 22,
    FPCR_FZ = 1 << 24,
    FPCR_DN = 1 << 25,
    FPCR_AHP = 1 << 26,
};

typedef struct Case {
    const char *name;
    const TestFormat *format;
    int operands;
    uint64_t result_mask;
    uint64_t (*host)(const uint64_t v[3], uint64_t fpcr, int *flags);
    uint64_t (*soft)(const uint64_t v[3], bool ieee, float_status *s);
} Case;

#ifdef __aarch64__

static double as_double(uint64_t v)
{
    double d;
    memcpy(&d, &v, sizeof(d));
    return d;
}

static uint64_t as_bits(double d)
{
    uint64_t v;
    memcpy(&v, &d, sizeof(v));
    return v;
}

/* Operands in FP registers a, b, c and general register i; results in r (FP) or x. */
#define HOST(name, insn)                                                                           \
    static uint64_t host_##name(const uint64_t v[3], uint64_t fpcr, int *flags)                    \
    {                                                                                              \
        double a = as_double(v[0]), b = as_double(v[1]), c = as_double(v[2]), r = 0;               \
        uint64_t x = 0, old, fpsr;                                                                 \
        __asm__ volatile("mrs %[old], fpcr\n\tmsr fpcr, %[fpcr]\n\tmsr fpsr, xzr\n\t" insn         \
                         "\n\tmrs %[fpsr], fpsr\n\tmsr fpcr, %[old]"                               \
                         : [r] "+&w"(r), [x] "+&r"(x), [old] "=&r"(old), [fpsr] "=&r"(fpsr)        \
                         : [a] "w"(a), [b] "w"(b), [c] "w"(c), [i] "r"(v[0]), [fpcr] "r"(fpcr)     \
                         : "cc", "memory");                                                        \
        *flags = fpsr & 0x9f;                                                                      \
        return x ? x : as_bits(r);                                                                 \
    }

#define HOST_FN(name) host_##name

#else

#define HOST(name, insn)
#define HOST_FN(name) NULL

#endif

#define SOFT(name, type, expr)                                                                     \
    static uint64_t soft_##name(const uint64_t v[3], bool ieee, float_status *s)                   \
    {                                                                                              \
        type a = v[0], b = v[1], c = v[2];                                                         \
        (void)b, (void)c;                                                                          \
        return expr;                                                                               \
    }

#define BOTH(name, type, insn, expr)                                                               \
    HOST(name, insn)                                                                               \
    SOFT(name, type, expr)

/* NZCV of a comparison. */
static uint64_t nzcv(FloatRelation relation)
{
    return relation == float_relation_equal     ? 6
           : relation == float_relation_less    ? 8
           : relation == float_relation_greater ? 2
                                                : 3;
}

/* FPCR.RMode 0..3 is nearest, up, down, zero. */
#define FOR_FORMAT(F, t, q)                                                                        \
    BOTH(add_##F, F, "fadd %" q "[r], %" q "[a], %" q "[b]", F##_add(a, b, s))                     \
    BOTH(sub_##F, F, "fsub %" q "[r], %" q "[a], %" q "[b]", F##_sub(a, b, s))                     \
    BOTH(mul_##F, F, "fmul %" q "[r], %" q "[a], %" q "[b]", F##_mul(a, b, s))                     \
    BOTH(div_##F, F, "fdiv %" q "[r], %" q "[a], %" q "[b]", F##_div(a, b, s))                     \
    BOTH(mulx_##F, F, "fmulx %" q "[r], %" q "[a], %" q "[b]", F##_mulx(a, b, s))                  \
    BOTH(min_##F, F, "fmin %" q "[r], %" q "[a], %" q "[b]", F##_min(a, b, s))                     \
    BOTH(max_##F, F, "fmax %" q "[r], %" q "[a], %" q "[b]", F##_max(a, b, s))                     \
    BOTH(minnm_##F, F, "fminnm %" q "[r], %" q "[a], %" q "[b]", F##_minnum(a, b, s))              \
    BOTH(maxnm_##F, F, "fmaxnm %" q "[r], %" q "[a], %" q "[b]", F##_maxnum(a, b, s))              \
    BOTH(recps_##F, F, "frecps %" q "[r], %" q "[a], %" q "[b]", F##_recps(a, b, s))               \
    BOTH(rsqrts_##F, F, "frsqrts %" q "[r], %" q "[a], %" q "[b]", F##_rsqrts(a, b, s))            \
    BOTH(madd_##F, F, "fmadd %" q "[r], %" q "[a], %" q "[b], %" q "[c]",                          \
         F##_muladd(a, b, c, 0, s))                                                                \
    BOTH(msub_##F, F, "fmsub %" q "[r], %" q "[a], %" q "[b], %" q "[c]",                          \
         F##_muladd(F##_chs(a), b, c, 0, s))                                                       \
    BOTH(nmadd_##F, F, "fnmadd %" q "[r], %" q "[a], %" q "[b], %" q "[c]",                        \
         F##_muladd(F##_chs(a), b, F##_chs(c), 0, s))                                              \
    BOTH(sqrt_##F, F, "fsqrt %" q "[r], %" q "[a]", F##_sqrt(a, s))                                \
    BOTH(recpe_##F, F, "frecpe %" q "[r], %" q "[a]", F##_recpe(a, s))                             \
    BOTH(rsqrte_##F, F, "frsqrte %" q "[r], %" q "[a]", F##_rsqrte(a, s))                          \
    BOTH(recpx_##F, F, "frecpx %" q "[r], %" q "[a]", F##_recpx(a, s))                             \
    BOTH(rinta_##F, F, "frinta %" q "[r], %" q "[a]",                                              \
         F##_round_to_int(a, float_round_ties_away, false, s))                                     \
    BOTH(rintm_##F, F, "frintm %" q "[r], %" q "[a]",                                              \
         F##_round_to_int(a, float_round_down, false, s))                                          \
    BOTH(rintx_##F, F, "frintx %" q "[r], %" q "[a]",                                              \
         F##_round_to_int(a, s->float_rounding_mode, true, s))                                     \
    BOTH(cmp_##F, F, "fcmp %" q "[a], %" q "[b]\n\tmrs %[x], nzcv\n\tlsr %[x], %[x], #28",         \
         nzcv(F##_compare_quiet(a, b, s)))                                                         \
    BOTH(cmpe_##F, F, "fcmpe %" q "[a], %" q "[b]\n\tmrs %[x], nzcv\n\tlsr %[x], %[x], #28",       \
         nzcv(F##_compare(a, b, s)))                                                               \
    BOTH(cvtas_w_##F, F, "fcvtas %w[x], %" q "[a]",                                                \
         (uint32_t)F##_to_int32_scalbn(a, float_round_ties_away, 0, s))                            \
    BOTH(cvtau_w_##F, F, "fcvtau %w[x], %" q "[a]",                                                \
         F##_to_uint32_scalbn(a, float_round_ties_away, 0, s))                                     \
    BOTH(cvtns_x_##F, F, "fcvtns %x[x], %" q "[a]",                                                \
         F##_to_int64_scalbn(a, float_round_nearest_even, 0, s))                                   \
    BOTH(cvtpu_x_##F, F, "fcvtpu %x[x], %" q "[a]", F##_to_uint64_scalbn(a, float_round_up, 0, s)) \
    BOTH(cvtzs_w_##F, F, "fcvtzs %w[x], %" q "[a]", (uint32_t)F##_to_int32_round_to_zero(a, s))    \
    BOTH(cvtzs_fix_##F, F, "fcvtzs %x[x], %" q "[a], #13",                                         \
         F##_to_int64_scalbn(a, float_round_to_zero, 13, s))                                       \
    BOTH(cvtzu_fix_##F, F, "fcvtzu %w[x], %" q "[a], #32",                                         \
         F##_to_uint32_scalbn(a, float_round_to_zero, 32, s))                                      \
    BOTH(scvtf_w_##F, int32_t, "scvtf %" q "[r], %w[i]", int32_to_##F(a, s))                       \
    BOTH(ucvtf_x_##F, uint64_t, "ucvtf %" q "[r], %x[i]", uint64_to_##F(a, s))                     \
    BOTH(scvtf_fix_##F, int64_t, "scvtf %" q "[r], %x[i], #64", int64_to_##F##_scalbn(a, -64, s))

FOR_FORMAT(float16, test_half, "h")
FOR_FORMAT(float32, test_single, "s")
FOR_FORMAT(float64, test_double, "d")

BOTH(cvt_h_s, float32, "fcvt %h[r], %s[a]", float32_to_float16(a, ieee, s))
BOTH(cvt_h_d, float64, "fcvt %h[r], %d[a]", float64_to_float16(a, ieee, s))
BOTH(cvt_s_h, float16, "fcvt %s[r], %h[a]", float16_to_float32(a, ieee, s))
BOTH(cvt_d_h, float16, "fcvt %d[r], %h[a]", float16_to_float64(a, ieee, s))
BOTH(cvt_d_s, float32, "fcvt %d[r], %s[a]", float32_to_float64(a, s))
BOTH(cvt_s_d, float64, "fcvt %s[r], %d[a]", float64_to_float32(a, s))
BOTH(cvtxn, float64, "fcvtxn %s[r], %d[a]", float64_to_float32_round_to_odd(a, s))
BOTH(bfcvt, float32, "bfcvt %h[r], %s[a]", float32_to_bfloat16(a, s))
BOTH(cvtzs_h, float16, "fcvtzs %h[r], %h[a], #3",
     (uint16_t)float16_to_int16_scalbn(a, float_round_to_zero, 3, s))
BOTH(cvtnu_h, float16, "fcvtnu %h[r], %h[a]",
     float16_to_uint16_scalbn(a, float_round_nearest_even, 0, s))
BOTH(rint32z_s, float32, "frint32z %s[r], %s[a]",
     float32_round_to_int_n(a, float_round_to_zero, 32, s))
BOTH(rint32x_d, float64, "frint32x %d[r], %d[a]",
     float64_round_to_int_n(a, s->float_rounding_mode, 32, s))
BOTH(rint64x_s, float32, "frint64x %s[r], %s[a]",
     float32_round_to_int_n(a, s->float_rounding_mode, 64, s))
BOTH(rint64z_d, float64, "frint64z %d[r], %d[a]",
     float64_round_to_int_n(a, float_round_to_zero, 64, s))
BOTH(urecpe, uint32_t, "urecpe %[r].2s, %[a].2s", uint32_recpe(a))
BOTH(ursqrte, uint32_t, "ursqrte %[r].2s, %[a].2s", uint32_rsqrte(a))

static uint64_t jcvtzs(float64 a, float_status *s)
{
    bool exact;
    uint32_t r = float64_to_int32_modulo(a, &exact, s);

    return r | (uint64_t)exact << 32;
}

/* The Z flag goes to bit 32. */
BOTH(jcvtzs, float64,
     "fjcvtzs %w[x], %d[a]\n\tbne 1f\n\torr %x[x], %x[x], #0x100000000\n1:", jcvtzs(a, s))

#define ROW(name, format, operands, mask)                                                          \
    {                                                                                              \
#name, &format, operands, mask, HOST_FN(name), soft_##name                                 \
    }
#define ROWS(F, t, m)                                                                              \
    ROW(add_##F, t, 2, m), ROW(sub_##F, t, 2, m), ROW(mul_##F, t, 2, m), ROW(div_##F, t, 2, m),    \
        ROW(mulx_##F, t, 2, m), ROW(min_##F, t, 2, m), ROW(max_##F, t, 2, m),                      \
        ROW(minnm_##F, t, 2, m), ROW(maxnm_##F, t, 2, m), ROW(recps_##F, t, 2, m),                 \
        ROW(rsqrts_##F, t, 2, m), ROW(madd_##F, t, 3, m), ROW(msub_##F, t, 3, m),                  \
        ROW(nmadd_##F, t, 3, m), ROW(sqrt_##F, t, 1, m), ROW(recpe_##F, t, 1, m),                  \
        ROW(rsqrte_##F, t, 1, m), ROW(recpx_##F, t, 1, m), ROW(rinta_##F, t, 1, m),                \
        ROW(rintm_##F, t, 1, m), ROW(rintx_##F, t, 1, m), ROW(cmp_##F, t, 2, 15),                  \
        ROW(cmpe_##F, t, 2, 15), ROW(cvtas_w_##F, t, 1, UINT32_MAX),                               \
        ROW(cvtau_w_##F, t, 1, UINT32_MAX), ROW(cvtns_x_##F, t, 1, UINT64_MAX),                    \
        ROW(cvtpu_x_##F, t, 1, UINT64_MAX), ROW(cvtzs_w_##F, t, 1, UINT32_MAX),                    \
        ROW(cvtzs_fix_##F, t, 1, UINT64_MAX), ROW(cvtzu_fix_##F, t, 1, UINT32_MAX),                \
        ROW(scvtf_w_##F, test_double, 1, m), ROW(ucvtf_x_##F, test_double, 1, m),                  \
        ROW(scvtf_fix_##F, test_double, 1, m)

static const Case cases[] = {
    ROWS(float16, test_half, UINT16_MAX),       ROWS(float32, test_single, UINT32_MAX),
    ROWS(float64, test_double, UINT64_MAX),     ROW(cvt_h_s, test_single, 1, UINT16_MAX),
    ROW(cvt_h_d, test_double, 1, UINT16_MAX),   ROW(cvt_s_h, test_half, 1, UINT32_MAX),
    ROW(cvt_d_h, test_half, 1, UINT64_MAX),     ROW(cvt_d_s, test_single, 1, UINT64_MAX),
    ROW(cvt_s_d, test_double, 1, UINT32_MAX),   ROW(cvtxn, test_double, 1, UINT32_MAX),
    ROW(bfcvt, test_single, 1, UINT16_MAX),     ROW(cvtzs_h, test_half, 1, UINT16_MAX),
    ROW(cvtnu_h, test_half, 1, UINT16_MAX),     ROW(rint32z_s, test_single, 1, UINT32_MAX),
    ROW(rint32x_d, test_double, 1, UINT64_MAX), ROW(rint64x_s, test_single, 1, UINT32_MAX),
    ROW(rint64z_d, test_double, 1, UINT64_MAX), ROW(urecpe, test_single, 1, UINT32_MAX),
    ROW(ursqrte, test_single, 1, UINT32_MAX),   ROW(jcvtzs, test_double, 1, UINT64_MAX),
};

static float_status status_of_fpcr(uint64_t fpcr)
{
    static const uint8_t modes[] = { float_round_nearest_even, float_round_up, float_round_down,
                                     float_round_to_zero };
    float_status s = FLOAT_STATUS_ARM;

    s.float_rounding_mode = modes[fpcr >> FPCR_RMODE_SHIFT & 3];
    s.flush_to_zero = s.flush_inputs_to_zero = fpcr & FPCR_FZ;
    s.flush_to_zero_f16 = s.flush_inputs_to_zero_f16 = fpcr & FPCR_FZ16;
    s.default_nan_mode = fpcr & FPCR_DN;
    return s;
}

/* Both as c->result_mask and FPSR have them. */
typedef struct Result {
    uint64_t value;
    int flags;
} Result;

static Result run_soft(const Case *c, const uint64_t v[3], uint64_t fpcr)
{
    float_status s = status_of_fpcr(fpcr);
    uint64_t value = c->soft(v, !(fpcr & FPCR_AHP), &s) & c->result_mask;

    return (Result){ value, s.float_exception_flags & ~float_flag_input_denormal_used };
}

static void check_host(const Case *c, const uint64_t v[3], uint64_t fpcr, Result got)
{
    int flags;
    uint64_t expected = c->host(v, fpcr, &flags) & c->result_mask;

    if ((got.value != expected || got.flags != flags) && !g_test_failed()) {
        g_test_message("%s fpcr %" PRIx64 ": %" PRIx64 " %" PRIx64 " %" PRIx64 " gives %" PRIx64
                       " flags %x, host %" PRIx64 " flags %x",
                       c->name, fpcr, v[0], v[1], v[2], got.value, got.flags, expected, flags);
        g_test_fail();
    }
}

/* One operation; returns the digest with its result added (FNV-1a, by words). */
static uint64_t check(const Case *c, const uint64_t v[3], uint64_t digest, uint64_t *seed)
{
    uint64_t fpcr =
        test_random(seed) & (FPCR_FZ16 | 3ull << FPCR_RMODE_SHIFT | FPCR_FZ | FPCR_DN | FPCR_AHP);
    Result r = run_soft(c, v, fpcr);

    if (c->host) {
        check_host(c, v, fpcr, r);
    }
    digest = (digest ^ r.value) * 0x100000001b3ull;
    return (digest ^ r.flags ^ digest >> 32) * 0x100000001b3ull;
}

static void check_digest(const Case *c, uint64_t digest)
{
    if (getenv("SOFTFLOAT_PRINT_DIGESTS")) {
        printf("    { \"%s\", 0x%016" PRIx64 " },\n", c->name, digest);
        return;
    }
    for (unsigned i = 0; i < ARRAY_SIZE(a64_digests); i++) {
        if (strcmp(a64_digests[i].name, c->name) == 0 && a64_digests[i].digest == digest) {
            return;
        }
    }
    g_test_message("%s: digest %" PRIx64 " is not the recorded one; compare on an Arm host",
                   c->name, digest);
    g_test_fail();
}

static void test_case(gconstpointer data)
{
    const Case *c = data;
    Operands o = boundary_operands(c->format);
    uint64_t seed = 0x9e3779b97f4a7c15ull;
    uint64_t digest = 0xcbf29ce484222325ull;

    for (int i = 0; i < o.n; i++) {
        for (int j = 0; j < (c->operands > 1 ? o.n : 16); j++) {
            digest =
                check(c, (uint64_t[]){ o.v[i], o.v[j], o.v[(i * 7 + j) % o.n] }, digest, &seed);
        }
    }
    if (c->operands == 1 && c->format == &test_half) {
        for (uint64_t v = 0; v <= UINT16_MAX; v++) {
            digest = check(c, (uint64_t[]){ v, 0, 0 }, digest, &seed);
        }
    }
    for (int i = 0; i < 50000; i++) {
        uint64_t a = random_operand(c->format, &o, &seed);
        uint64_t b = random_operand(c->format, &o, &seed);

        digest =
            check(c, (uint64_t[]){ a, b, random_operand(c->format, &o, &seed) }, digest, &seed);
    }
    check_digest(c, digest);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (unsigned i = 0; i < ARRAY_SIZE(cases); i++) {
        char *path = g_strdup_printf("/softfloat/a64/%s", cases[i].name);

        g_test_add_data_func(path, &cases[i], test_case);
        g_free(path);
    }
    return g_test_run();
}
