/* SPDX-License-Identifier: MIT */
/*
 * The Virtualization Extensions of a GICv2 (ARM IHI 0048B, chapter 5): the virtual interface
 * control registers (GICH), by which a hypervisor lists interrupts, and the virtual CPU interface
 * (GICV), which a virtual machine takes for its GICC. Each CPU reaches its own.
 *
 * The state behind them is in gic_vcpu.c, with the layouts of GICv3: list registers are converted
 * here. The physical CPU interface has 8 bits of priority, the virtual one 5. Both groups share one
 * register of active priorities.
 */
#include "qemu/osdep.h"

#include "gic_internal.h"
#include "hw/irq.h"
#include "qemu/log.h"

enum { /* Table 5-7 */
       GICH_HCR = 0x00,
       GICH_VTR = 0x04,
       GICH_VMCR = 0x08,
       GICH_MISR = 0x10,
       GICH_EISR0 = 0x20,
       GICH_EISR1 = 0x24,
       GICH_ELRSR0 = 0x30,
       GICH_ELRSR1 = 0x34,
       GICH_APR = 0xf0,
       GICH_LR = 0x100,
       GICH_LR_END = GICH_LR + 4 * GIC_VCPU_LRS,
};

enum { /* Table 5-18 */
       GICV_CTLR = 0x00,
       GICV_PMR = 0x04,
       GICV_BPR = 0x08,
       GICV_IAR = 0x0c,
       GICV_EOIR = 0x10,
       GICV_RPR = 0x14,
       GICV_HPPIR = 0x18,
       GICV_ABPR = 0x1c,
       GICV_AIAR = 0x20,
       GICV_AEOIR = 0x24,
       GICV_AHPPIR = 0x28,
       GICV_APR0 = 0xd0,
       GICV_IIDR = 0xfc,
       GICV_DIR = 0x1000,
};

/* 5.3.2: five bits of priority and of preemption */
#define GICH_VTR_VALUE (4u << 29 | 4u << 26 | (GIC_VCPU_LRS - 1))

#define GICV_IIDR_ARM 0x0002043b

static void update(GICState *s, int cpu)
{
    const GICVCPU *v = &s->vcpu[cpu];
    int best = gic_vcpu_signalled(v);
    bool fiq = best >= 0 && gic_lr_group(v->lr[best]) == 0 && (v->vmcr & VMCR_VFIQEN);

    qemu_set_irq(s->parent_virq[cpu], best >= 0 && !fiq);
    qemu_set_irq(s->parent_vfiq[cpu], fiq);
    qemu_set_irq(s->maintenance_irq[cpu], gic_vcpu_maintenance(v));
}

void gic_update_virtual(GICState *s)
{
    for (int cpu = 0; cpu < s->num_cpu; cpu++) {
        update(s, cpu);
    }
}

/* Virtual interface control -------------------------------------------------------------------- */

/*
 * GICH_LR (5.3.8): VirtualID 9:0, PhysicalID 19:10 (in software's interrupts the sender's number
 * and, in bit 19, EOI), Priority 27:23, State 29:28, Grp1 30, HW 31. GICv3's has the same fields.
 */
static uint32_t lr_read(uint64_t lr)
{
    return (lr & 0x3ff) | (lr >> LR_PINTID & 0x3ff) << 10 | (lr >> (LR_PRIORITY + 3) & 0x1f) << 23 |
           (lr >> LR_STATE) << 28 | (lr >> LR_GROUP & 1) << 30 | (lr >> LR_HW & 1) << 31;
}

static uint64_t lr_from(uint32_t value)
{
    uint64_t v = value;

    return (v & 0x3ff) | (v >> 10 & 0x3ff) << LR_PINTID | (v >> 23 & 0x1f) << (LR_PRIORITY + 3) |
           (v >> 28 & 3) << LR_STATE | (v >> 30 & 1) << LR_GROUP | (v >> 31) << LR_HW;
}

static uint64_t gich_read(void *opaque, hwaddr offset, unsigned size)
{
    GICState *s = opaque;
    const GICVCPU *v = &s->vcpu[gic_current_cpu(s)];

    switch (offset) {
    case GICH_HCR:
        return v->hcr;
    case GICH_VTR:
        return GICH_VTR_VALUE;
    case GICH_VMCR:
        return v->vmcr;
    case GICH_MISR:
        return gic_vcpu_misr(v);
    case GICH_EISR0:
        return gic_vcpu_ended(v);
    case GICH_ELRSR0:
        return gic_vcpu_empty(v);
    case GICH_EISR1:
    case GICH_ELRSR1:
        return 0;
    case GICH_APR:
        return v->apr[0];
    case GICH_LR ... GICH_LR_END - 1:
        return lr_read(v->lr[(offset - GICH_LR) / 4]);
    default:
        qemu_log_mask(LOG_GUEST_ERROR, "arm_gic: read of bad GICH offset 0x%x\n", (unsigned)offset);
        return 0;
    }
}

static void gich_write(void *opaque, hwaddr offset, uint64_t value, unsigned size)
{
    GICState *s = opaque;
    int cpu = gic_current_cpu(s);
    GICVCPU *v = &s->vcpu[cpu];

    switch (offset) {
    case GICH_HCR:
        v->hcr = value & ICH_HCR_COMMON;
        break;
    case GICH_VMCR:
        gic_vcpu_set_vmcr(v, value, 0);
        break;
    case GICH_APR:
        v->apr[0] = value;
        break;
    case GICH_LR ... GICH_LR_END - 1:
        v->lr[(offset - GICH_LR) / 4] = lr_from(value);
        break;
    default:
        qemu_log_mask(LOG_GUEST_ERROR, "arm_gic: write to bad GICH offset 0x%x\n",
                      (unsigned)offset);
        return;
    }
    update(s, cpu);
}

const MemoryRegionOps gic_gich_ops = {
    .read = gich_read,
    .write = gich_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .valid = { .min_access_size = 4, .max_access_size = 4 },
    .impl = { .min_access_size = 4, .max_access_size = 4 },
};

/* Virtual CPU interface ------------------------------------------------------------------------ */

/* What IAR, HPPIR and their aliases show of list register @n, as the physical ones do (5.5). */
static uint32_t visible(const GICVCPU *v, int n, bool alias)
{
    uint64_t lr = n >= 0 ? v->lr[n] : 0;
    uint32_t intid = lr & 0x3ff;

    if (n < 0 || (alias && gic_lr_group(lr) == 0)) {
        return GIC_INTID_NONE;
    }
    if (!alias && gic_lr_group(lr) == 1 && !(v->vmcr & VMCR_VACKCTL)) {
        return GIC_INTID_GROUP1;
    }
    return intid | (intid < GIC_NR_SGIS && !(lr >> LR_HW & 1) ? (lr >> LR_PINTID & 7) << 10 : 0);
}

static uint32_t acknowledge(GICState *s, int cpu, bool alias)
{
    GICVCPU *v = &s->vcpu[cpu];
    int n = gic_vcpu_signalled(v);
    uint32_t value = visible(v, n, alias);

    if ((value & 0x3ff) < GIC_MAXIRQ) {
        gic_vcpu_activate(v, n, 0);
        update(s, cpu);
    }
    return value;
}

static void deactivate(GICState *s, int cpu, uint32_t intid)
{
    int physical = gic_vcpu_deactivate(&s->vcpu[cpu], intid);

    if (physical >= 0 && physical < s->num_irq) {
        gic_clear_active(s, cpu, physical);
    }
}

static void end_of_interrupt(GICState *s, int cpu, uint32_t intid)
{
    GICVCPU *v = &s->vcpu[cpu];

    if (intid < GIC_MAXIRQ && gic_vcpu_drop(v, 0) && !(v->vmcr & VMCR_VEOIM)) {
        deactivate(s, cpu, intid);
    }
}

/* GICV_CTLR's bits are those of GICH_VMCR. */
enum {
    GICV_CTLR_MASK = VMCR_VENG0 | VMCR_VENG1 | VMCR_VACKCTL | VMCR_VFIQEN | VMCR_VCBPR | VMCR_VEOIM,
};

static uint64_t gicv_read(void *opaque, hwaddr offset, unsigned size)
{
    GICState *s = opaque;
    int cpu = gic_current_cpu(s);
    const GICVCPU *v = &s->vcpu[cpu];

    switch (offset) {
    case GICV_CTLR:
        return v->vmcr & GICV_CTLR_MASK;
    case GICV_PMR:
        return v->vmcr >> VMCR_VPMR;
    case GICV_BPR:
        return gic_vcpu_bpr(v, 0);
    case GICV_ABPR:
        return gic_vcpu_bpr(v, 1);
    case GICV_IAR:
    case GICV_AIAR:
        return acknowledge(s, cpu, offset == GICV_AIAR);
    case GICV_RPR:
        return MIN(gic_vcpu_running_priority(v), 0xff);
    case GICV_HPPIR:
    case GICV_AHPPIR:
        return visible(v, gic_vcpu_best(v), offset == GICV_AHPPIR);
    case GICV_APR0:
        return v->apr[0];
    case GICV_IIDR:
        return GICV_IIDR_ARM;
    default:
        qemu_log_mask(LOG_GUEST_ERROR, "arm_gic: read of bad GICV offset 0x%x\n", (unsigned)offset);
        return 0;
    }
}

/* A field of GICH_VMCR that GICV has as a register. */
static void set_field(GICVCPU *v, uint32_t mask, uint32_t value)
{
    gic_vcpu_set_vmcr(v, (v->vmcr & ~mask) | (value & mask), 0);
}

static void gicv_write(void *opaque, hwaddr offset, uint64_t value, unsigned size)
{
    GICState *s = opaque;
    int cpu = gic_current_cpu(s);
    GICVCPU *v = &s->vcpu[cpu];

    switch (offset) {
    case GICV_CTLR:
        set_field(v, GICV_CTLR_MASK, value);
        break;
    case GICV_PMR:
        set_field(v, 0xffu << VMCR_VPMR, value << VMCR_VPMR);
        break;
    case GICV_BPR:
        set_field(v, 7u << VMCR_VBPR0, value << VMCR_VBPR0);
        break;
    case GICV_ABPR:
        set_field(v, 7u << VMCR_VBPR1, value << VMCR_VBPR1);
        break;
    case GICV_EOIR:
    case GICV_AEOIR:
        end_of_interrupt(s, cpu, value & 0x3ff);
        break;
    case GICV_DIR:
        if (v->vmcr & VMCR_VEOIM && (value & 0x3ff) < GIC_MAXIRQ) {
            deactivate(s, cpu, value & 0x3ff);
        }
        break;
    case GICV_APR0:
        v->apr[0] = value;
        break;
    default:
        qemu_log_mask(LOG_GUEST_ERROR, "arm_gic: write to bad GICV offset 0x%x\n",
                      (unsigned)offset);
        return;
    }
    update(s, cpu);
}

const MemoryRegionOps gic_gicv_ops = {
    .read = gicv_read,
    .write = gicv_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .valid = { .min_access_size = 4, .max_access_size = 4 },
    .impl = { .min_access_size = 4, .max_access_size = 4 },
};
