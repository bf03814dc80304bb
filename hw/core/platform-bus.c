/* SPDX-License-Identifier: MIT */
#include "qemu/osdep.h"

#include "hw/platform-bus.h"

#include "hw/irq.h"
#include "hw/qdev-properties.h"
#include "qapi/error.h"
#include "qemu/bswap.h"
#include "qemu/host-utils.h"
#include "qemu/module.h"
#include "system/device_tree.h"

enum { WINDOW_ALIGN = 0x1000 }; /* a page, so that a driver can map a device alone */

/* ---- Places ---- */

hwaddr platform_bus_get_mmio_addr(PlatformBusDevice *pbus, SysBusDevice *sbdev, int n)
{
    MemoryRegion *mr = sysbus_mmio_get_region(sbdev, n);

    return mr->container == &pbus->mmio ? mr->addr : (hwaddr)-1;
}

int platform_bus_get_irqn(PlatformBusDevice *pbus, SysBusDevice *sbdev, int n)
{
    qemu_irq irq = sysbus_get_connected_irq(sbdev, n);

    for (uint32_t i = 0; irq && i < pbus->irqs_used; i++) {
        if (pbus->irqs[i] == irq) {
            return i;
        }
    }
    return -1;
}

/* A region starts at a multiple of its size rounded up to a power of two. */
static bool map_region(PlatformBusDevice *pbus, SysBusDevice *sbdev, int n, Error **errp)
{
    MemoryRegion *mr = sysbus_mmio_get_region(sbdev, n);
    uint64_t size = memory_region_size(mr);
    uint64_t align = size <= pbus->mmio_size ? MAX(pow2ceil(size), WINDOW_ALIGN) : WINDOW_ALIGN;
    uint64_t at = ROUND_UP(pbus->mmio_used, align);

    if (at > pbus->mmio_size || size > pbus->mmio_size - at) {
        error_setg(errp,
                   "no room for region %d, 0x%" PRIx64 " bytes: 0x%" PRIx64
                   " of 0x%x bytes of the platform bus are in use",
                   n, size, pbus->mmio_used, pbus->mmio_size);
        return false;
    }
    memory_region_add_subregion(&pbus->mmio, at, mr);
    sbdev->mmio[n].addr = SYS_BUS_DEVICE(pbus)->mmio[0].addr + at;
    pbus->mmio_used = at + size;
    return true;
}

bool platform_bus_link_device(PlatformBusDevice *pbus, SysBusDevice *sbdev, Error **errp)
{
    int n_irqs = 0;

    while (sysbus_has_irq(sbdev, n_irqs)) {
        n_irqs++;
    }
    if (n_irqs > pbus->num_irqs - pbus->irqs_used) {
        error_setg(errp, "no room for %d interrupts: %u of %u of the platform bus are in use",
                   n_irqs, pbus->irqs_used, pbus->num_irqs);
        return false;
    }
    for (int n = 0; n < sbdev->num_mmio; n++) {
        if (sbdev->mmio[n].addr == (hwaddr)-1 && !map_region(pbus, sbdev, n, errp)) {
            return false;
        }
    }
    for (int n = 0; n < n_irqs; n++) {
        if (!sysbus_is_irq_connected(sbdev, n)) {
            sysbus_connect_irq(sbdev, n, pbus->irqs[pbus->irqs_used++]);
        }
    }
    return true;
}

/* ---- The device tree ---- */

typedef struct FdtBus {
    PlatformBusDevice *pbus;
    void *fdt;
    const char *path;
    int irq_start;
} FdtBus;

static void add_device_node(SysBusDevice *sbdev, void *opaque)
{
    enum { SHARED_INTERRUPT = 0, LEVEL_HIGH = 4 }; /* arm,gic.yaml */
    const FdtBus *b = opaque;
    SysBusDeviceClass *sbdc = SYS_BUS_DEVICE_GET_CLASS(sbdev);
    uint32_t reg[2 * QDEV_MAX_MMIO], irqs[3 * 64];
    int n_reg = 0, n_irqs = 0;
    g_autofree char *node = NULL;

    for (int n = 0; n < sbdev->num_mmio; n++) {
        hwaddr at = platform_bus_get_mmio_addr(b->pbus, sbdev, n);

        if (at != (hwaddr)-1) {
            reg[n_reg++] = cpu_to_be32(at);
            reg[n_reg++] = cpu_to_be32(memory_region_size(sysbus_mmio_get_region(sbdev, n)));
        }
    }
    for (int n = 0; n_irqs < ARRAY_SIZE(irqs) && sysbus_has_irq(sbdev, n); n++) {
        int line = platform_bus_get_irqn(b->pbus, sbdev, n);

        if (line >= 0) {
            irqs[n_irqs++] = cpu_to_be32(SHARED_INTERRUPT);
            irqs[n_irqs++] = cpu_to_be32(b->irq_start + line);
            irqs[n_irqs++] = cpu_to_be32(LEVEL_HIGH);
        }
    }
    if (!n_reg || !sbdc->fdt_compatible) {
        return; /* nothing to find it by */
    }
    node = g_strdup_printf("%s/%s@%x", b->path, qdev_fw_name(DEVICE(sbdev)), be32_to_cpu(reg[0]));
    qemu_fdt_add_subnode(b->fdt, node);
    qemu_fdt_setprop_string(b->fdt, node, "compatible", sbdc->fdt_compatible);
    qemu_fdt_setprop(b->fdt, node, "reg", reg, n_reg * sizeof(reg[0]));
    if (n_irqs) {
        qemu_fdt_setprop(b->fdt, node, "interrupts", irqs, n_irqs * sizeof(irqs[0]));
    }
    if (sbdc->fdt_add_props) {
        sbdc->fdt_add_props(sbdev, b->fdt, node);
    }
}

void platform_bus_fdt_add_nodes(PlatformBusDevice *pbus, void *fdt, uint32_t intc, int irq_start)
{
    static const char *const compatible[] = { "qemu,platform", "simple-bus" };
    hwaddr base = SYS_BUS_DEVICE(pbus)->mmio[0].addr;
    g_autofree char *path = g_strdup_printf("/platform-bus@%" PRIx64, base);
    FdtBus bus = { pbus, fdt, path, irq_start };

    qemu_fdt_add_subnode(fdt, path);
    qemu_fdt_setprop_string_array(fdt, path, "compatible", compatible, ARRAY_SIZE(compatible));
    qemu_fdt_setprop_cell(fdt, path, "#address-cells", 1);
    qemu_fdt_setprop_cell(fdt, path, "#size-cells", 1);
    qemu_fdt_setprop_cells(fdt, path, "ranges", 0, base >> 32, base, pbus->mmio_size);
    qemu_fdt_setprop_cell(fdt, path, "interrupt-parent", intc);
    foreach_dynamic_sysbus_device(add_device_node, &bus);
}

/* ---- The bus as a device; which places are taken follows from the command line ---- */

static void platform_bus_realize(DeviceState *dev, Error **errp)
{
    PlatformBusDevice *pbus = PLATFORM_BUS_DEVICE(dev);
    SysBusDevice *sbd = SYS_BUS_DEVICE(dev);

    memory_region_init(&pbus->mmio, OBJECT(dev), "platform bus", pbus->mmio_size);
    sysbus_init_mmio(sbd, &pbus->mmio);
    pbus->irqs = g_new0(qemu_irq, pbus->num_irqs);
    for (uint32_t i = 0; i < pbus->num_irqs; i++) {
        sysbus_init_irq(sbd, &pbus->irqs[i]);
    }
}

static const Property platform_bus_properties[] = {
    DEFINE_PROP_UINT32("num_irqs", PlatformBusDevice, num_irqs, 0),
    DEFINE_PROP_UINT32("mmio_size", PlatformBusDevice, mmio_size, 0),
};

static void platform_bus_finalize(Object *obj)
{
    g_free(PLATFORM_BUS_DEVICE(obj)->irqs);
}

static void platform_bus_class_init(ObjectClass *oc, const void *data)
{
    DeviceClass *dc = DEVICE_CLASS(oc);

    dc->desc = "places for system bus devices made by -device";
    dc->realize = platform_bus_realize;
    device_class_set_props(dc, platform_bus_properties);
}

static const TypeInfo platform_bus_types[] = {
    {
        .name = TYPE_PLATFORM_BUS_DEVICE,
        .parent = TYPE_SYS_BUS_DEVICE,
        .instance_size = sizeof(PlatformBusDevice),
        .instance_finalize = platform_bus_finalize,
        .class_init = platform_bus_class_init,
    },
};

DEFINE_TYPES(platform_bus_types)
