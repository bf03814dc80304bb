/* SPDX-License-Identifier: MIT */
/*
 * GICv1/v2: what does not depend on who implements it (properties, lines, saved state, reset).
 * Not modelled: GICD_NSACR, by which Secure state lets Non-secure state change group 0.
 */
#include "qemu/osdep.h"

#include "gic_internal.h"
#include "hw/irq.h"
#include "hw/qdev-properties.h"
#include "migration/vmstate.h"
#include "qapi/error.h"
#include "qemu/module.h"

static void init_virtual_mmio(GICState *s)
{
    memory_region_init_io(&s->gich_iomem, OBJECT(s), &gic_gich_ops, s, "gic_viface", 0x1000);
    sysbus_init_mmio(SYS_BUS_DEVICE(s), &s->gich_iomem);
    memory_region_init_io(&s->gicv_iomem, OBJECT(s), &gic_gicv_ops, s, "gic_vcpu", 0x2000);
    sysbus_init_mmio(SYS_BUS_DEVICE(s), &s->gicv_iomem);
}

void gic_init_irqs_and_mmio(GICState *s, qemu_irq_handler handler, const MemoryRegionOps *dist_ops,
                            const MemoryRegionOps *cpu_ops)
{
    SysBusDevice *sbd = SYS_BUS_DEVICE(s);
    qemu_irq *const outputs[] = { s->parent_irq, s->parent_fiq, s->parent_virq, s->parent_vfiq,
                                  s->maintenance_irq };

    /* Lines: shared interrupts and then all 32 of each CPU; those of SGIs stay unconnected. */
    qdev_init_gpio_in(DEVICE(s), handler, s->num_irq - GIC_INTERNAL + s->num_cpu * GIC_INTERNAL);
    for (int kind = 0; kind < ARRAY_SIZE(outputs); kind++) {
        for (int cpu = 0; cpu < s->num_cpu; cpu++) {
            sysbus_init_irq(sbd, &outputs[kind][cpu]);
        }
    }
    memory_region_init_io(&s->dist_iomem, OBJECT(s), dist_ops, s, "gic_dist", 0x1000);
    sysbus_init_mmio(sbd, &s->dist_iomem);
    for (int i = 0; i <= s->num_cpu; i++) {
        GICCpuWindow *window = &s->window[i];

        if (i == 1 && s->virt_extn) {
            init_virtual_mmio(s);
        }
        window->gic = s;
        window->cpu = i - 1;
        memory_region_init_io(&window->iomem, OBJECT(s), cpu_ops, window, "gic_cpu",
                              s->revision >= 2 ? 0x2000 : 0x100);
        sysbus_init_mmio(sbd, &window->iomem);
    }
}

static void gic_common_realize(DeviceState *dev, Error **errp)
{
    GICState *s = ARM_GIC_COMMON(dev);

    if (s->num_cpu < 1 || s->num_cpu > GIC_NCPU) {
        error_setg(errp, "num-cpu %u: a GICv2 serves 1 to %d CPUs", s->num_cpu, GIC_NCPU);
    } else if (s->num_irq < GIC_INTERNAL || s->num_irq > GIC_MAXIRQ || s->num_irq % 32) {
        error_setg(errp, "num-irq %u: a multiple of 32 from 32 to 992 is needed", s->num_irq);
    } else if (s->revision != 1 && s->revision != 2) {
        error_setg(errp, "revision %u: only GICv1 (1) and GICv2 (2) are supported", s->revision);
    } else if (s->n_prio_bits != 8) {
        error_setg(errp, "num-priority-bits %u: only 8 is supported", s->n_prio_bits);
    } else if (s->security_extn && s->revision < 2) {
        error_setg(errp, "has-security-extensions=on: a GICv2 (revision 2) is needed");
    } else if (s->virt_extn && s->revision < 2) {
        error_setg(errp, "has-virtualization-extensions=on: a GICv2 (revision 2) is needed");
    }
}

/* IHI 0048B, 4.3 and 4.4: reset values. With one CPU, all interrupts target it (4.3.12). */
static void gic_common_reset_hold(Object *obj, ResetType type)
{
    GICState *s = ARM_GIC_COMMON(obj);
    bool nonsecure = s->security_extn && s->reset_nonsecure;

    s->ctlr = 0;
    memset(s->enabled, 0, sizeof(s->enabled));
    memset(s->pending, 0, sizeof(s->pending));
    memset(s->active, 0, sizeof(s->active));
    memset(s->level, 0, sizeof(s->level));
    memset(s->edge, 0, sizeof(s->edge));
    memset(s->group, nonsecure ? 0xff : 0, sizeof(s->group));
    memset(s->priority, nonsecure ? GIC_PRIO_NS : 0, sizeof(s->priority));
    memset(s->targets, s->num_cpu == 1 ? 1 : 0, sizeof(s->targets));
    memset(s->nsacr, 0, sizeof(s->nsacr));
    memset(s->sgi_source, 0, sizeof(s->sgi_source));
    memset(s->apr, 0, sizeof(s->apr));
    memset(s->nsapr, 0, sizeof(s->nsapr));
    for (int cpu = 0; cpu < GIC_NCPU; cpu++) {
        s->enabled[cpu] = 0xffff; /* SGIs are always enabled and edge-triggered */
        s->edge[cpu] = 0xffff;
        s->cpu_ctlr[cpu] = 0;
        s->pmr[cpu] = nonsecure ? GIC_PRIO_NS : 0;
        s->bpr[cpu] = GIC_MIN_BPR;
        s->abpr[cpu] = GIC_MIN_ABPR;
        gic_vcpu_reset(&s->vcpu[cpu], 0);
    }
}

static void gic_common_reset_exit(Object *obj, ResetType type)
{
    gic_rebuild(ARM_GIC_COMMON(obj));
}

/* A stream may hold anything: keep what the code relies on. */
static int gic_post_load(void *opaque, int version_id)
{
    GICState *s = opaque;

    for (int i = 0; i < ARRAY_SIZE(s->targets); i++) {
        s->targets[i] &= gic_all_cpus(s);
    }
    for (int cpu = 0; cpu < GIC_NCPU; cpu++) {
        if (s->bpr[cpu] > 7 || s->abpr[cpu] > 7 || s->abpr[cpu] < GIC_MIN_ABPR) {
            return -EINVAL;
        }
        s->pending[cpu] &= ~0xffffu;
        for (int irq = 0; irq < GIC_NR_SGIS; irq++) {
            s->pending[cpu] |= (uint32_t) !!s->sgi_source[cpu * GIC_NR_SGIS + irq] << irq;
        }
    }
    gic_rebuild(s);
    return 0;
}

static const VMStateDescription vmstate_gic = {
    .name = "arm_gic",
    .version_id = 2,
    .minimum_version_id = 1,
    .post_load = gic_post_load,
    .fields =
        (const VMStateField[]){
            VMSTATE_UINT32(ctlr, GICState),
            VMSTATE_UINT32_ARRAY(enabled, GICState, GIC_SLOTS),
            VMSTATE_UINT32_ARRAY(pending, GICState, GIC_SLOTS),
            VMSTATE_UINT32_ARRAY(active, GICState, GIC_SLOTS),
            VMSTATE_UINT32_ARRAY(level, GICState, GIC_SLOTS),
            VMSTATE_UINT32_ARRAY(edge, GICState, GIC_SLOTS),
            VMSTATE_UINT32_ARRAY(group, GICState, GIC_SLOTS),
            VMSTATE_UINT8_ARRAY(priority, GICState, GIC_SLOTS * 32),
            VMSTATE_UINT8_ARRAY(targets, GICState, GIC_SLOTS * 32),
            VMSTATE_UINT8_ARRAY(sgi_source, GICState, GIC_NCPU *GIC_NR_SGIS),
            VMSTATE_UINT32_ARRAY(cpu_ctlr, GICState, GIC_NCPU),
            VMSTATE_UINT32_ARRAY(pmr, GICState, GIC_NCPU),
            VMSTATE_UINT32_ARRAY(bpr, GICState, GIC_NCPU),
            VMSTATE_UINT32_ARRAY(abpr, GICState, GIC_NCPU),
            VMSTATE_UINT32_ARRAY(apr, GICState, GIC_NCPU *GIC_NR_APRS),
            VMSTATE_UINT32_ARRAY(nsapr, GICState, GIC_NCPU *GIC_NR_APRS),
            VMSTATE_UINT32_ARRAY_V(nsacr, GICState, GIC_SLOTS * 2, 2),
            VMSTATE_STRUCT_ARRAY(vcpu, GICState, GIC_NCPU, 1, vmstate_gic_vcpu, GICVCPU),
            VMSTATE_END_OF_LIST(),
        },
};

static const Property gic_common_properties[] = {
    DEFINE_PROP_UINT32("num-cpu", GICState, num_cpu, 1),
    DEFINE_PROP_UINT32("num-irq", GICState, num_irq, 32),
    DEFINE_PROP_UINT32("revision", GICState, revision, 1),
    DEFINE_PROP_UINT32("num-priority-bits", GICState, n_prio_bits, 8),
    DEFINE_PROP_BOOL("has-security-extensions", GICState, security_extn, false),
    DEFINE_PROP_BOOL("has-virtualization-extensions", GICState, virt_extn, false),
};

static void gic_common_class_init(ObjectClass *oc, const void *data)
{
    DeviceClass *dc = DEVICE_CLASS(oc);
    ResettableClass *rc = RESETTABLE_CLASS(oc);

    dc->realize = gic_common_realize;
    dc->vmsd = &vmstate_gic;
    rc->phases.hold = gic_common_reset_hold;
    rc->phases.exit = gic_common_reset_exit;
    device_class_set_props(dc, gic_common_properties);
}

static const TypeInfo gic_common_types[] = {
    {
        .name = TYPE_ARM_GIC_COMMON,
        .parent = TYPE_SYS_BUS_DEVICE,
        .abstract = true,
        .instance_size = sizeof(GICState),
        .class_size = sizeof(ARMGICCommonClass),
        .class_init = gic_common_class_init,
    },
};

DEFINE_TYPES(gic_common_types)
