/* SPDX-License-Identifier: MIT */
/*
 * The generic timers (D11): physical and virtual ones of EL1 and of EL2, the physical one of Secure
 * EL1, and their registers.
 *
 * The counter is the virtual clock, by default at 62.5 MHz, 16 ns a tick. EL1's virtual timer
 * counts from CNTVOFF_EL2. A timer's condition holds while enabled and count >= CVAL; its line is
 * that without the mask bit. When the condition does not hold yet, a QEMUTimer waits for it. All of
 * this runs under the big lock, but for reading the counter.
 */
#include "qemu/osdep.h"

#include "hw/irq.h"
#include "qapi/error.h"
#include "qemu/host-utils.h"
#include "qemu/main-loop.h"
#include "target/arm/internals.h"
#include "target/arm/sysregs.h"

#define NS_PER_SECOND 1000000000

enum { CTL_ENABLE = 1, CTL_IMASK = 2, CTL_ISTATUS = 4 };

/* CNTKCTL_EL1 */
enum { EL0PCTEN = 1 << 0, EL0VCTEN = 1 << 1, EL0VTEN = 1 << 8, EL0PTEN = 1 << 9 };

static const ARMCPU *cpu_of(const CPUARMState *env)
{
    return container_of(env, ARMCPU, env);
}

static uint64_t counter(const CPUARMState *env)
{
    const ARMCPU *cpu = cpu_of(env);
    uint64_t ns = (uint64_t)qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL);

    return cpu->ns_per_tick ? ns / cpu->ns_per_tick : muldiv64(ns, cpu->cntfrq, NS_PER_SECOND);
}

uint64_t arm_counter(const CPUARMState *env)
{
    return counter(env);
}

/* The time at which the counter reaches @count; false: beyond what the clock can tell. */
static bool time_of(const ARMCPU *cpu, uint64_t count, int64_t *ns)
{
    unsigned __int128 when =
        ((unsigned __int128)count * NS_PER_SECOND + cpu->cntfrq - 1) / cpu->cntfrq;

    *ns = (int64_t)when;
    return when < INT64_MAX;
}

void arm_timer_at_count(const ARMCPU *cpu, QEMUTimer *timer, uint64_t count)
{
    int64_t ns;

    if (time_of(cpu, count, &ns)) {
        timer_mod(timer, ns);
    } else {
        timer_del(timer);
    }
}

/* The count that @which compares with. */
static uint64_t count_of(const CPUARMState *env, int which)
{
    return counter(env) - (which == GTIMER_VIRT && arm_has_el(env, 2) ? env->sys.cntvoff : 0);
}

static void timer_update(ARMCPU *cpu, int which)
{
    ARMGenericTimer *t = &cpu->env.timer[which];
    uint64_t now = counter(&cpu->env), count = count_of(&cpu->env, which);
    uint64_t when = t->cval + (now - count); /* by the physical counter */
    bool met = (t->ctl & CTL_ENABLE) && count >= t->cval;
    int64_t ns;

    t->ctl = (t->ctl & ~(uint64_t)CTL_ISTATUS) | (met ? CTL_ISTATUS : 0);
    if ((t->ctl & CTL_ENABLE) && !met && when > now && time_of(cpu, when, &ns)) {
        timer_mod(cpu->gt_timer[which], ns);
    } else {
        timer_del(cpu->gt_timer[which]);
    }
    qemu_set_irq(cpu->gt_timer_outputs[which], met && !(t->ctl & CTL_IMASK));
}

#define EXPIRED(name, which)                                                                       \
    static void name(void *opaque)                                                                 \
    {                                                                                              \
        timer_update(opaque, which);                                                               \
    }

EXPIRED(phys_expired, GTIMER_PHYS)
EXPIRED(virt_expired, GTIMER_VIRT)
EXPIRED(hyp_expired, GTIMER_HYP)
EXPIRED(sec_expired, GTIMER_SEC)
EXPIRED(hypvirt_expired, GTIMER_HYPVIRT)

bool arm_timers_realize(ARMCPU *cpu, Error **errp)
{
    static QEMUTimerCB *const expired[NUM_GTIMERS] = {
        [GTIMER_PHYS] = phys_expired,       [GTIMER_VIRT] = virt_expired,
        [GTIMER_HYP] = hyp_expired,         [GTIMER_SEC] = sec_expired,
        [GTIMER_HYPVIRT] = hypvirt_expired,
    };

    if (cpu->cntfrq == 0 || cpu->cntfrq > NS_PER_SECOND) {
        error_setg(errp, "cntfrq is %" PRIu64 "; it can be 1 to %d ticks a second", cpu->cntfrq,
                   NS_PER_SECOND);
        return false;
    }
    cpu->ns_per_tick = NS_PER_SECOND % cpu->cntfrq ? 0 : NS_PER_SECOND / cpu->cntfrq;
    for (int i = 0; i < NUM_GTIMERS; i++) {
        cpu->gt_timer[i] = timer_new_ns(QEMU_CLOCK_VIRTUAL, expired[i], cpu);
    }
    cpu->event_timer = timer_new_ns(QEMU_CLOCK_VIRTUAL, arm_event_expired, cpu);
    return true;
}

void arm_timers_finalize(ARMCPU *cpu)
{
    for (int i = 0; i < NUM_GTIMERS; i++) {
        if (cpu->gt_timer[i]) {
            timer_free(cpu->gt_timer[i]);
        }
    }
    if (cpu->event_timer) {
        timer_free(cpu->event_timer);
    }
}

void arm_timers_reset(ARMCPU *cpu)
{
    cpu->env.sys.cntfrq = cpu->cntfrq;
    for (int i = 0; i < NUM_GTIMERS; i++) {
        cpu->env.timer[i] = (ARMGenericTimer){ 0 };
        if (cpu->gt_timer[i]) {
            timer_del(cpu->gt_timer[i]);
            qemu_set_irq(cpu->gt_timer_outputs[i], 0);
        }
    }
    if (cpu->event_timer) {
        timer_del(cpu->event_timer);
    }
}

/* Which timer a register is of: CRm 2 is physical, 3 is virtual; op1 4 is EL2, 7 Secure EL1. */
static int which_timer(const ARMSysReg *r)
{
    bool physical = SYSREG_CRM(r->enc) == 2;

    switch (SYSREG_OP1(r->enc)) {
    case 4:
        return physical ? GTIMER_HYP : GTIMER_HYPVIRT;
    case 7:
        return GTIMER_SEC;
    default:
        return physical ? GTIMER_PHYS : GTIMER_VIRT;
    }
}

static uint64_t count_read(CPUARMState *env, const ARMSysReg *r)
{
    return counter(env);
}

/* A host at EL2 and its EL0 see no offset. */
uint64_t arm_virtual_counter(const CPUARMState *env)
{
    bool host = arm_in_host(env) ? arm_current_el(env) != 1
                                 : arm_current_el(env) == 2 && (arm_hcr(env) & HCR_E2H);

    return host ? counter(env) : count_of(env, GTIMER_VIRT);
}

static uint64_t virtual_count_read(CPUARMState *env, const ARMSysReg *r)
{
    return arm_virtual_counter(env);
}

/* CNTKCTL_EL1 for EL0; for that of a host at EL2, CNTHCTL_EL2, which has the same bits then. */
static uint64_t el0_control(const CPUARMState *env)
{
    return arm_in_host(env) ? env->sys.cnthctl : env->sys.cntkctl;
}

static bool count_allowed(CPUARMState *env, const ARMSysReg *r, bool is_read)
{
    return el0_control(env) & (SYSREG_OP2(r->enc) == 1 ? EL0PCTEN : EL0VCTEN);
}

static bool freq_allowed(CPUARMState *env, const ARMSysReg *r, bool is_read)
{
    return el0_control(env) & (EL0PCTEN | EL0VCTEN);
}

static bool timer_allowed(CPUARMState *env, const ARMSysReg *r, bool is_read)
{
    return el0_control(env) & (SYSREG_CRM(r->enc) == 2 ? EL0PTEN : EL0VTEN);
}

/* TVAL is a signed 32-bit view of CVAL relative to the count. */
static uint64_t tval_read(CPUARMState *env, const ARMSysReg *r)
{
    int which = which_timer(r);

    return (uint32_t)(env->timer[which].cval - count_of(env, which));
}

static void tval_write(CPUARMState *env, const ARMSysReg *r, uint64_t val)
{
    int which = which_timer(r);

    env->timer[which].cval = count_of(env, which) + (uint64_t)(int64_t)(int32_t)val;
    timer_update(ARM_CPU(env_cpu(env)), which);
}

/* ISTATUS follows the count, whether or not the QEMUTimer has run yet. */
static uint64_t ctl_read(CPUARMState *env, const ARMSysReg *r)
{
    int which = which_timer(r);
    const ARMGenericTimer *t = &env->timer[which];
    uint64_t ctl = t->ctl & (CTL_ENABLE | CTL_IMASK);

    return ctl | ((ctl & CTL_ENABLE) && count_of(env, which) >= t->cval ? CTL_ISTATUS : 0);
}

static void ctl_write(CPUARMState *env, const ARMSysReg *r, uint64_t val)
{
    int which = which_timer(r);

    env->timer[which].ctl = val & (CTL_ENABLE | CTL_IMASK);
    timer_update(ARM_CPU(env_cpu(env)), which);
}

static uint64_t cval_read(CPUARMState *env, const ARMSysReg *r)
{
    return env->timer[which_timer(r)].cval;
}

static void cval_write(CPUARMState *env, const ARMSysReg *r, uint64_t val)
{
    int which = which_timer(r);

    env->timer[which].cval = val;
    timer_update(ARM_CPU(env_cpu(env)), which);
}

static uint64_t cntvoff_read(CPUARMState *env, const ARMSysReg *r)
{
    return env->sys.cntvoff;
}

static void cntvoff_write(CPUARMState *env, const ARMSysReg *r, uint64_t val)
{
    env->sys.cntvoff = val;
    timer_update(ARM_CPU(env_cpu(env)), GTIMER_VIRT);
}

static bool has_vhe(const ARMCPU *cpu)
{
    return isar_field(cpu->env.isar.id_aa64mmfr1, ID_AA64MMFR1_VH);
}

static bool has_el3(const ARMCPU *cpu)
{
    return cpu->has_el3;
}

/* It exists for EL3 and Secure EL1: SCR_EL3.ST lets the latter use it (D11.2.4). */
static bool not_secure_timer(const CPUARMState *env)
{
    return !arm_is_secure(env) || arm_current_el(env) == 2;
}

#define TIMER_REG(name_, o1, m, o2, rd, wr, p)                                                     \
    {                                                                                              \
        .name = name_, SR_ENC(3, o1, 14, m, o2), .access = SR_RW, .flags = SR_LAZY | SR_BQL,       \
        .read = rd, .write = wr, .check = timer_allowed, .present = p                              \
    }
#define TIMER(name_, suffix, o1, m, p)                                                             \
    TIMER_REG(name_ "_TVAL" suffix, o1, m, 0, tval_read, tval_write, p),                           \
        TIMER_REG(name_ "_CTL" suffix, o1, m, 1, ctl_read, ctl_write, p),                          \
        TIMER_REG(name_ "_CVAL" suffix, o1, m, 2, cval_read, cval_write, p)

#define SECURE_TIMER(name_, o2, rd, wr)                                                            \
    {                                                                                              \
        .name = name_, SR_ENC(3, 7, 14, 2, o2), .access = SR_RW1, .flags = SR_LAZY | SR_BQL,       \
        .read = rd, .write = wr, .present = has_el3, .undefined = not_secure_timer                 \
    }

static const ARMSysReg timer_rows[] = {
    { .name = "CNTKCTL_EL1",
      SR_ENC(3, 0, 14, 1, 0),
      .access = SR_RW1,
      SR_FIELD(sys.cntkctl),
      .value = 0x3ff },
    { .name = "CNTFRQ_EL0",
      SR_ENC(3, 3, 14, 0, 0),
      .access = SR_RW1_R0,
      SR_FIELD(sys.cntfrq),
      .value = 0xffffffff,
      .check = freq_allowed },
    { .name = "CNTPCT_EL0",
      SR_ENC(3, 3, 14, 0, 1),
      .access = SR_R,
      .flags = SR_LAZY,
      .read = count_read,
      .check = count_allowed },
    { .name = "CNTVCT_EL0",
      SR_ENC(3, 3, 14, 0, 2),
      .access = SR_R,
      .flags = SR_LAZY,
      .read = virtual_count_read,
      .check = count_allowed },
    TIMER("CNTP", "_EL0", 3, 2, NULL),
    TIMER("CNTV", "_EL0", 3, 3, NULL),
    { .name = "CNTVOFF_EL2",
      SR_ENC(3, 4, 14, 0, 3),
      .access = SR_RW1,
      .flags = SR_LAZY | SR_BQL,
      SR_FIELD(sys.cntvoff),
      .read = cntvoff_read,
      .write = cntvoff_write },
    { .name = "CNTHCTL_EL2", SR_ENC(3, 4, 14, 1, 0), .access = SR_RW1, SR_FIELD(sys.cnthctl) },
    TIMER("CNTHP", "_EL2", 4, 2, NULL),
    TIMER("CNTHV", "_EL2", 4, 3, has_vhe),
    SECURE_TIMER("CNTPS_TVAL_EL1", 0, tval_read, tval_write),
    SECURE_TIMER("CNTPS_CTL_EL1", 1, ctl_read, ctl_write),
    SECURE_TIMER("CNTPS_CVAL_EL1", 2, cval_read, cval_write),
};

const ARMSysRegTable arm_timer_table = SR_TABLE(timer_rows);
