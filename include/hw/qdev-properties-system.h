/* SPDX-License-Identifier: MIT */
/* Properties that name host-side back ends; each is defined beside its back end. */
#ifndef HW_QDEV_PROPERTIES_SYSTEM_H
#define HW_QDEV_PROPERTIES_SYSTEM_H

#include "hw/qdev-properties.h"

/* chardev/: the id of a character device. */
extern const PropertyInfo qdev_prop_chr;

#define DEFINE_PROP_CHR(_n, _s, _f) DEFINE_PROP(_n, _s, _f, qdev_prop_chr, CharFrontend)

/* @value may be NULL: left unconnected. */
void qdev_prop_set_chr(DeviceState *dev, const char *name, Chardev *value);

#endif
