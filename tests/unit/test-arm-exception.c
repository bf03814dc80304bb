/* SPDX-License-Identifier: MIT */
/* Exception entry and return, PSTATE, and the consistency of the system register tables. */
#include "qemu/osdep.h"

#include "arm-test.h"
#include "target/arm/syndrome.h"
#include "target/arm/sysregs.h"
#include "tcg/flags.h"

static CPUARMState *a57, *max;

static void start(CPUARMState *env, uint64_t pstate)
{
    memset(&env->sys, 0, sizeof(env->sys));
    env->pstate = 0;
    env->sys.vbar[1] = 0xffff000010000800;
    env->sys.sctlr[1] = SCTLR_RES1;
    env->sys.sp_el[0] = 0x1000;
    env->sys.sp_el[1] = 0x2000;
    env->xregs[31] = 0x1000;
    env->pc = 0x400100;
    pstate_write(env, pstate);
}

static void take(CPUARMState *env, int excp, uint32_t syndrome)
{
    env_cpu(env)->exception_index = excp;
    env->exception.syndrome = syndrome;
    env->exception.vaddress = 0xdeadbeef;
    arm_do_interrupt(env_cpu(env));
}

static void test_svc_from_el0(void)
{
    start(a57, PSTATE_EL0t | 6u << 28);
    g_assert_cmphex(a57->xregs[31], ==, 0x1000);
    take(a57, EXCP_SVC, syn_make(EC_SVC64, 7));
    g_assert_cmphex(a57->pc, ==, 0xffff000010000c00);
    g_assert_cmphex(a57->sys.elr[1], ==, 0x400100);
    g_assert_cmphex(a57->sys.spsr[1], ==, 6u << 28);
    g_assert_cmphex(a57->sys.esr[1], ==, 0x56000007);
    g_assert_cmphex(a57->sys.far[1], ==, 0);
    g_assert_cmphex(a57->pstate, ==, PSTATE_EL1h | PSTATE_DAIF);
    g_assert_cmphex(a57->xregs[31], ==, 0x2000);
    g_assert_cmphex(arm_get_sp(a57, 0), ==, 0x1000);
    a57->xregs[31] = 0x1f00;
    arm_set_sp(a57, 0, 0x1100);
    arm_exception_return(a57, a57->sys.elr[1]);
    g_assert_cmphex(a57->pc, ==, 0x400100);
    g_assert_cmphex(pstate_read(a57), ==, 6u << 28);
    g_assert_cmphex(a57->xregs[31], ==, 0x1100);
    g_assert_cmphex(arm_get_sp(a57, 1), ==, 0x1f00);
}

static void test_vectors(void)
{
    start(a57, PSTATE_EL1h);
    take(a57, EXCP_DATA_ABORT, syn_data_abort(true, false, false, true, 7));
    g_assert_cmphex(a57->pc, ==, 0xffff000010000a00);
    g_assert_cmphex(a57->sys.far[1], ==, 0xdeadbeef);
    g_assert_cmphex(a57->sys.esr[1], ==, 0x96000047);
    start(a57, PSTATE_EL1t);
    take(a57, EXCP_IRQ, 0);
    g_assert_cmphex(a57->pc, ==, 0xffff000010000880);
    g_assert_cmphex(a57->sys.esr[1], ==, 0);
    start(a57, PSTATE_EL0t);
    take(a57, EXCP_FIQ, 0);
    g_assert_cmphex(a57->pc, ==, 0xffff000010000d00);
}

/* Flags in symbolic form are saved like any other. */
static void test_symbolic_flags(void)
{
    start(a57, PSTATE_EL0t);
    a57->tcg.flag_kind = FLAGS_SUB64;
    a57->tcg.flag_a = 5;
    a57->tcg.flag_b = 5;
    take(a57, EXCP_SVC, 0);
    g_assert_cmphex(a57->sys.spsr[1], ==, 6u << 28);
}

static void test_pan_on_entry(void)
{
    start(max, PSTATE_EL0t);
    max->sys.sctlr[1] &= ~SCTLR_SPAN;
    take(max, EXCP_SVC, 0);
    g_assert_true(max->pstate & PSTATE_PAN);
    start(max, PSTATE_EL0t);
    take(max, EXCP_SVC, 0);
    g_assert_false(max->pstate & PSTATE_PAN);
    start(a57, PSTATE_EL0t);
    a57->sys.sctlr[1] &= ~SCTLR_SPAN;
    take(a57, EXCP_SVC, 0);
    g_assert_false(a57->pstate & PSTATE_PAN); /* has none */
}

static void test_illegal_return(void)
{
    static const uint32_t modes[] = { 0x9, 0xd, 0x10, 0x6, 0x1 };

    for (unsigned i = 0; i < ARRAY_SIZE(modes); i++) {
        start(a57, PSTATE_EL1h);
        a57->sys.spsr[1] = modes[i] | 9u << 28;
        a57->sys.elr[1] = 0x1234;
        arm_exception_return(a57, a57->sys.elr[1]);
        g_assert_cmphex(pstate_read(a57), ==, PSTATE_EL1h | PSTATE_IL | 9u << 28);
        g_assert_cmphex(a57->pc, ==, 0x1234);
    }
}

static void test_interrupt_masks(void)
{
    CPUState *cs = env_cpu(a57);

    start(a57, PSTATE_EL1h | PSTATE_I);
    g_assert_false(arm_cpu_exec_interrupt(cs, CPU_INTERRUPT_HARD));
    g_assert_true(arm_cpu_exec_interrupt(cs, CPU_INTERRUPT_HARD | CPU_INTERRUPT_FIQ));
    g_assert_cmphex(a57->pc & 0x7ff, ==, 0x300);
    start(a57, PSTATE_EL0t);
    g_assert_true(arm_cpu_exec_interrupt(cs, CPU_INTERRUPT_HARD));
    g_assert_cmphex(a57->pc & 0x7ff, ==, 0x480);
}

/* ---- system registers ---- */

static void test_tables(void)
{
    g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);

    for (const ARMSysRegTable *const *t = arm_sysreg_tables; *t; t++) {
        for (size_t i = 0; i < (*t)->n; i++) {
            const ARMSysReg *r = &(*t)->rows[i];

            if (i > 0 && r[-1].enc >= r->enc) {
                g_error("%s: %s is not behind %s", (*t)->name, r->name, r[-1].name);
            }
            if (!g_hash_table_add(seen, GUINT_TO_POINTER(r->enc))) {
                g_error("%s: %s is defined twice", (*t)->name, r->name);
            }
            g_assert_cmpuint(r->access, !=, 0);
            g_assert_cmpuint(r->offset, <, sizeof(CPUARMState));
            g_assert_cmpuint(r->offset % 8, ==, 0);
            /* EL0 never has a right that EL1 lacks. */
            g_assert_true(!(r->access & SR_R0) || (r->access & SR_R1));
            g_assert_true(!(r->access & SR_W0) || (r->access & SR_W1));
            /* A row is one thing: a constant, nothing, a field, or hooks. */
            g_assert_true(r->flags & (SR_CONST | SR_NOP) || r->offset || r->read || r->write);
        }
    }
}

static void test_features(void)
{
    const ARMCPU *old = ARM_CPU(env_cpu(a57)), *new = ARM_CPU(env_cpu(max));

    g_assert_null(arm_find_sysreg(old, SYSREG(3, 0, 4, 2, 3))); /* PAN */
    g_assert_nonnull(arm_find_sysreg(new, SYSREG(3, 0, 4, 2, 3)));
    g_assert_nonnull(arm_find_sysreg(old, SYSREG(3, 3, 9, 12, 0))); /* PMCR_EL0 */
    g_assert_cmpstr(arm_find_sysreg(old, SYSREG(3, 0, 1, 0, 0))->name, ==, "SCTLR_EL1");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    arm_test_init();
    a57 = arm_test_cpu(ARM_CPU_TYPE_NAME("cortex-a57"));
    max = arm_test_cpu(ARM_CPU_TYPE_NAME("max"));
    g_test_add_func("/arm/exception/svc-from-el0", test_svc_from_el0);
    g_test_add_func("/arm/exception/vectors", test_vectors);
    g_test_add_func("/arm/exception/symbolic-flags", test_symbolic_flags);
    g_test_add_func("/arm/exception/pan-on-entry", test_pan_on_entry);
    g_test_add_func("/arm/exception/illegal-return", test_illegal_return);
    g_test_add_func("/arm/exception/interrupt-masks", test_interrupt_masks);
    g_test_add_func("/arm/sysregs/tables", test_tables);
    g_test_add_func("/arm/sysregs/features", test_features);
    return g_test_run();
}
