/* SPDX-License-Identifier: MIT */
/* What the files of the device core share. */
#ifndef QDEV_INTERNAL_H
#define QDEV_INTERNAL_H

#include "hw/qdev-core.h"
#include "hw/qdev-properties.h"

void qdev_free_gpios(DeviceState *dev);
void qdev_free_clocks(DeviceState *dev);
/* Gives the clocks of a device that is being realized their paths. */
void qdev_setup_clock_paths(DeviceState *dev);
void qbus_add_child(BusState *bus, DeviceState *dev);
void qbus_remove_child(BusState *bus, DeviceState *dev);

#endif
