/* SPDX-License-Identifier: MIT */
/*
 * Who connects devices to the machine: an object (a bus's controller or the machine) that is asked
 * when a device is realized. Under the big lock.
 */
#ifndef HW_HOTPLUG_H
#define HW_HOTPLUG_H

#include "qom/object.h"

#define TYPE_HOTPLUG_HANDLER "hotplug-handler"
typedef struct HotplugHandlerClass HotplugHandlerClass;
DECLARE_CLASS_CHECKERS(HotplugHandlerClass, HOTPLUG_HANDLER, TYPE_HOTPLUG_HANDLER)
#define HOTPLUG_HANDLER(obj) INTERFACE_CHECK(HotplugHandler, (obj), TYPE_HOTPLUG_HANDLER)

typedef void (*hotplug_fn)(HotplugHandler *plug_handler, DeviceState *plugged_dev, Error **errp);

struct HotplugHandlerClass {
    InterfaceClass parent;
    hotplug_fn pre_plug; /* before the device's realize: may refuse it, and fill properties in */
    hotplug_fn plug;     /* after it: connects the device; an error undoes realize */
};

/* Each hook may be missing. */
void hotplug_handler_pre_plug(HotplugHandler *plug_handler, DeviceState *plugged_dev, Error **errp);
void hotplug_handler_plug(HotplugHandler *plug_handler, DeviceState *plugged_dev, Error **errp);

#endif
