/* SPDX-License-Identifier: MIT */
/*
 * Buses: a bus is a child of the device that has it, and references the devices plugged into it
 * (shown as links "child[n]").
 */
#include "qemu/osdep.h"

#include "qapi/error.h"
#include "qdev-internal.h"

void qbus_add_child(BusState *bus, DeviceState *dev)
{
    BusChild *kid = g_new0(BusChild, 1);
    g_autofree char *name = NULL;

    kid->index = bus->max_index++;
    kid->child = dev;
    object_ref(dev);
    QTAILQ_INSERT_TAIL(&bus->children, kid, sibling);
    bus->num_children++;
    name = g_strdup_printf("child[%d]", kid->index);
    object_property_add_link(OBJECT(bus), name, object_get_typename(OBJECT(dev)),
                             (Object **)&kid->child, NULL, 0);
}

void qbus_remove_child(BusState *bus, DeviceState *dev)
{
    g_autofree char *name = NULL;
    BusChild *kid;

    QTAILQ_FOREACH (kid, &bus->children, sibling) {
        if (kid->child == dev) {
            break;
        }
    }
    assert(kid);
    name = g_strdup_printf("child[%d]", kid->index);
    object_property_del(OBJECT(bus), name);
    QTAILQ_REMOVE(&bus->children, kid, sibling);
    bus->num_children--;
    g_free(kid);
    object_unref(dev);
}

/* @name as given, "<id of the parent>.<n>", or "<type in lower case>.<n>". */
static char *bus_make_name(BusState *bus, DeviceState *parent, const char *name)
{
    BusClass *bc = BUS_GET_CLASS(bus);
    g_autofree char *type = NULL;

    if (name) {
        return g_strdup(name);
    }
    if (parent && parent->id) {
        return g_strdup_printf("%s.%d", parent->id, parent->num_child_bus);
    }
    type = g_ascii_strdown(object_get_typename(OBJECT(bus)), -1);
    return g_strdup_printf("%s.%d", type, bc->automatic_ids++);
}

static void bus_setup(BusState *bus, DeviceState *parent, const char *name)
{
    bus->parent = parent;
    bus->name = bus_make_name(bus, parent, name);
    if (parent) {
        QLIST_INSERT_HEAD(&parent->child_bus, bus, sibling);
        parent->num_child_bus++;
        object_property_add_child(OBJECT(parent), bus->name, OBJECT(bus));
        object_unref(bus);
    }
}

void qbus_init(void *bus, size_t size, const char *typename, DeviceState *parent, const char *name)
{
    object_initialize(bus, size, typename);
    bus_setup(bus, parent, name);
}

BusState *qbus_new(const char *typename, DeviceState *parent, const char *name)
{
    BusState *bus = BUS(object_new(typename));

    bus_setup(bus, parent, name);
    return bus;
}

bool qbus_realize(BusState *bus, Error **errp)
{
    return object_property_set_bool(OBJECT(bus), "realized", true, errp);
}

void qbus_unrealize(BusState *bus)
{
    object_property_set_bool(OBJECT(bus), "realized", false, &error_abort);
}

void qbus_mark_full(BusState *bus)
{
    bus->full = true;
}

static bool bus_get_realized(Object *obj, Error **errp)
{
    return BUS(obj)->realized;
}

static void bus_set_realized(Object *obj, bool value, Error **errp)
{
    BusState *bus = BUS(obj);
    BusClass *bc = BUS_GET_CLASS(bus);
    Error *err = NULL;
    BusChild *kid;

    if (value && !bus->realized) {
        if (bc->realize) {
            bc->realize(bus, &err);
        }
    } else if (!value && bus->realized) {
        QTAILQ_FOREACH (kid, &bus->children, sibling) {
            if (kid->child->realized) {
                qdev_unrealize(kid->child);
            }
        }
        if (bc->unrealize) {
            bc->unrealize(bus);
        }
    }
    if (err) {
        error_propagate(errp, err);
        return;
    }
    bus->realized = value;
}

char *qbus_get_fw_dev_path(BusState *bus)
{
    GString *path = g_string_new(NULL);

    for (DeviceState *dev = bus->parent; dev;
         dev = dev->parent_bus ? dev->parent_bus->parent : NULL) {
        BusClass *bc = dev->parent_bus ? BUS_GET_CLASS(dev->parent_bus) : NULL;
        g_autofree char *part =
            bc && bc->get_fw_dev_path ? bc->get_fw_dev_path(dev) : g_strdup(qdev_fw_name(dev));

        g_string_prepend(path, part);
        g_string_prepend_c(path, '/');
    }
    return g_string_free(path, FALSE);
}

/* ---- Walking ---- */

int qdev_walk_children(DeviceState *dev, qdev_walkerfn *pre_devfn, qbus_walkerfn *pre_busfn,
                       qdev_walkerfn *post_devfn, qbus_walkerfn *post_busfn, void *opaque)
{
    int err = pre_devfn ? pre_devfn(dev, opaque) : 0;
    BusState *bus;

    if (err) {
        return err < 0 ? 0 : err;
    }
    QLIST_FOREACH (bus, &dev->child_bus, sibling) {
        err = qbus_walk_children(bus, pre_devfn, pre_busfn, post_devfn, post_busfn, opaque);
        if (err) {
            return err;
        }
    }
    return post_devfn ? post_devfn(dev, opaque) : 0;
}

int qbus_walk_children(BusState *bus, qdev_walkerfn *pre_devfn, qbus_walkerfn *pre_busfn,
                       qdev_walkerfn *post_devfn, qbus_walkerfn *post_busfn, void *opaque)
{
    int err = pre_busfn ? pre_busfn(bus, opaque) : 0;
    BusChild *kid;

    if (err) {
        return err < 0 ? 0 : err;
    }
    QTAILQ_FOREACH (kid, &bus->children, sibling) {
        err = qdev_walk_children(kid->child, pre_devfn, pre_busfn, post_devfn, post_busfn, opaque);
        if (err) {
            return err;
        }
    }
    return post_busfn ? post_busfn(bus, opaque) : 0;
}

DeviceState *qdev_find_recursive(BusState *bus, const char *id)
{
    BusChild *kid;

    QTAILQ_FOREACH (kid, &bus->children, sibling) {
        BusState *below;

        if (kid->child->id && strcmp(kid->child->id, id) == 0) {
            return kid->child;
        }
        QLIST_FOREACH (below, &kid->child->child_bus, sibling) {
            DeviceState *found = qdev_find_recursive(below, id);

            if (found) {
                return found;
            }
        }
    }
    return NULL;
}

/* ---- Reset ---- */

void bus_cold_reset(BusState *bus)
{
    resettable_reset(OBJECT(bus), RESET_TYPE_COLD);
}

bool bus_is_in_reset(BusState *bus)
{
    return resettable_is_in_reset(OBJECT(bus));
}

static ResettableState *bus_get_reset_state(Object *obj)
{
    return &BUS(obj)->reset;
}

static void bus_reset_child_foreach(Object *obj, ResettableChildCallback cb, void *opaque,
                                    ResetType type)
{
    BusChild *kid;

    QTAILQ_FOREACH (kid, &BUS(obj)->children, sibling) {
        cb(OBJECT(kid->child), opaque, type);
    }
}

/* ---- The class ---- */

static void bus_initfn(Object *obj)
{
    QTAILQ_INIT(&BUS(obj)->children);
}

static void bus_finalize(Object *obj)
{
    BusState *bus = BUS(obj);

    assert(QTAILQ_EMPTY(&bus->children));
    g_free(bus->name);
}

static void bus_unparent(Object *obj)
{
    BusState *bus = BUS(obj);
    BusChild *kid;

    while ((kid = QTAILQ_FIRST(&bus->children))) {
        object_unparent(OBJECT(kid->child));
    }
    if (bus->parent) {
        QLIST_REMOVE(bus, sibling);
        bus->parent->num_child_bus--;
        bus->parent = NULL;
    }
}

static void bus_class_init(ObjectClass *oc, const void *data)
{
    ResettableClass *rc = RESETTABLE_CLASS(oc);

    oc->unparent = bus_unparent;
    rc->get_state = bus_get_reset_state;
    rc->child_foreach = bus_reset_child_foreach;
    object_class_property_add_bool(oc, "realized", bus_get_realized, bus_set_realized);
}

static const TypeInfo bus_types[] = {
    { .name = TYPE_BUS,
      .parent = TYPE_OBJECT,
      .instance_size = sizeof(BusState),
      .abstract = true,
      .class_size = sizeof(BusClass),
      .instance_init = bus_initfn,
      .instance_finalize = bus_finalize,
      .class_init = bus_class_init,
      .interfaces = (const InterfaceInfo[]){ { TYPE_RESETTABLE_INTERFACE }, {} } },
};

DEFINE_TYPES(bus_types)
