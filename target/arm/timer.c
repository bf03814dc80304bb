/* SPDX-License-Identifier: MIT */
/*
 * The generic timer (D11): the physical and the virtual timer of EL1, and their registers.
 *
 * The counter is the virtual clock at 62.5 MHz, 16 ns a tick. There is no EL2, so the virtual count
 * is the physical one. A timer's condition holds while enabled and count >= CVAL; its line is that
 * without the mask bit. When the condition does not hold yet, a QEMUTimer waits for it. All of this
 * runs under the big lock, but for reading the counter.
 */
#include "qemu/osdep.h"

#include "hw/irq.h"
#include "qemu/main-loop.h"
#include "target/arm/internals.h"
#include "target/arm/sysregs.h"

#define NS_PER_TICK (1000000000 / GTIMER_FREQ)

enum { CTL_ENABLE = 1, CTL_IMASK = 2, CTL_ISTATUS = 4 };

/* CNTKCTL_EL1 */
enum { EL0PCTEN = 1 << 0, EL0VCTEN = 1 << 1, EL0VTEN = 1 << 8, EL0PTEN = 1 << 9 };

static uint64_t counter(void)
{
    return (uint64_t)qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL) / NS_PER_TICK;
}

static void timer_update(ARMCPU *cpu, int which)
{
    ARMGenericTimer *t = &cpu->env.timer[which];
    uint64_t now = counter();
    bool met = (t->ctl & CTL_ENABLE) && now >= t->cval;

    t->ctl = (t->ctl & ~(uint64_t)CTL_ISTATUS) | (met ? CTL_ISTATUS : 0);
    if ((t->ctl & CTL_ENABLE) && !met && t->cval < INT64_MAX / NS_PER_TICK) {
        timer_mod(cpu->gt_timer[which], t->cval * NS_PER_TICK);
    } else {
        timer_del(cpu->gt_timer[which]);
    }
    qemu_set_irq(cpu->gt_timer_outputs[which], met && !(t->ctl & CTL_IMASK));
}

static void phys_expired(void *opaque)
{
    timer_update(opaque, GTIMER_PHYS);
}

static void virt_expired(void *opaque)
{
    timer_update(opaque, GTIMER_VIRT);
}

bool arm_timers_realize(ARMCPU *cpu, Error **errp)
{
    cpu->gt_timer[GTIMER_PHYS] = timer_new_ns(QEMU_CLOCK_VIRTUAL, phys_expired, cpu);
    cpu->gt_timer[GTIMER_VIRT] = timer_new_ns(QEMU_CLOCK_VIRTUAL, virt_expired, cpu);
    return true;
}

void arm_timers_finalize(ARMCPU *cpu)
{
    for (int i = 0; i < NUM_GTIMERS; i++) {
        if (cpu->gt_timer[i]) {
            timer_free(cpu->gt_timer[i]);
        }
    }
}

void arm_timers_reset(ARMCPU *cpu)
{
    for (int i = 0; i < NUM_GTIMERS; i++) {
        cpu->env.timer[i] = (ARMGenericTimer){ 0 };
        if (cpu->gt_timer[i]) {
            timer_del(cpu->gt_timer[i]);
            qemu_set_irq(cpu->gt_timer_outputs[i], 0);
        }
    }
}

/* Which timer a register is of: CRm 2 is CNTP, 3 is CNTV. */
static int which_timer(const ARMSysReg *r)
{
    return SYSREG_CRM(r->enc) == 2 ? GTIMER_PHYS : GTIMER_VIRT;
}

static uint64_t count_read(CPUARMState *env, const ARMSysReg *r)
{
    return counter();
}

static bool count_allowed(CPUARMState *env, const ARMSysReg *r, bool is_read)
{
    return env->sys.cntkctl & (SYSREG_OP2(r->enc) == 1 ? EL0PCTEN : EL0VCTEN);
}

static bool freq_allowed(CPUARMState *env, const ARMSysReg *r, bool is_read)
{
    return env->sys.cntkctl & (EL0PCTEN | EL0VCTEN);
}

static bool timer_allowed(CPUARMState *env, const ARMSysReg *r, bool is_read)
{
    return env->sys.cntkctl & (which_timer(r) == GTIMER_PHYS ? EL0PTEN : EL0VTEN);
}

/* TVAL is a signed 32-bit view of CVAL relative to the count. */
static uint64_t tval_read(CPUARMState *env, const ARMSysReg *r)
{
    return (uint32_t)(env->timer[which_timer(r)].cval - counter());
}

static void tval_write(CPUARMState *env, const ARMSysReg *r, uint64_t val)
{
    int which = which_timer(r);

    env->timer[which].cval = counter() + (uint64_t)(int64_t)(int32_t)val;
    timer_update(ARM_CPU(env_cpu(env)), which);
}

/* ISTATUS follows the count, whether or not the QEMUTimer has run yet. */
static uint64_t ctl_read(CPUARMState *env, const ARMSysReg *r)
{
    const ARMGenericTimer *t = &env->timer[which_timer(r)];
    uint64_t ctl = t->ctl & (CTL_ENABLE | CTL_IMASK);

    return ctl | ((ctl & CTL_ENABLE) && counter() >= t->cval ? CTL_ISTATUS : 0);
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

#define TIMER(name_, m, o2, rd, wr)                                                                \
    {                                                                                              \
        .name = name_, SR_ENC(3, 3, 14, m, o2), .access = SR_RW, .flags = SR_LAZY | SR_BQL,        \
        .read = rd, .write = wr, .check = timer_allowed                                            \
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
      .check = freq_allowed,
      .reset = GTIMER_FREQ },
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
      .read = count_read,
      .check = count_allowed },
    TIMER("CNTP_TVAL_EL0", 2, 0, tval_read, tval_write),
    TIMER("CNTP_CTL_EL0", 2, 1, ctl_read, ctl_write),
    TIMER("CNTP_CVAL_EL0", 2, 2, cval_read, cval_write),
    TIMER("CNTV_TVAL_EL0", 3, 0, tval_read, tval_write),
    TIMER("CNTV_CTL_EL0", 3, 1, ctl_read, ctl_write),
    TIMER("CNTV_CVAL_EL0", 3, 2, cval_read, cval_write),
};

const ARMSysRegTable arm_timer_table = SR_TABLE(timer_rows);
