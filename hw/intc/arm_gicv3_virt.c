/* SPDX-License-Identifier: MIT */
/*
 * The virtual CPU interface of a GICv3 (ARM IHI 0069, chapter 6): EL2's list registers and what a
 * virtual machine at EL1 sees of them as ICV_*_EL1, under the names of the ICC registers.
 *
 * Each list register holds one virtual interrupt. Virtual priorities have five bits, as physical
 * ones. ICC_SRE_EL2 is fixed: system registers are the only interface, and EL1 may use it.
 * The traps of ICH_HCR_EL2 are the CPU's business (gicv3_traps); there are no SErrors to trap.
 * Not modelled: virtual LPIs (GICv4).
 */
#include "qemu/osdep.h"

#include "gicv3_internal.h"
#include "hw/irq.h"
#include "qemu/bitops.h"
#include "qemu/host-utils.h"
#include "qemu/log.h"
#include "target/arm/cpu.h"
#include "target/arm/sysregs.h"

enum { /* ICH_HCR_EL2 (12.4.7) */
       ICH_HCR_EN = 1 << 0,
       ICH_HCR_UIE = 1 << 1,
       ICH_HCR_LRENPIE = 1 << 2,
       ICH_HCR_NPIE = 1 << 3,
       ICH_HCR_VGRP0EIE = 1 << 4,
       ICH_HCR_VGRP0DIE = 1 << 5,
       ICH_HCR_VGRP1EIE = 1 << 6,
       ICH_HCR_VGRP1DIE = 1 << 7,
       ICH_HCR_EOICOUNT = 27,
};
#define ICH_HCR_WRITABLE (0xff | ICH_HCR_TRAPS | 0x1fu << ICH_HCR_EOICOUNT)

enum { /* ICH_MISR_EL2 (12.4.9): a bit for each cause of the maintenance interrupt */
       MISR_EOI = 1 << 0,
       MISR_U = 1 << 1,
       MISR_LRENP = 1 << 2,
       MISR_NP = 1 << 3,
};

enum { /* ICH_VMCR_EL2 (12.4.11) */
       VMCR_VENG0 = 1 << 0,
       VMCR_VENG1 = 1 << 1,
       VMCR_VFIQEN = 1 << 3, /* reads as one */
       VMCR_VCBPR = 1 << 4,
       VMCR_VEOIM = 1 << 9,
       VMCR_VBPR1 = 18,
       VMCR_VBPR0 = 21,
       VMCR_VPMR = 24,
};

enum { /* ICH_LR<n>_EL2 (12.4.8) */
       LR_PINTID = 32,
       LR_EOI = 41, /* without HW: maintenance interrupt when it ends */
       LR_PRIORITY = 48,
       LR_GROUP = 60,
       LR_HW = 61,
       LR_STATE = 62,
       LR_PENDING = 1,
       LR_ACTIVE = 2,
};
#define LR_WRITABLE 0xf0ff1fffffffffffull

/* ICH_VTR_EL2 (12.4.12): five bits of priority and of preemption, Aff3, no direct injection, TDIR
 */
#define VTR_VALUE (4u << 29 | 4u << 26 | 1u << 21 | 1u << 20 | 1u << 19 | (GICV3_LRS - 1))

static unsigned lr_state(uint64_t lr)
{
    return lr >> LR_STATE;
}

static unsigned lr_priority(uint64_t lr)
{
    return lr >> LR_PRIORITY & 0xff;
}

static unsigned lr_group(uint64_t lr)
{
    return lr >> LR_GROUP & 1;
}

/* An interrupt that is gone and whose end EL2 wants to know. */
static bool lr_ended(uint64_t lr)
{
    return lr_state(lr) == 0 && !(lr >> LR_HW & 1) && (lr >> LR_EOI & 1);
}

static unsigned vbpr(const GICv3CPUState *c, unsigned group)
{
    unsigned shift = group ? VMCR_VBPR1 : VMCR_VBPR0;

    return MAX(c->ich_vmcr >> shift & 7, GICV3_MIN_BPR + group);
}

static unsigned v_group_priority(const GICv3CPUState *c, unsigned prio, unsigned group)
{
    unsigned bpr = group && !(c->ich_vmcr & VMCR_VCBPR) ? vbpr(c, 1) - 1 : vbpr(c, 0);

    return prio & (0xfe << bpr) & 0xff;
}

static unsigned v_running_priority(const GICv3CPUState *c)
{
    uint32_t active = c->ich_apr[0] | c->ich_apr[1];

    return active ? ctz32(active) << GICV3_PRIO_SHIFT : GICV3_PRIO_IDLE;
}

/* The list register of the highest virtual interrupt that is pending in an enabled group; -1. */
static int v_best(const GICv3CPUState *c)
{
    unsigned prio = GICV3_PRIO_IDLE;
    int best = -1;

    for (int i = 0; i < GICV3_LRS; i++) {
        uint64_t lr = c->ich_lr[i];
        bool enabled = c->ich_vmcr & (lr_group(lr) ? VMCR_VENG1 : VMCR_VENG0);

        if (lr_state(lr) == LR_PENDING && enabled && lr_priority(lr) < prio) {
            prio = lr_priority(lr);
            best = i;
        }
    }
    return best;
}

static bool v_can_signal(const GICv3CPUState *c, uint64_t lr)
{
    return (c->ich_hcr & ICH_HCR_EN) && lr_priority(lr) < c->ich_vmcr >> VMCR_VPMR &&
           v_group_priority(c, lr_priority(lr), lr_group(lr)) < v_running_priority(c);
}

static uint32_t misr(const GICv3CPUState *c)
{
    unsigned valid = 0, pending = 0, ended = 0;
    uint32_t hcr = c->ich_hcr, g0 = c->ich_vmcr & VMCR_VENG0, g1 = c->ich_vmcr & VMCR_VENG1;

    for (int i = 0; i < GICV3_LRS; i++) {
        valid += lr_state(c->ich_lr[i]) != 0;
        pending += lr_state(c->ich_lr[i]) == LR_PENDING;
        ended += lr_ended(c->ich_lr[i]);
    }
    return (ended ? MISR_EOI : 0) | (hcr & ICH_HCR_UIE && valid < 2 ? MISR_U : 0) |
           (hcr & ICH_HCR_LRENPIE && hcr >> ICH_HCR_EOICOUNT ? MISR_LRENP : 0) |
           (hcr & ICH_HCR_NPIE && !pending ? MISR_NP : 0) | (g0 ? hcr & ICH_HCR_VGRP0EIE : 0) |
           (g0 ? 0 : hcr & ICH_HCR_VGRP0DIE) | (g1 ? hcr & ICH_HCR_VGRP1EIE : 0) |
           (g1 ? 0 : hcr & ICH_HCR_VGRP1DIE);
}

void gicv3_update_virtual(GICv3CPUState *c)
{
    int best = v_best(c);
    bool signal = best >= 0 && v_can_signal(c, c->ich_lr[best]);
    unsigned group = best >= 0 ? lr_group(c->ich_lr[best]) : 0;

    c->cpu->gicv3_traps = c->ich_hcr & ICH_HCR_TRAPS;
    qemu_set_irq(c->virq, signal && group == 1);
    qemu_set_irq(c->vfiq, signal && group == 0);
    qemu_set_irq(c->maintenance, (c->ich_hcr & ICH_HCR_EN) && misr(c) != 0);
}

/* What a virtual machine sees ------------------------------------------------------------------
 */

bool gicv3_is_virtual(CPUARMState *env, unsigned groups)
{
    uint64_t hcr = arm_current_el(env) == 1 ? arm_hcr(env) : 0;

    return (groups & 1 && hcr & HCR_FMO) || (groups & 2 && hcr & HCR_IMO);
}

uint64_t gicv3_v_hppi(GICv3CPUState *c, unsigned group)
{
    int best = v_best(c);

    return best >= 0 && lr_group(c->ich_lr[best]) == group ? (uint32_t)c->ich_lr[best]
                                                           : GICV3_INTID_NONE;
}

uint64_t gicv3_v_acknowledge(GICv3CPUState *c, unsigned group)
{
    int best = v_best(c);
    uint64_t lr = best >= 0 ? c->ich_lr[best] : 0;

    if (best < 0 || lr_group(lr) != group || !v_can_signal(c, lr)) {
        return GICV3_INTID_NONE;
    }
    c->ich_apr[group] |= 1u << (v_group_priority(c, lr_priority(lr), group) >> GICV3_PRIO_SHIFT);
    /* LPIs have no active state. */
    c->ich_lr[best] = deposit64(lr, LR_STATE, 2, (uint32_t)lr >= GICV3_LPI_FIRST ? 0 : LR_ACTIVE);
    gicv3_update_virtual(c);
    return (uint32_t)lr;
}

/* One that EL2 has mapped to a physical interrupt ends that, too (6.4). */
static void v_deactivate(GICv3CPUState *c, unsigned intid)
{
    for (int i = 0; i < GICV3_LRS; i++) {
        uint64_t lr = c->ich_lr[i];
        unsigned physical = lr >> LR_PINTID & 0x3ff;

        if (!(lr_state(lr) & LR_ACTIVE) || (uint32_t)lr != intid) {
            continue;
        }
        c->ich_lr[i] = deposit64(lr, LR_STATE, 2, lr_state(lr) & ~LR_ACTIVE);
        if (lr >> LR_HW & 1 && physical < c->gic->num_irq) {
            gicv3_deactivate(c, physical);
        }
        return;
    }
    c->ich_hcr += 1u << ICH_HCR_EOICOUNT; /* wraps, five bits */
}

void gicv3_v_end(GICv3CPUState *c, unsigned group, unsigned intid)
{
    uint32_t *apr = &c->ich_apr[group];

    if (intid >= GICV3_MAXIRQ && intid <= GICV3_INTID_NONE) {
        return;
    }
    if (*apr && (!c->ich_apr[!group] || ctz32(*apr) < ctz32(c->ich_apr[!group]))) {
        *apr &= *apr - 1;
        if (!(c->ich_vmcr & VMCR_VEOIM) && intid < GICV3_LPI_FIRST) {
            v_deactivate(c, intid);
        }
    }
    gicv3_update_virtual(c);
}

void gicv3_v_dir(GICv3CPUState *c, unsigned intid)
{
    if (c->ich_vmcr & VMCR_VEOIM && intid < GICV3_LPI_FIRST) {
        v_deactivate(c, intid);
        gicv3_update_virtual(c);
    }
}

uint64_t gicv3_v_get(GICv3CPUState *c, GICv3VirtualField field)
{
    switch (field) {
    case ICV_PMR:
        return c->ich_vmcr >> VMCR_VPMR;
    case ICV_RPR:
        return MIN(v_running_priority(c), 0xff);
    case ICV_BPR0:
        return vbpr(c, 0);
    case ICV_BPR1:
        return c->ich_vmcr & VMCR_VCBPR ? MIN(vbpr(c, 0) + 1, 7) : vbpr(c, 1);
    case ICV_IGRPEN0:
    case ICV_IGRPEN1:
        return c->ich_vmcr >> (field - ICV_IGRPEN0) & 1;
    default: /* ICV_CTLR */
        return (c->ich_vmcr & VMCR_VCBPR ? ICC_CTLR_CBPR : 0) |
               (c->ich_vmcr & VMCR_VEOIM ? ICC_CTLR_EOIMODE : 0);
    }
}

static void set_vmcr(GICv3CPUState *c, uint32_t value)
{
    uint32_t pmr = value >> VMCR_VPMR & GICV3_PRIO_MASK;

    c->ich_vmcr = (value & (VMCR_VENG0 | VMCR_VENG1 | VMCR_VCBPR | VMCR_VEOIM | 7u << VMCR_VBPR0 |
                            7u << VMCR_VBPR1)) |
                  VMCR_VFIQEN | pmr << VMCR_VPMR;
    c->ich_vmcr = deposit32(c->ich_vmcr, VMCR_VBPR0, 3, vbpr(c, 0));
    c->ich_vmcr = deposit32(c->ich_vmcr, VMCR_VBPR1, 3, vbpr(c, 1));
    gicv3_update_virtual(c);
}

void gicv3_v_set(GICv3CPUState *c, GICv3VirtualField field, uint32_t value)
{
    uint32_t vmcr = c->ich_vmcr;

    switch (field) {
    case ICV_PMR:
        vmcr = deposit32(vmcr, VMCR_VPMR, 8, value & 0xff);
        break;
    case ICV_BPR0:
        vmcr = deposit32(vmcr, VMCR_VBPR0, 3, value & 7);
        break;
    case ICV_BPR1:
        vmcr = vmcr & VMCR_VCBPR ? vmcr : deposit32(vmcr, VMCR_VBPR1, 3, value & 7);
        break;
    case ICV_IGRPEN0:
    case ICV_IGRPEN1:
        vmcr = deposit32(vmcr, field - ICV_IGRPEN0, 1, value & 1);
        break;
    default: /* ICV_CTLR */
        vmcr = deposit32(vmcr, 4, 1, value & ICC_CTLR_CBPR ? 1 : 0);
        vmcr = deposit32(vmcr, 9, 1, value & ICC_CTLR_EOIMODE ? 1 : 0);
        break;
    }
    set_vmcr(c, vmcr);
}

/* EL2's registers ------------------------------------------------------------------------------
 */

static uint64_t hcr_read(CPUARMState *env, const ARMSysReg *r)
{
    return gicv3_cpuif(env)->ich_hcr;
}

static void hcr_write(CPUARMState *env, const ARMSysReg *r, uint64_t val)
{
    GICv3CPUState *c = gicv3_cpuif(env);

    c->ich_hcr = val & ICH_HCR_WRITABLE;
    gicv3_update_virtual(c);
}

static uint64_t misr_read(CPUARMState *env, const ARMSysReg *r)
{
    return misr(gicv3_cpuif(env));
}

static uint64_t eisr_read(CPUARMState *env, const ARMSysReg *r)
{
    const GICv3CPUState *c = gicv3_cpuif(env);
    uint64_t value = 0;

    for (int i = 0; i < GICV3_LRS; i++) {
        value |= (uint64_t)lr_ended(c->ich_lr[i]) << i;
    }
    return value;
}

/* Usable: invalid, and nothing that EL2 has yet to see. */
static uint64_t elrsr_read(CPUARMState *env, const ARMSysReg *r)
{
    const GICv3CPUState *c = gicv3_cpuif(env);
    uint64_t value = 0;

    for (int i = 0; i < GICV3_LRS; i++) {
        uint64_t lr = c->ich_lr[i];

        value |= (uint64_t)(lr_state(lr) == 0 && !lr_ended(lr)) << i;
    }
    return value;
}

static uint64_t vmcr_read(CPUARMState *env, const ARMSysReg *r)
{
    return gicv3_cpuif(env)->ich_vmcr;
}

static void vmcr_write(CPUARMState *env, const ARMSysReg *r, uint64_t val)
{
    set_vmcr(gicv3_cpuif(env), val);
}

static uint64_t lr_read(CPUARMState *env, const ARMSysReg *r)
{
    return gicv3_cpuif(env)->ich_lr[SYSREG_OP2(r->enc)];
}

static void lr_write(CPUARMState *env, const ARMSysReg *r, uint64_t val)
{
    GICv3CPUState *c = gicv3_cpuif(env);
    uint64_t prio = val >> LR_PRIORITY & GICV3_PRIO_MASK;

    val &= LR_WRITABLE;
    c->ich_lr[SYSREG_OP2(r->enc)] = deposit64(val, LR_PRIORITY, 8, prio);
    gicv3_update_virtual(c);
}

/* ICH_AP0R0_EL2 and ICH_AP1R0_EL2: CRm 8 and 9 */
static uint64_t ap_read(CPUARMState *env, const ARMSysReg *r)
{
    return gicv3_cpuif(env)->ich_apr[SYSREG_CRM(r->enc) & 1];
}

static void ap_write(CPUARMState *env, const ARMSysReg *r, uint64_t val)
{
    GICv3CPUState *c = gicv3_cpuif(env);

    c->ich_apr[SYSREG_CRM(r->enc) & 1] = val;
    gicv3_update_virtual(c);
}

static bool has_el2(const ARMCPU *cpu)
{
    return arm_has_el(&cpu->env, 2);
}

#define ICH(name_, m, o2, access_, read_, write_)                                                  \
    GICV3_REG("ICH_" name_ "_EL2", 4, 12, m, o2, access_, read_, write_, has_el2)

const ARMSysReg gicv3_ich_rows[GICV3_ICH_ROWS] = {
    ICH("AP0R0", 8, 0, SR_RW1, ap_read, ap_write),
    ICH("AP1R0", 9, 0, SR_RW1, ap_read, ap_write),
    GICV3_FIXED_REG("ICC_SRE_EL2", 4, 12, 9, 5, SR_RW1, 15, has_el2),
    ICH("HCR", 11, 0, SR_RW1, hcr_read, hcr_write),
    GICV3_FIXED_REG("ICH_VTR_EL2", 4, 12, 11, 1, SR_R1, VTR_VALUE, has_el2),
    ICH("MISR", 11, 2, SR_R1, misr_read, NULL),
    ICH("EISR", 11, 3, SR_R1, eisr_read, NULL),
    ICH("ELRSR", 11, 5, SR_R1, elrsr_read, NULL),
    ICH("VMCR", 11, 7, SR_RW1, vmcr_read, vmcr_write),
    ICH("LR0", 12, 0, SR_RW1, lr_read, lr_write),
    ICH("LR1", 12, 1, SR_RW1, lr_read, lr_write),
    ICH("LR2", 12, 2, SR_RW1, lr_read, lr_write),
    ICH("LR3", 12, 3, SR_RW1, lr_read, lr_write),
};

void gicv3_virt_reset(GICv3CPUState *c)
{
    c->ich_hcr = 0;
    memset(c->ich_lr, 0, sizeof(c->ich_lr));
    memset(c->ich_apr, 0, sizeof(c->ich_apr));
    set_vmcr(c, 0);
}
