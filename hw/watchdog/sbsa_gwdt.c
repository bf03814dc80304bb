/* SPDX-License-Identifier: MIT */
/*
 * Arm generic watchdog (Arm Base System Architecture 1.0C, DEN0094, appendix A "Generic Watchdog").
 *
 * Two frames: a write to the refresh frame gives the guest WOR more ticks. When they are over, the
 * first signal WS0, an interrupt, is raised and as many ticks again begin; when those are over too,
 * the second signal WS1 is raised, which carries out the machine's watchdog action.
 * Time is the virtual clock, in ticks of the property `clock-frequency` (Hz).
 * Not modelled: the system counter's own registers; WCV counts from the virtual clock's 0.
 */
#include "qemu/osdep.h"

#include "hw/irq.h"
#include "hw/qdev-properties.h"
#include "hw/sysbus.h"
#include "hw/watchdog/sbsa_gwdt.h"
#include "migration/vmstate.h"
#include "qapi/error.h"
#include "qemu/host-utils.h"
#include "qemu/log.h"
#include "qemu/module.h"
#include "qemu/timer.h"
#include "system/memory.h"
#include "system/watchdog.h"

#define GWDT_DEFAULT_HZ 62500000
#define GWDT_IIDR       0x0001043b /* architecture version 1, Arm */

enum {              /* Register offsets (table "Generic Watchdog register map") */
       WRR = 0x000, /* refresh frame */
       WCS = 0x000, /* control frame, from here on */
       WOR = 0x008,
       WOR_HIGH = 0x00c,
       WCV = 0x010,
       WCV_HIGH = 0x014,
       W_IIDR = 0xfcc, /* in both */
};

enum { WCS_EN = 1 << 0, WCS_WS0 = 1 << 1, WCS_WS1 = 1 << 2 };

struct SBSA_GWDTState {
    SysBusDevice parent_obj;
    MemoryRegion refresh, control;
    qemu_irq irq; /* WS0 */
    QEMUTimer *timer;
    uint64_t hz; /* property */

    /* Under the BQL. */
    uint32_t wcs;
    uint64_t wor; /* 48 bits */
    uint64_t wcv;
};

static uint64_t gwdt_count(const SBSA_GWDTState *s)
{
    return muldiv64(qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL), s->hz, NANOSECONDS_PER_SECOND);
}

/* When the counter has reached @count; times that no timer can hold are never. */
static int64_t gwdt_time_of(const SBSA_GWDTState *s, uint64_t count)
{
    unsigned __int128 ns = (unsigned __int128)count * NANOSECONDS_PER_SECOND / s->hz + 1;

    return ns > INT64_MAX ? INT64_MAX : (int64_t)ns;
}

static void gwdt_update(SBSA_GWDTState *s)
{
    qemu_set_irq(s->irq, (s->wcs & WCS_WS0) != 0);
    if ((s->wcs & WCS_EN) && !(s->wcs & WCS_WS1)) {
        timer_mod(s->timer, gwdt_time_of(s, s->wcv));
    } else {
        timer_del(s->timer);
    }
}

/* WCV = counter + WOR, whether by the guest or by a timeout. */
static void gwdt_restart(SBSA_GWDTState *s)
{
    s->wcv = gwdt_count(s) + s->wor;
}

/* An explicit refresh takes the signals back. */
static void gwdt_refresh(SBSA_GWDTState *s)
{
    s->wcs &= ~(WCS_WS0 | WCS_WS1);
    gwdt_restart(s);
    gwdt_update(s);
}

static void gwdt_timeout(void *opaque)
{
    SBSA_GWDTState *s = opaque;

    if (!(s->wcs & WCS_WS0)) {
        s->wcs |= WCS_WS0;
        gwdt_restart(s);
        gwdt_update(s);
        return;
    }
    s->wcs |= WCS_WS1;
    gwdt_update(s);
    qemu_log_mask(CPU_LOG_RESET, "sbsa_gwdt: the second signal is raised\n");
    watchdog_perform_action();
}

static uint64_t gwdt_refresh_read(void *opaque, hwaddr offset, unsigned size)
{
    switch (offset) {
    case WRR:
        return 0; /* "reads have no effect" */
    case W_IIDR:
        return GWDT_IIDR;
    default:
        qemu_log_mask(LOG_GUEST_ERROR,
                      "sbsa_gwdt: read of bad offset 0x%" HWADDR_PRIx " of the refresh frame\n",
                      offset);
        return 0;
    }
}

static void gwdt_refresh_write(void *opaque, hwaddr offset, uint64_t value, unsigned size)
{
    SBSA_GWDTState *s = opaque;

    if (offset == WRR) {
        gwdt_refresh(s); /* whatever is written */
        return;
    }
    qemu_log_mask(LOG_GUEST_ERROR,
                  "sbsa_gwdt: write to bad offset 0x%" HWADDR_PRIx " of the refresh frame\n",
                  offset);
}

static uint64_t gwdt_control_read(void *opaque, hwaddr offset, unsigned size)
{
    SBSA_GWDTState *s = opaque;

    switch (offset) {
    case WCS:
        return s->wcs;
    case WOR:
        return s->wor & UINT32_MAX;
    case WOR_HIGH:
        return s->wor >> 32;
    case WCV:
        return s->wcv & UINT32_MAX;
    case WCV_HIGH:
        return s->wcv >> 32;
    case W_IIDR:
        return GWDT_IIDR;
    default:
        qemu_log_mask(LOG_GUEST_ERROR,
                      "sbsa_gwdt: read of bad offset 0x%" HWADDR_PRIx " of the control frame\n",
                      offset);
        return 0;
    }
}

/* A write to WCS or WOR is a refresh too. */
static void gwdt_control_write(void *opaque, hwaddr offset, uint64_t value, unsigned size)
{
    SBSA_GWDTState *s = opaque;

    switch (offset) {
    case WCS:
        s->wcs = (s->wcs & ~WCS_EN) | (value & WCS_EN);
        gwdt_refresh(s);
        break;
    case WOR:
        s->wor = deposit64(s->wor, 0, 32, value);
        gwdt_refresh(s);
        break;
    case WOR_HIGH:
        s->wor = deposit64(s->wor, 32, 16, value);
        gwdt_refresh(s);
        break;
    case WCV:
        s->wcv = deposit64(s->wcv, 0, 32, value);
        gwdt_update(s);
        break;
    case WCV_HIGH:
        s->wcv = deposit64(s->wcv, 32, 32, value);
        gwdt_update(s);
        break;
    default:
        qemu_log_mask(LOG_GUEST_ERROR,
                      "sbsa_gwdt: write to bad offset 0x%" HWADDR_PRIx " of the control frame\n",
                      offset);
        break;
    }
}

static const MemoryRegionOps gwdt_refresh_ops = {
    .read = gwdt_refresh_read,
    .write = gwdt_refresh_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .valid = { .min_access_size = 4, .max_access_size = 4 },
};

/* 64-bit accesses to WOR and WCV come as two halves. */
static const MemoryRegionOps gwdt_control_ops = {
    .read = gwdt_control_read,
    .write = gwdt_control_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .valid = { .min_access_size = 4, .max_access_size = 8 },
    .impl = { .min_access_size = 4, .max_access_size = 4 },
};

static const VMStateDescription vmstate_gwdt = {
    .name = "sbsa-gwdt",
    .version_id = 1,
    .minimum_version_id = 1,
    .fields =
        (const VMStateField[]){
            VMSTATE_TIMER_PTR(timer, SBSA_GWDTState),
            VMSTATE_UINT32(wcs, SBSA_GWDTState),
            VMSTATE_UINT64(wor, SBSA_GWDTState),
            VMSTATE_UINT64(wcv, SBSA_GWDTState),
            VMSTATE_END_OF_LIST(),
        },
};

static void gwdt_reset_hold(Object *obj, ResetType type)
{
    SBSA_GWDTState *s = SBSA_GWDT(obj);

    s->wcs = 0;
    s->wor = 0;
    s->wcv = 0;
}

static void gwdt_reset_exit(Object *obj, ResetType type)
{
    gwdt_update(SBSA_GWDT(obj));
}

static void gwdt_realize(DeviceState *dev, Error **errp)
{
    SBSA_GWDTState *s = SBSA_GWDT(dev);

    if (s->hz == 0 || s->hz > UINT32_MAX) {
        error_setg(errp, "sbsa_gwdt: clock-frequency=%" PRIu64 ": expected 1 to 4294967295 Hz",
                   s->hz);
    }
}

static void gwdt_init(Object *obj)
{
    SBSA_GWDTState *s = SBSA_GWDT(obj);
    SysBusDevice *sbd = SYS_BUS_DEVICE(obj);

    memory_region_init_io(&s->refresh, obj, &gwdt_refresh_ops, s, "sbsa_gwdt.refresh",
                          SBSA_GWDT_FRAME_SIZE);
    memory_region_init_io(&s->control, obj, &gwdt_control_ops, s, "sbsa_gwdt.control",
                          SBSA_GWDT_FRAME_SIZE);
    sysbus_init_mmio(sbd, &s->refresh);
    sysbus_init_mmio(sbd, &s->control);
    sysbus_init_irq(sbd, &s->irq);
    s->timer = timer_new_ns(QEMU_CLOCK_VIRTUAL, gwdt_timeout, s);
}

static void gwdt_finalize(Object *obj)
{
    timer_free(SBSA_GWDT(obj)->timer);
}

static const Property gwdt_properties[] = {
    DEFINE_PROP_UINT64("clock-frequency", SBSA_GWDTState, hz, GWDT_DEFAULT_HZ),
};

static void gwdt_class_init(ObjectClass *oc, const void *data)
{
    DeviceClass *dc = DEVICE_CLASS(oc);
    ResettableClass *rc = RESETTABLE_CLASS(oc);

    dc->desc = "SBSA-compliant generic watchdog device";
    dc->realize = gwdt_realize;
    dc->vmsd = &vmstate_gwdt;
    dc->hotpluggable = false;
    rc->phases.hold = gwdt_reset_hold;
    rc->phases.exit = gwdt_reset_exit;
    set_bit(DEVICE_CATEGORY_WATCHDOG, dc->categories);
    device_class_set_props(dc, gwdt_properties);
}

static const TypeInfo gwdt_types[] = {
    {
        .name = TYPE_WDT_SBSA,
        .parent = TYPE_SYS_BUS_DEVICE,
        .instance_size = sizeof(SBSA_GWDTState),
        .instance_init = gwdt_init,
        .instance_finalize = gwdt_finalize,
        .class_init = gwdt_class_init,
    },
};

DEFINE_TYPES(gwdt_types)
