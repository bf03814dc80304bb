/* SPDX-License-Identifier: MIT */
/*
 * The generic timers (DDI0487 D11) against a clock that the test moves: registers, conditions and
 * lines. Output line n of the CPU is recorded as n.
 */
#include "device-harness.h"

#include "qapi/error.h"
#include "system/cpu-timers.h"
#include "target/arm/cpu.h"
#include "target/arm/sysregs.h"

enum { TICK = 16 }; /* ns */
enum {              /* of CNTP; those of CNTV are CRm 3 */
       TVAL = SYSREG(3, 3, 14, 2, 0),
       CTL = SYSREG(3, 3, 14, 2, 1),
       CVAL = SYSREG(3, 3, 14, 2, 2),
       CNTV = SYSREG(0, 0, 0, 1, 0), /* to be added */
       CNTFRQ = SYSREG(3, 3, 14, 0, 0),
       CNTPCT = SYSREG(3, 3, 14, 0, 1),
       CNTVCT = SYSREG(3, 3, 14, 0, 2),
};
enum { ENABLE = 1, IMASK = 2, ISTATUS = 4 };

static ARMCPU *cpu;

static uint64_t get(unsigned enc)
{
    const ARMSysReg *r = arm_find_sysreg(cpu, enc);

    return r->read ? r->read(&cpu->env, r) : *(uint64_t *)((char *)&cpu->env + r->offset);
}

static void put(unsigned enc, uint64_t value)
{
    const ARMSysReg *r = arm_find_sysreg(cpu, enc);

    r->write(&cpu->env, r, value);
}

static void step(int64_t ns)
{
    cpu_clock_warp_manual(qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL) + ns);
}

static void test_counter(void)
{
    uint64_t start = get(CNTPCT);

    g_assert_cmpint(get(CNTFRQ), ==, 62500000);
    g_assert_cmphex(get(CNTVCT), ==, start);
    step(TICK - 1);
    g_assert_cmphex(get(CNTPCT), ==, start);
    step(1);
    g_assert_cmphex(get(CNTPCT), ==, start + 1);
    step(1000000000);
    g_assert_cmphex(get(CNTVCT), ==, start + 1 + 62500000);
}

static void check_timer(unsigned which, int line)
{
    cpu_reset(CPU(cpu));
    g_assert_cmphex(get(CTL + which), ==, 0);
    put(TVAL + which, 100);
    g_assert_cmphex(get(CVAL + which), ==, get(CNTPCT) + 100);
    put(CTL + which, ENABLE);
    step(100 * TICK - 1);
    g_assert_false(harness_level[line]);
    g_assert_cmphex(get(CTL + which), ==, ENABLE);
    g_assert_cmphex(get(TVAL + which), ==, 1);
    step(1);
    g_assert_true(harness_level[line]);
    g_assert_cmphex(get(CTL + which), ==, ENABLE | ISTATUS);
    step(TICK); /* TVAL goes on below zero, in 32 bits */
    g_assert_cmphex(get(TVAL + which), ==, 0xffffffff);
    put(CTL + which, ENABLE | IMASK);
    g_assert_false(harness_level[line]);
    g_assert_cmphex(get(CTL + which), ==, ENABLE | IMASK | ISTATUS);
    put(CTL + which, IMASK); /* disabled: ISTATUS is not there */
    g_assert_cmphex(get(CTL + which), ==, IMASK);
    put(CTL + which, ENABLE);
    g_assert_true(harness_level[line]);
    put(CVAL + which, get(CNTPCT) + 5); /* not yet */
    g_assert_false(harness_level[line]);
    step(5 * TICK);
    g_assert_true(harness_level[line]);
    put(TVAL + which, (uint64_t)-1); /* signed: the past */
    g_assert_true(harness_level[line]);
    put(CTL + which, 0xf8); /* reserved bits */
    g_assert_cmphex(get(CTL + which), ==, 0);
    g_assert_false(harness_level[line]);
}

static void test_physical(void)
{
    check_timer(0, GTIMER_PHYS);
    g_assert_false(harness_level[GTIMER_VIRT]);
}

static void test_virtual(void)
{
    check_timer(CNTV, GTIMER_VIRT);
    g_assert_false(harness_level[GTIMER_PHYS]);
}

/* The compare is unsigned, over all 64 bits: far ahead is not now. */
static void test_far(void)
{
    cpu_reset(CPU(cpu));
    put(CTL, ENABLE);
    g_assert_true(harness_level[GTIMER_PHYS]); /* CVAL is zero */
    for (int i = 63; i > 50; i--) {
        put(CVAL, 1ull << i);
        step(1000000000);
        g_assert_false(harness_level[GTIMER_PHYS]);
    }
    put(CVAL, UINT64_MAX);
    g_assert_false(harness_level[GTIMER_PHYS]);
    put(TVAL, 0x7fffffff);
    step(0x7ffffffell * TICK);
    g_assert_false(harness_level[GTIMER_PHYS]);
    step(TICK);
    g_assert_true(harness_level[GTIMER_PHYS]);
}

static void test_mask_while_waiting(void)
{
    cpu_reset(CPU(cpu));
    put(TVAL, 10);
    put(CTL, ENABLE | IMASK);
    step(20 * TICK);
    g_assert_false(harness_level[GTIMER_PHYS]);
    g_assert_cmphex(get(CTL), ==, ENABLE | IMASK | ISTATUS);
    put(CTL, ENABLE);
    g_assert_true(harness_level[GTIMER_PHYS]);
    cpu_reset(CPU(cpu));
    g_assert_false(harness_level[GTIMER_PHYS]);
    step(1000000);
    g_assert_false(harness_level[GTIMER_PHYS]);
}

/* An input that is high is still high after the CPU is reset, as PSCI CPU_ON does. */
static void test_inputs_outlast_reset(void)
{
    qemu_set_irq(qdev_get_gpio_in(DEVICE(cpu), ARM_CPU_IRQ), 1);
    cpu_reset(CPU(cpu));
    g_assert_cmphex(CPU(cpu)->interrupt_request & CPU_INTERRUPT_HARD, !=, 0);
    g_assert_cmphex(CPU(cpu)->interrupt_request & CPU_INTERRUPT_FIQ, ==, 0);
    qemu_set_irq(qdev_get_gpio_in(DEVICE(cpu), ARM_CPU_IRQ), 0);
    cpu_reset(CPU(cpu));
    g_assert_cmphex(CPU(cpu)->interrupt_request, ==, 0);
}

int main(int argc, char **argv)
{
    harness_init(&argc, &argv);
    cpu_clock_set_manual();
    cpu_enable_ticks();
    cpu = ARM_CPU(object_new(ARM_CPU_TYPE_NAME("cortex-a57")));
    qdev_realize(DEVICE(cpu), NULL, &error_abort);
    for (int i = 0; i < NUM_GTIMERS; i++) {
        qdev_connect_gpio_out(DEVICE(cpu), i, harness_line(i));
    }
    g_test_add_func("/arm-timer/counter", test_counter);
    g_test_add_func("/arm-timer/physical", test_physical);
    g_test_add_func("/arm-timer/virtual", test_virtual);
    g_test_add_func("/arm-timer/far", test_far);
    g_test_add_func("/arm-timer/mask-while-waiting", test_mask_while_waiting);
    g_test_add_func("/arm-timer/inputs-outlast-reset", test_inputs_outlast_reset);
    return g_test_run();
}
