/* SPDX-License-Identifier: MIT */
/*
 * The virtual CPU interface that GICv2 and GICv3 share: which virtual interrupt is signalled, what
 * acknowledging and ending it do to its list register, what EL2 is told by maintenance interrupts
 * (ARM IHI 0069, chapter 6; IHI 0048B, chapter 5).
 *
 * Each list register holds one virtual interrupt. Virtual priorities have five bits, as GICv3's
 * physical ones, so that one register of active priorities for a group is enough.
 */
#include "qemu/osdep.h"

#include "hw/intc/gic_vcpu.h"
#include "migration/vmstate.h"
#include "qemu/bitops.h"
#include "qemu/host-utils.h"

enum { PRIO_IDLE = 0x100, PRIO_SHIFT = 3, PRIO_MASK = 0xf8, MIN_BPR = 2, FIRST_LPI = 8192 };

enum { /* ICH_MISR_EL2 (12.4.9); group 0's and 1's bits are at the places of those in ICH_HCR_EL2 */
       MISR_EOI = 1 << 0,
       MISR_U = 1 << 1,
       MISR_LRENP = 1 << 2,
       MISR_NP = 1 << 3,
};

static unsigned lr_state(uint64_t lr)
{
    return lr >> LR_STATE;
}

static unsigned lr_priority(uint64_t lr)
{
    return lr >> LR_PRIORITY & 0xff;
}

/* An interrupt that is gone and whose end EL2 wants to know. */
static bool lr_ended(uint64_t lr)
{
    return lr_state(lr) == 0 && !(lr >> LR_HW & 1) && (lr >> LR_EOI & 1);
}

/* Priorities --------------------------------------------------------------------------------- */

unsigned gic_vcpu_bpr(const GICVCPU *v, unsigned group)
{
    unsigned shift = group ? VMCR_VBPR1 : VMCR_VBPR0;

    return MAX(v->vmcr >> shift & 7, MIN_BPR + group);
}

/* What counts for preemption of a priority: of an interrupt of @group, and of what runs while one
 * of that group is compared with it. */
static unsigned group_priority(const GICVCPU *v, unsigned prio, unsigned group)
{
    unsigned bpr = group && !(v->vmcr & VMCR_VCBPR) ? gic_vcpu_bpr(v, 1) - 1 : gic_vcpu_bpr(v, 0);

    return prio & (0xfe << bpr) & 0xff;
}

unsigned gic_vcpu_running_priority(const GICVCPU *v)
{
    uint32_t active = v->apr[0] | v->apr[1];

    return active ? ctz32(active) << PRIO_SHIFT : PRIO_IDLE;
}

void gic_vcpu_set_vmcr(GICVCPU *v, uint32_t value, uint32_t fixed)
{
    uint32_t pmr = value >> VMCR_VPMR & PRIO_MASK;

    v->vmcr = value & (VMCR_VENG0 | VMCR_VENG1 | VMCR_VACKCTL | VMCR_VFIQEN | VMCR_VCBPR |
                       VMCR_VEOIM | 7u << VMCR_VBPR0 | 7u << VMCR_VBPR1);
    v->vmcr |= fixed | pmr << VMCR_VPMR;
    v->vmcr = deposit32(v->vmcr, VMCR_VBPR0, 3, gic_vcpu_bpr(v, 0));
    v->vmcr = deposit32(v->vmcr, VMCR_VBPR1, 3, gic_vcpu_bpr(v, 1));
}

/* Choosing ----------------------------------------------------------------------------------- */

int gic_vcpu_best(const GICVCPU *v)
{
    unsigned prio = PRIO_IDLE;
    int best = -1;

    for (int i = 0; i < GIC_VCPU_LRS; i++) {
        uint64_t lr = v->lr[i];
        bool enabled = v->vmcr & (gic_lr_group(lr) ? VMCR_VENG1 : VMCR_VENG0);

        if (lr_state(lr) == LR_PENDING && enabled && lr_priority(lr) < prio) {
            prio = lr_priority(lr);
            best = i;
        }
    }
    return best;
}

int gic_vcpu_signalled(const GICVCPU *v)
{
    int best = gic_vcpu_best(v);
    uint64_t lr = best >= 0 ? v->lr[best] : 0;
    unsigned running = gic_vcpu_running_priority(v), group = gic_lr_group(lr);

    if (best < 0 || !(v->hcr & ICH_HCR_EN) || lr_priority(lr) >= v->vmcr >> VMCR_VPMR) {
        return -1;
    }
    if (running != PRIO_IDLE &&
        group_priority(v, lr_priority(lr), group) >= group_priority(v, running, group)) {
        return -1;
    }
    return best;
}

/* Acknowledge and end ------------------------------------------------------------------------ */

void gic_vcpu_activate(GICVCPU *v, int n, unsigned apr)
{
    uint64_t *lr = &v->lr[n];
    unsigned prio = group_priority(v, lr_priority(*lr), gic_lr_group(*lr));

    v->apr[apr] |= 1u << (prio >> PRIO_SHIFT);
    /* LPIs have no active state. */
    *lr = deposit64(*lr, LR_STATE, 2, (uint32_t)*lr >= FIRST_LPI ? 0 : LR_ACTIVE);
}

bool gic_vcpu_drop(GICVCPU *v, unsigned apr)
{
    uint32_t *mine = &v->apr[apr], other = v->apr[!apr];

    /* EL2 may say that both groups have the same priority active: then group 0 comes first. */
    if (!*mine || (other && ctz32(other) < ctz32(*mine) + apr)) {
        return false;
    }
    *mine &= *mine - 1;
    return true;
}

/* One that EL2 has mapped to a physical interrupt ends that, too (6.4). */
int gic_vcpu_deactivate(GICVCPU *v, uint32_t intid)
{
    for (int i = 0; i < GIC_VCPU_LRS; i++) {
        uint64_t lr = v->lr[i];

        if (lr_state(lr) & LR_ACTIVE && (uint32_t)lr == intid) {
            v->lr[i] = deposit64(lr, LR_STATE, 2, lr_state(lr) & ~LR_ACTIVE);
            return lr >> LR_HW & 1 ? (int)(lr >> LR_PINTID & 0x3ff) : -1;
        }
    }
    v->hcr += 1u << ICH_HCR_EOICOUNT; /* wraps, five bits */
    return -1;
}

/* What EL2 is told ----------------------------------------------------------------------------- */

uint32_t gic_vcpu_ended(const GICVCPU *v)
{
    uint32_t value = 0;

    for (int i = 0; i < GIC_VCPU_LRS; i++) {
        value |= (uint32_t)lr_ended(v->lr[i]) << i;
    }
    return value;
}

/* Invalid, and nothing that EL2 has yet to see. */
uint32_t gic_vcpu_empty(const GICVCPU *v)
{
    uint32_t value = 0;

    for (int i = 0; i < GIC_VCPU_LRS; i++) {
        value |= (uint32_t)(lr_state(v->lr[i]) == 0 && !lr_ended(v->lr[i])) << i;
    }
    return value;
}

uint32_t gic_vcpu_misr(const GICVCPU *v)
{
    unsigned valid = 0, pending = 0;
    uint32_t hcr = v->hcr, g0 = v->vmcr & VMCR_VENG0, g1 = v->vmcr & VMCR_VENG1;

    for (int i = 0; i < GIC_VCPU_LRS; i++) {
        valid += lr_state(v->lr[i]) != 0;
        pending += lr_state(v->lr[i]) == LR_PENDING;
    }
    return (gic_vcpu_ended(v) ? MISR_EOI : 0) | (hcr & ICH_HCR_UIE && valid < 2 ? MISR_U : 0) |
           (hcr & ICH_HCR_LRENPIE && hcr >> ICH_HCR_EOICOUNT ? MISR_LRENP : 0) |
           (hcr & ICH_HCR_NPIE && !pending ? MISR_NP : 0) | (g0 ? hcr & ICH_HCR_VGRP0EIE : 0) |
           (g0 ? 0 : hcr & ICH_HCR_VGRP0DIE) | (g1 ? hcr & ICH_HCR_VGRP1EIE : 0) |
           (g1 ? 0 : hcr & ICH_HCR_VGRP1DIE);
}

bool gic_vcpu_maintenance(const GICVCPU *v)
{
    return (v->hcr & ICH_HCR_EN) && gic_vcpu_misr(v);
}

/* Life ----------------------------------------------------------------------------------------- */

void gic_vcpu_reset(GICVCPU *v, uint32_t fixed)
{
    memset(v, 0, sizeof(*v));
    gic_vcpu_set_vmcr(v, 0, fixed);
}

const VMStateDescription vmstate_gic_vcpu = {
    .name = "gic_vcpu",
    .version_id = 1,
    .minimum_version_id = 1,
    .fields =
        (const VMStateField[]){
            VMSTATE_UINT32(hcr, GICVCPU),
            VMSTATE_UINT32(vmcr, GICVCPU),
            VMSTATE_UINT32_ARRAY(apr, GICVCPU, 2),
            VMSTATE_UINT64_ARRAY(lr, GICVCPU, GIC_VCPU_LRS),
            VMSTATE_END_OF_LIST(),
        },
};
