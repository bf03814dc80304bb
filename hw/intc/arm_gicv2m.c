/* SPDX-License-Identifier: MIT */
/* GICv2m (Arm Server Base System Architecture, appendix E). It has no state. */
#include "qemu/osdep.h"

#include "hw/intc/arm_gicv2m.h"
#include "hw/irq.h"
#include "hw/qdev-properties.h"
#include "hw/sysbus.h"
#include "migration/vmstate.h"
#include "qapi/error.h"
#include "qemu/log.h"
#include "qemu/module.h"
#include "system/device_tree.h"
#include "system/memory.h"

enum { /* Table 18 */
       MSI_TYPER = 0x008,
       MSI_SETSPI_NS = 0x040,
       MSI_IIDR = 0xfcc,
       MSI_ID_FIRST = 0xfd0,
};

enum { MSI_MAX_SPI = 128, FIRST_SPI = 32, LAST_SPI = 1019 };

/* Product 'Q' of no implementer, as QEMU has it */
#define MSI_IIDR_VALUE ((uint32_t)'Q' << 20)

OBJECT_DECLARE_SIMPLE_TYPE(ARMGICv2mState, ARM_GICV2M)

struct ARMGICv2mState {
    SysBusDevice parent_obj;

    MemoryRegion iomem;
    qemu_irq spi[MSI_MAX_SPI];
    uint32_t base_spi, num_spi; /* properties; INTIDs */
};

static uint64_t gicv2m_read(void *opaque, hwaddr offset, unsigned size)
{
    const ARMGICv2mState *s = opaque;

    switch (offset) {
    case MSI_TYPER:
        return s->base_spi << 16 | s->num_spi;
    case MSI_SETSPI_NS: /* write only */
    case MSI_ID_FIRST ... 0xffc:
        return 0;
    case MSI_IIDR:
        return MSI_IIDR_VALUE;
    default:
        qemu_log_mask(LOG_GUEST_ERROR, "gicv2m: read of bad offset 0x%x\n", (unsigned)offset);
        return 0;
    }
}

/* A number that is not of this frame has no effect. */
static void gicv2m_write(void *opaque, hwaddr offset, uint64_t value, unsigned size)
{
    ARMGICv2mState *s = opaque;
    unsigned spi = value & 0x3ff;

    if (offset != MSI_SETSPI_NS) {
        qemu_log_mask(LOG_GUEST_ERROR, "gicv2m: write to bad offset 0x%x\n", (unsigned)offset);
    } else if (spi >= s->base_spi && spi < s->base_spi + s->num_spi) {
        qemu_irq_pulse(s->spi[spi - s->base_spi]);
    } else {
        qemu_log_mask(LOG_GUEST_ERROR, "gicv2m: interrupt %u is not of this frame\n", spi);
    }
}

static const MemoryRegionOps gicv2m_ops = {
    .read = gicv2m_read,
    .write = gicv2m_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .valid = { .min_access_size = 4, .max_access_size = 4 },
    .impl = { .min_access_size = 4, .max_access_size = 4 },
};

static void gicv2m_realize(DeviceState *dev, Error **errp)
{
    ARMGICv2mState *s = ARM_GICV2M(dev);

    if (s->num_spi < 1 || s->num_spi > MSI_MAX_SPI) {
        error_setg(errp, "num-spi %u: 1 to %d interrupts are possible", s->num_spi, MSI_MAX_SPI);
        return;
    }
    if (s->base_spi < FIRST_SPI || s->base_spi > LAST_SPI + 1 - s->num_spi) {
        error_setg(errp, "base-spi %u, num-spi %u: shared interrupts are %d to %d", s->base_spi,
                   s->num_spi, FIRST_SPI, LAST_SPI);
        return;
    }
    for (unsigned n = 0; n < s->num_spi; n++) {
        sysbus_init_irq(SYS_BUS_DEVICE(dev), &s->spi[n]);
    }
}

static void gicv2m_init(Object *obj)
{
    ARMGICv2mState *s = ARM_GICV2M(obj);

    memory_region_init_io(&s->iomem, obj, &gicv2m_ops, s, "gicv2m", 0x1000);
    sysbus_init_mmio(SYS_BUS_DEVICE(obj), &s->iomem);
}

static const Property gicv2m_properties[] = {
    DEFINE_PROP_UINT32("base-spi", ARMGICv2mState, base_spi, 0),
    DEFINE_PROP_UINT32("num-spi", ARMGICv2mState, num_spi, 64),
};

static const VMStateDescription vmstate_gicv2m = {
    .name = TYPE_ARM_GICV2M,
    .version_id = 1,
    .minimum_version_id = 1,
    .fields = (const VMStateField[]){ VMSTATE_END_OF_LIST() },
};

static void gicv2m_class_init(ObjectClass *oc, const void *data)
{
    DeviceClass *dc = DEVICE_CLASS(oc);

    dc->realize = gicv2m_realize;
    dc->vmsd = &vmstate_gicv2m;
    dc->desc = "GICv2m: message-signalled interrupts for a GICv2";
    device_class_set_props(dc, gicv2m_properties);
}

static const TypeInfo gicv2m_types[] = {
    {
        .name = TYPE_ARM_GICV2M,
        .parent = TYPE_SYS_BUS_DEVICE,
        .instance_size = sizeof(ARMGICv2mState),
        .instance_init = gicv2m_init,
        .class_init = gicv2m_class_init,
    },
};

DEFINE_TYPES(gicv2m_types)

/* Bindings: arm,gic.yaml, "v2m" */
uint32_t arm_gicv2m_fdt_add_node(void *fdt, const char *parent, const MemMapEntry *place)
{
    g_autofree char *node = g_strdup_printf("%s/v2m@%" PRIx64, parent, place->base);

    qemu_fdt_add_subnode(fdt, node);
    qemu_fdt_setprop_string(fdt, node, "compatible", "arm,gic-v2m-frame");
    qemu_fdt_setprop(fdt, node, "msi-controller", NULL, 0);
    qemu_fdt_setprop_sized_cells(fdt, node, "reg", 2, place->base, 2, place->size);
    return qemu_fdt_new_phandle(fdt, node);
}
