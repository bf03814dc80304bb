/* SPDX-License-Identifier: MIT */
/*
 * A virtual CPU interface: list registers and what is behind them, as GICv3 (ARM IHI 0069, chapter
 * 6) and GICv2 (IHI 0048B, chapter 5) both have it. All is protected by the BQL.
 */
#ifndef HW_INTC_GIC_VCPU_H
#define HW_INTC_GIC_VCPU_H

#include <stdbool.h>
#include <stdint.h>

#define GIC_VCPU_LRS 4 /* list registers */

/* Registers of EL2, with the layout that GICv3 gives them. GICv2's hcr and vmcr are the same. */
typedef struct GICVCPU {
    uint32_t hcr, vmcr;
    uint32_t apr[2]; /* active priorities, 32 levels; a GICv2 has the first alone */
    uint64_t lr[GIC_VCPU_LRS];
} GICVCPU;

enum { /* ICH_HCR_EL2 (12.4.7), GICH_HCR */
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
#define ICH_HCR_COMMON (0xff | 0x1fu << ICH_HCR_EOICOUNT)

enum { /* ICH_VMCR_EL2 (12.4.11), GICH_VMCR; fields by their lowest bit */
       VMCR_VENG0 = 1 << 0,
       VMCR_VENG1 = 1 << 1,
       VMCR_VACKCTL = 1 << 2,
       VMCR_VFIQEN = 1 << 3,
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

static inline unsigned gic_lr_group(uint64_t lr)
{
    return lr >> LR_GROUP & 1;
}

/* No interrupt, all priorities masked. @fixed: as of gic_vcpu_set_vmcr(). */
void gic_vcpu_reset(GICVCPU *v, uint32_t fixed);
/* Binary points have the lowest values that five bits of priority allow. @fixed: bits that are
 * always one. */
void gic_vcpu_set_vmcr(GICVCPU *v, uint32_t value, uint32_t fixed);
/* The binary point of a group, and the priority that runs; 0x100: none. */
unsigned gic_vcpu_bpr(const GICVCPU *v, unsigned group);
unsigned gic_vcpu_running_priority(const GICVCPU *v);

/* The list register of the highest virtual interrupt that is pending in an enabled group, -1. */
int gic_vcpu_best(const GICVCPU *v);
/* The same if it is to be signalled now, else -1. */
int gic_vcpu_signalled(const GICVCPU *v);

/* Make the interrupt of list register @n active; its priority goes to apr[@apr]. */
void gic_vcpu_activate(GICVCPU *v, int n, unsigned apr);
/* Priority drop; false if what runs is not in apr[@apr]. */
bool gic_vcpu_drop(GICVCPU *v, unsigned apr);
/* Interrupt @intid is not active any more: the physical one that ends with it, or -1. */
int gic_vcpu_deactivate(GICVCPU *v, uint32_t intid);

/* The causes of the maintenance interrupt (ICH_MISR_EL2), and whether it is signalled. */
uint32_t gic_vcpu_misr(const GICVCPU *v);
bool gic_vcpu_maintenance(const GICVCPU *v);
/* List registers, a bit each: whose end EL2 wants to know; that can be used. */
uint32_t gic_vcpu_ended(const GICVCPU *v);
uint32_t gic_vcpu_empty(const GICVCPU *v);

extern const struct VMStateDescription vmstate_gic_vcpu;

#endif
