/* SPDX-License-Identifier: MIT */
/* ARM Generic Interrupt Controller, versions 1 and 2 (ARM IHI 0048B): state. */
#ifndef HW_INTC_ARM_GIC_COMMON_H
#define HW_INTC_ARM_GIC_COMMON_H

#include "hw/intc/gic_vcpu.h"
#include "hw/sysbus.h"
#include "qom/object.h"
#include "system/memory.h"

#define GIC_MAXIRQ   1020
#define GIC_NCPU     8
#define GIC_NR_SGIS  16
#define GIC_INTERNAL 32 /* SGIs and PPIs: banked, one set for each CPU */
#define GIC_NR_APRS  4

/*
 * One bit an interrupt is kept in 32-bit words as the registers have them. Word 0 is banked: the
 * first GIC_NCPU slots are the CPUs' own word 0, then come the words 1 to 31 that all CPUs share.
 */
#define GIC_WORDS 32
#define GIC_SLOTS (GIC_NCPU + GIC_WORDS - 1)

#define TYPE_ARM_GIC_COMMON "arm_gic_common"
OBJECT_DECLARE_TYPE(GICState, ARMGICCommonClass, ARM_GIC_COMMON)

/* One window of the CPU interface: of a fixed CPU, or (-1) of the CPU that makes the access. */
typedef struct GICCpuWindow {
    GICState *gic;
    int cpu;
    MemoryRegion iomem;
} GICCpuWindow;

struct GICState {
    SysBusDevice parent_obj;

    MemoryRegion dist_iomem, gich_iomem, gicv_iomem;
    GICCpuWindow window[GIC_NCPU + 1]; /* the CPU's own, then one for each CPU */
    qemu_irq parent_irq[GIC_NCPU], parent_fiq[GIC_NCPU];
    qemu_irq parent_virq[GIC_NCPU], parent_vfiq[GIC_NCPU];
    qemu_irq maintenance_irq[GIC_NCPU];

    /* Properties */
    uint32_t num_cpu;
    uint32_t num_irq; /* SGIs and PPIs included; a multiple of 32 */
    uint32_t revision;
    uint32_t n_prio_bits;
    bool security_extn, virt_extn;
    bool reset_nonsecure; /* see arm_gic_give_to_nonsecure() */

    /* Distributor (BQL). The bit words and what else is indexed by gic_slot(). */
    uint32_t ctlr;
    uint32_t enabled[GIC_SLOTS];
    uint32_t pending[GIC_SLOTS]; /* the latch: edges, ISPENDR writes, SGIs */
    uint32_t active[GIC_SLOTS];
    uint32_t level[GIC_SLOTS]; /* the input lines */
    uint32_t edge[GIC_SLOTS];  /* edge-triggered by ICFGR */
    uint32_t group[GIC_SLOTS];
    uint32_t nsacr[GIC_SLOTS * 2]; /* two bits an interrupt, 16 of them a word */
    uint8_t priority[GIC_SLOTS * 32];
    uint8_t targets[GIC_SLOTS * 32];            /* CPU masks, of shared interrupts only */
    uint8_t sgi_source[GIC_NCPU * GIC_NR_SGIS]; /* per target CPU and SGI: mask of senders */

    /* CPU interfaces (BQL) */
    uint32_t cpu_ctlr[GIC_NCPU];
    uint32_t pmr[GIC_NCPU];
    uint32_t bpr[GIC_NCPU], abpr[GIC_NCPU];
    uint32_t apr[GIC_NCPU * GIC_NR_APRS], nsapr[GIC_NCPU * GIC_NR_APRS];

    GICVCPU vcpu[GIC_NCPU]; /* virtual interfaces, with virt_extn (BQL) */

    /* Derived from the above, so that finding the best interrupt looks at few words. */
    uint32_t ready[GIC_SLOTS];                  /* enabled, pending and not active */
    uint32_t ready_words;                       /* which shared words have a ready interrupt */
    uint32_t target_words[GIC_NCPU][GIC_WORDS]; /* per CPU: targets as bit words */
};

struct ARMGICCommonClass {
    SysBusDeviceClass parent_class;
};

/* The slot of word @word (INTID / 32) as @cpu sees it. */
static inline int gic_slot(int cpu, int word)
{
    return word ? GIC_NCPU - 1 + word : cpu;
}

/* Make the input and output lines and the register windows; the derived type calls it when it is
 * realized. Inputs: the shared interrupts, then 32 for each CPU of which 16 to 31 are its PPIs. */
void gic_init_irqs_and_mmio(GICState *s, qemu_irq_handler handler, const MemoryRegionOps *dist_ops,
                            const MemoryRegionOps *cpu_ops);

#endif
