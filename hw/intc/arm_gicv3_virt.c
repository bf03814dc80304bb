/* SPDX-License-Identifier: MIT */
/*
 * The virtual CPU interface of a GICv3 (ARM IHI 0069, chapter 6): EL2's list registers and what a
 * virtual machine at EL1 sees of them as ICV_*_EL1, under the names of the ICC registers.
 *
 * The state behind it is in gic_vcpu.c, which GICv2 has, too. ICC_SRE_EL2 is fixed: system
 * registers are the only interface, and EL1 may use it. The traps of ICH_HCR_EL2 are the CPU's
 * business (gicv3_traps); there are no SErrors to trap. Not modelled: virtual LPIs (GICv4).
 */
#include "qemu/osdep.h"

#include "gicv3_internal.h"
#include "hw/irq.h"
#include "qemu/bitops.h"
#include "qemu/host-utils.h"
#include "qemu/log.h"
#include "target/arm/cpu.h"
#include "target/arm/sysregs.h"

#define LR_WRITABLE 0xf0ff1fffffffffffull

#define ICH_HCR_WRITABLE (ICH_HCR_COMMON | ICH_HCR_TRAPS)

/* ICH_VTR_EL2 (12.4.12): five bits of priority and of preemption, Aff3, no direct injection, TDIR
 */
#define VTR_VALUE (4u << 29 | 4u << 26 | 1u << 21 | 1u << 20 | 1u << 19 | (GIC_VCPU_LRS - 1))

void gicv3_update_virtual(GICv3CPUState *c)
{
    int best = gic_vcpu_signalled(&c->vcpu);
    unsigned group = best >= 0 ? gic_lr_group(c->vcpu.lr[best]) : 0;

    c->cpu->gicv3_traps = c->vcpu.hcr & ICH_HCR_TRAPS;
    qemu_set_irq(c->virq, best >= 0 && group == 1);
    qemu_set_irq(c->vfiq, best >= 0 && group == 0);
    qemu_set_irq(c->maintenance, gic_vcpu_maintenance(&c->vcpu));
}

/* What a virtual machine sees ------------------------------------------------------------------ */

bool gicv3_is_virtual(CPUARMState *env, unsigned groups)
{
    uint64_t hcr = arm_current_el(env) == 1 ? arm_hcr(env) : 0;

    return (groups & 1 && hcr & HCR_FMO) || (groups & 2 && hcr & HCR_IMO);
}

uint64_t gicv3_v_hppi(GICv3CPUState *c, unsigned group)
{
    int best = gic_vcpu_best(&c->vcpu);
    uint64_t lr = best >= 0 ? c->vcpu.lr[best] : 0;

    return best >= 0 && gic_lr_group(lr) == group ? (uint32_t)lr : GICV3_INTID_NONE;
}

uint64_t gicv3_v_acknowledge(GICv3CPUState *c, unsigned group)
{
    int best = gic_vcpu_signalled(&c->vcpu);
    uint64_t lr = best >= 0 ? c->vcpu.lr[best] : 0;

    if (best < 0 || gic_lr_group(lr) != group) {
        return GICV3_INTID_NONE;
    }
    gic_vcpu_activate(&c->vcpu, best, group);
    gicv3_update_virtual(c);
    return (uint32_t)lr;
}

/* LPIs have no active state. */
static void v_deactivate(GICv3CPUState *c, unsigned intid)
{
    int physical = intid < GICV3_LPI_FIRST ? gic_vcpu_deactivate(&c->vcpu, intid) : -1;

    if (physical >= 0 && physical < c->gic->num_irq) {
        gicv3_deactivate(c, physical, GICV3_NONSECURE);
    }
}

static bool is_special(unsigned intid)
{
    return intid >= GICV3_MAXIRQ && intid <= GICV3_INTID_NONE;
}

void gicv3_v_end(GICv3CPUState *c, unsigned group, unsigned intid)
{
    if (is_special(intid)) {
        return;
    }
    if (gic_vcpu_drop(&c->vcpu, group) && !(c->vcpu.vmcr & VMCR_VEOIM)) {
        v_deactivate(c, intid);
    }
    gicv3_update_virtual(c);
}

void gicv3_v_dir(GICv3CPUState *c, unsigned intid)
{
    if (is_special(intid)) {
        return;
    }
    if (!(c->vcpu.vmcr & VMCR_VEOIM)) {
        qemu_log_mask(LOG_GUEST_ERROR, "arm_gicv3: ICV_DIR_EL1 written with EOImode clear\n");
        return;
    }
    v_deactivate(c, intid);
    gicv3_update_virtual(c);
}

uint64_t gicv3_v_get(GICv3CPUState *c, GICv3VirtualField field)
{
    switch (field) {
    case ICV_PMR:
        return c->vcpu.vmcr >> VMCR_VPMR;
    case ICV_RPR:
        return MIN(gic_vcpu_running_priority(&c->vcpu), 0xff);
    case ICV_BPR0:
        return gic_vcpu_bpr(&c->vcpu, 0);
    case ICV_BPR1:
        return c->vcpu.vmcr & VMCR_VCBPR ? MIN(gic_vcpu_bpr(&c->vcpu, 0) + 1, 7)
                                         : gic_vcpu_bpr(&c->vcpu, 1);
    case ICV_IGRPEN0:
    case ICV_IGRPEN1:
        return c->vcpu.vmcr >> (field - ICV_IGRPEN0) & 1;
    default: /* ICV_CTLR */
        return (c->vcpu.vmcr & VMCR_VCBPR ? ICC_CTLR_CBPR : 0) |
               (c->vcpu.vmcr & VMCR_VEOIM ? ICC_CTLR_EOIMODE : 0);
    }
}

static void set_vmcr(GICv3CPUState *c, uint32_t value)
{
    gic_vcpu_set_vmcr(&c->vcpu, value & ~(uint32_t)VMCR_VACKCTL, VMCR_VFIQEN);
    gicv3_update_virtual(c);
}

void gicv3_v_set(GICv3CPUState *c, GICv3VirtualField field, uint32_t value)
{
    uint32_t vmcr = c->vcpu.vmcr;

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

/* EL2's registers ------------------------------------------------------------------------------ */

static uint64_t hcr_read(CPUARMState *env, const ARMSysReg *r)
{
    return gicv3_cpuif(env)->vcpu.hcr;
}

static void hcr_write(CPUARMState *env, const ARMSysReg *r, uint64_t val)
{
    GICv3CPUState *c = gicv3_cpuif(env);

    c->vcpu.hcr = val & ICH_HCR_WRITABLE;
    gicv3_update_virtual(c);
}

static uint64_t misr_read(CPUARMState *env, const ARMSysReg *r)
{
    return gic_vcpu_misr(&gicv3_cpuif(env)->vcpu);
}

static uint64_t eisr_read(CPUARMState *env, const ARMSysReg *r)
{
    return gic_vcpu_ended(&gicv3_cpuif(env)->vcpu);
}

static uint64_t elrsr_read(CPUARMState *env, const ARMSysReg *r)
{
    return gic_vcpu_empty(&gicv3_cpuif(env)->vcpu);
}

static uint64_t vmcr_read(CPUARMState *env, const ARMSysReg *r)
{
    return gicv3_cpuif(env)->vcpu.vmcr;
}

static void vmcr_write(CPUARMState *env, const ARMSysReg *r, uint64_t val)
{
    set_vmcr(gicv3_cpuif(env), val);
}

static uint64_t lr_read(CPUARMState *env, const ARMSysReg *r)
{
    return gicv3_cpuif(env)->vcpu.lr[SYSREG_OP2(r->enc)];
}

static void lr_write(CPUARMState *env, const ARMSysReg *r, uint64_t val)
{
    GICv3CPUState *c = gicv3_cpuif(env);
    uint64_t prio = val >> LR_PRIORITY & GICV3_PRIO_MASK;

    val &= LR_WRITABLE;
    c->vcpu.lr[SYSREG_OP2(r->enc)] = deposit64(val, LR_PRIORITY, 8, prio);
    gicv3_update_virtual(c);
}

/* ICH_AP0R0_EL2 and ICH_AP1R0_EL2: CRm 8 and 9 */
static uint64_t ap_read(CPUARMState *env, const ARMSysReg *r)
{
    return gicv3_cpuif(env)->vcpu.apr[SYSREG_CRM(r->enc) & 1];
}

static void ap_write(CPUARMState *env, const ARMSysReg *r, uint64_t val)
{
    GICv3CPUState *c = gicv3_cpuif(env);

    c->vcpu.apr[SYSREG_CRM(r->enc) & 1] = val;
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
    gic_vcpu_reset(&c->vcpu, VMCR_VFIQEN);
    gicv3_update_virtual(c);
}
