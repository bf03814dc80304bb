/* SPDX-License-Identifier: MIT */
/*
 * The performance monitors (D13): counting, overflow, interrupt. Their registers are in
 * sysregs-pmu.c.
 *
 * Cycles are nanoseconds of the virtual clock: a CPU at 1 GHz that executes whatever it executes in
 * that time. So nothing is counted while the guest runs: `count` is right as of `since`, and the
 * counters in `running` grow by what the clock says when somebody looks (pmu_sync). Before anything
 * changes that decides what counts (enables, filters, the Exception level) comes a sync, after it
 * pmu_changed(), which finds out `running` anew. An overflow that is to interrupt is waited for by
 * a timer.
 *
 * Events that exist are SW_INCR, CPU_CYCLES and CHAIN; PMCEID0_EL0 says so. Instructions are not
 * counted.
 *
 * Locking: the state belongs to the vCPU's thread (or to who has stopped it). The timer sends the
 * CPU work. The interrupt line is moved under the big lock, which register writes take.
 */
#include "qemu/osdep.h"

#include "hw/irq.h"
#include "qemu/main-loop.h"
#include "target/arm/internals.h"
#include "target/arm/pmu.h"

enum { EL0_U = 30, EL1_P = 31, NS_EL1_K = 29, NS_EL0_U = 28, EL2_H = 27, EL3_M = 26 };

unsigned arm_pmu_hpmn(const CPUARMState *env)
{
    return arm_has_el(env, 2) ? MIN(env->sys.mdcr[2] & MDCR_HPMN, ARM_PMU_COUNTERS)
                              : ARM_PMU_COUNTERS;
}

/* ---- what counts (AArch64.CountPMUEvents) ---- */

static uint32_t bit_of(unsigned i)
{
    return i == ARM_PMU_CYCLES ? PMU_BIT_C : 1u << i;
}

/* Event counters from HPMN up are the hypervisor's, with an enable of their own. */
static bool is_hyp_counter(const CPUARMState *env, unsigned i)
{
    return i != ARM_PMU_CYCLES && i >= arm_pmu_hpmn(env);
}

static bool is_on(const CPUARMState *env, unsigned i)
{
    return is_hyp_counter(env, i) ? (env->sys.mdcr[2] & MDCR_HPME) != 0
                                  : (env->pmu.cr & PMCR_E) != 0;
}

static bool is_prohibited(const CPUARMState *env, unsigned i, unsigned el)
{
    bool prohibited = false;

    if (arm_is_secure(env)) {
        prohibited = !(env->sys.mdcr[3] & MDCR_SPME);
    } else if (el == 2 && !is_hyp_counter(env, i)) {
        prohibited = env->sys.mdcr[2] & MDCR_HPMD;
    }
    return prohibited && (i != ARM_PMU_CYCLES || (env->pmu.cr & PMCR_DP));
}

static bool is_filtered(const CPUARMState *env, unsigned i, unsigned el)
{
    uint64_t f = env->pmu.type[i];
    bool secure = arm_is_secure(env);

    switch (el) {
    case 0:
        return (f >> EL0_U ^ (secure ? 0 : f >> NS_EL0_U)) & 1;
    case 1:
        return (f >> EL1_P ^ (secure ? 0 : f >> NS_EL1_K)) & 1;
    case 2:
        return !(f >> EL2_H & 1);
    default:
        return (f >> EL1_P ^ f >> EL3_M) & 1;
    }
}

bool arm_pmu_counts(const CPUARMState *env, unsigned i)
{
    unsigned el = arm_current_el(env);

    return (env->pmu.cnten & bit_of(i)) && is_on(env, i) && !is_prohibited(env, i, el) &&
           !is_filtered(env, i, el);
}

unsigned arm_pmu_event(const CPUARMState *env, unsigned i)
{
    return i == ARM_PMU_CYCLES ? PMU_CPU_CYCLES : env->pmu.type[i] & 0xffff;
}

/* ---- counting ---- */

static bool has_64_bits(const CPUARMState *env, unsigned i)
{
    return i == ARM_PMU_CYCLES && (env->pmu.cr & PMCR_LC);
}

/* Every 64th cycle: not together with the long counter. */
static bool is_divided(const CPUARMState *env, unsigned i)
{
    return i == ARM_PMU_CYCLES && (env->pmu.cr & (PMCR_D | PMCR_LC)) == PMCR_D;
}

static bool is_chained_to(const CPUARMState *env, unsigned i)
{
    return i < ARM_PMU_COUNTERS && !(i & 1) && i + 1 < ARM_PMU_COUNTERS &&
           arm_pmu_event(env, i + 1) == PMU_CHAIN;
}

void arm_pmu_add(CPUARMState *env, unsigned i, uint64_t n)
{
    uint64_t *count = &env->pmu.count[i], old = *count, carries;

    if (has_64_bits(env, i)) {
        carries = old + n < old;
        *count = old + n;
    } else {
        carries = ((old & UINT32_MAX) + n) >> 32;
        /* The cycle counter has its upper half all the same; only the overflow is at bit 31. */
        *count = i == ARM_PMU_CYCLES ? old + n : (uint32_t)(old + n);
    }
    if (!carries) {
        return;
    }
    env->pmu.ovs |= bit_of(i);
    if (is_chained_to(env, i) && arm_pmu_counts(env, i + 1)) {
        arm_pmu_add(env, i + 1, carries);
    }
}

void arm_pmu_sync(CPUARMState *env)
{
    uint64_t now = qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL), passed = now - env->pmu.since;

    env->pmu.since = now;
    for (unsigned i = 0; env->pmu.running >> i; i++) {
        uint64_t n = passed;

        if (!(env->pmu.running >> i & 1)) {
            continue;
        }
        if (is_divided(env, i)) {
            n += env->pmu.remainder;
            env->pmu.remainder = n % 64;
            n /= 64;
        }
        arm_pmu_add(env, i, n);
    }
}

static void find_running(CPUARMState *env)
{
    uint32_t running = 0;

    for (unsigned i = 0; i <= ARM_PMU_CYCLES; i++) {
        if (arm_pmu_event(env, i) == PMU_CPU_CYCLES && arm_pmu_counts(env, i)) {
            running |= 1u << i;
        }
    }
    env->pmu.running = running;
    env->pmu.active = env->pmu.cnten != 0;
}

/* ---- overflow ---- */

/* Whether an overflow of counter @i interrupts, or may lead to one that does. */
static bool is_awaited(const CPUARMState *env, unsigned i)
{
    return (env->pmu.inten & bit_of(i)) ||
           (is_chained_to(env, i) && (env->pmu.inten & bit_of(i + 1)));
}

/* Nanoseconds until running counter @i overflows; 0: more than there are. */
static uint64_t time_left(const CPUARMState *env, unsigned i)
{
    uint64_t count = env->pmu.count[i], left;

    left = has_64_bits(env, i) ? -count : (UINT64_C(1) << 32) - (uint32_t)count;
    return is_divided(env, i) ? left * 64 - env->pmu.remainder : left;
}

static void set_timer(CPUARMState *env)
{
    ARMCPU *cpu = ARM_CPU(env_cpu(env));
    uint64_t when = UINT64_MAX;

    for (unsigned i = 0; env->pmu.running >> i; i++) {
        uint64_t left = time_left(env, i);

        if ((env->pmu.running >> i & 1) && is_awaited(env, i) && left < INT64_MAX / 2 && left) {
            when = MIN(when, env->pmu.since + left);
        }
    }
    if (!cpu->pmu_timer) {
        return;
    }
    if (when < INT64_MAX) {
        timer_mod(cpu->pmu_timer, when);
    } else {
        timer_del(cpu->pmu_timer);
    }
}

static bool interrupt_level(const CPUARMState *env)
{
    uint32_t pending = env->pmu.ovs & env->pmu.inten;

    for (unsigned i = 0; i <= ARM_PMU_CYCLES; i++) {
        if ((pending & bit_of(i)) && is_on(env, i)) {
            return true;
        }
    }
    return false;
}

void arm_pmu_changed(CPUARMState *env)
{
    find_running(env);
    set_timer(env);
    qemu_set_irq(ARM_CPU(env_cpu(env))->pmu_interrupt, interrupt_level(env));
}

/*
 * Without the big lock the line cannot be moved: an overflow that was found now is left to the
 * timer, as is one that comes.
 */
void arm_pmu_level_changing(CPUARMState *env)
{
    arm_pmu_sync(env);
}

void arm_pmu_level_changed(CPUARMState *env)
{
    ARMCPU *cpu = ARM_CPU(env_cpu(env));

    find_running(env);
    if (!env->pmu.inten) {
        return;
    }
    if (interrupt_level(env) && cpu->pmu_timer) {
        timer_mod(cpu->pmu_timer, env->pmu.since);
    } else {
        set_timer(env);
    }
}

static void look_for_overflow(CPUState *cs, run_on_cpu_data data)
{
    arm_pmu_sync(cpu_env(cs));
    arm_pmu_changed(cpu_env(cs));
}

static void overflow_due(void *opaque)
{
    async_run_on_cpu(opaque, look_for_overflow, (run_on_cpu_data){ 0 });
}

/* ---- life cycle ---- */

void arm_pmu_realize(ARMCPU *cpu)
{
    cpu->pmu_timer = timer_new_ns(QEMU_CLOCK_VIRTUAL, overflow_due, CPU(cpu));
}

void arm_pmu_finalize(ARMCPU *cpu)
{
    if (cpu->pmu_timer) {
        timer_free(cpu->pmu_timer);
    }
}

void arm_pmu_reset(ARMCPU *cpu)
{
    CPUARMState *env = &cpu->env;

    memset(&env->pmu, 0, sizeof(env->pmu));
    env->pmu.since = qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL);
    if (arm_has_el(env, 2)) {
        env->sys.mdcr[2] = ARM_PMU_COUNTERS;
    }
    if (cpu->pmu_timer) {
        timer_del(cpu->pmu_timer);
        qemu_set_irq(cpu->pmu_interrupt, 0);
    }
}

void arm_pmu_loaded(CPUARMState *env)
{
    env->pmu.cnten &= PMU_ALL;
    env->pmu.inten &= PMU_ALL;
    env->pmu.ovs &= PMU_ALL;
    env->pmu.remainder %= 64;
    for (unsigned i = 0; i < ARM_PMU_COUNTERS; i++) {
        env->pmu.count[i] &= UINT32_MAX;
    }
    find_running(env);
}
