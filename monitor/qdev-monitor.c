/* SPDX-License-Identifier: MIT */
/* Devices that the user adds and takes out: by -device before the machine runs, later by the
 * monitors where a bus allows it. */
#include "qemu/osdep.h"

#include "hw/boards.h"
#include "hw/qdev-core.h"
#include "hw/sysbus.h"
#include "monitor/qdev.h"
#include "qapi/error.h"
#include "qapi/qapi-events-qdev.h"
#include "qapi/qobject.h"
#include "qemu/cutils.h"
#include "qemu/id.h"

const char *const qdev_device_keys[] = { "driver", "id", "bus", NULL };

/* --- what and where --- */

static const char *const *device_type_names(GPtrArray *names)
{
    g_autoptr(GSList) list = object_class_get_list_sorted(TYPE_DEVICE, false);
    for (GSList *el = list; el; el = el->next) {
        g_ptr_array_add(names, (char *)object_class_get_name(el->data));
    }
    g_ptr_array_add(names, NULL);
    return (const char *const *)names->pdata;
}

DeviceClass *qdev_device_class(const char *driver, Error **errp)
{
    ObjectClass *oc = object_class_by_name(driver);

    if (oc && object_class_dynamic_cast(oc, TYPE_DEVICE) && !object_class_is_abstract(oc)) {
        return DEVICE_CLASS(oc);
    }
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    const char *near = nearest_name(driver, device_type_names(names));
    if (near) {
        error_setg(errp, "unknown device '%s'; did you mean '%s'?", driver, near);
    } else {
        error_setg(errp, "unknown device '%s'; '-device help' lists them", driver);
    }
    return NULL;
}

typedef struct BusSearch {
    const char *name; /* NULL: any */
    const char *type; /* NULL: any */
    BusState *full;   /* would do, but for this */
} BusSearch;

static bool bus_is_full(const BusState *bus)
{
    BusClass *bc = BUS_GET_CLASS(bus);

    return bus->full || (bc->max_dev && bus->num_children >= bc->max_dev);
}

/* The first free bus that matches, the newest device of each bus first: so -device fills a board's
 * slots from the last one down, as people's command lines expect. */
static BusState *search_bus(BusState *bus, BusSearch *search)
{
    BusState *below, *found;
    BusChild *kid;

    if ((!search->name || !strcmp(bus->name, search->name)) &&
        (!search->type || object_dynamic_cast(OBJECT(bus), search->type))) {
        if (!bus_is_full(bus)) {
            return bus;
        }
        search->full = bus;
    }
    QTAILQ_FOREACH_REVERSE (kid, &bus->children, sibling) {
        QLIST_FOREACH (below, &kid->child->child_bus, sibling) {
            found = search_bus(below, search);
            if (found) {
                return found;
            }
        }
    }
    return NULL;
}

/* The bus that @dc plugs into: by name, or the first of its type. *bus is NULL for a device that
 * needs none. */
static bool find_bus(DeviceClass *dc, const char *driver, const char *name, BusState **bus,
                     Error **errp)
{
    BusSearch search = { .name = name, .type = name ? NULL : dc->bus_type };
    BusState *found;

    *bus = NULL;
    if (!dc->bus_type) {
        if (name) {
            error_setg(errp, "device '%s' plugs into no bus", driver);
        }
        return !name;
    }
    if (!strcmp(dc->bus_type, TYPE_SYSTEM_BUS) && !name) {
        *bus = sysbus_get_default();
        return true;
    }
    found = search_bus(sysbus_get_default(), &search);
    if (!found && search.full) {
        error_setg(errp, "%s '%s' is full", name ? "bus" : "the last bus of its type,",
                   search.full->name);
    } else if (!found && name) {
        error_setg(errp, "there is no bus '%s'", name);
    } else if (!found) {
        error_setg(errp, "device '%s' needs a bus of type '%s', which this machine does not have",
                   driver, dc->bus_type);
    } else if (!object_dynamic_cast(OBJECT(found), dc->bus_type)) {
        error_setg(errp, "device '%s' can not go on bus '%s': it needs a '%s'", driver, name,
                   dc->bus_type);
        found = NULL;
    }
    *bus = found;
    return found != NULL;
}

static bool set_properties(DeviceState *dev, const KeyVal *kv, Error **errp)
{
    for (size_t i = 0; i < keyval_count(kv); i++) {
        if (!g_strv_contains(qdev_device_keys, keyval_key(kv, i)) &&
            !object_property_set_keyval(OBJECT(dev), kv, i, errp)) {
            return false;
        }
    }
    return true;
}

static bool has_place(DeviceState *dev, Error **errp)
{
    if (device_is_dynamic_sysbus(dev) && !qdev_get_hotplug_handler(dev)) {
        error_setg(errp, "machine '%s' has no platform bus to give it addresses and interrupts",
                   MACHINE_GET_CLASS(current_machine)->name);
        return false;
    }
    return true;
}

/* --- adding --- */

static bool can_hotplug(const DeviceClass *dc, const char *driver, const BusState *bus,
                        Error **errp)
{
    if (!dc->hotpluggable) {
        error_setg(errp, "Device '%s' does not support hotplugging", driver);
    } else if (!bus) {
        error_setg(errp, "Device '%s' is on no bus and can not be added to a running machine",
                   driver);
    } else if (!bus->hotplug_handler) {
        error_setg(errp, "Bus '%s' does not support hotplugging", bus->name);
    } else {
        return true;
    }
    return false;
}

static bool check_request(const KeyVal *kv, DeviceClass **dc, BusState **bus, Error **errp)
{
    const char *driver = keyval_get(kv, "driver"), *id = keyval_get(kv, "id");

    *dc = qdev_device_class(driver, errp);
    if (!*dc) {
        return false;
    }
    if (!(*dc)->user_creatable) {
        error_setg(errp, "'%s' is part of machines and can not be added with -device", driver);
        return false;
    }
    return find_bus(*dc, driver, keyval_get(kv, "bus"), bus, errp) &&
           (!qdev_hotplug_allowed_now() || can_hotplug(*dc, driver, *bus, errp)) &&
           (!id || id_check(id, errp));
}

bool qdev_device_add(const KeyVal *kv, Error **errp)
{
    DeviceClass *dc;
    BusState *bus;

    if (!check_request(kv, &dc, &bus, errp)) {
        return false;
    }
    DeviceState *dev = qdev_new(keyval_get(kv, "driver"));
    bool ok = qdev_set_id(dev, g_strdup(keyval_get(kv, "id")), errp) &&
              set_properties(dev, kv, errp) && has_place(dev, errp) && qdev_realize(dev, bus, errp);
    if (!ok) {
        object_unparent(OBJECT(dev));
    }
    object_unref(OBJECT(dev));
    return ok;
}

/* --- taking out --- */

DeviceState *qdev_find_device(const char *id, Error **errp)
{
    g_autofree char *path =
        *id == '/' ? g_strdup(id) : g_strdup_printf("/machine/peripheral/%s", id);
    Object *obj = object_resolve_path_type(path, TYPE_DEVICE, NULL);

    if (!obj) {
        error_set(errp, ERROR_CLASS_DEVICE_NOT_FOUND, "Device '%s' not found", id);
    }
    return (DeviceState *)obj;
}

bool qdev_unplug(DeviceState *dev, Error **errp)
{
    const BusState *bus = qdev_get_parent_bus(dev);

    if (!DEVICE_GET_CLASS(dev)->hotpluggable) {
        error_setg(errp, "Device '%s' does not support hotplugging",
                   object_get_typename(OBJECT(dev)));
        return false;
    }
    if (!bus || !bus->hotplug_handler) {
        error_setg(errp, "Bus '%s' does not support hotplugging", bus ? bus->name : "none");
        return false;
    }
    g_autofree char *path = object_get_canonical_path(OBJECT(dev));
    g_autofree char *id = g_strdup(dev->id);
    object_unparent(OBJECT(dev));
    qapi_event_send_device_deleted(id, path);
    return true;
}
