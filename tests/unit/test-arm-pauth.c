/* SPDX-License-Identifier: MIT */
/*
 * Pointer authentication: QARMA5 against its published vector; AddPAC, Auth and Strip against the
 * pseudocode of DDI0487 (J1.1.3), written out here bit by bit, for random pointers and settings.
 */
#include "qemu/osdep.h"

#include "arm-test.h"
#include "target/arm/pauth.h"
#include "target/arm/qarma.h"
#include "target/arm/sysregs.h"
#include "target/arm/tcg/translate.h"
#include "tcg/interp.h"

#define TCR_TBI0  (1ull << 37)
#define TCR_TBI1  (1ull << 38)
#define TCR_TBID0 (1ull << 51)
#define TCR_TBID1 (1ull << 52)

static CPUARMState *env;

/* R. Avanzi, "The QARMA Block Cipher Family", table of test vectors: sigma 2, five rounds. */
static void test_qarma(void)
{
    g_assert_cmphex(
        arm_qarma5(0xfb623599da6e8127, 0x477d469dec0b8762, 0x84be85ce9804e94b, 0xec2802d4e0a488e9),
        ==, 0xc003b93999b33765);
}

static uint64_t bits(uint64_t x, unsigned high, unsigned low)
{
    return x >> low & (~0ull >> (63 - (high - low)));
}

static void set_bits(uint64_t *x, unsigned high, unsigned low, uint64_t val)
{
    for (unsigned n = low; n <= high; n++) {
        *x = (*x & ~(1ull << n)) | (val >> (n - low) & 1) << n;
    }
}

/* EffectiveTBI in the EL1&0 regime. */
static bool effective_tbi(uint64_t ptr, bool data)
{
    uint64_t tcr = env->sys.tcr[1];
    bool tbi = bits(ptr, 55, 55) ? (tcr & TCR_TBI1) != 0 : (tcr & TCR_TBI0) != 0;
    bool tbid = bits(ptr, 55, 55) ? (tcr & TCR_TBID1) != 0 : (tcr & TCR_TBID0) != 0;

    return tbi && (!tbid || data);
}

static unsigned bottom_pac_bit(bool half)
{
    unsigned tsz = half ? bits(env->sys.tcr[1], 21, 16) : bits(env->sys.tcr[1], 5, 0);

    return 64 - (tsz > 39 ? 39 : tsz < 16 ? 16 : tsz);
}

static uint64_t compute_pac(uint64_t ptr, uint64_t modifier, unsigned key)
{
    const ARMKey *k = &env->sys.key[key];

    if (isar_field(env->isar.id_aa64isar1, ID_AA64ISAR1_APA)) {
        return arm_qarma5(ptr, modifier, k->hi, k->lo);
    }
    return arm_pauth_fast(ptr, modifier, k->hi, k->lo);
}

static uint64_t ref_original(uint64_t ptr, bool half, bool tbi)
{
    uint64_t r = ptr;

    set_bits(&r, tbi ? 55 : 63, bottom_pac_bit(half), half ? ~0ull : 0);
    return r;
}

static bool sel_bit(uint64_t ptr, bool data)
{
    uint64_t tcr = env->sys.tcr[1];
    bool one = (tcr & TCR_TBI1) && (data || !(tcr & TCR_TBID1));
    bool zero = (tcr & TCR_TBI0) && (data || !(tcr & TCR_TBID0));

    return one || zero ? bits(ptr, 55, 55) : bits(ptr, 63, 63);
}

static uint64_t ref_add(uint64_t ptr, uint64_t modifier, unsigned key, unsigned level)
{
    bool data = key >= ARM_KEY_DA, tbi = effective_tbi(ptr, data), sel = sel_bit(ptr, data);
    unsigned top = tbi ? 55 : 63, bottom = bottom_pac_bit(sel);
    uint64_t pac = compute_pac(ref_original(ptr, sel, tbi), modifier, key);
    uint64_t upper = bits(ptr, top, bottom), r = ptr;

    if (upper != 0 && upper != bits(~0ull, top, bottom)) {
        if (level == 2) {
            pac = 0;
        } else if (level == 1) {
            pac ^= 1ull << (top - 1);
        }
    }
    if (level >= 3) {
        pac ^= ptr;
    }
    if (!tbi) {
        set_bits(&r, 63, 56, bits(pac, 63, 56));
    }
    set_bits(&r, 55, 55, sel);
    set_bits(&r, 54, bottom, bits(pac, 54, bottom));
    return r;
}

static uint64_t ref_auth(uint64_t ptr, uint64_t modifier, unsigned key, unsigned level)
{
    bool half = bits(ptr, 55, 55), tbi = effective_tbi(ptr, key >= ARM_KEY_DA);
    unsigned bottom = bottom_pac_bit(half);
    uint64_t original = ref_original(ptr, half, tbi);
    uint64_t pac = compute_pac(original, modifier, key), r = ptr;

    if (level >= 3) {
        set_bits(&r, 54, bottom, bits(ptr ^ pac, 54, bottom));
        if (!tbi) {
            set_bits(&r, 63, 56, bits(ptr ^ pac, 63, 56));
        }
        return r;
    }
    if (bits(pac, 54, bottom) == bits(ptr, 54, bottom) &&
        (tbi || bits(pac, 63, 56) == bits(ptr, 63, 56))) {
        return original;
    }
    if (tbi) {
        set_bits(&original, 54, 53, key & 1 ? 2 : 1);
    } else {
        set_bits(&original, 62, 61, key & 1 ? 2 : 1);
    }
    return original;
}

static uint64_t random64(void)
{
    return (uint64_t)(uint32_t)g_test_rand_int() << 32 | (uint32_t)g_test_rand_int();
}

/* Mostly addresses of either half, some with tags, some with anything above. */
static uint64_t random_pointer(void)
{
    uint64_t ptr = random64();

    switch (g_test_rand_int_range(0, 4)) {
    case 0:
        return ptr;
    case 1:
        return (uint64_t)((int64_t)(ptr << 24) >> 24);
    case 2:
        return (ptr & 0xff00000000ffffff) | (ptr & 1 ? 0x00ffffff00000000 : 0);
    default:
        return (uint64_t)((int64_t)(ptr << 8) >> 8);
    }
}

static void randomize(bool qarma, unsigned level)
{
    env->pstate = g_test_rand_int() & 1 ? PSTATE_EL1h : PSTATE_EL0t;
    env->isar.id_aa64isar1 = (uint64_t)level << (qarma ? ID_AA64ISAR1_APA : ID_AA64ISAR1_API);
    env->sys.tcr[1] = random64();
    if (g_test_rand_int() & 1) { /* as Linux has it */
        env->sys.tcr[1] = TCR_TBI0 | 16 << 16 | 16;
    }
    for (unsigned n = 0; n < ARM_NUM_KEYS; n++) {
        env->sys.key[n] = (ARMKey){ random64(), random64() };
    }
}

static void check_one(bool qarma, unsigned level)
{
    unsigned key = g_test_rand_int_range(0, ARM_KEY_GA);
    uint64_t ptr = random_pointer(), modifier = random64(), signed_ptr;
    bool data = key >= ARM_KEY_DA, half = bits(ptr, 55, 55);

    randomize(qarma, level);
    signed_ptr = arm_pauth_sign(env, ptr, modifier, key);
    g_assert_cmphex(signed_ptr, ==, ref_add(ptr, modifier, key, level));
    g_assert_cmphex(arm_pauth_check(env, signed_ptr, modifier, key, false), ==,
                    ref_auth(signed_ptr, modifier, key, level));
    g_assert_cmphex(arm_pauth_check(env, ptr, modifier, key, true), ==,
                    ref_auth(ptr, modifier, key, level));
    g_assert_cmphex(arm_pauth_strip(env, ptr, data), ==,
                    ref_original(ptr, half, effective_tbi(ptr, data)));
    g_assert_cmphex(arm_pauth_generic(env, ptr, modifier) & 0xffffffff, ==, 0);
}

static void test_pseudocode(void)
{
    for (unsigned n = 0; n < 60000; n++) {
        check_one(n & 1, 1 + n / 2 % 3);
    }
}

/* An address comes back from signing and checking; another modifier or key does not give it. */
static void test_round_trip(void)
{
    unsigned kept = 0;

    for (unsigned n = 0; n < 4000; n++) {
        uint64_t ptr = (uint64_t)((int64_t)(random64() << 16) >> 16), modifier = random64();
        unsigned key = n / 2 % 4;

        randomize(n & 1, 3);
        env->sys.tcr[1] = 16 << 16 | 16;
        uint64_t signed_ptr = arm_pauth_sign(env, ptr, modifier, key);
        g_assert_cmphex(arm_pauth_check(env, signed_ptr, modifier, key, false), ==, ptr);
        kept += arm_pauth_check(env, signed_ptr, modifier ^ 16, key, false) == ptr;
        kept += arm_pauth_check(env, signed_ptr, modifier, key ^ 1, false) == ptr;
        kept += arm_pauth_check(env, signed_ptr ^ 4, modifier, key, false) == (ptr ^ 4);
    }
    g_assert_cmpuint(kept, <, 10); /* 12000 / 2^15 expected */
}

/* ---- the translator's form, by the interpreter ---- */

static TCGContext *context;

/* Executes @insn, a data-processing instruction. */
static void execute(uint32_t insn)
{
    static uint8_t page[4096];
    static const TCGInterpOps ops = { .cold_offset = offsetof(CPUARMState, cold) };
    DisasContext s = {
        .base = { .cs = env_cpu(env), .mode = arm_get_mode(env), .page = page, .max_insns = 1 }
    };
    TCGInterpExit out;

    memcpy(page, &insn, 4);
    tcg_func_start(context);
    arm_tcg_ops.translator->init_disas_context(&s.base);
    arm_tcg_ops.translator->translate_insn(&s.base);
    arm_tcg_ops.translator->tb_stop(&s.base);
    tcg_optimize(tcg_context_block(context));
    tcg_interp_run(&ops, tcg_context_block(context), env, &out);
}

static void check_translated(unsigned level)
{
    unsigned key = g_test_rand_int_range(0, ARM_KEY_GA);
    uint64_t ptr = random_pointer(), modifier = random64();

    randomize(false, level);
    if (g_test_rand_int() & 1) {
        env->sys.tcr[1] = 16 << 16 | 16 | (g_test_rand_int() & 1 ? TCR_TBI0 : 0) |
                          (ptr & 1 ? TCR_TBI1 : 0) | (ptr & 2 ? TCR_TBID0 : 0) |
                          (ptr & 4 ? TCR_TBID1 : 0);
    }
    env->sys.sctlr[1] = SCTLR_EnIA | SCTLR_EnIB | SCTLR_EnDA | SCTLR_EnDB;
    env->xregs[0] = ptr;
    env->xregs[1] = modifier;
    execute(0xdac10020 | key << 10); /* PACIA x0, x1 and so on */
    g_assert_cmphex(env->xregs[0], ==, arm_pauth_sign(env, ptr, modifier, key));
    env->xregs[0] = ptr;
    execute(0xdac11020 | key << 10); /* AUTIA */
    g_assert_cmphex(env->xregs[0], ==, arm_pauth_check(env, ptr, modifier, key, false));
    env->xregs[0] = ptr;
    execute(0xdac143e0 | (key & 1) << 10); /* XPACI, XPACD */
    g_assert_cmphex(env->xregs[0], ==, arm_pauth_strip(env, ptr, key & 1));
    env->sys.sctlr[1] = 0;
    execute(0xdac10020 | key << 10);
    g_assert_cmphex(env->xregs[0], ==, arm_pauth_strip(env, ptr, key & 1));
}

static void test_translated(void)
{
    context = tcg_context_new(arm_tcg_ops.globals, arm_tcg_ops.n_globals, NULL);
    for (unsigned n = 0; n < 20000; n++) {
        check_translated(n % 4 ? 3 : 1);
    }
    tcg_context_free(context);
}

/* ---- traps: HCR_EL2.API and APK (D19.2.48), SCR_EL3.API and APK (D19.2.119) ---- */

static void expect_traps(unsigned el, unsigned instructions, unsigned keys)
{
    const ARMSysReg *key = arm_find_sysreg(ARM_CPU(env_cpu(env)), SYSREG(3, 0, 2, 2, 3));

    env->pstate = PSTATE_ELh(el) & (el ? ~0u : ~PSTATE_SP);
    g_assert_cmpuint(arm_pauth_trap_el(env, el), ==, instructions);
    if (el) {
        g_assert_cmpuint(arm_sysreg_trap_el(env, key, true), ==, keys);
        g_assert_cmpuint(arm_sysreg_trap_el(env, key, false), ==, keys);
        g_assert_true(keys == 0 || arm_sysreg_may_trap(key->enc, el));
    }
}

static void test_traps(void)
{
    uint64_t levels = env->isar.id_aa64pfr0;

    expect_traps(0, 0, 0);
    expect_traps(1, 0, 0);
    env->isar.id_aa64pfr0 |= 1 << ID_AA64PFR0_EL2;
    expect_traps(0, 2, 2);
    expect_traps(1, 2, 2);
    expect_traps(2, 0, 0);
    env->sys.hcr = HCR_API;
    expect_traps(0, 0, 0);
    expect_traps(1, 0, 2);
    env->sys.hcr = HCR_APK;
    expect_traps(1, 2, 0);
    env->sys.hcr = HCR_E2H | HCR_TGE;
    expect_traps(0, 0, 0);
    env->isar.id_aa64pfr0 |= 1 << ID_AA64PFR0_EL3;
    env->sys.hcr = HCR_APK | HCR_API;
    env->sys.scr = SCR_NS;
    expect_traps(0, 3, 3);
    expect_traps(1, 3, 3);
    expect_traps(2, 3, 3);
    expect_traps(3, 0, 0);
    env->sys.scr = SCR_NS | SCR_API;
    expect_traps(2, 0, 3);
    env->sys.scr = SCR_API | SCR_APK;
    env->sys.hcr = 0;
    expect_traps(1, 0, 0); /* Secure: EL2 is not there */
    env->sys.scr = 0;
    env->isar.id_aa64pfr0 = levels;
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    arm_test_init();
    env = arm_test_cpu(ARM_CPU_TYPE_NAME("max"));
    g_test_add_func("/arm/pauth/qarma", test_qarma);
    g_test_add_func("/arm/pauth/pseudocode", test_pseudocode);
    g_test_add_func("/arm/pauth/round-trip", test_round_trip);
    g_test_add_func("/arm/pauth/traps", test_traps);
    g_test_add_func("/arm/pauth/translated", test_translated);
    return g_test_run();
}
