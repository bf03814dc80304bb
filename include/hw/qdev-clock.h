/* SPDX-License-Identifier: MIT */
/* Clock inputs and outputs of devices. Made in instance_init, connected before realize. */
#ifndef HW_QDEV_CLOCK_H
#define HW_QDEV_CLOCK_H

#include "hw/clock.h"

/* Calls @cb (may be NULL) for the events in @events. The clock belongs to the device. */
Clock *qdev_init_clock_in(DeviceState *dev, const char *name, ClockCallback *cb, void *opaque,
                          unsigned events);
Clock *qdev_init_clock_out(DeviceState *dev, const char *name);
/* The clock must exist. */
Clock *qdev_get_clock_in(DeviceState *dev, const char *name);
Clock *qdev_get_clock_out(DeviceState *dev, const char *name);
void qdev_connect_clock_in(DeviceState *dev, const char *name, Clock *source);
/* @alias_name of @alias_dev stands for @name of @dev. */
Clock *qdev_alias_clock(DeviceState *dev, const char *name, DeviceState *alias_dev,
                        const char *alias_name);

/* Tables of clocks: the Clock * field at @offset gets each. */
struct ClockPortInitElem {
    const char *name;
    bool is_output;
    ClockCallback *callback;
    unsigned callback_events;
    size_t offset;
};

#define QDEV_CLOCK(is_out, devstate, field, cb, events)                                            \
    {                                                                                              \
        .name = #field, .is_output = (is_out), .callback = (cb), .callback_events = (events),      \
        .offset = offsetof(devstate, field)                                                        \
    }
#define QDEV_CLOCK_IN(devstate, field, callback, cb_events)                                        \
    QDEV_CLOCK(false, devstate, field, callback, cb_events)
#define QDEV_CLOCK_OUT(devstate, field) QDEV_CLOCK(true, devstate, field, NULL, 0)
#define QDEV_CLOCK_END                                                                             \
    {                                                                                              \
        .name = NULL                                                                               \
    }

typedef struct ClockPortInitElem ClockPortInitArray[];
void qdev_init_clocks(DeviceState *dev, const ClockPortInitArray clocks);

#endif
