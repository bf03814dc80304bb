/* SPDX-License-Identifier: MIT */
/*
 * The event register, WFE, SEV and SEVL, the event streams of the counters, and waits that end at a
 * given time, WFET and WFIT (D1.6.1, D11.2.3).
 *
 * The event register is env->event. SEV sets it in every CPU, SEVL and an exception return in their
 * own. The streams set it whenever a bit of a counter changes, so rather than by a timer that is
 * settled when somebody asks: was there a change since the register was cleared last (event_at)?
 *
 * WFE with the register clear halts the CPU and says in env->wfe_wakes which interrupts end that:
 * those that PSTATE does not mask. arm_cpu_has_work() looks at both, from any thread. Who sets the
 * register looks at wfe_wakes after it, and who waits looks at the register after writing
 * wfe_wakes, with full barriers; so no event is lost. A waker takes the big lock only if there is
 * somebody to wake.
 *
 * The loss of the exclusive monitor by another CPU's store is an event, too, but a plain store is
 * one host instruction, of which nobody is told. So WFE with the monitor armed does not wait: it
 * lets another vCPU's thread run, and comes back. That is what spin locks do (LDXR, WFE), where the
 * wait is short.
 *
 * A WFET that times out ends by an event of its own, which waking takes back. WFIT leaves the event
 * register alone: its timer sets ARM_TIMED_OUT.
 */
#include "qemu/osdep.h"

#include "qemu/atomic.h"
#include "qemu/main-loop.h"
#include "target/arm/internals.h"
#include "tcg/translator.h"

/* CNTKCTL_EL1 and CNTHCTL_EL2 */
enum { EVNTEN = 1 << 2, EVNTDIR = 1 << 3 };

/* The bit of the counter that a stream follows. */
static unsigned stream_bit(uint64_t control)
{
    return control >> 4 & 15;
}

/* How often that bit has become 1 (EVNTDIR: 0) when the counter is at @count. */
static uint64_t changes(uint64_t control, uint64_t count)
{
    unsigned bit = stream_bit(control);

    return (count >> (bit + 1)) + (control & EVNTDIR ? 0 : count >> bit & 1);
}

/* The count of the next change after @count. */
static uint64_t next_change(uint64_t control, uint64_t count)
{
    unsigned bit = stream_bit(control);
    uint64_t half = control & EVNTDIR ? 0 : UINT64_C(1) << bit;

    return ((changes(control, count) + 1) << (bit + 1)) - half;
}

typedef struct Stream {
    uint64_t control;
    uint64_t offset; /* of its counter from the physical one */
} Stream;

/* Those that are on. A host at EL2 has that of CNTHCTL_EL2 alone. */
static unsigned streams(const CPUARMState *env, Stream *s)
{
    unsigned n = 0;

    if ((env->sys.cntkctl & EVNTEN) && !arm_in_host(env)) {
        s[n++] = (Stream){ env->sys.cntkctl, arm_has_el(env, 2) ? env->sys.cntvoff : 0 };
    }
    if ((env->sys.cnthctl & EVNTEN) && arm_has_el(env, 2)) {
        s[n++] = (Stream){ env->sys.cnthctl, 0 };
    }
    return n;
}

bool arm_take_event(CPUARMState *env)
{
    bool event = qatomic_xchg(&env->event, 0);
    Stream s[2];
    unsigned n = streams(env, s);

    if (n) {
        uint64_t now = arm_counter(env);

        for (unsigned i = 0; i < n; i++) {
            event |= changes(s[i].control, now - s[i].offset) !=
                     changes(s[i].control, env->event_at - s[i].offset);
        }
        env->event_at = now;
    }
    return event;
}

/* The streams' next event is to wake the CPU, or the count @next. */
static void start_stream(ARMCPU *cpu, uint64_t next)
{
    CPUARMState *env = &cpu->env;
    bool timed = next != UINT64_MAX;
    Stream s[2];
    unsigned n = streams(env, s);

    for (unsigned i = 0; i < n; i++) {
        next = MIN(next, next_change(s[i].control, env->event_at - s[i].offset) + s[i].offset);
    }
    if (n || timed) {
        BQL_LOCK_GUARD();
        arm_timer_at_count(cpu, cpu->event_timer, next);
    }
}

void arm_set_event(ARMCPU *cpu)
{
    CPUARMState *env = &cpu->env;

    qatomic_set(&env->event, 1);
    smp_mb();
    if (qatomic_read(&env->wfe_wakes)) {
        bool locked = bql_locked();

        if (!locked) {
            bql_lock();
        }
        qemu_cpu_kick(CPU(cpu));
        if (!locked) {
            bql_unlock();
        }
    }
}

void arm_event_expired(void *opaque)
{
    ARMCPU *cpu = opaque;
    uint32_t wakes = qatomic_read(&cpu->env.wfe_wakes);

    if (wakes & ARM_IN_WFIT) {
        qatomic_cmpxchg(&cpu->env.wfe_wakes, wakes, wakes | ARM_TIMED_OUT);
        qemu_cpu_kick(CPU(cpu));
    } else if (wakes) { /* else it was woken by something else */
        arm_set_event(cpu);
    }
}

void arm_send_event(void)
{
    CPUState *cs;

    CPU_FOREACH (cs) {
        arm_set_event(ARM_CPU(cs));
    }
}

bool arm_wait_for_event(CPUARMState *env, uint64_t timeout)
{
    CPUState *cs = env_cpu(env);
    uint32_t wakes = arm_interrupts_unmasked(env, UINT32_MAX);

    if (arm_take_event(env) || (qatomic_read(&cs->interrupt_request) & wakes)) {
        return false;
    }
    if (env->exclusive_addr != UINT64_MAX) {
        cpu_yield_turn(cs);
        return false;
    }
    qatomic_set(&env->wfe_wakes, wakes | ARM_IN_WFE);
    smp_mb();
    start_stream(ARM_CPU(cs), timeout);
    return true;
}

bool arm_wait_until(CPUARMState *env, uint64_t timeout)
{
    ARMCPU *cpu = ARM_CPU(env_cpu(env));

    if (cpu_has_work(CPU(cpu))) {
        return false;
    }
    qatomic_set(&env->wfe_wakes, ARM_WFI_WAKES | ARM_IN_WFIT);
    BQL_LOCK_GUARD();
    arm_timer_at_count(cpu, cpu->event_timer, timeout);
    return true;
}

bool arm_event_has_work(const CPUARMState *env, uint32_t request)
{
    uint32_t wakes = qatomic_read(&env->wfe_wakes);

    return (!(wakes & ARM_IN_WFIT) && qatomic_read(&env->event)) ||
           (wakes & (request | ARM_TIMED_OUT));
}

void arm_woken(CPUState *cs)
{
    CPUARMState *env = cpu_env(cs);

    if (qatomic_xchg(&env->wfe_wakes, 0) & ARM_IN_WFE) {
        arm_take_event(env); /* it has ended the WFE */
    }
}
