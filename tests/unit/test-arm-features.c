/* SPDX-License-Identifier: MIT */
/*
 * What Armv8.1 and 8.2 add to the system level: each case with a CPU that has the feature and with
 * one that has not.
 */
#include "qemu/osdep.h"

#include "arm-test.h"
#include "target/arm/syndrome.h"
#include "target/arm/sysregs.h"

static CPUARMState *a57, *a76;

static CPUARMState *cpu_with_el2(const char *type)
{
    CPUARMState *env = arm_test_cpu(type);

    env->isar.id_aa64pfr0 |= 1ull << ID_AA64PFR0_EL2;
    return env;
}

/* ---- stage 2 ---- */

#define S2_TABLE 0x40010000ull
#define S2_DESC  (0x40000000ull | 1 | 3 << 6 | 1 << 10) /* a block at level 1 */
/* 4K granules, 39 bits from level 1, 40-bit output */
#define VTCR     (25ull | 1ull << 6 | 2ull << 16)

static unsigned stage2(CPUARMState *env, uint64_t desc, ARMAccess access, bool user)
{
    ARMFault fault = { .type = FAULT_NONE };
    ARMWalk w;

    memset(&env->sys, 0, sizeof(env->sys));
    env->pstate = user ? PSTATE_EL0t : PSTATE_EL1h;
    env->sys.hcr = HCR_VM | HCR_RW;
    env->sys.vtcr = VTCR;
    env->sys.vttbr = S2_TABLE;
    arm_test_poke(env, S2_TABLE + 8, desc);
    return arm_walk_stage2(env, 0x40000000, access, user, &w, &fault) ? 0 : arm_fault_fsc(&fault);
}

static void test_xnx(void)
{
    static const struct {
        bool el1, el0; /* may execute */
    } cases[] = { { true, true }, { false, true }, { false, false }, { true, false } };

    for (uint64_t xn = 0; xn < 4; xn++) {
        uint64_t desc = S2_DESC | xn << 53;

        g_assert_cmphex(stage2(a76, desc, ARM_FETCH, false), ==, cases[xn].el1 ? 0 : 0xd);
        g_assert_cmphex(stage2(a76, desc, ARM_FETCH, true), ==, cases[xn].el0 ? 0 : 0xd);
        g_assert_cmphex(stage2(a57, desc, ARM_FETCH, false), ==, xn & 2 ? 0xd : 0);
        g_assert_cmphex(stage2(a57, desc, ARM_FETCH, true), ==, xn & 2 ? 0xd : 0);
        g_assert_cmphex(stage2(a76, desc, ARM_READ, true), ==, 0);
    }
}

static uint64_t key_of(CPUARMState *env, uint64_t vmid, bool wide)
{
    stage2(env, S2_DESC, ARM_READ, false);
    env->sys.vttbr |= vmid << 48;
    env->sys.vtcr |= wide ? 1ull << 19 : 0;
    return arm_get_context_key(env, false);
}

static void test_vmid16(void)
{
    g_assert_cmphex(key_of(a76, 0x1234, true), !=, key_of(a76, 0x34, true));
    g_assert_cmphex(key_of(a76, 0x1234, false), ==, key_of(a76, 0x34, false));
    g_assert_cmphex(key_of(a57, 0x1234, true), ==, key_of(a57, 0x34, true));
    /* It shares no bit with the ASID or the mode. */
    g_assert_cmphex(key_of(a76, 0xffff, true) ^ key_of(a76, 0, true), ==, 0xffffull << 24);
}

/* ---- RAS ---- */

static const ARMSysReg *reg(CPUARMState *env, uint16_t enc)
{
    return arm_find_sysreg(ARM_CPU(env_cpu(env)), enc);
}

#define DISR_EL1 SYSREG(3, 0, 12, 1, 1)

static uint64_t disr(CPUARMState *env)
{
    return reg(env, DISR_EL1)->read(env, reg(env, DISR_EL1));
}

static void at_el1(CPUARMState *env, uint64_t daif)
{
    memset(&env->sys, 0, sizeof(env->sys));
    env->pstate = PSTATE_EL1h | daif;
    env_cpu(env)->interrupt_request = 0;
}

static void test_error_barrier(void)
{
    CPUState *cs = env_cpu(a76);

    g_assert_null(reg(a57, DISR_EL1));
    at_el1(a76, PSTATE_A);
    arm_error_barrier(a76);
    g_assert_cmphex(disr(a76), ==, 0);
    cs->interrupt_request = CPU_INTERRUPT_SERROR;
    arm_error_barrier(a76);
    g_assert_cmphex(disr(a76), ==, 1u << 31);
    g_assert_cmphex(cs->interrupt_request, ==, 0);
    /* Not masked: it is taken, not deferred. */
    at_el1(a76, 0);
    cs->interrupt_request = CPU_INTERRUPT_SERROR;
    arm_error_barrier(a76);
    g_assert_cmphex(disr(a76), ==, 0);
    g_assert_cmphex(cs->interrupt_request, ==, CPU_INTERRUPT_SERROR);
    /* Routed to EL2 it is taken whatever EL1 masks. */
    at_el1(a76, PSTATE_A);
    a76->sys.hcr = HCR_AMO | HCR_RW;
    cs->interrupt_request = CPU_INTERRUPT_SERROR;
    arm_error_barrier(a76);
    g_assert_cmphex(a76->sys.disr, ==, 0);
    cs->interrupt_request = 0;
}

static void test_virtual_error(void)
{
    CPUState *cs = env_cpu(a76);

    at_el1(a76, PSTATE_A);
    a76->sys.hcr = HCR_AMO | HCR_VSE | HCR_RW;
    a76->sys.vsesr = 0x1123456;
    cs->interrupt_request = CPU_INTERRUPT_VSERR;
    arm_error_barrier(a76);
    g_assert_cmphex(disr(a76), ==, 0x81123456);
    g_assert_cmphex(a76->sys.vdisr, ==, 0x81123456);
    g_assert_cmphex(a76->sys.disr, ==, 0);
    g_assert_false(a76->sys.hcr & HCR_VSE);
    g_assert_cmphex(cs->interrupt_request, ==, 0);
    /* Unmasked, it is an exception with the hypervisor's syndrome. */
    at_el1(a76, 0);
    a76->sys.hcr = HCR_AMO | HCR_VSE | HCR_RW;
    a76->sys.vsesr = 0x1123456;
    g_assert_true(arm_cpu_exec_interrupt(cs, CPU_INTERRUPT_VSERR));
    g_assert_cmphex(a76->sys.esr[1], ==, syn_make(EC_SERROR, 0x1123456));
}

/* With SCR_EL3.EA errors are EL3's: EL1 finds nothing in DISR_EL1. */
static void test_disr_of_el3(void)
{
    a76->isar.id_aa64pfr0 |= 1ull << ID_AA64PFR0_EL3;
    at_el1(a76, PSTATE_A);
    a76->sys.scr = SCR_NS | SCR_EA;
    a76->sys.disr = 1u << 31;
    g_assert_cmphex(disr(a76), ==, 0);
    a76->pstate = PSTATE_ELh(3);
    g_assert_cmphex(disr(a76), ==, 1u << 31);
    a76->isar.id_aa64pfr0 &= ~(15ull << ID_AA64PFR0_EL3);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    arm_test_init();
    a57 = cpu_with_el2(ARM_CPU_TYPE_NAME("cortex-a57"));
    a76 = cpu_with_el2(ARM_CPU_TYPE_NAME("cortex-a76"));
    g_test_add_func("/arm/features/xnx", test_xnx);
    g_test_add_func("/arm/features/vmid16", test_vmid16);
    g_test_add_func("/arm/features/error-barrier", test_error_barrier);
    g_test_add_func("/arm/features/virtual-error", test_virtual_error);
    g_test_add_func("/arm/features/disr-of-el3", test_disr_of_el3);
    return g_test_run();
}
