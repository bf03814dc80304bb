/* SPDX-License-Identifier: MIT */
/*
 * ARM PrimeCell General Purpose Input/Output (PL061), ARM DDI 0190 (r1p0).
 *
 * Eight lines. As an input each has an incoming GPIO line here; as an output it drives the outgoing
 * one. What an outgoing line has while nobody drives it is a matter of the board's resistors: the
 * properties `pullups` and `pulldowns`, one bit a line.
 * Not modelled: the hardware control of GPIOAFSEL (it can be written and read), the integration
 * test registers.
 */
#include "qemu/osdep.h"

#include "hw/gpio/pl061.h"
#include "hw/irq.h"
#include "hw/qdev-properties.h"
#include "hw/sysbus.h"
#include "migration/vmstate.h"
#include "qapi/error.h"
#include "qemu/log.h"
#include "qemu/module.h"
#include "system/device_tree.h"

enum { PL061_LINES = 8 };

enum { /* Register offsets (DDI 0190, table 3-1) */
       GPIODATA_LAST = 0x3ff,
       GPIODIR = 0x400,
       GPIOIS = 0x404,
       GPIOIBE = 0x408,
       GPIOIEV = 0x40c,
       GPIOIE = 0x410,
       GPIORIS = 0x414,
       GPIOMIS = 0x418,
       GPIOIC = 0x41c,
       GPIOAFSEL = 0x420,
       GPIO_ID_FIRST = 0xfe0,
       GPIO_ID_LAST = 0xffc,
};

/* GPIOPeriphID0-3 and GPIOPCellID0-3 (3.3.11 and 3.3.12) */
static const uint8_t pl061_id[] = { 0x61, 0x10, 0x04, 0x00, 0x0d, 0xf0, 0x05, 0xb1 };

struct PL061State {
    SysBusDevice parent_obj;
    MemoryRegion iomem;
    qemu_irq irq;
    qemu_irq out[PL061_LINES];

    uint8_t pullups, pulldowns; /* properties */

    /* One bit a line. Under the BQL. */
    uint8_t in;    /* level of the incoming lines */
    uint8_t data;  /* what was written for outputs */
    uint8_t dir;   /* 1: output */
    uint8_t is;    /* interrupt sense: 1 level, 0 edge */
    uint8_t ibe;   /* both edges */
    uint8_t iev;   /* 1: rising edge or high level */
    uint8_t ie;    /* mask, 1: enabled */
    uint8_t edges; /* latched edges: GPIORIS of the lines that sense edges */
    uint8_t afsel;
    uint8_t old_level; /* pin levels at the last update */
    uint8_t driven;    /* what the outgoing lines were last set to */
};

/* The level of every pin: outputs have what they drive. */
static uint8_t pl061_pins(const PL061State *s)
{
    return (s->in & ~s->dir) | (s->data & s->dir);
}

/* Edges are latched until GPIOIC, levels follow the pin (3.3.7). */
static uint8_t pl061_ris(const PL061State *s)
{
    uint8_t level = ~(pl061_pins(s) ^ s->iev);

    return (level & s->is) | (s->edges & ~s->is);
}

/* Inputs float on the outgoing side, to where the resistors pull them. */
static void pl061_drive(PL061State *s)
{
    uint8_t floating = (s->driven & ~s->pulldowns) | s->pullups;
    uint8_t now = (s->data & s->dir) | (floating & ~s->dir);

    for (int n = 0; n < PL061_LINES; n++) {
        if ((now ^ s->driven) >> n & 1) {
            qemu_set_irq(s->out[n], now >> n & 1);
        }
    }
    s->driven = now;
}

static void pl061_update_irq(PL061State *s)
{
    qemu_set_irq(s->irq, (pl061_ris(s) & s->ie) != 0);
}

/* After any change of a pin, of its direction or of what it is sensed for. */
static void pl061_update(PL061State *s)
{
    uint8_t pins = pl061_pins(s), changed = pins ^ s->old_level;

    /* GPIOIBE overrides GPIOIEV (3.3.4) */
    s->edges |= changed & ~s->is & (s->ibe | ~(pins ^ s->iev));
    s->old_level = pins;
    pl061_drive(s);
    pl061_update_irq(s);
}

static void pl061_set_input(void *opaque, int n, int level)
{
    PL061State *s = opaque;

    s->in = (s->in & ~(1u << n)) | (unsigned)(level != 0) << n;
    pl061_update(s);
}

static uint64_t pl061_read(void *opaque, hwaddr offset, unsigned size)
{
    PL061State *s = opaque;

    switch (offset) {
    case 0 ... GPIODATA_LAST: /* address bits 9:2 are the mask (3.3.1) */
        return pl061_pins(s) & offset >> 2;
    case GPIODIR:
        return s->dir;
    case GPIOIS:
        return s->is;
    case GPIOIBE:
        return s->ibe;
    case GPIOIEV:
        return s->iev;
    case GPIOIE:
        return s->ie;
    case GPIORIS:
        return pl061_ris(s);
    case GPIOMIS:
        return pl061_ris(s) & s->ie;
    case GPIOAFSEL:
        return s->afsel;
    case GPIO_ID_FIRST ... GPIO_ID_LAST:
        return pl061_id[(offset - GPIO_ID_FIRST) >> 2];
    case GPIOIC:
        qemu_log_mask(LOG_GUEST_ERROR, "pl061: read of the write-only GPIOIC\n");
        return 0;
    default:
        qemu_log_mask(LOG_GUEST_ERROR, "pl061: read of bad offset 0x%" HWADDR_PRIx "\n", offset);
        return 0;
    }
}

static void pl061_write(void *opaque, hwaddr offset, uint64_t value, unsigned size)
{
    PL061State *s = opaque;
    uint8_t mask;

    switch (offset) {
    case 0 ... GPIODATA_LAST:
        mask = offset >> 2 & s->dir;
        s->data = (s->data & ~mask) | (value & mask);
        break;
    case GPIODIR:
        s->dir = value;
        break;
    case GPIOIS:
        s->is = value;
        break;
    case GPIOIBE:
        s->ibe = value;
        break;
    case GPIOIEV:
        s->iev = value;
        break;
    case GPIOIE:
        s->ie = value;
        break;
    case GPIOIC:
        s->edges &= ~(uint8_t)value;
        break;
    case GPIOAFSEL:
        s->afsel = value;
        if (s->afsel) {
            qemu_log_mask(LOG_UNIMP, "pl061: hardware control of lines is not implemented\n");
        }
        return;
    case GPIORIS:
    case GPIOMIS:
        qemu_log_mask(LOG_GUEST_ERROR, "pl061: write to read-only offset 0x%" HWADDR_PRIx "\n",
                      offset);
        return;
    default:
        qemu_log_mask(LOG_GUEST_ERROR, "pl061: write to bad offset 0x%" HWADDR_PRIx "\n", offset);
        return;
    }
    pl061_update(s);
}

static const MemoryRegionOps pl061_ops = {
    .read = pl061_read,
    .write = pl061_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .impl = { .min_access_size = 4, .max_access_size = 4 },
};

static const VMStateDescription vmstate_pl061 = {
    .name = "pl061",
    .version_id = 1,
    .minimum_version_id = 1,
    .fields =
        (const VMStateField[]){
            VMSTATE_UINT8(in, PL061State),
            VMSTATE_UINT8(data, PL061State),
            VMSTATE_UINT8(dir, PL061State),
            VMSTATE_UINT8(is, PL061State),
            VMSTATE_UINT8(ibe, PL061State),
            VMSTATE_UINT8(iev, PL061State),
            VMSTATE_UINT8(ie, PL061State),
            VMSTATE_UINT8(edges, PL061State),
            VMSTATE_UINT8(afsel, PL061State),
            VMSTATE_UINT8(old_level, PL061State),
            VMSTATE_UINT8(driven, PL061State),
            VMSTATE_END_OF_LIST(),
        },
};

/* All lines are inputs; the levels that come in are others' to reset. */
static void pl061_reset_hold(Object *obj, ResetType type)
{
    PL061State *s = PL061(obj);

    s->data = s->dir = s->is = s->ibe = s->iev = s->ie = s->edges = s->afsel = 0;
}

static void pl061_reset_exit(Object *obj, ResetType type)
{
    PL061State *s = PL061(obj);

    s->old_level = s->in; /* the reset itself makes no edge */
    pl061_drive(s);
    pl061_update_irq(s);
}

static void pl061_realize(DeviceState *dev, Error **errp)
{
    PL061State *s = PL061(dev);

    if (s->pullups & s->pulldowns) {
        error_setg(errp,
                   "pl061: pullups 0x%02x and pulldowns 0x%02x share lines: a line has one "
                   "or none",
                   s->pullups, s->pulldowns);
    }
}

static void pl061_init(Object *obj)
{
    PL061State *s = PL061(obj);
    SysBusDevice *sbd = SYS_BUS_DEVICE(obj);

    memory_region_init_io(&s->iomem, obj, &pl061_ops, s, "pl061", 0x1000);
    sysbus_init_mmio(sbd, &s->iomem);
    sysbus_init_irq(sbd, &s->irq);
    qdev_init_gpio_in(DEVICE(obj), pl061_set_input, PL061_LINES);
    qdev_init_gpio_out(DEVICE(obj), s->out, PL061_LINES);
}

static const Property pl061_properties[] = {
    DEFINE_PROP_UINT8("pullups", PL061State, pullups, 0xff),
    DEFINE_PROP_UINT8("pulldowns", PL061State, pulldowns, 0),
};

static void pl061_class_init(ObjectClass *oc, const void *data)
{
    DeviceClass *dc = DEVICE_CLASS(oc);
    ResettableClass *rc = RESETTABLE_CLASS(oc);

    dc->desc = "ARM PrimeCell GPIO (PL061)";
    dc->realize = pl061_realize;
    dc->vmsd = &vmstate_pl061;
    rc->phases.hold = pl061_reset_hold;
    rc->phases.exit = pl061_reset_exit;
    device_class_set_props(dc, pl061_properties);
}

static const TypeInfo pl061_types[] = {
    {
        .name = TYPE_PL061,
        .parent = TYPE_SYS_BUS_DEVICE,
        .instance_size = sizeof(PL061State),
        .instance_init = pl061_init,
        .class_init = pl061_class_init,
    },
};

DEFINE_TYPES(pl061_types)

uint32_t pl061_fdt_add_node(void *fdt, const MemMapEntry *place, int irq, uint32_t clock)
{
    static const char *const compatible[] = { "arm,pl061", "arm,primecell" };
    g_autofree char *node = g_strdup_printf("/pl061@%" PRIx64, place->base);

    qemu_fdt_add_subnode(fdt, node);
    qemu_fdt_setprop_sized_cells(fdt, node, "reg", 2, place->base, 2, place->size);
    qemu_fdt_setprop_string_array(fdt, node, "compatible", compatible, ARRAY_SIZE(compatible));
    qemu_fdt_setprop_cell(fdt, node, "#gpio-cells", 2);
    qemu_fdt_setprop(fdt, node, "gpio-controller", NULL, 0);
    qemu_fdt_setprop_cells(fdt, node, "interrupts", 0, irq, 4); /* shared, level high */
    qemu_fdt_setprop_cell(fdt, node, "clocks", clock);
    qemu_fdt_setprop_string(fdt, node, "clock-names", "apb_pclk");
    return qemu_fdt_new_phandle(fdt, node);
}
