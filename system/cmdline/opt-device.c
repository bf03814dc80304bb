/* SPDX-License-Identifier: MIT */
/* -device and -global: devices that the user adds to the board's, and defaults of properties. */
#include "qemu/osdep.h"

#include "hw/qdev-core.h"
#include "hw/qdev-properties.h"
#include "monitor/qdev.h"
#include "qapi/error.h"
#include "qapi/qobject.h"
#include "qemu/bitmap.h"
#include "qemu/cutils.h"

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

static bool print_device_properties(const char *driver, Error **errp)
{
    DeviceClass *dc = qdev_device_class(driver, errp);
    if (dc) {
        print_class_properties(driver, OBJECT_CLASS(dc));
    }
    return dc != NULL;
}

/* --- options --- */

bool opt_device(Launch *l, const char *arg, Error **errp)
{
    g_autoptr(KeyVal) kv = *arg == '{' ? keyval_from_json(arg, qdev_device_keys, errp)
                                       : keyval_parse(arg, "driver", errp);
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
    if (!driver || !qdev_device_class(driver, errp)) {
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
        return qdev_device_class(driver, errp) != NULL;
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

bool launch_create_devices(Launch *l, Error **errp)
{
    ERRP_GUARD();

    for (guint i = 0; i < l->devices->len; i++) {
        const KeyVal *kv = g_ptr_array_index(l->devices, i);
        if (!qdev_device_add(kv, errp)) {
            error_prepend(errp, "-device %s: ", keyval_get(kv, "driver"));
            return false;
        }
    }
    return true;
}
