/* SPDX-License-Identifier: MIT */
/* Setting device properties from board code, and from -global. */
#include "qemu/osdep.h"

#include "hw/qdev-properties.h"
#include "qapi/error.h"
#include "qapi/visitor.h"
#include "qemu/error-report.h"

void qdev_prop_set_bit(DeviceState *dev, const char *name, bool value)
{
    object_property_set_bool(OBJECT(dev), name, value, &error_abort);
}

void qdev_prop_set_uint8(DeviceState *dev, const char *name, uint8_t value)
{
    object_property_set_uint(OBJECT(dev), name, value, &error_abort);
}

void qdev_prop_set_uint16(DeviceState *dev, const char *name, uint16_t value)
{
    object_property_set_uint(OBJECT(dev), name, value, &error_abort);
}

void qdev_prop_set_uint32(DeviceState *dev, const char *name, uint32_t value)
{
    object_property_set_uint(OBJECT(dev), name, value, &error_abort);
}

void qdev_prop_set_int32(DeviceState *dev, const char *name, int32_t value)
{
    object_property_set_int(OBJECT(dev), name, value, &error_abort);
}

void qdev_prop_set_uint64(DeviceState *dev, const char *name, uint64_t value)
{
    object_property_set_uint(OBJECT(dev), name, value, &error_abort);
}

void qdev_prop_set_string(DeviceState *dev, const char *name, const char *value)
{
    object_property_set_str(OBJECT(dev), name, value, &error_abort);
}

void qdev_prop_set_enum(DeviceState *dev, const char *name, int value)
{
    ObjectProperty *op = object_property_find_err(OBJECT(dev), name, &error_abort);
    const Property *prop = op->opaque;

    object_property_set_str(OBJECT(dev), name, qapi_enum_lookup(prop->info->enum_table, value),
                            &error_abort);
}

void error_set_from_qdev_prop_error(Error **errp, int ret, Object *obj, const char *name,
                                    const char *value)
{
    const char *type = object_get_typename(obj);

    switch (ret) {
    case -EEXIST:
        error_setg(errp, "Property '%s.%s' can't take value '%s', it's in use", type, name, value);
        break;
    case -ENOENT:
        error_setg(errp, "Property '%s.%s' can't find value '%s'", type, name, value);
        break;
    case 0:
        break;
    default:
        error_setg(errp, "Property '%s.%s' doesn't take value '%s'", type, name, value);
        break;
    }
}

/* ---- Globals, in the order of registration: later ones win ---- */

static GPtrArray *globals; /* under the big lock */

void qdev_prop_register_global(GlobalProperty *prop)
{
    if (!globals) {
        globals = g_ptr_array_new();
    }
    g_ptr_array_add(globals, prop);
}

bool qdev_prop_check_globals(void)
{
    bool bad = false;

    for (unsigned i = 0; globals && i < globals->len; i++) {
        GlobalProperty *prop = globals->pdata[i];
        ObjectClass *oc;

        if (prop->used || prop->optional) {
            continue;
        }
        oc = object_class_by_name(prop->driver);
        if (!oc || !object_class_dynamic_cast(oc, TYPE_DEVICE)) {
            warn_report("global %s.%s has invalid class name", prop->driver, prop->property);
            bad = true;
        } else {
            warn_report("global %s.%s=%s not used", prop->driver, prop->property, prop->value);
        }
    }
    return bad;
}

void qdev_prop_set_globals(DeviceState *dev)
{
    for (unsigned i = 0; globals && i < globals->len; i++) {
        GlobalProperty *prop = globals->pdata[i];
        Error *err = NULL;

        if (!object_dynamic_cast(OBJECT(dev), prop->driver) ||
            (prop->optional && !object_property_find(OBJECT(dev), prop->property))) {
            continue;
        }
        prop->used = true;
        if (object_property_parse(OBJECT(dev), prop->property, prop->value, &err)) {
            continue;
        }
        error_prepend(&err, "can't apply global %s.%s=%s: ", prop->driver, prop->property,
                      prop->value);
        if (qdev_hotplug_allowed_now()) {
            warn_report_err(err); /* not a reason to end a running machine */
        } else {
            error_propagate(&error_fatal, err);
        }
    }
}
