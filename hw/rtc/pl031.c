/* SPDX-License-Identifier: MIT */
/*
 * ARM PrimeCell Real Time Clock (PL031), ARM DDI 0224 (r1p3).
 *
 * A 32-bit counter of seconds that starts at the time of day of -rtc (seconds since 1970) and keeps
 * running over a reset. It always runs: RTCCR reads 1 and can not be cleared, as on the part once
 * it is enabled. The match interrupt is raised when the counter reaches RTCMR.
 * Not modelled: the integration test registers.
 */
#include "qemu/osdep.h"

#include "hw/irq.h"
#include "hw/qdev-properties.h"
#include "hw/rtc/pl031.h"
#include "hw/sysbus.h"
#include "migration/vmstate.h"
#include "qemu/log.h"
#include "qemu/module.h"
#include "qemu/timer.h"
#include "system/device_tree.h"
#include "system/rtc.h"

enum { /* Register offsets (DDI 0224, table 3-1) */
       RTC_DR = 0x00,
       RTC_MR = 0x04,
       RTC_LR = 0x08,
       RTC_CR = 0x0c,
       RTC_IMSC = 0x10,
       RTC_RIS = 0x14,
       RTC_MIS = 0x18,
       RTC_ICR = 0x1c,
       RTC_ID_FIRST = 0xfe0,
       RTC_ID_LAST = 0xffc,
};

/* RTCPeriphID0-3 and RTCPCellID0-3 (3.3.9 and 3.3.10) */
static const uint8_t pl031_id[] = { 0x31, 0x10, 0x14, 0x00, 0x0d, 0xf0, 0x05, 0xb1 };

static void pl031_update_irq(PL031State *s)
{
    qemu_set_irq(s->irq, s->ris & s->imsc);
}

static uint32_t pl031_clock_seconds(void)
{
    return qemu_clock_get_ns(rtc_clock) / NANOSECONDS_PER_SECOND;
}

static uint32_t pl031_count(const PL031State *s)
{
    return s->tick_offset + pl031_clock_seconds();
}

/* Arm the timer for the second in which the counter equals RTCMR; a match that lies behind is a
 * whole turn of the counter, 136 years, away. */
static void pl031_set_alarm(PL031State *s)
{
    uint32_t ticks = s->mr - pl031_count(s);
    int64_t now = qemu_clock_get_ns(rtc_clock);
    int64_t second = now - now % NANOSECONDS_PER_SECOND;

    if (ticks == 0) {
        timer_del(s->timer);
        s->ris = 1;
        pl031_update_irq(s);
        return;
    }
    timer_mod(s->timer, second + (int64_t)ticks * NANOSECONDS_PER_SECOND);
}

static void pl031_match(void *opaque)
{
    PL031State *s = opaque;

    s->ris = 1;
    pl031_update_irq(s);
}

static uint64_t pl031_read(void *opaque, hwaddr offset, unsigned size)
{
    PL031State *s = opaque;

    switch (offset) {
    case RTC_DR:
        return pl031_count(s);
    case RTC_MR:
        return s->mr;
    case RTC_LR:
        return s->lr;
    case RTC_CR:
        return 1;
    case RTC_IMSC:
        return s->imsc;
    case RTC_RIS:
        return s->ris;
    case RTC_MIS:
        return s->ris & s->imsc;
    case RTC_ID_FIRST ... RTC_ID_LAST:
        return pl031_id[(offset - RTC_ID_FIRST) >> 2];
    case RTC_ICR:
        qemu_log_mask(LOG_GUEST_ERROR, "pl031: read of the write-only RTCICR\n");
        return 0;
    default:
        qemu_log_mask(LOG_GUEST_ERROR, "pl031: read of bad offset 0x%" HWADDR_PRIx "\n", offset);
        return 0;
    }
}

static void pl031_write(void *opaque, hwaddr offset, uint64_t value, unsigned size)
{
    PL031State *s = opaque;

    switch (offset) {
    case RTC_MR:
        s->mr = value;
        pl031_set_alarm(s);
        break;
    case RTC_LR:
        s->lr = value;
        s->tick_offset += s->lr - pl031_count(s);
        pl031_set_alarm(s);
        break;
    case RTC_CR:
        break; /* the counter can not be stopped (3.3.4) */
    case RTC_IMSC:
        s->imsc = value & 1;
        pl031_update_irq(s);
        break;
    case RTC_ICR:
        s->ris &= ~(uint32_t)value;
        pl031_update_irq(s);
        break;
    case RTC_DR:
    case RTC_RIS:
    case RTC_MIS:
        qemu_log_mask(LOG_GUEST_ERROR, "pl031: write to read-only offset 0x%" HWADDR_PRIx "\n",
                      offset);
        break;
    default:
        qemu_log_mask(LOG_GUEST_ERROR, "pl031: write to bad offset 0x%" HWADDR_PRIx "\n", offset);
        break;
    }
}

static const MemoryRegionOps pl031_ops = {
    .read = pl031_read,
    .write = pl031_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .impl = { .min_access_size = 4, .max_access_size = 4 },
};

static int pl031_post_load(void *opaque, int version_id)
{
    PL031State *s = opaque;

    if (!s->ris) {
        pl031_set_alarm(s);
    }
    return 0;
}

static const VMStateDescription vmstate_pl031 = {
    .name = "pl031",
    .version_id = 1,
    .minimum_version_id = 1,
    .post_load = pl031_post_load,
    .fields =
        (const VMStateField[]){
            VMSTATE_UINT32(tick_offset, PL031State),
            VMSTATE_UINT32(mr, PL031State),
            VMSTATE_UINT32(lr, PL031State),
            VMSTATE_UINT32(imsc, PL031State),
            VMSTATE_UINT32(ris, PL031State),
            VMSTATE_END_OF_LIST(),
        },
};

/* The counter is battery backed: only the interrupt logic is reset (2.2.5). */
static void pl031_reset_hold(Object *obj, ResetType type)
{
    PL031State *s = PL031(obj);

    s->mr = 0;
    s->imsc = 0;
    s->ris = 0;
    timer_del(s->timer);
}

static void pl031_reset_exit(Object *obj, ResetType type)
{
    pl031_update_irq(PL031(obj));
}

static void pl031_init(Object *obj)
{
    PL031State *s = PL031(obj);
    SysBusDevice *sbd = SYS_BUS_DEVICE(obj);

    memory_region_init_io(&s->iomem, obj, &pl031_ops, s, "pl031", 0x1000);
    sysbus_init_mmio(sbd, &s->iomem);
    sysbus_init_irq(sbd, &s->irq);
    s->tick_offset = qemu_rtc_offset();
    s->timer = timer_new_ns(rtc_clock, pl031_match, s);
}

static void pl031_finalize(Object *obj)
{
    timer_free(PL031(obj)->timer);
}

static void pl031_class_init(ObjectClass *oc, const void *data)
{
    DeviceClass *dc = DEVICE_CLASS(oc);
    ResettableClass *rc = RESETTABLE_CLASS(oc);

    dc->desc = "ARM PrimeCell real time clock (PL031)";
    dc->vmsd = &vmstate_pl031;
    rc->phases.hold = pl031_reset_hold;
    rc->phases.exit = pl031_reset_exit;
}

static const TypeInfo pl031_types[] = {
    {
        .name = TYPE_PL031,
        .parent = TYPE_SYS_BUS_DEVICE,
        .instance_size = sizeof(PL031State),
        .instance_init = pl031_init,
        .instance_finalize = pl031_finalize,
        .class_init = pl031_class_init,
    },
};

DEFINE_TYPES(pl031_types)

void pl031_fdt_add_node(void *fdt, const MemMapEntry *place, int irq, uint32_t clock)
{
    static const char *const compatible[] = { "arm,pl031", "arm,primecell" };
    g_autofree char *node = g_strdup_printf("/pl031@%" PRIx64, place->base);

    qemu_fdt_add_subnode(fdt, node);
    qemu_fdt_setprop_string_array(fdt, node, "compatible", compatible, ARRAY_SIZE(compatible));
    qemu_fdt_setprop_sized_cells(fdt, node, "reg", 2, place->base, 2, place->size);
    qemu_fdt_setprop_cells(fdt, node, "interrupts", 0, irq, 4); /* shared, level high */
    qemu_fdt_setprop_cell(fdt, node, "clocks", clock);
    qemu_fdt_setprop_string(fdt, node, "clock-names", "apb_pclk");
}
