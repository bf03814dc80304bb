/* SPDX-License-Identifier: MIT */
#include "qemu/osdep.h"

#include "hw/qdev-clock.h"

#include "qapi/error.h"
#include "qdev-internal.h"

static NamedClockList *clock_entry_find(DeviceState *dev, const char *name)
{
    NamedClockList *e;

    QLIST_FOREACH (e, &dev->clocks, node) {
        if (strcmp(e->name, name) == 0) {
            return e;
        }
    }
    return NULL;
}

static NamedClockList *clock_entry_add(DeviceState *dev, const char *name, Clock *clk, bool output,
                                       bool alias)
{
    NamedClockList *e = g_new0(NamedClockList, 1);

    assert(!clock_entry_find(dev, name));
    assert(!qdev_is_realized(dev));
    e->name = g_strdup(name);
    e->clock = clk;
    e->output = output;
    e->alias = alias;
    QLIST_INSERT_HEAD(&dev->clocks, e, node);
    return e;
}

Clock *qdev_init_clock_out(DeviceState *dev, const char *name)
{
    return clock_entry_add(dev, name, clock_new(OBJECT(dev), name), true, false)->clock;
}

Clock *qdev_init_clock_in(DeviceState *dev, const char *name, ClockCallback *cb, void *opaque,
                          unsigned events)
{
    Clock *clk = clock_new(OBJECT(dev), name);

    if (cb) {
        clock_set_callback(clk, cb, opaque, events);
    }
    return clock_entry_add(dev, name, clk, false, false)->clock;
}

void qdev_init_clocks(DeviceState *dev, const ClockPortInitArray clocks)
{
    for (const struct ClockPortInitElem *c = clocks; c->name; c++) {
        Clock **slot = (Clock **)((char *)dev + c->offset);

        *slot = c->is_output
                    ? qdev_init_clock_out(dev, c->name)
                    : qdev_init_clock_in(dev, c->name, c->callback, dev, c->callback_events);
    }
}

Clock *qdev_get_clock_in(DeviceState *dev, const char *name)
{
    NamedClockList *e = clock_entry_find(dev, name);

    assert(e && !e->output);
    return e->clock;
}

Clock *qdev_get_clock_out(DeviceState *dev, const char *name)
{
    NamedClockList *e = clock_entry_find(dev, name);

    assert(e && e->output);
    return e->clock;
}

void qdev_connect_clock_in(DeviceState *dev, const char *name, Clock *source)
{
    assert(!qdev_is_realized(dev));
    clock_set_source(qdev_get_clock_in(dev, name), source);
}

Clock *qdev_alias_clock(DeviceState *dev, const char *name, DeviceState *alias_dev,
                        const char *alias_name)
{
    NamedClockList *e = clock_entry_find(dev, name);

    assert(e);
    object_property_add_alias(OBJECT(alias_dev), alias_name, OBJECT(dev), name);
    return clock_entry_add(alias_dev, alias_name, e->clock, e->output, true)->clock;
}

void qdev_setup_clock_paths(DeviceState *dev)
{
    NamedClockList *e;

    QLIST_FOREACH (e, &dev->clocks, node) {
        if (!e->alias) {
            clock_setup_canonical_path(e->clock);
        }
    }
}

void qdev_free_clocks(DeviceState *dev)
{
    NamedClockList *e, *next;

    QLIST_FOREACH_SAFE (e, &dev->clocks, node, next) {
        QLIST_REMOVE(e, node);
        g_free(e->name); /* the clock itself is a child */
        g_free(e);
    }
}
