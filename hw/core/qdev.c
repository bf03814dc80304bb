/* SPDX-License-Identifier: MIT */
/*
 * Devices: making, realizing, unrealizing.
 *
 * Realizing runs from the outside in: the device's own realize, then its child buses (and so the
 * devices on them). Unrealizing goes the other way. A device that fails to realize is left as it
 * was, for its owner to drop.
 */
#include "qemu/osdep.h"

#include "hw/boards.h"
#include "hw/hotplug.h"
#include "hw/qdev-clock.h"
#include "migration/vmstate.h"
#include "qapi/error.h"
#include "qapi/visitor.h"
#include "qdev-internal.h"
#include "qemu/atomic.h"

/* Set once the machine is complete: what comes now is hotplug. Under the big lock. */
static bool machine_created;

DeviceState *qdev_try_new(const char *name)
{
    ObjectClass *oc = object_class_by_name(name);

    if (!oc || !object_class_dynamic_cast(oc, TYPE_DEVICE) || object_class_is_abstract(oc)) {
        return NULL;
    }
    return DEVICE(object_new_with_class(oc));
}

DeviceState *qdev_new(const char *name)
{
    return DEVICE(object_new(name));
}

Object *qdev_get_machine(void)
{
    return object_get_container("machine");
}

Object *machine_get_container(const char *name)
{
    Object *machine = qdev_get_machine();
    Object *obj = object_resolve_path_component(machine, name);

    if (!obj) {
        obj = object_new(TYPE_CONTAINER);
        object_property_add_child(machine, name, obj);
        object_unref(obj);
    }
    return obj;
}

static NotifierList machine_done = NOTIFIER_LIST_INITIALIZER(machine_done);

void qemu_add_machine_init_done_notifier(Notifier *notify)
{
    notifier_list_add(&machine_done, notify);
}

void qdev_machine_creation_done(void)
{
    machine_created = true;
    notifier_list_notify(&machine_done, NULL);
}

bool qdev_hotplug_allowed_now(void)
{
    return machine_created;
}

/* ---- Buses ---- */

bool qdev_set_parent_bus(DeviceState *dev, BusState *bus, Error **errp)
{
    BusState *old = dev->parent_bus;
    DeviceClass *dc = DEVICE_GET_CLASS(dev);
    BusClass *bc = BUS_GET_CLASS(bus);

    if (dc->bus_type && !object_dynamic_cast(OBJECT(bus), dc->bus_type)) {
        error_setg(errp, "Device '%s' can't go on %s bus '%s': it needs a %s bus",
                   object_get_typename(OBJECT(dev)), object_get_typename(OBJECT(bus)), bus->name,
                   dc->bus_type);
        return false;
    }
    if (bc->max_dev && bus->num_children >= bc->max_dev) {
        error_setg(errp, "Bus '%s' is full: it takes %d devices", bus->name, bc->max_dev);
        return false;
    }
    if (bc->check_address && !bc->check_address(bus, dev, errp)) {
        return false;
    }
    if (old) {
        object_ref(dev); /* the old bus's reference may be the last */
        qbus_remove_child(old, dev);
    }
    dev->parent_bus = bus;
    qbus_add_child(bus, dev);
    if (dev->realized) {
        resettable_change_parent(OBJECT(dev), OBJECT(bus), OBJECT(old));
    }
    if (old) {
        object_unref(dev);
    }
    return true;
}

bool qdev_realize(DeviceState *dev, BusState *bus, Error **errp)
{
    assert(!qdev_is_realized(dev) && !dev->parent_bus);
    if (bus) {
        if (!qdev_set_parent_bus(dev, bus, errp)) {
            return false;
        }
    } else {
        assert(!DEVICE_GET_CLASS(dev)->bus_type);
    }
    return object_property_set_bool(OBJECT(dev), "realized", true, errp);
}

bool qdev_realize_and_unref(DeviceState *dev, BusState *bus, Error **errp)
{
    bool ok = qdev_realize(dev, bus, errp);

    object_unref(dev);
    return ok;
}

void qdev_unrealize(DeviceState *dev)
{
    object_property_set_bool(OBJECT(dev), "realized", false, &error_abort);
}

BusState *qdev_get_parent_bus(const DeviceState *dev)
{
    return dev->parent_bus;
}

BusState *qdev_get_child_bus(DeviceState *dev, const char *name)
{
    Object *child = object_resolve_path_component(OBJECT(dev), name);
    BusState *bus;

    QLIST_FOREACH (bus, &dev->child_bus, sibling) {
        if (OBJECT(bus) == child || strcmp(name, bus->name) == 0) {
            return bus;
        }
    }
    return NULL;
}

/* ---- Names ---- */

const char *qdev_set_id(DeviceState *dev, char *id, Error **errp)
{
    ObjectProperty *prop;

    assert(!dev->id && !dev->realized);
    if (id) {
        prop = object_property_try_add_child(machine_get_container("peripheral"), id, OBJECT(dev),
                                             NULL);
        if (!prop) {
            error_setg(errp, "Duplicate device ID '%s'", id);
            g_free(id);
            return NULL;
        }
        dev->id = id;
    } else {
        prop = object_property_add_child(machine_get_container("peripheral-anon"), "device[*]",
                                         OBJECT(dev));
    }
    return prop->name;
}

const char *qdev_fw_name(DeviceState *dev)
{
    DeviceClass *dc = DEVICE_GET_CLASS(dev);

    return dc->fw_name ? dc->fw_name : object_get_typename(OBJECT(dev));
}

char *qdev_get_dev_path(DeviceState *dev)
{
    BusClass *bc;

    if (!dev->parent_bus) {
        return NULL;
    }
    bc = BUS_GET_CLASS(dev->parent_bus);
    return bc->get_dev_path ? bc->get_dev_path(dev) : NULL;
}

char *qdev_get_human_name(DeviceState *dev)
{
    return dev->id ? g_strdup(dev->id) : object_get_canonical_path(OBJECT(dev));
}

const VMStateDescription *qdev_get_vmsd(DeviceState *dev)
{
    return DEVICE_GET_CLASS(dev)->vmsd;
}

/* ---- Realizing ---- */

HotplugHandler *qdev_get_hotplug_handler(const DeviceState *dev)
{
    MachineState *machine = (MachineState *)object_dynamic_cast(qdev_get_machine(), TYPE_MACHINE);
    MachineClass *mc = machine ? MACHINE_GET_CLASS(machine) : NULL;
    HotplugHandler *handler =
        mc && mc->get_hotplug_handler ? mc->get_hotplug_handler(machine, (DeviceState *)dev) : NULL;

    if (!handler && dev->parent_bus && dev->parent_bus->hotplug_handler) {
        handler = HOTPLUG_HANDLER(dev->parent_bus->hotplug_handler);
    }
    return handler;
}

/* A device that nobody owns is shown as part of the machine. */
static void device_find_parent(DeviceState *dev)
{
    static unsigned count; /* under the big lock; saves looking for a free number */
    g_autofree char *name = NULL;

    if (!OBJECT(dev)->parent) {
        name = g_strdup_printf("device[%u]", count++);
        object_property_add_child(machine_get_container("unattached"), name, OBJECT(dev));
    }
}

static void device_unrealize_parts(DeviceState *dev)
{
    DeviceClass *dc = DEVICE_GET_CLASS(dev);
    BusState *bus;

    QLIST_FOREACH (bus, &dev->child_bus, sibling) {
        qbus_unrealize(bus);
    }
    if (dc->unrealize) {
        dc->unrealize(dev);
    }
    g_free(dev->canonical_path);
    dev->canonical_path = NULL;
}

/* The device's own realize between the two hooks of who connects it. */
static bool device_realize_and_plug(DeviceState *dev, Error **errp)
{
    ERRP_GUARD();
    DeviceClass *dc = DEVICE_GET_CLASS(dev);
    HotplugHandler *handler = qdev_get_hotplug_handler(dev);

    if (handler) {
        hotplug_handler_pre_plug(handler, dev, errp);
    }
    if (!*errp && dc->realize) {
        dc->realize(dev, errp);
    }
    if (*errp || !handler) {
        return !*errp;
    }
    hotplug_handler_plug(handler, dev, errp);
    if (*errp && dc->unrealize) {
        dc->unrealize(dev);
    }
    return !*errp;
}

static bool device_realize(DeviceState *dev, Error **errp)
{
    BusState *bus;

    device_find_parent(dev);
    dev->hotplugged = machine_created;
    if (!device_realize_and_plug(dev, errp)) {
        return false;
    }
    g_free(dev->canonical_path);
    dev->canonical_path = object_get_canonical_path(OBJECT(dev));
    qdev_setup_clock_paths(dev);

    dev->reset = (ResettableState){ 0 };
    QLIST_FOREACH (bus, &dev->child_bus, sibling) {
        if (!qbus_realize(bus, errp)) {
            device_unrealize_parts(dev);
            return false;
        }
    }
    if (dev->hotplugged) {
        /* The others were reset with the machine. */
        resettable_assert_reset(OBJECT(dev), RESET_TYPE_COLD);
        resettable_change_parent(OBJECT(dev), OBJECT(dev->parent_bus), NULL);
        resettable_release_reset(OBJECT(dev), RESET_TYPE_COLD);
    }
    qatomic_store_release(&dev->realized, true);
    return true;
}

static bool device_get_realized(Object *obj, Error **errp)
{
    return DEVICE(obj)->realized;
}

static void device_set_realized(Object *obj, bool value, Error **errp)
{
    DeviceState *dev = DEVICE(obj);

    if (value == dev->realized) {
        return;
    }
    if (value) {
        device_realize(dev, errp);
    } else {
        qatomic_store_release(&dev->realized, false);
        device_unrealize_parts(dev);
    }
}

static bool device_get_hotplugged(Object *obj, Error **errp)
{
    return DEVICE(obj)->hotplugged;
}

static bool device_get_hotpluggable(Object *obj, Error **errp)
{
    return DEVICE_GET_CLASS(obj)->hotpluggable;
}

/* ---- Reset ---- */

void device_cold_reset(DeviceState *dev)
{
    resettable_reset(OBJECT(dev), RESET_TYPE_COLD);
}

bool device_is_in_reset(DeviceState *dev)
{
    return resettable_is_in_reset(OBJECT(dev));
}

static ResettableState *device_get_reset_state(Object *obj)
{
    return &DEVICE(obj)->reset;
}

static void device_reset_child_foreach(Object *obj, ResettableChildCallback cb, void *opaque,
                                       ResetType type)
{
    BusState *bus;

    QLIST_FOREACH (bus, &DEVICE(obj)->child_bus, sibling) {
        cb(OBJECT(bus), opaque, type);
    }
}

static void device_legacy_reset_hold(Object *obj, ResetType type)
{
    DEVICE_GET_CLASS(obj)->legacy_reset(DEVICE(obj));
}

/* ---- Classes ---- */

void device_class_set_legacy_reset(DeviceClass *dc, DeviceReset dev_reset)
{
    ResettableClass *rc = RESETTABLE_CLASS(dc);

    dc->legacy_reset = dev_reset;
    rc->phases = (ResettablePhases){ .hold = device_legacy_reset_hold };
}

void device_class_set_parent_realize(DeviceClass *dc, DeviceRealize dev_realize,
                                     DeviceRealize *parent_realize)
{
    *parent_realize = dc->realize;
    dc->realize = dev_realize;
}

void device_class_set_parent_unrealize(DeviceClass *dc, DeviceUnrealize dev_unrealize,
                                       DeviceUnrealize *parent_unrealize)
{
    *parent_unrealize = dc->unrealize;
    dc->unrealize = dev_unrealize;
}

static void device_initfn(Object *obj)
{
    DeviceState *dev = DEVICE(obj);

    dev->instance_id_alias = -1;
    QLIST_INIT(&dev->gpios);
    QLIST_INIT(&dev->clocks);
    QLIST_INIT(&dev->child_bus);
}

static void device_post_init(Object *obj)
{
    qdev_prop_set_globals(DEVICE(obj));
}

static void device_finalize(Object *obj)
{
    DeviceState *dev = DEVICE(obj);

    assert(!dev->realized);
    qdev_free_gpios(dev);
    qdev_free_clocks(dev);
    g_free(dev->canonical_path);
    g_free(dev->id);
}

/* Leaving the tree ends the device's life outside: unrealize, unplug, take the buses down. */
static void device_unparent(Object *obj)
{
    DeviceState *dev = DEVICE(obj);
    BusState *bus;

    if (dev->realized) {
        qdev_unrealize(dev);
    }
    while ((bus = QLIST_FIRST(&dev->child_bus))) {
        object_unparent(OBJECT(bus));
    }
    if (dev->parent_bus) {
        bus = dev->parent_bus;
        dev->parent_bus = NULL;
        qbus_remove_child(bus, dev);
    }
}

static void device_class_base_init(ObjectClass *oc, const void *data)
{
    DeviceClass *dc = DEVICE_CLASS(oc);

    /* A class's table holds its own properties; those of its ancestors are found through them. */
    dc->props_ = NULL;
    dc->props_count_ = 0;
}

static void device_class_init(ObjectClass *oc, const void *data)
{
    DeviceClass *dc = DEVICE_CLASS(oc);
    ResettableClass *rc = RESETTABLE_CLASS(oc);

    oc->unparent = device_unparent;
    dc->user_creatable = true;
    dc->hotpluggable = true;
    rc->get_state = device_get_reset_state;
    rc->child_foreach = device_reset_child_foreach;

    object_class_property_add_bool(oc, "realized", device_get_realized, device_set_realized);
    object_class_property_add_bool(oc, "hotpluggable", device_get_hotpluggable, NULL);
    object_class_property_add_bool(oc, "hotplugged", device_get_hotplugged, NULL);
    object_class_property_add_link(oc, "parent_bus", TYPE_BUS, offsetof(DeviceState, parent_bus),
                                   NULL, 0);
}

static const TypeInfo device_types[] = {
    { .name = TYPE_DEVICE,
      .parent = TYPE_OBJECT,
      .instance_size = sizeof(DeviceState),
      .instance_init = device_initfn,
      .instance_post_init = device_post_init,
      .instance_finalize = device_finalize,
      .class_base_init = device_class_base_init,
      .class_init = device_class_init,
      .abstract = true,
      .class_size = sizeof(DeviceClass),
      .interfaces = (const InterfaceInfo[]){ { TYPE_RESETTABLE_INTERFACE }, {} } },
};

DEFINE_TYPES(device_types)
