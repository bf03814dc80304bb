/* SPDX-License-Identifier: MIT */
/* What the parts of the emulated GIC share: state changes (arm_gic.c) and register files. */
#ifndef HW_INTC_GIC_INTERNAL_H
#define HW_INTC_GIC_INTERNAL_H

#include "hw/intc/arm_gic_common.h"

#define GIC_INTID_NONE   1023 /* spurious: nothing to acknowledge */
#define GIC_INTID_GROUP1 1022 /* the best interrupt is in group 1: read the aliased register */
#define GIC_PRIO_IDLE    0x100

enum { GICD_CTLR_EN_GRP0 = 1 << 0, GICD_CTLR_EN_GRP1 = 1 << 1 }; /* IHI 0048B, 4.3.1 */

enum { /* 4.4.1 */
       GICC_CTLR_EN_GRP0 = 1 << 0,
       GICC_CTLR_EN_GRP1 = 1 << 1,
       GICC_CTLR_ACK_CTL = 1 << 2,
       GICC_CTLR_FIQ_EN = 1 << 3,
       GICC_CTLR_CBPR = 1 << 4,
       GICC_CTLR_EOIMODE = 1 << 9,
       GICC_CTLR_EOIMODE_NS = 1 << 10, /* with the Security Extensions */
};

/* The lowest binary points that 128 preemption levels allow (3.3.3). */
#define GIC_MIN_BPR  0
#define GIC_MIN_ABPR 1

/* GICv2 has interrupt groups with or without the Security Extensions (1.2.1). */
static inline bool gic_has_groups(const GICState *s)
{
    return s->revision >= 2;
}

/* Whether an access sees the Non-secure view of registers (4.1.3). */
static inline bool gic_is_ns(const GICState *s, MemTxAttrs attrs)
{
    return s->security_extn && !attrs.secure;
}

/* Non-secure state has the lower half of the priorities, as if it were all (3.4.2). */
#define GIC_PRIO_NS 0x80

static inline uint8_t gic_priority_to_ns(uint8_t prio)
{
    return prio & GIC_PRIO_NS ? (uint8_t)(prio << 1) : 0;
}

static inline uint8_t gic_priority_from_ns(uint8_t prio)
{
    return GIC_PRIO_NS | prio >> 1;
}

static inline uint32_t gic_all_cpus(const GICState *s)
{
    return (1u << s->num_cpu) - 1;
}

/* The CPU whose access is being served; 0 for one by a debugger or another bus master. */
int gic_current_cpu(const GICState *s);

/* Bring `ready` up to date after a change of any bit of this slot, then gic_update(). */
void gic_slot_changed(GICState *s, int slot);
/* Rebuild target_words from targets for the four interrupts from @intid, a shared one. */
void gic_targets_changed(GICState *s, int intid);
/* Drive the output lines of every CPU from the state. */
void gic_update(GICState *s);
/* Recompute everything that is derived, after reset or load. */
void gic_rebuild(GICState *s);

/* Interrupts pending as ISPENDR shows them: the latch, or a level-sensitive input. */
static inline uint32_t gic_pending_word(const GICState *s, int slot)
{
    return s->pending[slot] | (s->level[slot] & ~s->edge[slot]);
}

/* Send SGI @irq from @source to the CPUs in @mask; or take back what those sources sent. */
void gic_set_sgi(GICState *s, int cpu, int irq, uint8_t sources);
void gic_clear_sgi(GICState *s, int cpu, int irq, uint8_t sources);

/* CPU interface operations. @alias: through the aliased (group 1) register, or by a Non-secure
 * access, which is alike; @ns: the latter, with an EOImode of its own. */
uint32_t gic_acknowledge(GICState *s, int cpu, bool alias);
uint32_t gic_highest_pending(GICState *s, int cpu, bool alias);
void gic_end_of_interrupt(GICState *s, int cpu, uint32_t value, bool alias, bool ns);
void gic_deactivate(GICState *s, int cpu, uint32_t value, bool ns);
uint32_t gic_running_priority(const GICState *s, int cpu);

extern const MemoryRegionOps gic_dist_ops;
extern const MemoryRegionOps gic_cpu_ops;

/* The interrupt is not active any more. */
void gic_clear_active(GICState *s, int cpu, int intid);

/* Virtualization Extensions (arm_gic_virt.c): drive their lines; the registers. */
void gic_update_virtual(GICState *s);
extern const MemoryRegionOps gic_gich_ops, gic_gicv_ops;

#endif
