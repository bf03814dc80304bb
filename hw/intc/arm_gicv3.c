/* SPDX-License-Identifier: MIT */
/*
 * The state machine of a GICv3 (ARM IHI 0069) and the device around it.
 *
 * Interrupts are bits in words of 32. Word 0 is each CPU's own, the others are shared. `ready`
 * holds the interrupts of a word that could be signalled; a CPU's best is found by walking its own
 * ready word and those shared words that `ready_words` names, masked by what is routed to it.
 * Whoever changes an interrupt calls gicv3_local_changed(), gicv3_spi_changed() or
 * gicv3_irq_changed(), which bring up to date only the CPUs concerned.
 *
 * Affinity routing is fixed. So is one Security state (GICD_CTLR.DS is one) without
 * has-security-extensions. With them, a group 1 interrupt is signalled as IRQ to a CPU that runs in
 * the interrupt's own Security state and as FIQ to others: a CPU that enters or leaves EL3
 * publishes that in `world`, and if a line depends on it (`world_matters`) has the lines driven
 * anew. Who drives them sets the one before it reads the other, the CPU the other way round, so
 * that one of the two sees what the other did.
 *
 * LPIs are in arm_gicv3_lpi.c, the ITS that sends them in arm_gicv3_its.c. Not modelled: 1 of N
 * routing (GICD_TYPER.No1N), extended ranges, message-signalled SPIs, and that a redistributor
 * asleep (GICR_WAKER) keeps interrupts back.
 *
 * Invariants: ready == enabled & (pending | (level & ~edge)) & ~active of each word; bit w of
 * ready_words is set if and only if spi[w].ready is not 0; bit b of cpu[c].routed[w] is set if and
 * only if target[32 w + b] == c; best and the lines are those of the state. BQL.
 */
#include "qemu/osdep.h"

#include "gic_fdt.h"
#include "gicv3_internal.h"
#include "hw/irq.h"
#include "hw/qdev-properties.h"
#include "qapi/error.h"
#include "qemu/atomic.h"
#include "qemu/host-utils.h"
#include "qemu/module.h"
#include "system/device_tree.h"
#include "target/arm/cpu.h"

/* Choosing ----------------------------------------------------------------------------------- */

/* The interrupts of a word in groups that distributor and CPU interface enable. */
static uint32_t enabled_groups(const GICv3CPUState *c, const GICv3Word *w)
{
    uint32_t bits = 0;

    for (unsigned group = 0; group < GICV3_NGROUPS; group++) {
        if (c->gic->ctlr >> group & 1 && c->igrpen[group]) {
            bits |= gicv3_of_group(c->gic, w, group);
        }
    }
    return bits;
}

/* Ascending INTIDs and a strict comparison: of equal priorities the lowest INTID wins. */
static void scan_word(const GICv3State *s, const GICv3Word *w, const uint8_t *prio, unsigned first,
                      uint32_t bits, GICv3Best *best)
{
    while (bits) {
        unsigned bit = ctz32(bits);

        if (prio[bit] < best->prio) {
            best->prio = prio[bit];
            best->intid = first + bit;
            best->group = gicv3_group(s, w, bit);
        }
        bits &= bits - 1;
    }
}

/* 4.6.2, tables 4-3 and 4-4: EL3 and who has not the interrupt's Security state take an FIQ. */
static void drive_lines(GICv3CPUState *c, bool signal)
{
    unsigned group = c->best.group;
    GICv3World home = group == GICV3_G1S ? GICV3_SECURE : GICV3_NONSECURE;
    bool irq;

    qatomic_set(&c->world_matters, signal && group != GICV3_G0);
    smp_mb(); /* pairs with gicv3_world_changed() */
    irq = group != GICV3_G0 && (GICv3World)qatomic_read(&c->world) == home;
    qemu_set_irq(c->irq, signal && irq);
    qemu_set_irq(c->fiq, signal && !irq);
}

void gicv3_update_cpu(GICv3CPUState *c)
{
    const GICv3State *s = c->gic;
    GICv3Best best = { .intid = GICV3_INTID_NONE, .prio = GICV3_PRIO_IDLE };

    scan_word(s, &c->local, c->priority, 0, c->local.ready & enabled_groups(c, &c->local), &best);
    for (uint32_t words = s->ready_words; words; words &= words - 1) {
        unsigned n = ctz32(words);
        const GICv3Word *w = &s->spi[n];

        scan_word(s, w, s->priority + n * 32, n * 32,
                  w->ready & c->routed[n] & enabled_groups(c, w), &best);
    }
    if (c->lpi_best.prio < best.prio && s->ctlr & GICD_CTLR_EN_GRP1 && c->igrpen[1]) {
        best = c->lpi_best; /* LPIs are of Non-secure group 1 */
    }
    c->best = best;
    drive_lines(c, gicv3_can_signal(c));
}

void gicv3_update(GICv3State *s)
{
    for (unsigned n = 0; n < s->num_cpu; n++) {
        gicv3_update_cpu(&s->cpu[n]);
    }
}

/* Changes ------------------------------------------------------------------------------------ */

static void refresh_ready(GICv3Word *w)
{
    w->ready = w->enabled & gicv3_pending_word(w) & ~w->active;
}

static void refresh_spi(GICv3State *s, unsigned word)
{
    assert(word < GICV3_WORDS);
    refresh_ready(&s->spi[word]);
    s->ready_words = (s->ready_words & ~(1u << word)) | (uint32_t) !!s->spi[word].ready << word;
}

void gicv3_local_changed(GICv3CPUState *c)
{
    refresh_ready(&c->local);
    gicv3_update_cpu(c);
}

void gicv3_spi_changed(GICv3State *s, unsigned word)
{
    refresh_spi(s, word);
    for (unsigned n = 0; n < s->num_cpu; n++) {
        if (s->cpu[n].routed[word]) {
            gicv3_update_cpu(&s->cpu[n]);
        }
    }
}

GICv3Word *gicv3_word(GICv3CPUState *c, unsigned intid)
{
    return intid < GICV3_INTERNAL ? &c->local : &c->gic->spi[intid / 32];
}

void gicv3_irq_changed(GICv3CPUState *c, unsigned intid)
{
    GICv3State *s = c->gic;

    if (intid < GICV3_INTERNAL) {
        gicv3_local_changed(c);
        return;
    }
    refresh_spi(s, intid / 32);
    if (s->target[intid] >= 0) {
        gicv3_update_cpu(&s->cpu[s->target[intid]]);
    }
}

static int cpu_by_route(const GICv3State *s, uint64_t route)
{
    uint32_t affinity = (route >> 32 & 0xff) << 24 | (route & 0xffffff);

    for (unsigned n = 0; n < s->num_cpu; n++) {
        if (s->cpu[n].affinity == affinity) {
            return n;
        }
    }
    return -1;
}

/* The CPU that had it is to be updated, too: its number, or -1. */
static int refresh_route(GICv3State *s, unsigned intid)
{
    int from = s->target[intid], to = cpu_by_route(s, s->router[intid]);
    uint32_t bit = 1u << intid % 32;

    if (from >= 0) {
        s->cpu[from].routed[intid / 32] &= ~bit;
    }
    if (to >= 0) {
        s->cpu[to].routed[intid / 32] |= bit;
    }
    s->target[intid] = to;
    return from;
}

void gicv3_route_changed(GICv3State *s, unsigned intid)
{
    int from = refresh_route(s, intid);

    if (from >= 0) {
        gicv3_update_cpu(&s->cpu[from]);
    }
    if (s->target[intid] >= 0) {
        gicv3_update_cpu(&s->cpu[s->target[intid]]);
    }
}

void gicv3_rebuild(GICv3State *s)
{
    for (unsigned intid = GICV3_INTERNAL; intid < s->num_irq; intid++) {
        refresh_route(s, intid);
    }
    for (unsigned word = 1; word < s->num_irq / 32; word++) {
        refresh_spi(s, word);
    }
    for (unsigned n = 0; n < s->num_cpu; n++) {
        if (s->has_lpi) {
            gicv3_lpi_load(&s->cpu[n]);
        }
        gicv3_local_changed(&s->cpu[n]);
    }
}

/* Inputs ------------------------------------------------------------------------------------- */

/* Lines: the shared interrupts from INTID 32 up, then 32 for each CPU. */
static void gicv3_set_irq(void *opaque, int n, int level)
{
    GICv3State *s = opaque;
    int nspi = s->num_irq - GICV3_INTERNAL;
    GICv3CPUState *c = &s->cpu[n < nspi ? 0 : (n - nspi) / GICV3_INTERNAL];
    unsigned intid = n < nspi ? n + GICV3_INTERNAL : (n - nspi) % GICV3_INTERNAL;
    GICv3Word *w = gicv3_word(c, intid);
    uint32_t bit = 1u << intid % 32;

    if (intid < GICV3_NR_SGIS || !!(w->level & bit) == !!level) {
        return; /* SGIs have no line */
    }
    w->level ^= bit;
    if (level && (w->edge & bit)) {
        w->pending |= bit;
    }
    gicv3_irq_changed(c, intid);
}

/* Device ------------------------------------------------------------------------------------- */

static bool check_properties(const GICv3State *s, Error **errp)
{
    uint64_t total = 0;

    for (unsigned i = 0; i < s->nregions; i++) {
        total += s->region_count[i];
    }
    if (s->num_cpu < 1 || s->num_cpu > GICV3_MAXCPU) {
        error_setg(errp, "num-cpu %u: this GICv3 serves 1 to %d CPUs", s->num_cpu, GICV3_MAXCPU);
    } else if (s->num_irq < GICV3_INTERNAL || s->num_irq > GICV3_MAXIRQ || s->num_irq % 32) {
        error_setg(errp, "num-irq %u: a multiple of 32 from 32 to 992 is needed", s->num_irq);
    } else if (s->has_lpi && !s->dma) {
        error_setg(errp, "has-lpi=on: the link 'sysmem' must say where the tables of LPIs are");
    } else if (s->revision != 3) {
        error_setg(errp, "revision %u: only GICv3 (3) is supported", s->revision);
    } else if (s->nregions > GICV3_MAXREGIONS || total != s->num_cpu) {
        error_setg(errp,
                   "redist-region-count: at most %d regions that together are for the %u CPUs are "
                   "needed",
                   GICV3_MAXREGIONS, s->num_cpu);
    } else {
        return true;
    }
    return false;
}

static bool init_cpus(GICv3State *s, Error **errp)
{
    for (unsigned n = 0; n < s->num_cpu; n++) {
        CPUState *cs = qemu_get_cpu(n);

        if (!cs || !object_dynamic_cast(OBJECT(cs), TYPE_ARM_CPU)) {
            error_setg(errp, "num-cpu %u: there is no Arm CPU %u", s->num_cpu, n);
            return false;
        }
    }
    s->cpu = g_new0(GICv3CPUState, s->num_cpu);
    for (unsigned n = 0; n < s->num_cpu; n++) {
        uint64_t mpidr = ARM_CPU(qemu_get_cpu(n))->mp_affinity;

        s->cpu[n].gic = s;
        s->cpu[n].index = n;
        s->cpu[n].affinity = (mpidr >> 32 & 0xff) << 24 | (mpidr & 0xffffff);
        gicv3_cpuif_init(&s->cpu[n]);
    }
    return true;
}

static void init_mmio(GICv3State *s)
{
    SysBusDevice *sbd = SYS_BUS_DEVICE(s);
    unsigned first = 0;

    memory_region_init_io(&s->dist_iomem, OBJECT(s), &gicv3_dist_ops, s, "gicv3_dist", 0x10000);
    sysbus_init_mmio(sbd, &s->dist_iomem);
    for (unsigned i = 0; i < s->nregions; i++) {
        GICv3RedistRegion *region = &s->region[i];
        unsigned count = s->region_count[i];
        g_autofree char *name = g_strdup_printf("gicv3_redist_region[%u]", i);

        region->gic = s;
        region->first = first;
        first += count;
        if (count) {
            s->cpu[first - 1].last_redist = true;
        }
        memory_region_init_io(&region->iomem, OBJECT(s), &gicv3_redist_ops, region, name,
                              (uint64_t)count * GICV3_REDIST_SIZE);
        sysbus_init_mmio(sbd, &region->iomem);
    }
}

static void init_lines(GICv3State *s)
{
    static const size_t outputs[] = {
        offsetof(GICv3CPUState, irq),         offsetof(GICv3CPUState, fiq),
        offsetof(GICv3CPUState, virq),        offsetof(GICv3CPUState, vfiq),
        offsetof(GICv3CPUState, maintenance),
    };

    qdev_init_gpio_in(DEVICE(s), gicv3_set_irq,
                      s->num_irq - GICV3_INTERNAL + s->num_cpu * GICV3_INTERNAL);
    for (unsigned kind = 0; kind < ARRAY_SIZE(outputs); kind++) {
        for (unsigned n = 0; n < s->num_cpu; n++) {
            sysbus_init_irq(SYS_BUS_DEVICE(s), (qemu_irq *)((char *)&s->cpu[n] + outputs[kind]));
        }
    }
}

static void gicv3_realize(DeviceState *dev, Error **errp)
{
    GICv3State *s = ARM_GICV3(dev);

    if (check_properties(s, errp) && init_cpus(s, errp)) {
        memset(s->target, -1, sizeof(s->target));
        gicv3_lpi_init(s);
        init_mmio(s);
        init_lines(s);
    }
}

static void gicv3_finalize(Object *obj)
{
    GICv3State *s = ARM_GICV3(obj);

    gicv3_lpi_finalize(s);
    g_free(s->cpu);
}

/* 12.8 to 12.11: reset values. All shared interrupts go to the first CPU that is 0.0.0.0. */
static void gicv3_reset_hold(Object *obj, ResetType type)
{
    GICv3State *s = ARM_GICV3(obj);

    s->ctlr = s->security_extn ? 0 : GICD_CTLR_DS;
    memset(s->spi, 0, sizeof(s->spi));
    for (unsigned word = 1; word < GICV3_WORDS; word++) {
        s->spi[word].group = s->reset_nonsecure ? UINT32_MAX : 0;
    }
    memset(s->priority, 0, sizeof(s->priority));
    memset(s->router, 0, sizeof(s->router));
    for (unsigned n = 0; n < s->num_cpu; n++) {
        GICv3CPUState *c = &s->cpu[n];

        c->waker = 6; /* asleep (12.11.33) */
        c->gicr_ctlr = 0;
        c->propbaser = 0;
        c->pendbaser = 0;
        c->local = (GICv3Word){ .edge = 0xffff, .group = s->reset_nonsecure ? UINT32_MAX : 0 };
        memset(c->priority, 0, sizeof(c->priority));
        gicv3_cpuif_reset(c);
    }
}

void arm_gicv3_give_to_nonsecure(DeviceState *dev)
{
    ARM_GICV3(dev)->reset_nonsecure = true;
}

static void gicv3_reset_exit(Object *obj, ResetType type)
{
    gicv3_rebuild(ARM_GICV3(obj));
}

static const Property gicv3_properties[] = {
    DEFINE_PROP_UINT32("num-cpu", GICv3State, num_cpu, 1),
    DEFINE_PROP_UINT32("num-irq", GICv3State, num_irq, 32),
    DEFINE_PROP_UINT32("revision", GICv3State, revision, 3),
    DEFINE_PROP_ARRAY("redist-region-count", GICv3State, nregions, region_count, qdev_prop_uint32,
                      uint32_t),
    DEFINE_PROP_BOOL("has-lpi", GICv3State, has_lpi, false),
    DEFINE_PROP_BOOL("has-security-extensions", GICv3State, security_extn, false),
    DEFINE_PROP_LINK("sysmem", GICv3State, dma, TYPE_MEMORY_REGION, MemoryRegion *),
};

static void gicv3_class_init(ObjectClass *oc, const void *data)
{
    DeviceClass *dc = DEVICE_CLASS(oc);
    ResettableClass *rc = RESETTABLE_CLASS(oc);

    dc->realize = gicv3_realize;
    dc->desc = "ARM Generic Interrupt Controller (GICv3)";
    dc->vmsd = &vmstate_gicv3;
    rc->phases.hold = gicv3_reset_hold;
    rc->phases.exit = gicv3_reset_exit;
    device_class_set_props(dc, gicv3_properties);
}

static const TypeInfo gicv3_types[] = {
    {
        .name = TYPE_ARM_GICV3,
        .parent = TYPE_SYS_BUS_DEVICE,
        .instance_size = sizeof(GICv3State),
        .instance_finalize = gicv3_finalize,
        .class_init = gicv3_class_init,
    },
};

DEFINE_TYPES(gicv3_types)

/* Bindings: arm,gic-v3.yaml */
uint32_t arm_gicv3_fdt_add_node(void *fdt, const MemMapEntry *dist, const MemMapEntry *redist,
                                unsigned n, unsigned maintenance)
{
    g_autofree MemMapEntry *places = g_new(MemMapEntry, n + 1);
    g_autofree char *node = NULL;

    places[0] = *dist;
    memcpy(places + 1, redist, n * sizeof(*redist));
    node = gic_fdt_add_node(fdt, "arm,gic-v3", places, n + 1, maintenance);
    qemu_fdt_setprop_cell(fdt, node, "#redistributor-regions", n);
    return qemu_fdt_new_phandle(fdt, node);
}
