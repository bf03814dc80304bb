/* SPDX-License-Identifier: MIT */
/*
 * Firmware configuration in memory, as Arm and RISC-V boards have it: three regions for data,
 * selector and DMA address (QEMU's docs/specs/fw_cfg.rst, "MMIO register locations"). All are
 * big-endian; data is a string of bytes, so that its first byte is at the lowest address.
 */
#include "qemu/osdep.h"

#include "hw/qdev-properties.h"
#include "qapi/error.h"
#include "qemu/module.h"
#include "system/device_tree.h"

#include "fw_cfg-internal.h"

#define DMA_SIGNATURE 0x51454d5520434647ull /* "QEMU CFG" */
#define DMA_SIZE      8

OBJECT_DECLARE_SIMPLE_TYPE(FWCfgMemState, FW_CFG_MEM)

struct FWCfgMemState {
    FWCfgState parent_obj;

    MemoryRegion ctl, data, dma;
    uint32_t data_width; /* property, bytes */
    MemoryRegionOps data_ops;
};

static uint64_t data_read(void *opaque, hwaddr addr, unsigned size)
{
    return fw_cfg_read_data(opaque, size);
}

/* Since QEMU 2.4 items are written by DMA only. */
static void data_write(void *opaque, hwaddr addr, uint64_t value, unsigned size)
{
}

static bool data_accepts(void *opaque, hwaddr addr, unsigned size, bool is_write, MemTxAttrs attrs)
{
    return addr == 0;
}

static const MemoryRegionOps data_ops = {
    .read = data_read,
    .write = data_write,
    .endianness = DEVICE_BIG_ENDIAN,
    .valid = { .min_access_size = 1, .max_access_size = 1, .accepts = data_accepts },
    .impl = { .min_access_size = 1, .max_access_size = 8 },
};

static void ctl_write(void *opaque, hwaddr addr, uint64_t value, unsigned size)
{
    fw_cfg_select(opaque, value);
}

static const MemoryRegionOps ctl_ops = {
    .write = ctl_write,
    .endianness = DEVICE_BIG_ENDIAN,
    .valid = { .min_access_size = 2, .max_access_size = 2 },
    .impl = { .min_access_size = 2, .max_access_size = 2 },
};

static uint64_t dma_read(void *opaque, hwaddr addr, unsigned size)
{
    return DMA_SIGNATURE >> (DMA_SIZE - addr - size) * 8 & (UINT64_MAX >> (64 - size * 8));
}

/* Upper half, then lower half or all at once, which starts the transfer. */
static void dma_write(void *opaque, hwaddr addr, uint64_t value, unsigned size)
{
    FWCfgState *s = opaque;

    if (size == 4 && addr == 0) {
        s->dma_addr = value << 32;
        return;
    }
    s->dma_addr = size == 8 ? value : s->dma_addr | value;
    fw_cfg_dma_transfer(s);
}

static bool dma_accepts(void *opaque, hwaddr addr, unsigned size, bool is_write, MemTxAttrs attrs)
{
    return !is_write || (size == 4 && addr % 4 == 0) || size == 8;
}

static const MemoryRegionOps dma_ops = {
    .read = dma_read,
    .write = dma_write,
    .endianness = DEVICE_BIG_ENDIAN,
    .valid = { .min_access_size = 1, .max_access_size = 8, .accepts = dma_accepts },
    .impl = { .min_access_size = 1, .max_access_size = 8 },
};

static void fw_cfg_mem_realize(DeviceState *dev, Error **errp)
{
    ERRP_GUARD();
    FWCfgMemState *m = FW_CFG_MEM(dev);
    FWCfgState *s = FW_CFG(dev);
    SysBusDevice *sbd = SYS_BUS_DEVICE(dev);
    DeviceClass *parent = DEVICE_CLASS(object_class_by_name(TYPE_FW_CFG));

    if (m->data_width != 1 && m->data_width != 2 && m->data_width != 4 && m->data_width != 8) {
        error_setg(errp, "data_width is %u: 1, 2, 4 and 8 are possible", m->data_width);
        return;
    }
    parent->realize(dev, errp);
    if (*errp) {
        return;
    }
    m->data_ops = data_ops;
    m->data_ops.valid.max_access_size = m->data_width;
    memory_region_init_io(&m->ctl, OBJECT(dev), &ctl_ops, s, "fwcfg.ctl", 2);
    sysbus_init_mmio(sbd, &m->ctl);
    memory_region_init_io(&m->data, OBJECT(dev), &m->data_ops, s, "fwcfg.data", m->data_width);
    sysbus_init_mmio(sbd, &m->data);
    if (s->dma_enabled) {
        memory_region_init_io(&m->dma, OBJECT(dev), &dma_ops, s, "fwcfg.dma", DMA_SIZE);
        sysbus_init_mmio(sbd, &m->dma);
    }
}

static const Property fw_cfg_mem_properties[] = {
    DEFINE_PROP_UINT32("data_width", FWCfgMemState, data_width, 8),
};

static void fw_cfg_mem_class_init(ObjectClass *oc, const void *data)
{
    DeviceClass *dc = DEVICE_CLASS(oc);

    dc->desc = "Firmware configuration, memory-mapped";
    dc->realize = fw_cfg_mem_realize;
    device_class_set_props(dc, fw_cfg_mem_properties);
}

FWCfgState *fw_cfg_init_mem_dma(hwaddr ctl_addr, hwaddr data_addr, uint32_t data_width,
                                hwaddr dma_addr, AddressSpace *dma_as)
{
    DeviceState *dev = qdev_new(TYPE_FW_CFG_MEM);
    SysBusDevice *sbd = SYS_BUS_DEVICE(dev);
    FWCfgState *s = FW_CFG(dev);

    qdev_prop_set_uint32(dev, "data_width", data_width);
    qdev_prop_set_bit(dev, "dma_enabled", s->dma_enabled && dma_addr && dma_as);
    s->dma_as = dma_as;
    object_property_add_child(OBJECT(current_machine), TYPE_FW_CFG, OBJECT(dev));
    sysbus_realize_and_unref(sbd, &error_fatal);
    sysbus_mmio_map(sbd, 0, ctl_addr);
    sysbus_mmio_map(sbd, 1, data_addr);
    if (s->dma_enabled) {
        sysbus_mmio_map(sbd, 2, dma_addr);
    }
    return s;
}

static const TypeInfo fw_cfg_mem_types[] = {
    {
        .name = TYPE_FW_CFG_MEM,
        .parent = TYPE_FW_CFG,
        .instance_size = sizeof(FWCfgMemState),
        .class_init = fw_cfg_mem_class_init,
    },
};

DEFINE_TYPES(fw_cfg_mem_types)

void fw_cfg_fdt_add_node(void *fdt, const MemMapEntry *place)
{
    g_autofree char *node = g_strdup_printf("/fw-cfg@%" PRIx64, place->base);

    qemu_fdt_add_subnode(fdt, node);
    qemu_fdt_setprop_string(fdt, node, "compatible", "qemu,fw-cfg-mmio");
    qemu_fdt_setprop_sized_cells(fdt, node, "reg", 2, place->base, 2, place->size);
    qemu_fdt_setprop(fdt, node, "dma-coherent", NULL, 0);
}
