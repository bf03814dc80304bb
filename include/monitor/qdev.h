/* SPDX-License-Identifier: MIT */
/* Devices that the user adds and takes out. Under the big lock. */
#ifndef MONITOR_QDEV_H
#define MONITOR_QDEV_H

#include "hw/qdev-core.h"
#include "qemu/keyval.h"

/* What is said of a device besides its properties: "driver", "id", "bus", NULL. */
extern const char *const qdev_device_keys[];

/* The class of device type @driver; NULL and *errp with the nearest name if there is none. */
DeviceClass *qdev_device_class(const char *driver, Error **errp);

/* Make the device that @kv describes, with "driver". Once the machine is complete it is plugged
 * into it, which its bus has to support. False and *errp if it can not be. */
bool qdev_device_add(const KeyVal *kv, Error **errp);

/* The device that the user called @id, or at the path @id; NULL and *errp if there is none. */
DeviceState *qdev_find_device(const char *id, Error **errp);

/* Take the device out of the machine; false and *errp if its bus or type does not support it. */
bool qdev_unplug(DeviceState *dev, Error **errp);

#endif
