/* SPDX-License-Identifier: MIT */
/*
 * What the traces of tests/system/trace/debug.c cannot compare with a reference: unlinked context
 * breakpoints, security states, the registers that the reference lacks; and that nothing is
 * reported to the translator while nothing is enabled.
 */
#include "qemu/osdep.h"

#include "arm-test.h"
#include "target/arm/syndrome.h"
#include "target/arm/sysregs.h"

enum { CR_E = 1, PXC_EL1 = 1 << 1, PXC_EL0 = 2 << 1, BAS = 0x1e0, HMC = 1 << 13 };
#define SSC(v) ((uint64_t)(v) << 14)
#define LBN(n) ((uint64_t)(n) << 16)
#define BT(t)  ((uint64_t)(t) << 20)

static CPUARMState *env;
static CPUState *cs;

static void start(bool levels)
{
    memset(&env->sys, 0, sizeof(env->sys));
    env->isar.id_aa64pfr0 = deposit64(env->isar.id_aa64pfr0, ID_AA64PFR0_EL2, 8, levels ? 0x11 : 0);
    env->sys.scr = SCR_NS;
    env->sys.mdscr = MDSCR_MDE;
    env->pstate = 0;
    env->stepped = 0;
    arm_debug_update(env);
}

static void set_break(unsigned n, uint64_t value, uint64_t control)
{
    env->sys.dbgbvr[n] = value;
    env->sys.dbgbcr[n] = control;
    arm_debug_update(env);
}

static void set_watch(unsigned n, uint64_t value, uint64_t control)
{
    env->sys.dbgwvr[n] = value;
    env->sys.dbgwcr[n] = control;
    arm_debug_update(env);
}

static bool breaks(unsigned el, uint64_t pc)
{
    bool hit;

    env->pstate = el ? PSTATE_ELh(el) : 0;
    cs->exception_index = EXCP_NONE;
    hit = arm_check_breakpoint(cs, pc);
    g_assert_cmpint(cs->exception_index, ==, hit ? EXCP_BREAKPOINT : EXCP_NONE);
    return hit;
}

static void test_nothing_enabled(void)
{
    start(false);
    g_assert_cmpuint(cs->guest_debug, ==, 0);
    set_break(0, 0x1000, BAS | PXC_EL0);
    set_watch(0, 0x1000, CR_E | PXC_EL0); /* no byte */
    g_assert_cmpuint(cs->guest_debug, ==, 0);
    set_break(5, 0x1000, CR_E | BAS | BT(3)); /* linked to, it does nothing by itself */
    g_assert_cmpuint(cs->guest_debug, ==, 0);
    set_break(0, 0x1000, CR_E | BAS | PXC_EL0);
    g_assert_cmpuint(cs->guest_debug, ==, GUEST_DEBUG_BREAK);
    set_watch(0, 0x2000, CR_E | PXC_EL0 | 0xff << 5);
    g_assert_cmpuint(cs->guest_debug, ==, GUEST_DEBUG_BREAK | GUEST_DEBUG_WATCH);
    g_assert_true(arm_page_has_breakpoint(cs, 0x1ffc));
    g_assert_false(arm_page_has_breakpoint(cs, 0x2000));
    g_assert_true(arm_page_is_watched(cs, 0x2000));
    g_assert_true(arm_page_is_watched(cs, 0xab00000000002000)); /* with a tag */
    g_assert_false(arm_page_is_watched(cs, 0x1000));
    env->sys.mdscr = 0;
    arm_debug_update(env);
    g_assert_cmpuint(cs->guest_debug, ==, 0);
    env->sys.mdscr = MDSCR_MDE;
    env->sys.oslock = 1;
    arm_debug_update(env);
    g_assert_cmpuint(cs->guest_debug, ==, 0);
}

static void test_address(void)
{
    start(false);
    set_break(2, 0xffff800000001004, CR_E | BAS | PXC_EL0);
    g_assert_true(breaks(0, 0xffff800000001004));
    g_assert_false(breaks(0, 0xffff800000001000));
    g_assert_false(breaks(0, 0x0000800000001004));
    g_assert_false(breaks(1, 0xffff800000001004));
    g_assert_cmphex(env->exception.syndrome, ==, 0xc2000022);
    env->sys.mdscr |= MDSCR_SS; /* active-pending: the step comes first */
    g_assert_false(breaks(0, 0xffff800000001004));
}

/* Types 2, 8 and 10: everything, where the context is right. */
static void test_unlinked_context(void)
{
    start(true);
    env->sys.contextidr[1] = 0x42;
    env->sys.vttbr = UINT64_C(7) << 48;
    set_break(4, 0x42, CR_E | BAS | PXC_EL0 | BT(2));
    g_assert_true(arm_page_has_breakpoint(cs, 0x123456789000));
    g_assert_true(breaks(0, 0x1234));
    g_assert_false(breaks(1, 0x1234));
    env->sys.contextidr[1] = 0x43;
    g_assert_false(breaks(0, 0x1234));
    set_break(4, UINT64_C(7) << 32, CR_E | BAS | PXC_EL0 | BT(8));
    g_assert_true(breaks(0, 0x1234));
    set_break(4, UINT64_C(7) << 32 | 0x42, CR_E | BAS | PXC_EL0 | BT(10));
    g_assert_false(breaks(0, 0x1234));
    env->sys.contextidr[1] = 0x42;
    g_assert_true(breaks(0, 0x1234));
    env->sys.vttbr = UINT64_C(6) << 48;
    g_assert_false(breaks(0, 0x1234));
    set_break(4, 0, 0);
    set_break(3, 0x42, CR_E | BAS | PXC_EL0 | BT(2)); /* cannot compare contexts */
    g_assert_cmpuint(cs->guest_debug, ==, 0);
}

static void test_security(void)
{
    static const uint64_t both = CR_E | BAS | PXC_EL0 | PXC_EL1;

    start(true);
    set_break(0, 0x1000, both | SSC(1)); /* Non-secure */
    g_assert_true(breaks(0, 0x1000));
    env->sys.scr = 0;
    g_assert_false(breaks(0, 0x1000));
    set_break(0, 0x1000, both | SSC(2)); /* Secure */
    g_assert_true(breaks(0, 0x1000));
    env->sys.mdcr[3] = MDCR_SDD;
    g_assert_false(breaks(0, 0x1000));
    env->sys.scr = SCR_NS;
    g_assert_false(breaks(0, 0x1000));
    set_break(0, 0x1000, both);
    g_assert_true(breaks(0, 0x1000));
    set_break(0, 0x1000, CR_E | BAS | HMC | SSC(3)); /* EL2 alone */
    env->sys.mdcr[2] = MDCR_TDE;
    env->sys.mdscr |= MDSCR_KDE;
    g_assert_true(breaks(2, 0x1000));
    g_assert_false(breaks(1, 0x1000));
    env->sys.mdcr[2] = 0; /* EL1 handles them, so EL2 has none */
    g_assert_false(breaks(2, 0x1000));
}

static void put(unsigned enc, uint64_t value)
{
    const ARMSysReg *r = arm_find_sysreg(ARM_CPU(cs), enc);

    r->write(env, r, value);
}

static void test_registers(void)
{
    start(false);
    put(SYSREG(2, 0, 0, 3, 6), 0x1000000000003);
    g_assert_cmphex(env->sys.dbgwvr[3], ==, 0xffff000000000000);
    put(SYSREG(2, 0, 0, 5, 5), ~0ull);
    g_assert_cmphex(env->sys.dbgbcr[5], ==, 0x00ffe1e7);
    put(SYSREG(2, 0, 0, 3, 7), ~0ull);
    g_assert_cmphex(env->sys.dbgwcr[3], ==, 0x1f1fffff);
    put(SYSREG(2, 0, 0, 5, 4), 0x1234567812345678);
    g_assert_cmphex(env->sys.dbgbvr[5], ==, 0x1234567812345678);
    put(SYSREG(2, 0, 0, 2, 2), ~0ull); /* MDSCR_EL1, the OS lock being free */
    g_assert_cmphex(env->sys.mdscr, ==, 0xb001);
    put(SYSREG(2, 0, 1, 0, 4), 1);
    put(SYSREG(2, 0, 0, 2, 2), ~0ull);
    g_assert_cmphex(env->sys.mdscr, ==, 0x6ce8f041);
    put(SYSREG(2, 0, 1, 3, 4), 3); /* OSDLR_EL1 */
    g_assert_cmphex(env->sys.osdlr, ==, 1);
    put(SYSREG(2, 0, 7, 8, 6), 0x1f0); /* claim tags */
    g_assert_cmphex(env->sys.dbgclaim, ==, 0xf0);
    put(SYSREG(2, 0, 7, 9, 6), 0x10);
    g_assert_cmphex(env->sys.dbgclaim, ==, 0xe0);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    arm_test_init();
    env = arm_test_cpu(ARM_CPU_TYPE_NAME("cortex-a57"));
    cs = env_cpu(env);
    g_test_add_func("/arm-debug/nothing-enabled", test_nothing_enabled);
    g_test_add_func("/arm-debug/address", test_address);
    g_test_add_func("/arm-debug/unlinked-context", test_unlinked_context);
    g_test_add_func("/arm-debug/security", test_security);
    g_test_add_func("/arm-debug/registers", test_registers);
    return g_test_run();
}
