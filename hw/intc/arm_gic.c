/* SPDX-License-Identifier: MIT */
/*
 * The state machine of a GICv1/v2 (ARM IHI 0048B, chapter 3).
 *
 * An interrupt is a bit in words of 32, as in the registers; arm_gic_common.h explains the slots.
 * `ready` holds, per word, the interrupts that could be signalled: enabled, pending, not active.
 * Whoever changes one of its inputs calls gic_slot_changed(). The best interrupt of a CPU is found
 * by walking the set bits of its own ready word and of the shared words that `ready_words` names,
 * masked by what targets this CPU; in practice one word with one bit.
 *
 * Invariants: ready[i] == enabled & (pending | (level & ~edge)) & ~active for each slot; bit w of
 * ready_words is set if and only if ready[gic_slot(0, w)] is not 0; bit n of a CPU's pending word 0
 * is set, for an SGI n, if and only if sgi_source[cpu][n] is not 0.
 * Everything is protected by the BQL.
 */
#include "qemu/osdep.h"

#include "gic_fdt.h"
#include "gic_internal.h"
#include "hw/core/cpu.h"
#include "hw/intc/arm_gic.h"
#include "hw/irq.h"
#include "qapi/error.h"
#include "qemu/host-utils.h"
#include "qemu/log.h"
#include "qemu/module.h"
#include "system/device_tree.h"

int gic_current_cpu(const GICState *s)
{
    int cpu = current_cpu ? current_cpu->cpu_index : 0;

    return cpu < s->num_cpu ? cpu : 0;
}

static void gic_refresh_ready(GICState *s, int slot)
{
    int word = slot - (GIC_NCPU - 1);

    s->ready[slot] = s->enabled[slot] & gic_pending_word(s, slot) & ~s->active[slot];
    if (word > 0) {
        s->ready_words = (s->ready_words & ~(1u << word)) | ((uint32_t) !!s->ready[slot] << word);
    }
}

void gic_slot_changed(GICState *s, int slot)
{
    gic_refresh_ready(s, slot);
    gic_update(s);
}

static void gic_refresh_targets(GICState *s, int intid)
{
    int word = intid / 32;

    for (int i = intid; i < intid + 4; i++) {
        uint8_t mask = s->targets[gic_slot(0, word) * 32 + i % 32];

        for (int cpu = 0; cpu < s->num_cpu; cpu++) {
            uint32_t *bits = &s->target_words[cpu][word];

            *bits = (*bits & ~(1u << i % 32)) | ((uint32_t)(mask >> cpu & 1) << i % 32);
        }
    }
}

void gic_targets_changed(GICState *s, int intid)
{
    gic_refresh_targets(s, intid);
    gic_update(s);
}

void gic_rebuild(GICState *s)
{
    for (int intid = GIC_INTERNAL; intid < s->num_irq; intid += 4) {
        gic_refresh_targets(s, intid);
    }
    for (int slot = 0; slot < GIC_SLOTS; slot++) {
        gic_refresh_ready(s, slot);
    }
    gic_update(s);
    if (s->virt_extn) {
        gic_update_virtual(s);
    }
}

/* Choosing an interrupt ---------------------------------------------------------------------- */

typedef struct GICBest {
    int intid; /* GIC_INTID_NONE if there is none */
    int prio;
    int group;
} GICBest;

/* The interrupts of a word in the groups that distributor and CPU interface both enable. */
static uint32_t gic_enabled_groups(const GICState *s, int cpu, int slot)
{
    uint32_t on = s->ctlr & s->cpu_ctlr[cpu]; /* the two enable bits have the same places */

    return (on & GICD_CTLR_EN_GRP0 ? ~s->group[slot] : 0) |
           (on & GICD_CTLR_EN_GRP1 ? s->group[slot] : 0);
}

/* Ascending INTIDs and a strict comparison: of equal priorities the lowest INTID wins (3.3.1). */
static void gic_scan_word(const GICState *s, int slot, int word, uint32_t bits, GICBest *best)
{
    while (bits) {
        int bit = ctz32(bits);
        int prio = s->priority[slot * 32 + bit];

        if (prio < best->prio) {
            best->prio = prio;
            best->intid = word * 32 + bit;
            best->group = s->group[slot] >> bit & 1;
        }
        bits &= bits - 1;
    }
}

static GICBest gic_best_pending(const GICState *s, int cpu)
{
    GICBest best = { .intid = GIC_INTID_NONE, .prio = GIC_PRIO_IDLE };
    uint32_t words = s->ready_words;

    gic_scan_word(s, cpu, 0, s->ready[cpu] & gic_enabled_groups(s, cpu, cpu), &best);
    while (words) {
        int word = ctz32(words);
        int slot = gic_slot(cpu, word);
        uint32_t bits = s->ready[slot] & s->target_words[cpu][word];

        gic_scan_word(s, slot, word, bits & gic_enabled_groups(s, cpu, slot), &best);
        words &= words - 1;
    }
    return best;
}

/* The part of a priority that counts for preemption (3.3.3, table 3-2). */
static int gic_group_priority(const GICState *s, int cpu, int prio, int group)
{
    int bpr = s->bpr[cpu];

    if (group == 1 && !(s->cpu_ctlr[cpu] & GICC_CTLR_CBPR)) {
        bpr = s->abpr[cpu] - 1;
    }
    return prio & (0xfe << bpr) & 0xff;
}

/* The lowest set bit of an active priority register file; -1 if it is empty. */
static int gic_lowest_active(const uint32_t *apr)
{
    for (int i = 0; i < GIC_NR_APRS; i++) {
        if (apr[i]) {
            return i * 32 + ctz32(apr[i]);
        }
    }
    return -1;
}

uint32_t gic_running_priority(const GICState *s, int cpu)
{
    int g0 = gic_lowest_active(&s->apr[cpu * GIC_NR_APRS]);
    int g1 = gic_lowest_active(&s->nsapr[cpu * GIC_NR_APRS]);
    int level = g0 < 0 || (g1 >= 0 && g1 < g0) ? g1 : g0;

    return level < 0 ? GIC_PRIO_IDLE : level << (GIC_MIN_BPR + 1);
}

/* Whether the CPU interface signals this interrupt (3.3.2 and 3.3.3). */
static bool gic_can_signal(const GICState *s, int cpu, const GICBest *best)
{
    return best->prio < s->pmr[cpu] &&
           gic_group_priority(s, cpu, best->prio, best->group) < gic_running_priority(s, cpu);
}

void gic_update(GICState *s)
{
    for (int cpu = 0; cpu < s->num_cpu; cpu++) {
        GICBest best = gic_best_pending(s, cpu);
        bool signal = gic_can_signal(s, cpu, &best);
        bool fiq = best.group == 0 && (s->cpu_ctlr[cpu] & GICC_CTLR_FIQ_EN);

        qemu_set_irq(s->parent_irq[cpu], signal && !fiq);
        qemu_set_irq(s->parent_fiq[cpu], signal && fiq);
    }
}

/* Inputs ------------------------------------------------------------------------------------- */

/* Lines: the shared interrupts from INTID 32 up, then 32 for each CPU. */
static void gic_set_irq(void *opaque, int n, int level)
{
    GICState *s = opaque;
    int nspi = s->num_irq - GIC_INTERNAL;
    int cpu = n < nspi ? 0 : (n - nspi) / GIC_INTERNAL;
    int intid = n < nspi ? n + GIC_INTERNAL : (n - nspi) % GIC_INTERNAL;
    int slot = gic_slot(cpu, intid / 32);
    uint32_t bit = 1u << intid % 32;

    assert(intid >= GIC_NR_SGIS);
    if (!!(s->level[slot] & bit) == !!level) {
        return;
    }
    s->level[slot] ^= bit;
    if (level && (s->edge[slot] & bit)) {
        s->pending[slot] |= bit;
    }
    gic_slot_changed(s, slot);
}

void gic_set_sgi(GICState *s, int cpu, int irq, uint8_t sources)
{
    uint8_t *source = &s->sgi_source[cpu * GIC_NR_SGIS + irq];

    *source |= sources;
    if (*source) {
        s->pending[cpu] |= 1u << irq;
    }
    gic_refresh_ready(s, cpu);
}

void gic_clear_sgi(GICState *s, int cpu, int irq, uint8_t sources)
{
    uint8_t *source = &s->sgi_source[cpu * GIC_NR_SGIS + irq];

    *source &= ~sources;
    if (!*source) {
        s->pending[cpu] &= ~(1u << irq);
    }
    gic_refresh_ready(s, cpu);
}

/* CPU interface ------------------------------------------------------------------------------ */

/* What a read of IAR or HPPIR, or of their aliases for group 1, may return for the interrupt. */
static int gic_visible_intid(const GICState *s, int cpu, const GICBest *best, bool alias)
{
    if (best->intid == GIC_INTID_NONE) {
        return GIC_INTID_NONE;
    }
    if (alias) {
        return best->group == 1 ? best->intid : GIC_INTID_NONE;
    }
    if (best->group == 1 && !(s->cpu_ctlr[cpu] & GICC_CTLR_ACK_CTL)) {
        return GIC_INTID_GROUP1;
    }
    return best->intid;
}

/* An SGI is reported with the CPU that sent it; of several senders the lowest comes first. */
static uint32_t gic_with_source(const GICState *s, int cpu, int intid)
{
    return intid < GIC_NR_SGIS ? intid | ctz32(s->sgi_source[cpu * GIC_NR_SGIS + intid]) << 10
                               : intid;
}

uint32_t gic_highest_pending(GICState *s, int cpu, bool alias)
{
    GICBest best = gic_best_pending(s, cpu);

    return gic_with_source(s, cpu, gic_visible_intid(s, cpu, &best, alias));
}

uint32_t gic_acknowledge(GICState *s, int cpu, bool alias)
{
    GICBest best = gic_best_pending(s, cpu);
    int intid = gic_visible_intid(s, cpu, &best, alias);
    uint32_t *apr = (best.group ? s->nsapr : s->apr) + cpu * GIC_NR_APRS;
    int slot = gic_slot(cpu, intid / 32), level;
    uint32_t result;

    if (!gic_can_signal(s, cpu, &best)) {
        return GIC_INTID_NONE;
    }
    if (intid >= GIC_MAXIRQ) {
        return intid;
    }
    result = gic_with_source(s, cpu, intid);
    level = gic_group_priority(s, cpu, best.prio, best.group) >> (GIC_MIN_BPR + 1);
    apr[level / 32] |= 1u << level % 32;
    s->active[slot] |= 1u << intid % 32;
    if (intid < GIC_NR_SGIS) {
        gic_clear_sgi(s, cpu, intid, 1u << (result >> 10));
    } else {
        s->pending[slot] &= ~(1u << intid % 32);
    }
    gic_slot_changed(s, slot);
    return result;
}

void gic_clear_active(GICState *s, int cpu, int intid)
{
    int slot = gic_slot(cpu, intid / 32);

    if (!(s->active[slot] & (1u << intid % 32))) {
        qemu_log_mask(LOG_GUEST_ERROR, "arm_gic: interrupt %d is not active on CPU %d\n", intid,
                      cpu);
    }
    s->active[slot] &= ~(1u << intid % 32);
    gic_slot_changed(s, slot);
}

static bool gic_eoi_mode(const GICState *s, int cpu, bool ns)
{
    return s->cpu_ctlr[cpu] & (ns ? GICC_CTLR_EOIMODE_NS : GICC_CTLR_EOIMODE);
}

/* EOIR and AEOIR: priority drop, and deactivation unless EOImode separates them (3.2.1). */
void gic_end_of_interrupt(GICState *s, int cpu, uint32_t value, bool alias, bool ns)
{
    int intid = value & 0x3ff;
    int group, level;
    uint32_t *apr;

    if (intid >= s->num_irq) {
        return; /* a spurious interrupt ends without effect */
    }
    group = s->group[gic_slot(cpu, intid / 32)] >> intid % 32 & 1;
    if (alias ? group == 0 : group == 1 && !(s->cpu_ctlr[cpu] & GICC_CTLR_ACK_CTL)) {
        qemu_log_mask(LOG_GUEST_ERROR,
                      "arm_gic: end of interrupt %d of group %d through the "
                      "register of the other group\n",
                      intid, group);
        return;
    }
    apr = (group ? s->nsapr : s->apr) + cpu * GIC_NR_APRS;
    level = gic_lowest_active(apr);
    if (level < 0) {
        qemu_log_mask(LOG_GUEST_ERROR,
                      "arm_gic: end of interrupt %d, but none is active on CPU "
                      "%d\n",
                      intid, cpu);
        return;
    }
    apr[level / 32] &= ~(1u << level % 32);
    if (gic_eoi_mode(s, cpu, ns)) {
        gic_update(s);
    } else {
        gic_clear_active(s, cpu, intid);
    }
}

/* Non-secure state may end its own interrupts only. */
void gic_deactivate(GICState *s, int cpu, uint32_t value, bool ns)
{
    int intid = value & 0x3ff;

    if (intid >= s->num_irq) {
        return;
    }
    if (ns && !(s->group[gic_slot(cpu, intid / 32)] >> intid % 32 & 1)) {
        return;
    }
    if (!gic_eoi_mode(s, cpu, ns)) {
        qemu_log_mask(LOG_GUEST_ERROR, "arm_gic: GICC_DIR written with EOImode clear\n");
        return;
    }
    gic_clear_active(s, cpu, intid);
}

/* Device ------------------------------------------------------------------------------------- */

void arm_gic_give_to_nonsecure(DeviceState *dev)
{
    ARM_GIC_COMMON(dev)->reset_nonsecure = true;
}

static void gic_realize(DeviceState *dev, Error **errp)
{
    GICState *s = ARM_GIC_COMMON(dev);
    DeviceRealize parent_realize =
        DEVICE_CLASS(object_class_get_parent(object_get_class(OBJECT(dev))))->realize;
    Error *err = NULL;

    parent_realize(dev, &err);
    if (err) {
        error_propagate(errp, err);
        return;
    }
    gic_init_irqs_and_mmio(s, gic_set_irq, &gic_dist_ops, &gic_cpu_ops);
}

static void gic_class_init(ObjectClass *oc, const void *data)
{
    DeviceClass *dc = DEVICE_CLASS(oc);

    dc->realize = gic_realize;
    dc->desc = "ARM Generic Interrupt Controller (GICv1, GICv2)";
}

static const TypeInfo gic_types[] = {
    {
        .name = TYPE_ARM_GIC,
        .parent = TYPE_ARM_GIC_COMMON,
        .class_init = gic_class_init,
    },
};

DEFINE_TYPES(gic_types)

uint32_t arm_gic_fdt_add_node(void *fdt, const MemMapEntry *places, unsigned maintenance)
{
    g_autofree char *node =
        gic_fdt_add_node(fdt, "arm,cortex-a15-gic", places, maintenance ? 4 : 2, maintenance);

    return qemu_fdt_new_phandle(fdt, node);
}
