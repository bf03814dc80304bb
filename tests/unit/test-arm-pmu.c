/* SPDX-License-Identifier: MIT */
/*
 * The performance monitors (DDI0487 D13) against a clock that the test moves: counting, filters,
 * overflow, the interrupt, and who may do what. A cycle is a nanosecond.
 */
#include "device-harness.h"

#include "qapi/error.h"
#include "system/cpu-timers.h"
#include "system/cpus.h"
#include "target/arm/internals.h"
#include "target/arm/sysregs.h"

enum {
    PMCR = SYSREG(3, 3, 9, 12, 0),
    CNTENSET = SYSREG(3, 3, 9, 12, 1),
    CNTENCLR = SYSREG(3, 3, 9, 12, 2),
    OVSCLR = SYSREG(3, 3, 9, 12, 3),
    SWINC = SYSREG(3, 3, 9, 12, 4),
    SELR = SYSREG(3, 3, 9, 12, 5),
    CEID0 = SYSREG(3, 3, 9, 12, 6),
    CCNTR = SYSREG(3, 3, 9, 13, 0),
    XEVTYPER = SYSREG(3, 3, 9, 13, 1),
    XEVCNTR = SYSREG(3, 3, 9, 13, 2),
    USERENR = SYSREG(3, 3, 9, 14, 0),
    INTENSET = SYSREG(3, 0, 9, 14, 1),
    INTENCLR = SYSREG(3, 0, 9, 14, 2),
    OVSSET = SYSREG(3, 3, 9, 14, 3),
    EVCNTR0 = SYSREG(3, 3, 14, 8, 0),
    EVTYPER0 = SYSREG(3, 3, 14, 12, 0),
    CCFILTR = SYSREG(3, 3, 14, 15, 7),
    MDCR_2 = SYSREG(3, 4, 1, 1, 1),
    MDCR_3 = SYSREG(3, 6, 1, 3, 1),
};
enum {
    E = 1,
    P = 2,
    C = 4,
    D = 8,
    DP = 32,
    LC = 64,
    BIT_C = 1u << 31,
    CYCLES = 0x11,
    CHAIN = 0x1e
};

static ARMCPU *plain, *full; /* without and with EL2 and EL3 */
static ARMCPU *cpu;

static uint64_t get(unsigned enc)
{
    const ARMSysReg *r = arm_find_sysreg(cpu, enc);

    if (r->flags & SR_CONST) {
        return r->value;
    }
    return r->read ? r->read(&cpu->env, r) : *(uint64_t *)((char *)&cpu->env + r->offset);
}

static void put(unsigned enc, uint64_t value)
{
    const ARMSysReg *r = arm_find_sysreg(cpu, enc);

    if (r->write) {
        bql_unlock(); /* what some hooks take themselves */
        if (r->flags & SR_BQL) {
            bql_lock();
            r->write(&cpu->env, r, value);
            return;
        }
        r->write(&cpu->env, r, value);
        bql_lock();
    } else {
        *(uint64_t *)((char *)&cpu->env + r->offset) = r->value ? value & r->value : value;
    }
}

static void step(int64_t ns)
{
    cpu_clock_warp_manual(qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL) + ns);
    process_queued_cpu_work(CPU(cpu));
}

static void use(ARMCPU *which)
{
    cpu = which;
    cpu_reset(CPU(cpu));
    CPU(cpu)->created = true;
}

static bool line(void)
{
    return harness_level[cpu == full];
}

static void go_to(unsigned el)
{
    pstate_write(&cpu->env, el ? PSTATE_ELh(el) : 0);
}

static void test_cycles(void)
{
    use(plain);
    g_assert_cmphex(get(PMCR), ==, 0x41013000);
    g_assert_cmphex(get(CEID0), ==, 1u << 0 | 1u << CYCLES | 1u << CHAIN);
    step(1000);
    g_assert_cmpuint(get(CCNTR), ==, 0);
    put(PMCR, E);
    step(1000);
    g_assert_cmpuint(get(CCNTR), ==, 0);
    put(CNTENSET, BIT_C);
    step(1000);
    g_assert_cmpuint(get(CCNTR), ==, 1000);
    put(CCNTR, 5);
    step(10);
    g_assert_cmpuint(get(CCNTR), ==, 15);
    put(CNTENCLR, BIT_C);
    step(10);
    g_assert_cmpuint(get(CCNTR), ==, 15);
    put(CNTENSET, BIT_C);
    put(PMCR, E | C);
    step(7);
    g_assert_cmpuint(get(CCNTR), ==, 7);
    put(PMCR, 0);
    step(7);
    g_assert_cmpuint(get(CCNTR), ==, 7);
}

static void test_divider(void)
{
    use(plain);
    put(CNTENSET, BIT_C);
    put(PMCR, E | D);
    step(63);
    g_assert_cmpuint(get(CCNTR), ==, 0);
    step(1);
    g_assert_cmpuint(get(CCNTR), ==, 1);
    step(6400);
    g_assert_cmpuint(get(CCNTR), ==, 101);
    put(PMCR, E | D | LC); /* D is ignored */
    step(64);
    g_assert_cmpuint(get(CCNTR), ==, 165);
}

/* The cycle counter overflows at 32 bits or, with LC, at 64. */
static void test_overflow(void)
{
    use(plain);
    put(CNTENSET, BIT_C);
    put(INTENSET, BIT_C);
    put(CCNTR, 0xfffffff0);
    put(PMCR, E);
    step(15);
    g_assert_cmphex(get(OVSSET), ==, 0);
    g_assert_false(line());
    step(1);
    g_assert_true(line());
    g_assert_cmphex(get(OVSSET), ==, BIT_C);
    g_assert_cmphex(get(CCNTR), ==, 0x100000000);
    put(PMCR, 0);
    g_assert_false(line());
    put(PMCR, E);
    g_assert_true(line());
    put(OVSCLR, BIT_C);
    g_assert_false(line());
    put(PMCR, E | LC);
    put(CCNTR, 0xfffffff0);
    step(100);
    g_assert_cmphex(get(OVSSET), ==, 0);
    put(CCNTR, -10);
    step(9);
    g_assert_false(line());
    step(1);
    g_assert_true(line());
    g_assert_cmphex(get(CCNTR), ==, 0);
    put(INTENCLR, BIT_C);
    g_assert_false(line());
    put(OVSCLR, ~0ull);
    put(OVSSET, 1);
    g_assert_false(line());
    put(INTENSET, 1);
    g_assert_true(line());
    cpu_reset(CPU(cpu));
    g_assert_false(line());
}

static void test_events(void)
{
    use(plain);
    put(PMCR, E);
    put(CNTENSET, 0x3f);
    put(EVTYPER0, CYCLES);
    put(EVTYPER0 + 1, CHAIN);
    put(EVTYPER0 + 2, 0);
    put(EVTYPER0 + 3, CHAIN);
    put(EVTYPER0 + 4, 0x08); /* instructions: none are counted */
    put(EVCNTR0, 0xffffff00);
    step(0x100);
    g_assert_cmphex(get(EVCNTR0), ==, 0);
    g_assert_cmphex(get(EVCNTR0 + 1), ==, 1);
    g_assert_cmphex(get(OVSSET), ==, 1);
    step(0x200000010);
    g_assert_cmphex(get(EVCNTR0), ==, 0x10);
    g_assert_cmphex(get(EVCNTR0 + 1), ==, 3);
    put(SWINC, 0x3f);
    g_assert_cmphex(get(EVCNTR0 + 2), ==, 1);
    g_assert_cmphex(get(EVCNTR0 + 4), ==, 0);
    put(EVCNTR0 + 2, UINT32_MAX);
    put(EVCNTR0 + 3, UINT32_MAX);
    put(INTENSET, 8);
    put(SWINC, 4);
    g_assert_cmphex(get(OVSSET), ==, 1 | 4 | 8);
    g_assert_true(line());
    put(PMCR, E | P);
    g_assert_cmphex(get(EVCNTR0), ==, 0);
    g_assert_cmphex(get(OVSSET), ==, 1 | 4 | 8);
}

/* The interrupt of a chained pair needs the lower counter's overflows. */
static void test_chain_interrupt(void)
{
    use(plain);
    put(PMCR, E);
    put(EVTYPER0, CYCLES);
    put(EVTYPER0 + 1, CHAIN);
    put(EVCNTR0, 0xfffffff0);
    put(EVCNTR0 + 1, UINT32_MAX);
    put(INTENSET, 2);
    put(CNTENSET, 3);
    step(15);
    g_assert_false(line());
    step(1);
    g_assert_true(line());
}

static void test_selector(void)
{
    use(plain);
    put(SELR, 0x25);
    g_assert_cmphex(get(SELR), ==, 5);
    put(XEVTYPER, 0xffffffff);
    g_assert_cmphex(get(EVTYPER0 + 5), ==, 0xc00003ff);
    put(XEVCNTR, 0x123456789);
    g_assert_cmphex(get(EVCNTR0 + 5), ==, 0x23456789);
    put(SELR, 31);
    put(XEVTYPER, 0xffffffff);
    g_assert_cmphex(get(CCFILTR), ==, 0xc0000000);
    put(SELR, 6);
    put(XEVCNTR, 1);
    g_assert_cmphex(get(XEVCNTR), ==, 0);
    put(CNTENSET, ~0ull);
    g_assert_cmphex(get(CNTENCLR), ==, 0x8000003f);
}

/* Filters by Exception level: @bits of the type count where @levels has a bit. */
static void check_filter(uint32_t bits, unsigned levels)
{
    put(CCFILTR, bits);
    for (unsigned el = 0; el < (cpu == full ? 4 : 2); el++) {
        uint64_t before = get(CCNTR);

        go_to(el);
        step(10);
        g_assert_cmpuint(get(CCNTR) - before, ==, levels >> el & 1 ? 10 : 0);
        go_to(1);
        put(CCNTR, 0);
    }
}

static void test_filters(void)
{
    enum { FP = 1u << 31, FU = 1u << 30, NSK = 1 << 29, NSU = 1 << 28, NSH = 1 << 27, M = 1 << 26 };

    use(plain);
    put(PMCR, E);
    put(CNTENSET, BIT_C);
    go_to(1);
    check_filter(0, 3);
    check_filter(FP, 1);
    check_filter(FU, 2);
    check_filter(FP | FU | NSK | NSU, 0); /* no EL3: NSK and NSU do not exist */
    use(full);
    cpu->env.sys.scr |= SCR_NS;
    put(MDCR_3, MDCR_SPME);
    put(PMCR, E);
    put(CNTENSET, BIT_C);
    go_to(1);
    check_filter(0, 0xb); /* EL2 only where it is asked for */
    check_filter(NSH, 0xf);
    check_filter(FP, 1);
    check_filter(FP | NSK, 3);
    check_filter(NSU | NSH, 0xe);
    check_filter(M, 3);
    check_filter(FP | M, 9);
    put(MDCR_3, 0); /* EL3 is Secure: no counting there, but for cycles without DP */
    check_filter(0, 0xb);
    put(PMCR, E | DP);
    check_filter(0, 3);
}

/* Counters that EL2 has reserved. */
static void test_hpmn(void)
{
    use(full);
    cpu->env.sys.scr |= SCR_NS;
    go_to(2);
    g_assert_cmphex(get(MDCR_2), ==, 6);
    put(MDCR_2, 2 | MDCR_HPME);
    put(EVTYPER0 + 1, CYCLES);
    put(EVTYPER0 + 2, CYCLES);
    put(CNTENSET, 0x3f);
    go_to(1);
    g_assert_cmpuint(get(PMCR) >> 11 & 31, ==, 2);
    g_assert_cmphex(get(CNTENSET), ==, 3);
    step(10); /* PMCR.E is clear: only EL2's count */
    g_assert_cmphex(get(EVCNTR0 + 2), ==, 0);
    put(EVCNTR0 + 2, 5);
    put(PMCR, P);
    go_to(2);
    g_assert_cmphex(get(EVCNTR0 + 1), ==, 0);
    g_assert_cmphex(get(EVCNTR0 + 2), ==, 10);
    put(PMCR, P);
    g_assert_cmphex(get(EVCNTR0 + 2), ==, 0);
    g_assert_cmpuint(get(PMCR) >> 11 & 31, ==, 6);
}

/* An overflow that is found on the way into another level interrupts all the same. */
static void test_overflow_at_change(void)
{
    use(plain);
    go_to(1);
    put(PMCR, E);
    put(CCFILTR, 1u << 31); /* EL0 alone */
    put(CCNTR, 0xfffffff0);
    put(INTENSET, BIT_C);
    put(CNTENSET, BIT_C);
    step(1000);
    g_assert_false(line());
    go_to(0);
    step(15);
    g_assert_false(line());
    go_to(1);
    step(1000);
    g_assert_false(line());
    go_to(0);
    step(1);
    g_assert_true(line());
}

static bool allowed(unsigned enc, bool is_read)
{
    const ARMSysReg *r = arm_find_sysreg(cpu, enc);
    unsigned right = is_read ? SR_R0 : SR_W0;

    return (r->access & right) && (!r->check || r->check(&cpu->env, r, is_read));
}

static void test_users(void)
{
    static const struct {
        unsigned enc;
        uint8_t read, write; /* bit n: PMUSERENR with only bit n set allows it */
    } cases[] = {
        { PMCR, 1, 1 },    { CNTENSET, 1, 1 }, { OVSCLR, 1, 1 },  { SWINC, 0, 3 },
        { SELR, 9, 9 },    { CEID0, 1, 0 },    { CCNTR, 5, 1 },   { XEVTYPER, 1, 1 },
        { XEVCNTR, 9, 1 }, { EVCNTR0, 9, 1 },  { CCFILTR, 1, 1 }, { INTENSET, 0, 0 },
    };

    use(plain);
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        for (unsigned bit = 0; bit < 4; bit++) {
            put(USERENR, 1u << bit);
            g_assert_cmpint(allowed(cases[i].enc, true), ==, cases[i].read >> bit & 1);
            g_assert_cmpint(allowed(cases[i].enc, false), ==, cases[i].write >> bit & 1);
        }
    }
    put(USERENR, 0xffff);
    g_assert_cmphex(get(USERENR), ==, 15);
    g_assert_true(allowed(USERENR, true));
    g_assert_false(allowed(USERENR, false));
}

static void test_traps(void)
{
    const ARMSysReg *cr, *cntr;

    use(full);
    cr = arm_find_sysreg(cpu, PMCR);
    cntr = arm_find_sysreg(cpu, EVCNTR0);
    cpu->env.sys.scr |= SCR_NS;
    go_to(1);
    g_assert_true(arm_sysreg_may_trap(PMCR, 1) && arm_sysreg_may_trap(CCFILTR, 2));
    g_assert_cmpuint(arm_sysreg_trap_el(&cpu->env, cr, true), ==, 0);
    cpu->env.sys.mdcr[3] = MDCR_TPM;
    g_assert_cmpuint(arm_sysreg_trap_el(&cpu->env, cntr, true), ==, 3);
    cpu->env.sys.mdcr[2] = MDCR_TPMCR;
    g_assert_cmpuint(arm_sysreg_trap_el(&cpu->env, cr, true), ==, 2);
    g_assert_cmpuint(arm_sysreg_trap_el(&cpu->env, cntr, true), ==, 3);
    cpu->env.sys.mdcr[2] = MDCR_TPM;
    g_assert_cmpuint(arm_sysreg_trap_el(&cpu->env, cntr, true), ==, 2);
    go_to(2);
    g_assert_cmpuint(arm_sysreg_trap_el(&cpu->env, cntr, true), ==, 3);
    cpu->env.sys.mdcr[3] = 0;
    g_assert_cmpuint(arm_sysreg_trap_el(&cpu->env, cr, false), ==, 0);
}

static void test_absent(void)
{
    ARMCPU *without = ARM_CPU(object_new(ARM_CPU_TYPE_NAME("cortex-a57")));

    object_property_set_bool(OBJECT(without), "pmu", false, &error_abort);
    qdev_realize(DEVICE(without), NULL, &error_abort);
    g_assert_null(arm_find_sysreg(without, PMCR));
    g_assert_null(arm_find_sysreg(without, CCFILTR));
    g_assert_cmpuint(isar_field(without->env.isar.id_aa64dfr0, ID_AA64DFR0_PMUVER), ==, 0);
}

static ARMCPU *make_cpu(bool levels, int n)
{
    ARMCPU *c = ARM_CPU(object_new(ARM_CPU_TYPE_NAME("cortex-a57")));

    object_property_set_bool(OBJECT(c), "has_el2", levels, &error_abort);
    object_property_set_bool(OBJECT(c), "has_el3", levels, &error_abort);
    qdev_realize(DEVICE(c), NULL, &error_abort);
    qdev_connect_gpio_out_named(DEVICE(c), "pmu-interrupt", 0, harness_line(n));
    return c;
}

int main(int argc, char **argv)
{
    harness_init(&argc, &argv);
    cpu_clock_set_manual();
    cpu_enable_ticks();
    plain = make_cpu(false, 0);
    full = make_cpu(true, 1);
    g_test_add_func("/arm-pmu/cycles", test_cycles);
    g_test_add_func("/arm-pmu/divider", test_divider);
    g_test_add_func("/arm-pmu/overflow", test_overflow);
    g_test_add_func("/arm-pmu/events", test_events);
    g_test_add_func("/arm-pmu/chain-interrupt", test_chain_interrupt);
    g_test_add_func("/arm-pmu/selector", test_selector);
    g_test_add_func("/arm-pmu/filters", test_filters);
    g_test_add_func("/arm-pmu/hpmn", test_hpmn);
    g_test_add_func("/arm-pmu/overflow-at-change", test_overflow_at_change);
    g_test_add_func("/arm-pmu/users", test_users);
    g_test_add_func("/arm-pmu/traps", test_traps);
    g_test_add_func("/arm-pmu/absent", test_absent);
    return g_test_run();
}
