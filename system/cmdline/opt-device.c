/* SPDX-License-Identifier: MIT */
/* -device and -global: devices that the user adds to the board's, and defaults of properties. */
#include "qemu/osdep.h"

#include "hw/boards.h"
#include "hw/qdev-core.h"
#include "hw/qdev-properties.h"
#include "hw/sysbus.h"
#include "qapi/error.h"
#include "qapi/qobject.h"
#include "qemu/bitmap.h"
#include "qemu/cutils.h"
#include "qemu/id.h"

#include "launch.h"

/* --- help --- */

static const struct {
    DeviceCategory category;
    const char *title;
} categories[] = {
    { DEVICE_CATEGORY_BRIDGE, "Controller/Bridge/Hub" },
    { DEVICE_CATEGORY_USB, "USB" },
    { DEVICE_CATEGORY_STORAGE, "Storage" },
    { DEVICE_CATEGORY_NETWORK, "Network" },
    { DEVICE_CATEGORY_INPUT, "Input" },
    { DEVICE_CATEGORY_DISPLAY, "Display" },
    { DEVICE_CATEGORY_SOUND, "Sound" },
    { DEVICE_CATEGORY_CPU, "CPU" },
    { DEVICE_CATEGORY_WATCHDOG, "Watchdog" },
    { DEVICE_CATEGORY_MISC, "Misc" },
};

static bool in_category(DeviceClass *dc, size_t row)
{
    return row < ARRAY_SIZE(categories) ? test_bit(categories[row].category, dc->categories)
                                        : bitmap_empty(dc->categories, DEVICE_CATEGORY_MAX);
}

static void print_device(DeviceClass *dc)
{
    printf("name \"%s\"", object_class_get_name(OBJECT_CLASS(dc)));
    if (dc->bus_type) {
        printf(", bus %s", dc->bus_type);
    }
    if (dc->desc) {
        printf(", desc \"%s\"", dc->desc);
    }
    printf("%s\n", dc->user_creatable ? "" : ", part of machines only");
}

/* All devices by category. Those that only a board can wire are shown too, marked so: they have
 * properties that -global sets. */
static void print_devices(void)
{
    g_autoptr(GSList) list = object_class_get_list_sorted(TYPE_DEVICE, false);

    for (size_t row = 0; row <= ARRAY_SIZE(categories); row++) {
        bool title_done = false;
        for (GSList *el = list; el; el = el->next) {
            DeviceClass *dc = DEVICE_CLASS(el->data);
            if (!in_category(dc, row)) {
                continue;
            }
            if (!title_done) {
                printf("%s%s devices:\n", row ? "\n" : "",
                       row < ARRAY_SIZE(categories) ? categories[row].title : "Uncategorized");
                title_done = true;
            }
            print_device(dc);
        }
    }
}

static const char *const *device_type_names(GPtrArray *names)
{
    g_autoptr(GSList) list = object_class_get_list_sorted(TYPE_DEVICE, false);
    for (GSList *el = list; el; el = el->next) {
        g_ptr_array_add(names, (char *)object_class_get_name(el->data));
    }
    g_ptr_array_add(names, NULL);
    return (const char *const *)names->pdata;
}

static DeviceClass *find_device_class(const char *driver, Error **errp)
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

static bool print_device_properties(const char *driver, Error **errp)
{
    DeviceClass *dc = find_device_class(driver, errp);
    if (dc) {
        print_class_properties(driver, OBJECT_CLASS(dc));
    }
    return dc != NULL;
}

/* --- options --- */

/* What is said of a device besides its properties. */
static const char *const device_keys[] = { "driver", "id", "bus", NULL };

bool opt_device(Launch *l, const char *arg, Error **errp)
{
    g_autoptr(KeyVal) kv =
        *arg == '{' ? keyval_from_json(arg, device_keys, errp) : keyval_parse(arg, "driver", errp);
    if (!kv) {
        return false;
    }
    const char *driver = keyval_get(kv, "driver");
    if (keyval_wants_help(kv)) {
        l->done = true;
        if (driver) {
            return print_device_properties(driver, errp);
        }
        print_devices();
        return true;
    }
    if (!driver || !find_device_class(driver, errp)) {
        if (!driver) {
            error_setg(errp, "a device's type is missing, as in -device TYPE,id=NAME");
        }
        return false;
    }
    g_ptr_array_add(l->devices, g_steal_pointer(&kv));
    return true;
}

/* DRIVER.PROPERTY=VALUE, or driver=,property=,value=. The property must exist. */
bool opt_global(Launch *l, const char *arg, Error **errp)
{
    static const char *const known[] = { "driver", "property", "value", NULL };
    g_autofree char *driver = NULL, *property = NULL, *value = NULL;
    const char *equals = strchr(arg, '=');
    const char *dot = strchr(arg, '.');

    if (!equals) {
        error_setg(errp, "expected DRIVER.PROPERTY=VALUE");
        return false;
    }

    if (dot && equals && dot < equals) {
        driver = g_strndup(arg, dot - arg);
        property = g_strndup(dot + 1, equals - dot - 1);
        value = g_strdup(equals + 1);
    } else {
        g_autoptr(KeyVal) kv = keyval_parse(arg, NULL, errp);
        if (!kv || !keyval_check_keys(kv, known, "-global", errp)) {
            return false;
        }
        driver = g_strdup(keyval_get(kv, "driver"));
        property = g_strdup(keyval_get(kv, "property"));
        value = g_strdup(keyval_get(kv, "value"));
    }
    if (!driver || !property || !value) {
        error_setg(errp, "expected DRIVER.PROPERTY=VALUE");
        return false;
    }
    ObjectClass *oc = object_class_by_name(driver);
    if (!oc || !object_class_dynamic_cast(oc, TYPE_DEVICE)) {
        return find_device_class(driver, errp) != NULL;
    }
    /* An abstract type's property may belong to its children: those are not looked at here. */
    if (!object_class_is_abstract(oc) && !object_class_property_find_err(oc, property, errp)) {
        return false;
    }
    GlobalProperty *global = g_new0(GlobalProperty, 1);
    global->driver = g_steal_pointer(&driver);
    global->property = g_steal_pointer(&property);
    global->value = g_steal_pointer(&value);
    qdev_prop_register_global(global);
    return true;
}

/* --- creation --- */

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
        if (!g_strv_contains(device_keys, keyval_key(kv, i)) &&
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

static bool create_device(const KeyVal *kv, Error **errp)
{
    const char *driver = keyval_get(kv, "driver");
    DeviceClass *dc = find_device_class(driver, errp);
    BusState *bus;

    if (!dc) {
        return false;
    }
    if (!dc->user_creatable) {
        error_setg(errp, "'%s' is part of machines and can not be added with -device", driver);
        return false;
    }
    if (!find_bus(dc, driver, keyval_get(kv, "bus"), &bus, errp)) {
        return false;
    }
    if (keyval_get(kv, "id") && !id_check(keyval_get(kv, "id"), errp)) {
        return false;
    }
    DeviceState *dev = qdev_new(driver);
    bool ok = qdev_set_id(dev, g_strdup(keyval_get(kv, "id")), errp) &&
              set_properties(dev, kv, errp) && has_place(dev, errp) && qdev_realize(dev, bus, errp);
    if (!ok) {
        object_unparent(OBJECT(dev));
    }
    object_unref(OBJECT(dev));
    return ok;
}

bool launch_create_devices(Launch *l, Error **errp)
{
    ERRP_GUARD();

    for (guint i = 0; i < l->devices->len; i++) {
        const KeyVal *kv = g_ptr_array_index(l->devices, i);
        if (!create_device(kv, errp)) {
            error_prepend(errp, "-device %s: ", keyval_get(kv, "driver"));
            return false;
        }
    }
    return true;
}
