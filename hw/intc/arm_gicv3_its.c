/* SPDX-License-Identifier: MIT */
/*
 * Interrupt translation service (ARM IHI 0069, chapter 5; registers 12.18 and 12.19): turns the
 * messages of devices into LPIs by tables that the guest's commands fill.
 *
 * Registers are here, tables in arm_gicv3_its_tables.c, commands in arm_gicv3_its_cmd.c.
 * Not modelled: virtual LPIs (GICv4), collections in the device itself (GITS_TYPER.HCC is zero),
 * physical addresses as RDbase (PTA is zero), UMSIs (GITS_UMSIR), partitioning (MPAM).
 */
#include "qemu/osdep.h"

#include "gicv3_its_internal.h"
#include "hw/qdev-properties.h"
#include "migration/vmstate.h"
#include "qapi/error.h"
#include "qemu/log.h"
#include "qemu/module.h"
#include "system/device_tree.h"

enum { /* Table 12-30 */
       GITS_CTLR = 0x0000,
       GITS_IIDR = 0x0004,
       GITS_TYPER = 0x0008,
       GITS_CBASER = 0x0080,
       GITS_CWRITER = 0x0088,
       GITS_CREADR = 0x0090,
       GITS_BASER = 0x0100,
       GITS_BASER_END = 0x0140, /* eight, of which two are there */
       GITS_ID = 0xffd0,
};

enum { FRAME_SIZE = 0x10000, GITS_TRANSLATER = 0x40 };

#define GITS_IIDR_ARM 0x43b

/* 12.19.9: physical LPIs, collections in memory with numbers of so many bits */
#define GITS_TYPER_VALUE                                                                           \
    (1ull | (ITT_ENTRY_SIZE - 1) << 4 | (ITS_EVENT_BITS - 1) << 8 | (ITS_DEVICE_BITS - 1) << 13 |  \
     (uint64_t)(ITS_COLLECTION_BITS - 1) << 32 | 1ull << 36)

/* GITS_BASER<n>: types are 1, devices, and 4, collections; 64 KiB pages at first (12.19.1) */
#define BASER_FIXED_MASK (7ull << 56 | 0x1full << 48)
#define BASER_RESET      (2ull << 8)

static const uint64_t baser_fixed[ITS_NTABLES] = {
    [ITS_DEVICES] = 1ull << 56 | (uint64_t)(ITS_ENTRY_SIZE - 1) << 48,
    [ITS_COLLECTIONS] = 4ull << 56 | (uint64_t)(ITS_ENTRY_SIZE - 1) << 48,
};

/* Registers ------------------------------------------------------------------------------------ */

static uint64_t read_register(const GICv3ITSState *s, uint32_t offset)
{
    unsigned table = (offset - GITS_BASER) / 8;

    switch (offset) {
    case GITS_CTLR: /* the register and IIDR */
        return s->ctlr | (s->ctlr & GITS_CTLR_ENABLED ? 0 : GITS_CTLR_QUIESCENT) |
               (uint64_t)GITS_IIDR_ARM << 32;
    case GITS_TYPER:
        return GITS_TYPER_VALUE;
    case GITS_CBASER:
        return s->cbaser;
    case GITS_CWRITER:
        return s->cwriter;
    case GITS_CREADR:
        return s->creadr;
    case GITS_BASER ... GITS_BASER_END - 1:
        return table < ITS_NTABLES ? s->baser[table] : 0;
    case GITS_ID ... FRAME_SIZE - 1:
        return gicv3_id(offset, 0x94) | (uint64_t)gicv3_id(offset + 4, 0x94) << 32;
    default:
        qemu_log_mask(LOG_GUEST_ERROR, "arm_gicv3_its: read of bad offset 0x%x\n", offset);
        return 0;
    }
}

static void write_ctlr(GICv3ITSState *s, uint64_t value)
{
    s->ctlr = value & GITS_CTLR_ENABLED;
    its_run_commands(s);
}

/* RETRY is not kept: it lets a stalled queue go on, and acts like any write without that. */
static void write_cwriter(GICv3ITSState *s, uint64_t value)
{
    s->cwriter = value & GITS_COMMAND_OFFSET;
    if (value & GITS_CWRITER_RETRY) {
        s->creadr &= ~GITS_CREADR_STALLED;
    }
    its_run_commands(s);
}

/* Where queue and tables are is fixed while the ITS is enabled. */
static void write_base(GICv3ITSState *s, uint32_t offset, uint64_t value)
{
    unsigned table = (offset - GITS_BASER) / 8;

    if (s->ctlr & GITS_CTLR_ENABLED) {
        qemu_log_mask(LOG_GUEST_ERROR, "arm_gicv3_its: write to 0x%x while it is enabled\n",
                      offset);
    } else if (offset == GITS_CBASER) {
        s->cbaser = value & GITS_CBASER_WRITABLE;
        s->creadr = 0;
    } else if (table < ITS_NTABLES) {
        s->baser[table] = (value & ~BASER_FIXED_MASK) | baser_fixed[table];
    }
}

static void write_register(GICv3ITSState *s, uint32_t offset, uint64_t value)
{
    switch (offset) {
    case GITS_CTLR:
        write_ctlr(s, value);
        break;
    case GITS_CWRITER:
        write_cwriter(s, value);
        break;
    case GITS_CBASER:
    case GITS_BASER ... GITS_BASER_END - 1:
        write_base(s, offset, value);
        break;
    default:
        qemu_log_mask(LOG_GUEST_ERROR, "arm_gicv3_its: write to bad offset 0x%x\n", offset);
        break;
    }
}

/* Registers are doublewords, of which 32-bit accesses reach a half. */
static uint64_t its_read(void *opaque, hwaddr offset, unsigned size)
{
    uint64_t value = read_register(opaque, offset & ~7u);

    return size == 8 ? value : (uint32_t)(value >> (offset & 4) * 8);
}

static void its_write(void *opaque, hwaddr offset, uint64_t value, unsigned size)
{
    GICv3ITSState *s = opaque;
    uint32_t place = offset & ~7u;

    if (place == GITS_CTLR && offset & 4) {
        return; /* IIDR is read only */
    }
    if (size == 4) {
        value = deposit64(read_register(s, place), (offset & 4) * 8, 32, value);
    }
    write_register(s, place, value);
}

static const MemoryRegionOps its_control_ops = {
    .read = its_read,
    .write = its_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .valid = { .min_access_size = 4, .max_access_size = 8 },
    .impl = { .min_access_size = 4, .max_access_size = 8 },
};

/* Messages ------------------------------------------------------------------------------------- */

static void send_message(GICv3ITSState *s, uint32_t device, uint32_t event)
{
    GICv3CPUState *c;
    ITSEvent e;
    ITSError error = its_translate(s, device, event, &e, &c);

    if (error) {
        qemu_log_mask(LOG_GUEST_ERROR, "arm_gicv3_its: event %u of device %u: %s\n", event, device,
                      its_error_name(error));
        return;
    }
    gicv3_lpi_set(c, e.intid, true);
    gicv3_lpi_flush(c);
}

static MemTxResult its_translation_read(void *opaque, hwaddr offset, uint64_t *value, unsigned size,
                                        MemTxAttrs attrs)
{
    *value = 0; /* write only */
    return MEMTX_OK;
}

static MemTxResult its_translation_write(void *opaque, hwaddr offset, uint64_t value, unsigned size,
                                         MemTxAttrs attrs)
{
    GICv3ITSState *s = opaque;

    if (offset != GITS_TRANSLATER) {
        qemu_log_mask(LOG_GUEST_ERROR, "arm_gicv3_its: write to bad translation offset 0x%x\n",
                      (unsigned)offset);
    } else if (s->ctlr & GITS_CTLR_ENABLED) {
        send_message(s, attrs.requester_id, value);
    }
    return MEMTX_OK;
}

static const MemoryRegionOps its_translation_ops = {
    .read_with_attrs = its_translation_read,
    .write_with_attrs = its_translation_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .valid = { .min_access_size = 2, .max_access_size = 4 },
    .impl = { .min_access_size = 2, .max_access_size = 4 },
};

/* Device --------------------------------------------------------------------------------------- */

static void its_realize(DeviceState *dev, Error **errp)
{
    GICv3ITSState *s = ARM_GICV3_ITS(dev);

    if (!s->gic || !DEVICE(s->gic)->realized || !s->gic->has_lpi) {
        error_setg(errp, "parent-gicv3: a realized GICv3 with has-lpi=on is needed");
        return;
    }
    memory_region_init(&s->iomem, OBJECT(s), "gicv3_its", 2 * FRAME_SIZE);
    memory_region_init_io(&s->control, OBJECT(s), &its_control_ops, s, "gicv3_its_control",
                          FRAME_SIZE);
    memory_region_init_io(&s->translation, OBJECT(s), &its_translation_ops, s,
                          "gicv3_its_translation", FRAME_SIZE);
    memory_region_add_subregion(&s->iomem, 0, &s->control);
    memory_region_add_subregion(&s->iomem, FRAME_SIZE, &s->translation);
    sysbus_init_mmio(SYS_BUS_DEVICE(dev), &s->iomem);
}

static void its_reset_hold(Object *obj, ResetType type)
{
    GICv3ITSState *s = ARM_GICV3_ITS(obj);

    s->ctlr = 0;
    s->cbaser = s->cwriter = s->creadr = 0;
    for (unsigned n = 0; n < ITS_NTABLES; n++) {
        s->baser[n] = baser_fixed[n] | BASER_RESET;
    }
}

/* A stream may hold anything; offsets in the queue are checked where they are used. */
static int its_post_load(void *opaque, int version_id)
{
    GICv3ITSState *s = opaque;
    bool good = !(s->ctlr & ~GITS_CTLR_ENABLED) && !(s->cbaser & ~GITS_CBASER_WRITABLE) &&
                !(s->cwriter & ~GITS_COMMAND_OFFSET) &&
                !(s->creadr & ~(GITS_COMMAND_OFFSET | GITS_CREADR_STALLED));

    for (unsigned n = 0; n < ITS_NTABLES; n++) {
        good = good && (s->baser[n] & BASER_FIXED_MASK) == baser_fixed[n];
    }
    return good ? 0 : -EINVAL;
}

static const VMStateDescription vmstate_its = {
    .name = "arm_gicv3_its",
    .version_id = 1,
    .minimum_version_id = 1,
    .post_load = its_post_load,
    .fields =
        (const VMStateField[]){
            VMSTATE_UINT32(ctlr, GICv3ITSState),
            VMSTATE_UINT64(cbaser, GICv3ITSState),
            VMSTATE_UINT64(cwriter, GICv3ITSState),
            VMSTATE_UINT64(creadr, GICv3ITSState),
            VMSTATE_UINT64_ARRAY(baser, GICv3ITSState, ITS_NTABLES),
            VMSTATE_END_OF_LIST(),
        },
};

static const Property its_properties[] = {
    DEFINE_PROP_LINK("parent-gicv3", GICv3ITSState, gic, TYPE_ARM_GICV3, GICv3State *),
};

static void its_class_init(ObjectClass *oc, const void *data)
{
    DeviceClass *dc = DEVICE_CLASS(oc);
    ResettableClass *rc = RESETTABLE_CLASS(oc);

    dc->realize = its_realize;
    dc->vmsd = &vmstate_its;
    dc->desc = "Interrupt translation service of a GICv3";
    rc->phases.hold = its_reset_hold;
    device_class_set_props(dc, its_properties);
}

static const TypeInfo its_types[] = {
    {
        .name = TYPE_ARM_GICV3_ITS,
        .parent = TYPE_SYS_BUS_DEVICE,
        .instance_size = sizeof(GICv3ITSState),
        .class_init = its_class_init,
    },
};

DEFINE_TYPES(its_types)

/* Bindings: arm,gic-v3.yaml, "msi-controller" */
uint32_t arm_gicv3_its_fdt_add_node(void *fdt, const char *parent, const MemMapEntry *place)
{
    g_autofree char *node = g_strdup_printf("%s/its@%" PRIx64, parent, place->base);

    qemu_fdt_add_subnode(fdt, node);
    qemu_fdt_setprop_string(fdt, node, "compatible", "arm,gic-v3-its");
    qemu_fdt_setprop(fdt, node, "msi-controller", NULL, 0);
    qemu_fdt_setprop_cell(fdt, node, "#msi-cells", 1);
    qemu_fdt_setprop_sized_cells(fdt, node, "reg", 2, place->base, 2, place->size);
    return qemu_fdt_new_phandle(fdt, node);
}
