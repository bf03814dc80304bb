/* SPDX-License-Identifier: MIT */
/*
 * What the architectures decided where IEEE 754 leaves a choice, one line a rule: NaN selection,
 * flushing, minimum and maximum, invalid conversions, Arm's estimates.
 */
#include "qemu/osdep.h"

#include "softfloat-operands.h"

enum {
    IOC = float_flag_invalid,
    DZC = float_flag_divbyzero,
    OFC = float_flag_overflow,
    UFC = float_flag_underflow,
    IXC = float_flag_inexact,
    IDC = float_flag_input_denormal_flushed,
};

enum {
    ONE = 0x3f800000,
    TWO = 0x40000000,
    INF = 0x7f800000,
    MAXIMUM = 0x7f7fffff,
    MIN_NORMAL = 0x00800000,
    DENORMAL = 0x00000001,
    QNAN1 = 0x7fc00001,
    QNAN2 = 0x7fc00002,
    SNAN = 0x7f800003,
    SNAN_QUIET = 0x7fc00003,
    DEFAULT_NAN = 0x7fc00000,
};
#define NEGATIVE 0x80000000u

static float_status arm_fz(void)
{
    float_status s = FLOAT_STATUS_ARM;

    s.flush_to_zero = s.flush_inputs_to_zero = true;
    return s;
}

static float_status arm_fz16(void)
{
    float_status s = FLOAT_STATUS_ARM;

    s.flush_to_zero_f16 = s.flush_inputs_to_zero_f16 = true;
    return s;
}

static float_status arm_dn(void)
{
    float_status s = FLOAT_STATUS_ARM;

    s.default_nan_mode = true;
    return s;
}

static float_status arm_mode(FloatRoundMode mode)
{
    float_status s = FLOAT_STATUS_ARM;

    s.float_rounding_mode = mode;
    return s;
}

#define ARM   FLOAT_STATUS_ARM
#define X86   FLOAT_STATUS_X86
#define RISCV FLOAT_STATUS_RISCV

/* Evaluates expr, which uses &s, under a status; compares value and flags (but for DE). */
#define EXPECT(status, expr, value, flags)                                                         \
    do {                                                                                           \
        float_status s = status;                                                                   \
        uint64_t got = (expr), want = (value);                                                     \
        int raised = s.float_exception_flags & ~float_flag_input_denormal_used;                    \
        if (got != want || raised != (flags)) {                                                    \
            g_test_message(#expr " (" #status "): %" PRIx64 " flags %x, expected %" PRIx64         \
                                 " flags %x",                                                      \
                           got, raised, want, flags);                                              \
            g_test_fail();                                                                         \
        }                                                                                          \
    } while (0)

static void test_nan_selection(void)
{
    EXPECT(ARM, float32_add(QNAN1, QNAN2, &s), QNAN1, 0);
    EXPECT(ARM, float32_add(QNAN1, SNAN, &s), SNAN_QUIET, IOC);
    EXPECT(ARM, float32_add(ONE, NEGATIVE | QNAN2, &s), NEGATIVE | QNAN2, 0);
    EXPECT(arm_dn(), float32_add(QNAN1, QNAN2, &s), DEFAULT_NAN, 0);
    EXPECT(arm_dn(), float32_add(SNAN, ONE, &s), DEFAULT_NAN, IOC);
    EXPECT(X86, float32_add(QNAN1, SNAN, &s), QNAN1, IOC);
    EXPECT(X86, float32_sub(INF, INF, &s), NEGATIVE | DEFAULT_NAN, IOC);
    EXPECT(ARM, float32_sub(INF, INF, &s), DEFAULT_NAN, IOC);
    EXPECT(RISCV, float32_add(QNAN1, ONE, &s), DEFAULT_NAN, 0);
    EXPECT(ARM, float32_to_float64(SNAN, &s), 0x7ff8000060000000, IOC);
    EXPECT(ARM, float64_to_float32(0x7ff0000000000001, &s), DEFAULT_NAN, IOC);
}

static void test_muladd_nan(void)
{
    EXPECT(ARM, float32_muladd(QNAN1, ONE, QNAN2, 0, &s), QNAN2, 0);
    EXPECT(ARM, float32_muladd(SNAN, ONE, QNAN2, 0, &s), SNAN_QUIET, IOC);
    EXPECT(X86, float32_muladd(QNAN1, ONE, QNAN2, 0, &s), QNAN1, 0);
    EXPECT(ARM, float32_muladd(INF, 0, QNAN1, 0, &s), DEFAULT_NAN, IOC);
    EXPECT(ARM, float32_muladd(INF, 0, SNAN, 0, &s), SNAN_QUIET, IOC);
    EXPECT(ARM, float32_muladd(0, INF, ONE, 0, &s), DEFAULT_NAN, IOC);
    EXPECT(X86, float32_muladd(INF, 0, QNAN1, 0, &s), QNAN1, 0);
    EXPECT(RISCV, float32_muladd(INF, 0, QNAN1, 0, &s), DEFAULT_NAN, IOC);
    EXPECT(ARM, float32_muladd(QNAN1, ONE, ONE, float_muladd_negate_product, &s), QNAN1, 0);
    EXPECT(ARM, float32_muladd(ONE, ONE, ONE, float_muladd_negate_c, &s), 0, 0);
    EXPECT(ARM, float32_muladd(ONE, ONE, ONE, float_muladd_negate_result, &s), NEGATIVE | TWO, 0);
}

static void test_flush(void)
{
    EXPECT(ARM, float32_add(DENORMAL, 0, &s), DENORMAL, 0);
    EXPECT(arm_fz(), float32_add(DENORMAL, ONE, &s), ONE, IDC);
    EXPECT(arm_fz(), float32_mul(NEGATIVE | MIN_NORMAL, 0x3f000000, &s), NEGATIVE, UFC);
    EXPECT(arm_fz(), float32_to_float64(DENORMAL, &s), 0, IDC);
    EXPECT(arm_fz(), float64_to_float32(0x3800000000000000, &s), 0, UFC); /* 2^-127 */
    EXPECT(arm_fz(), float32_to_int32(DENORMAL, &s), 0, IDC);
    EXPECT(arm_fz(), float16_add(1, 1, &s), 2, 0);
    EXPECT(arm_fz16(), float16_add(1, 0x3c00, &s), 0x3c00, 0);
    EXPECT(arm_fz16(), float16_mul(0x0400, 0x3800, &s), 0, UFC);
    EXPECT(arm_fz16(), float16_to_float32(1, true, &s), 0x33800000, 0);
    EXPECT(arm_fz16(), float32_to_float16(0x33800000, true, &s), 1, 0);
    EXPECT(arm_fz16(), float32_add(DENORMAL, 0, &s), DENORMAL, 0);
}

static void test_tininess(void)
{
    /* (1 - 2^-24) * 2^-126 rounds to the smallest normal number. */
    uint32_t half_up = 0x3f7fffff;

    EXPECT(ARM, float32_muladd(half_up, MIN_NORMAL, 0, 0, &s), MIN_NORMAL, UFC | IXC);
    EXPECT(X86, float32_muladd(half_up, MIN_NORMAL, 0, 0, &s), MIN_NORMAL, UFC | IXC);
    EXPECT(ARM, float64_to_float32(0x380fffffffffffff, &s), MIN_NORMAL, UFC | IXC);
    EXPECT(X86, float64_to_float32(0x380fffffffffffff, &s), MIN_NORMAL, IXC);
}

static void test_min_max(void)
{
    EXPECT(ARM, float32_max(NEGATIVE, 0, &s), 0, 0);
    EXPECT(ARM, float32_min(0, NEGATIVE, &s), NEGATIVE, 0);
    EXPECT(ARM, float32_max(QNAN1, ONE, &s), QNAN1, 0);
    EXPECT(ARM, float32_maxnum(QNAN1, ONE, &s), ONE, 0);
    EXPECT(ARM, float32_minnum(ONE, QNAN1, &s), ONE, 0);
    EXPECT(ARM, float32_maxnum(SNAN, ONE, &s), SNAN_QUIET, IOC);
    EXPECT(ARM, float32_maxnum(QNAN1, SNAN, &s), SNAN_QUIET, IOC);
    EXPECT(ARM, float32_maxnum(QNAN1, QNAN2, &s), QNAN1, 0);
    EXPECT(RISCV, float32_maximum_number(SNAN, ONE, &s), ONE, IOC);
    EXPECT(RISCV, float32_minimum_number(ONE, QNAN1, &s), ONE, 0);
    EXPECT(RISCV, float32_minimum_number(QNAN1, QNAN2, &s), DEFAULT_NAN, 0);
}

static void test_invalid_integers(void)
{
    EXPECT(ARM, (uint32_t)float32_to_int32(QNAN1, &s), 0, IOC);
    EXPECT(ARM, (uint32_t)float32_to_int32(NEGATIVE | INF, &s), 0x80000000, IOC);
    EXPECT(ARM, float32_to_uint32(NEGATIVE | ONE, &s), 0, IOC);
    EXPECT(ARM, float32_to_uint32(NEGATIVE | DENORMAL, &s), 0, IXC);
    EXPECT(ARM, float32_to_uint64(INF, &s), UINT64_MAX, IOC);
    EXPECT(RISCV, (uint32_t)float32_to_int32(NEGATIVE | QNAN1, &s), INT32_MAX, IOC);
    EXPECT(RISCV, float32_to_uint32(NEGATIVE | INF, &s), 0, IOC);
    EXPECT(X86, (uint32_t)float32_to_int32(INF, &s), 0x80000000, IOC);
    EXPECT(X86, float32_to_uint64(NEGATIVE | ONE, &s), UINT64_MAX, IOC);
    /* Rounding decides what is in range: 2^31 - 0.5. */
    EXPECT(ARM, float64_to_int32_scalbn(0x41dfffffffe00000, float_round_to_zero, 0, &s), INT32_MAX,
           IXC);
    EXPECT(ARM, float64_to_int32_scalbn(0x41dfffffffe00000, float_round_up, 0, &s), INT32_MAX, IOC);
}

static void test_modulo(void)
{
    bool exact = false;

    EXPECT(ARM, (uint32_t)float64_to_int32_modulo(0x41f0000000500000, &exact, &s), 5, IOC);
    g_assert_false(exact);
    EXPECT(ARM, (uint32_t)float64_to_int32_modulo(0xc1e0000000000000, &exact, &s), 0x80000000, 0);
    g_assert_true(exact);
    EXPECT(ARM, float64_to_int32_modulo(0x8000000000000000, &exact, &s), 0, 0);
    g_assert_false(exact);
    EXPECT(arm_fz(), float64_to_int32_modulo(1, &exact, &s), 0, IDC);
    g_assert_false(exact);
    EXPECT(ARM, float64_to_int32_modulo(0x7ff0000000000000, &exact, &s), 0, IOC);
    g_assert_false(exact);
}

static void test_half_formats(void)
{
    EXPECT(ARM, float32_to_float16(0x47800000, true, &s), 0x7c00, OFC | IXC); /* 65536 */
    EXPECT(ARM, float32_to_float16(0x47800000, false, &s), 0x7c00, 0);
    EXPECT(ARM, float32_to_float16(0x48000000, false, &s), 0x7fff, IOC); /* 131072 */
    EXPECT(ARM, float32_to_float16(NEGATIVE | INF, false, &s), 0xffff, IOC);
    EXPECT(ARM, float32_to_float16(NEGATIVE | QNAN1, false, &s), 0x8000, IOC);
    EXPECT(ARM, float16_to_float32(0x7fff, false, &s), 0x47ffe000, 0);
    EXPECT(ARM, float64_to_float32_round_to_odd(0x3ff0000000000001, &s), ONE | 1, IXC);
    EXPECT(ARM, float64_to_float32_round_to_odd(0x7fe0000000000000, &s), MAXIMUM, OFC | IXC);
}

static void test_arm_steps(void)
{
    EXPECT(ARM, float32_recps(INF, 0, &s), TWO, 0);
    EXPECT(ARM, float32_rsqrts(0, NEGATIVE | INF, &s), 0x3fc00000, 0);
    EXPECT(ARM, float32_recps(QNAN1, ONE, &s), NEGATIVE | QNAN1, 0);
    EXPECT(ARM, float32_recps(ONE, TWO, &s), 0, 0);
    EXPECT(arm_mode(float_round_down), float32_recps(ONE, TWO, &s), NEGATIVE, 0);
    EXPECT(ARM, float32_mulx(NEGATIVE | INF, 0, &s), NEGATIVE | TWO, 0);
    EXPECT(ARM, float32_recpx(ONE, &s), 0x40000000, 0);
    EXPECT(ARM, float32_recpx(NEGATIVE, &s), 0xff000000, 0);
}

static void test_arm_estimates(void)
{
    EXPECT(ARM, float32_recpe(ONE, &s), 0x3f7f8000, 0);
    EXPECT(ARM, float32_recpe(NEGATIVE, &s), NEGATIVE | INF, DZC);
    EXPECT(ARM, float32_recpe(NEGATIVE | DENORMAL, &s), NEGATIVE | INF, OFC | IXC);
    EXPECT(arm_mode(float_round_up), float32_recpe(NEGATIVE | DENORMAL, &s), NEGATIVE | MAXIMUM,
           OFC | IXC);
    EXPECT(ARM, float32_recpe(0x7f000000, &s), 0x003fe000, 0);
    EXPECT(arm_fz(), float32_recpe(0x7f000000, &s), 0, UFC);
    EXPECT(ARM, float32_rsqrte(ONE, &s), 0x3f7f8000, 0);
    EXPECT(ARM, float32_rsqrte(NEGATIVE | ONE, &s), DEFAULT_NAN, IOC);
    EXPECT(ARM, float32_rsqrte(NEGATIVE, &s), NEGATIVE | INF, DZC);
    EXPECT(ARM, uint32_recpe(0x80000000), 0xff800000, 0);
    EXPECT(ARM, uint32_recpe(0x7fffffff), UINT32_MAX, 0);
    EXPECT(ARM, uint32_rsqrte(0x40000000), 0xff800000, 0);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/softfloat/rules/nan-selection", test_nan_selection);
    g_test_add_func("/softfloat/rules/muladd-nan", test_muladd_nan);
    g_test_add_func("/softfloat/rules/flush", test_flush);
    g_test_add_func("/softfloat/rules/tininess", test_tininess);
    g_test_add_func("/softfloat/rules/min-max", test_min_max);
    g_test_add_func("/softfloat/rules/invalid-integers", test_invalid_integers);
    g_test_add_func("/softfloat/rules/modulo", test_modulo);
    g_test_add_func("/softfloat/rules/half-formats", test_half_formats);
    g_test_add_func("/softfloat/rules/arm-steps", test_arm_steps);
    g_test_add_func("/softfloat/rules/arm-estimates", test_arm_estimates);
    return g_test_run();
}
