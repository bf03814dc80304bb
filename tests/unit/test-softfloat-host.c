/* SPDX-License-Identifier: MIT */
/*
 * The exact arithmetic, under x86 rules, against the SSE, FMA3, F16C and AVX-512 units of the
 * host: results and all six flags, in the four rounding modes, with and without DAZ and FTZ.
 */
#include "qemu/osdep.h"

#include "softfloat-operands.h"

#ifdef __x86_64__

enum {
    MXCSR_FLAGS = 0x3f,
    MXCSR_DAZ = 1 << 6,
    MXCSR_MASKS = 0x1f80,
    MXCSR_RC_SHIFT = 13,
    MXCSR_FTZ = 1 << 15,
};

typedef uint64_t SoftFn(const uint64_t v[3], float_status *s);
typedef uint64_t HostFn(const uint64_t v[3], uint32_t *mxcsr);

/* Runs insn with *mxcsr loaded and leaves the new one there. */
#define HOST_ASM(insn, out, ...)                                                                   \
    __asm__ volatile("vldmxcsr %[csr]\n\t" insn "\n\tvstmxcsr %[csr]\n\tvldmxcsr %[def]"           \
                     : out, [csr] "+m"(*mxcsr)                                                     \
                     : [def] "m"(default_mxcsr), ##__VA_ARGS__                                     \
                     : "cc", "memory")

static const uint32_t default_mxcsr = MXCSR_MASKS;

static double f64(uint64_t v)
{
    double d;
    memcpy(&d, &v, sizeof(d));
    return d;
}

static float f32(uint64_t v)
{
    uint32_t w = v;
    float f;
    memcpy(&f, &w, sizeof(f));
    return f;
}

static uint64_t u64_of_f64(double d)
{
    uint64_t v;
    memcpy(&v, &d, sizeof(v));
    return v;
}

static uint64_t u64_of_f32(float f)
{
    uint32_t v;
    memcpy(&v, &f, sizeof(v));
    return v;
}

/* Operation with floating-point result from one, two or three operands. */
#define CASE_F(name, bits, ctype, insn, soft)                                                      \
    static uint64_t host_##name(const uint64_t v[3], uint32_t *mxcsr)                              \
    {                                                                                              \
        ctype a = f##bits(v[0]), b = f##bits(v[1]), c = f##bits(v[2]), r;                          \
        HOST_ASM(insn, [r] "=&x"(r), [a] "x"(a), [b] "x"(b), [c] "x"(c));                          \
        return u64_of_f##bits(r);                                                                  \
    }                                                                                              \
    static uint64_t soft_##name(const uint64_t v[3], float_status *s)                              \
    {                                                                                              \
        float##bits a = v[0], b = v[1], c = v[2];                                                  \
        (void)b, (void)c;                                                                          \
        return soft;                                                                               \
    }

/* vfmadd213 computes operand 2 * operand 1 + operand 3, and that is the precedence of NaNs. */
#define CASES_F(bits, ctype, x)                                                                    \
    CASE_F(add##bits, bits, ctype, "vadds" x " %[b], %[a], %[r]", float##bits##_add(a, b, s))      \
    CASE_F(sub##bits, bits, ctype, "vsubs" x " %[b], %[a], %[r]", float##bits##_sub(a, b, s))      \
    CASE_F(mul##bits, bits, ctype, "vmuls" x " %[b], %[a], %[r]", float##bits##_mul(a, b, s))      \
    CASE_F(div##bits, bits, ctype, "vdivs" x " %[b], %[a], %[r]", float##bits##_div(a, b, s))      \
    CASE_F(sqrt##bits, bits, ctype, "vsqrts" x " %[a], %[a], %[r]", float##bits##_sqrt(a, s))      \
    CASE_F(rint##bits, bits, ctype, "vrounds" x " $4, %[a], %[a], %[r]",                           \
           float##bits##_round_to_int(a, s->float_rounding_mode, true, s))                         \
    CASE_F(floor##bits, bits, ctype, "vrounds" x " $9, %[a], %[a], %[r]",                          \
           float##bits##_round_to_int(a, float_round_down, false, s))                              \
    CASE_F(fma##bits, bits, ctype, "vmovaps %[b], %[r]\n\tvfmadd213s" x " %[c], %[a], %[r]",       \
           float##bits##_muladd(a, b, c, 0, s))                                                    \
    CASE_F(fms##bits, bits, ctype, "vmovaps %[b], %[r]\n\tvfmsub213s" x " %[c], %[a], %[r]",       \
           float##bits##_muladd(a, b, c, float_muladd_negate_c, s))                                \
    CASE_F(fnma##bits, bits, ctype, "vmovaps %[b], %[r]\n\tvfnmadd213s" x " %[c], %[a], %[r]",     \
           float##bits##_muladd(a, b, c, float_muladd_negate_product, s))                          \
    CASE_F(fnms##bits, bits, ctype, "vmovaps %[b], %[r]\n\tvfnmsub213s" x " %[c], %[a], %[r]",     \
           float##bits##_muladd(a, b, c, float_muladd_negate_product | float_muladd_negate_c, s))

CASES_F(32, float, "s")
CASES_F(64, double, "d")

/* Operation with another kind of result. */
#define CASE_X(name, bits, ctype, rtype, constraint, insn, result, soft)                           \
    static uint64_t host_##name(const uint64_t v[3], uint32_t *mxcsr)                              \
    {                                                                                              \
        ctype a = f##bits(v[0]), b = f##bits(v[1]);                                                \
        rtype r = 0;                                                                               \
        HOST_ASM(insn, [r] constraint(r), [a] "x"(a), [b] "x"(b));                                 \
        return result;                                                                             \
    }                                                                                              \
    static uint64_t soft_##name(const uint64_t v[3], float_status *s)                              \
    {                                                                                              \
        float##bits a = v[0], b = v[1];                                                            \
        (void)b;                                                                                   \
        return soft;                                                                               \
    }

/* As CMP below encodes EFLAGS after a comparison. */
static uint64_t relation_flags(FloatRelation relation)
{
    return relation == float_relation_less        ? 1
           : relation == float_relation_equal     ? 2
           : relation == float_relation_unordered ? 7
                                                  : 0;
}

#define CASES_X(bits, ctype, x)                                                                    \
    CASE_X(toi32_##bits, bits, ctype, uint32_t, "=&r", "vcvts" x "2si %[a], %k[r]", r,             \
           (uint32_t) float##bits##_to_int32(a, s))                                                \
    CASE_X(toi64_##bits, bits, ctype, uint64_t, "=&r", "vcvts" x "2si %[a], %q[r]", r,             \
           float##bits##_to_int64(a, s))                                                           \
    CASE_X(toi32z_##bits, bits, ctype, uint32_t, "=&r", "vcvtts" x "2si %[a], %k[r]", r,           \
           (uint32_t) float##bits##_to_int32_round_to_zero(a, s))                                  \
    CASE_X(toi64z_##bits, bits, ctype, uint64_t, "=&r", "vcvtts" x "2si %[a], %q[r]", r,           \
           float##bits##_to_int64_round_to_zero(a, s))                                             \
    CASE_X(tou32_##bits, bits, ctype, uint32_t, "=&r", "vcvts" x "2usi %[a], %k[r]", r,            \
           float##bits##_to_uint32(a, s))                                                          \
    CASE_X(tou64_##bits, bits, ctype, uint64_t, "=&r", "vcvts" x "2usi %[a], %q[r]", r,            \
           float##bits##_to_uint64(a, s))                                                          \
    CASE_X(cmp_##bits, bits, ctype, uint8_t, "=&q", CMP("vcomis" x), r,                            \
           relation_flags(float##bits##_compare(a, b, s)))                                         \
    CASE_X(ucmp_##bits, bits, ctype, uint8_t, "=&q", CMP("vucomis" x), r,                          \
           relation_flags(float##bits##_compare_quiet(a, b, s)))

/* Carry is bit 0, zero bit 1, parity bit 2 of r. */
#define CMP(insn)                                                                                  \
    insn " %[b], %[a]\n\tsetc %[r]\n\tjnz 1f\n\torb $2, %[r]\n1:\t" insn " %[b], %[a]\n\t"         \
         "jnp 2f\n\torb $4, %[r]\n2:"

CASES_X(32, float, "s")
CASES_X(64, double, "d")

CASE_X(to_double, 32, float, double, "=&x", "vcvtss2sd %[a], %[a], %[r]", u64_of_f64(r),
       float32_to_float64(a, s))
CASE_X(to_single, 64, double, float, "=&x", "vcvtsd2ss %[a], %[a], %[r]", u64_of_f32(r),
       float64_to_float32(a, s))
CASE_X(to_half, 32, float, float, "=&x", "vcvtps2ph $4, %[a], %[r]", (uint16_t)u64_of_f32(r),
       float32_to_float16(a, true, s))
CASE_X(from_half, 32, float, float, "=&x", "vcvtph2ps %[a], %[r]", u64_of_f32(r),
       float16_to_float32(a, true, s))

/* Integers: the operand pattern is the integer. */
#define CASE_I(name, itype, bits, ctype, insn, soft)                                               \
    static uint64_t host_##name(const uint64_t v[3], uint32_t *mxcsr)                              \
    {                                                                                              \
        itype a = v[0];                                                                            \
        ctype r;                                                                                   \
        HOST_ASM(insn " %[a], %%xmm0, %[r]", [r] "=&x"(r), [a] "r"(a));                            \
        return u64_of_f##bits(r);                                                                  \
    }                                                                                              \
    static uint64_t soft_##name(const uint64_t v[3], float_status *s)                              \
    {                                                                                              \
        itype a = v[0];                                                                            \
        return soft(a, s);                                                                         \
    }

CASE_I(i32_single, int32_t, 32, float, "vcvtsi2ssl", int32_to_float32)
CASE_I(i64_single, int64_t, 32, float, "vcvtsi2ssq", int64_to_float32)
CASE_I(i64_double, int64_t, 64, double, "vcvtsi2sdq", int64_to_float64)
CASE_I(u64_single, uint64_t, 32, float, "vcvtusi2ssq", uint64_to_float32)
CASE_I(u64_double, uint64_t, 64, double, "vcvtusi2sdq", uint64_to_float64)
CASE_I(u32_single, uint32_t, 32, float, "vcvtusi2ssl", uint32_to_float32)

typedef enum Needs { SSE, FMA, F16C, AVX512 } Needs;

typedef struct HostCase {
    const char *name;
    const TestFormat *format;
    int operands;
    Needs needs;
    HostFn *host;
    SoftFn *soft;
} HostCase;

#define ROW(name, format, operands, needs)                                                         \
    {                                                                                              \
#name, &format, operands, needs, host_##name, soft_##name                                  \
    }
#define ROWS(bits, format)                                                                         \
    ROW(add##bits, format, 2, SSE), ROW(sub##bits, format, 2, SSE),                                \
        ROW(mul##bits, format, 2, SSE), ROW(div##bits, format, 2, SSE),                            \
        ROW(sqrt##bits, format, 1, SSE), ROW(rint##bits, format, 1, SSE),                          \
        ROW(floor##bits, format, 1, SSE), ROW(fma##bits, format, 3, FMA),                          \
        ROW(fms##bits, format, 3, FMA), ROW(fnma##bits, format, 3, FMA),                           \
        ROW(fnms##bits, format, 3, FMA), ROW(toi32_##bits, format, 1, SSE),                        \
        ROW(toi64_##bits, format, 1, SSE), ROW(toi32z_##bits, format, 1, SSE),                     \
        ROW(toi64z_##bits, format, 1, SSE), ROW(tou32_##bits, format, 1, AVX512),                  \
        ROW(tou64_##bits, format, 1, AVX512), ROW(cmp_##bits, format, 2, SSE),                     \
        ROW(ucmp_##bits, format, 2, SSE)

static const HostCase host_cases[] = {
    ROWS(32, test_single),
    ROWS(64, test_double),
    ROW(to_double, test_single, 1, SSE),
    ROW(to_single, test_double, 1, SSE),
    ROW(to_half, test_single, 1, F16C),
    ROW(from_half, test_half, 1, F16C),
    ROW(i32_single, test_double, 1, SSE),
    ROW(i64_single, test_double, 1, SSE),
    ROW(i64_double, test_double, 1, SSE),
    ROW(u64_single, test_double, 1, AVX512),
    ROW(u64_double, test_double, 1, AVX512),
    ROW(u32_single, test_double, 1, AVX512),
};

static bool host_has(Needs needs)
{
    switch (needs) {
    case FMA:
        return __builtin_cpu_supports("fma");
    case F16C:
        return __builtin_cpu_supports("avx2");
    case AVX512:
        return __builtin_cpu_supports("avx512f");
    case SSE:
        break;
    }
    return __builtin_cpu_supports("avx");
}

static int flags_of_mxcsr(uint32_t mxcsr)
{
    return (mxcsr & 1 ? float_flag_invalid : 0) | (mxcsr & 2 ? float_flag_input_denormal_used : 0) |
           (mxcsr & 4 ? float_flag_divbyzero : 0) | (mxcsr & 8 ? float_flag_overflow : 0) |
           (mxcsr & 16 ? float_flag_underflow : 0) | (mxcsr & 32 ? float_flag_inexact : 0);
}

static void check(const HostCase *c, const uint64_t v[3], int mode, bool daz, bool ftz)
{
    static const int rc[] = { [float_round_nearest_even] = 0,
                              [float_round_down] = 1,
                              [float_round_up] = 2,
                              [float_round_to_zero] = 3 };
    uint32_t mxcsr =
        MXCSR_MASKS | rc[mode] << MXCSR_RC_SHIFT | (daz ? MXCSR_DAZ : 0) | (ftz ? MXCSR_FTZ : 0);
    float_status s = FLOAT_STATUS_X86;
    uint64_t expected, got;
    int expected_flags, flags;

    s.float_rounding_mode = mode;
    s.flush_inputs_to_zero = daz;
    s.flush_to_zero = ftz;
    expected = c->host(v, &mxcsr);
    expected_flags = flags_of_mxcsr(mxcsr);
    got = c->soft(v, &s);
    flags = s.float_exception_flags & ~float_flag_input_denormal_flushed;
    if ((got != expected || flags != expected_flags) && !g_test_failed()) {
        g_test_message("%s mode %d daz %d ftz %d: %" PRIx64 " %" PRIx64 " %" PRIx64
                       " gives %" PRIx64 " flags %x, host %" PRIx64 " flags %x",
                       c->name, mode, daz, ftz, v[0], v[1], v[2], got, flags, expected,
                       expected_flags);
        g_test_fail();
    }
}

static void check_environments(const HostCase *c, const uint64_t v[3])
{
    for (int mode = float_round_nearest_even; mode <= float_round_to_zero; mode++) {
        check(c, v, mode, false, false);
        check(c, v, mode, true, true);
    }
    check(c, v, float_round_nearest_even, false, true);
    check(c, v, float_round_nearest_even, true, false);
}

/* All boundary operands and pairs of them; then random ones, triples included. */
static void test_case(gconstpointer data)
{
    const HostCase *c = data;
    Operands o = boundary_operands(c->format);
    uint64_t seed = 0x9e3779b97f4a7c15ull;
    int n = (c->operands == 3 ? 60000 : 20000) * test_factor();

    if (!host_has(c->needs)) {
        g_test_skip("the host CPU has no such instruction");
        return;
    }
    for (int i = 0; i < o.n; i++) {
        for (int j = 0; j < (c->operands > 1 ? o.n : 1); j++) {
            check_environments(c, (uint64_t[]){ o.v[i], o.v[j], o.v[(i * 7 + j) % o.n] });
        }
    }
    for (int i = 0; i < n; i++) {
        uint64_t a = random_operand(c->format, &o, &seed);
        uint64_t b = random_operand(c->format, &o, &seed);

        check_environments(c, (uint64_t[]){ a, b, random_operand(c->format, &o, &seed) });
    }
}

static void add_tests(void)
{
    for (unsigned i = 0; i < ARRAY_SIZE(host_cases); i++) {
        char *path = g_strdup_printf("/softfloat/host/%s", host_cases[i].name);

        g_test_add_data_func(path, &host_cases[i], test_case);
        g_free(path);
    }
}

#else

static void add_tests(void)
{
}

#endif

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    add_tests();
    return g_test_run();
}
