/* SPDX-License-Identifier: MIT */
/* QMP commands on objects, types and devices. */
#include "qemu/osdep.h"

#include <json-c/json.h>

#include "hw/qdev-core.h"
#include "hw/qdev-properties.h"
#include "monitor/qdev.h"
#include "qapi/error.h"
#include "qapi/qapi-commands-qdev.h"
#include "qapi/qapi-commands-qom.h"
#include "qapi/qobject.h"
#include "qemu/id.h"
#include "qom/object_interfaces.h"

/* ---- Objects ---- */

static Object *find_object(const char *path, Error **errp)
{
    bool ambiguous = false;
    Object *obj = object_resolve_path(path, &ambiguous);

    if (ambiguous) {
        error_setg(errp, "Path '%s' does not uniquely identify an object", path);
    } else if (!obj) {
        error_set(errp, ERROR_CLASS_DEVICE_NOT_FOUND, "Device '%s' not found", path);
    }
    return obj;
}

static ObjectPropertyInfo *property_info(const ObjectProperty *prop)
{
    ObjectPropertyInfo *info = g_new0(ObjectPropertyInfo, 1);

    info->name = g_strdup(prop->name);
    info->type = g_strdup(prop->type);
    return info;
}

ObjectPropertyInfoList *qmp_qom_list(const char *path, Error **errp)
{
    ObjectPropertyInfoList *list = NULL, **tail = &list;
    Object *obj = find_object(path, errp);
    ObjectPropertyIterator iter;
    ObjectProperty *prop;

    if (!obj) {
        return NULL;
    }
    object_property_iter_init(&iter, obj);
    while ((prop = object_property_iter_next(&iter))) {
        QAPI_LIST_APPEND(tail, property_info(prop));
    }
    return list;
}

QObject *qmp_qom_get(const char *path, const char *property, Error **errp)
{
    Object *obj = find_object(path, errp);
    QObject *value = NULL;

    if (!obj) {
        return NULL;
    }
    Visitor *v = qobject_output_visitor_new(&value);
    if (!object_property_get(obj, property, v, errp)) {
        qobject_unref(value);
        value = NULL;
    }
    visit_free(v);
    return value;
}

void qmp_qom_set(const char *path, const char *property, QObject *value, Error **errp)
{
    Object *obj = find_object(path, errp);

    if (obj) {
        Visitor *v = qobject_input_visitor_new(value);
        object_property_set(obj, property, v, errp);
        visit_free(v);
    }
}

/* ---- Objects that users make ---- */

static const char *const object_keys[] = { "qom-type", "id", NULL };

static bool set_properties(Object *obj, const void *opaque, Error **errp)
{
    json_object_object_foreach((QObject *)opaque, key, value)
    {
        if (g_strv_contains(object_keys, key)) {
            continue;
        }
        Visitor *v = qobject_input_visitor_new(value);
        bool ok = object_property_set(obj, key, v, errp);
        visit_free(v);
        if (!ok) {
            return false;
        }
    }
    return true;
}

bool qmp_object_add(QObject *args, QObject **ret, Error **errp)
{
    for (const char *const *key = object_keys; *key; key++) {
        if (!qdict_get_try_str(args, *key)) {
            error_setg(errp, "Parameter '%s' is missing", *key);
            return false;
        }
    }
    const char *id = qdict_get_try_str(args, "id");
    return id_check(id, errp) &&
           user_creatable_add(qdict_get_try_str(args, "qom-type"), id, set_properties, args, errp);
}

void qmp_object_del(const char *id, Error **errp)
{
    user_creatable_del(id, errp);
}

/* ---- Types ---- */

ObjectTypeInfoList *qmp_qom_list_types(const char *implements, bool has_abstract, bool abstract,
                                       Error **errp)
{
    g_autoptr(GSList) types =
        object_class_get_list_sorted(implements ? implements : TYPE_OBJECT, abstract);
    ObjectTypeInfoList *list = NULL, **tail = &list;

    for (GSList *el = types; el; el = el->next) {
        ObjectClass *parent = object_class_get_parent(el->data);
        ObjectTypeInfo *info = g_new0(ObjectTypeInfo, 1);
        info->name = g_strdup(object_class_get_name(el->data));
        info->has_abstract = info->abstract = object_class_is_abstract(el->data);
        info->parent = parent ? g_strdup(object_class_get_name(parent)) : NULL;
        QAPI_LIST_APPEND(tail, info);
    }
    return list;
}

static QObject *default_value(const ObjectProperty *prop)
{
    if (!prop->defval) {
        return NULL;
    }
    switch (prop->defval->kind) {
    case QVALUE_BOOL:
        return json_object_new_boolean(prop->defval->b);
    case QVALUE_INT:
        return json_object_new_int64(prop->defval->i);
    case QVALUE_UINT:
        return json_object_new_uint64(prop->defval->u);
    case QVALUE_NUMBER:
        return json_object_new_double(prop->defval->number);
    case QVALUE_STR:
        return json_object_new_string(prop->defval->str);
    default:
        return NULL;
    }
}

static ObjectPropertyInfo *described_property(const ObjectProperty *prop)
{
    ObjectPropertyInfo *info = property_info(prop);

    info->description = g_strdup(prop->description);
    info->default_value = default_value(prop);
    return info;
}

/* An abstract type shows what its class has, another what an object of it has besides. */
static ObjectPropertyInfoList *type_properties(ObjectClass *oc)
{
    ObjectPropertyInfoList *list = NULL, **tail = &list;
    Object *obj = object_class_is_abstract(oc) ? NULL : object_new_with_class(oc);
    ObjectPropertyIterator iter;
    ObjectProperty *prop;

    if (obj) {
        object_property_iter_init(&iter, obj);
    } else {
        object_class_property_iter_init(&iter, oc);
    }
    while ((prop = object_property_iter_next(&iter))) {
        QAPI_LIST_APPEND(tail, described_property(prop));
    }
    object_unref(obj);
    return list;
}

ObjectPropertyInfoList *qmp_qom_list_properties(const char *q_typename, Error **errp)
{
    ObjectClass *oc = object_class_by_name(q_typename);

    if (!oc) {
        error_set(errp, ERROR_CLASS_DEVICE_NOT_FOUND, "Class '%s' not found", q_typename);
        return NULL;
    }
    return type_properties(oc);
}

/* ---- Devices ---- */

/* Those properties that every device has are not told. */
static bool is_device_property(const char *name)
{
    static const char *const common[] = { "type",       "realized",   "hotpluggable",
                                          "hotplugged", "parent_bus", NULL };

    return !g_strv_contains(common, name) && !g_str_has_prefix(name, "legacy-");
}

ObjectPropertyInfoList *qmp_device_list_properties(const char *q_typename, Error **errp)
{
    ObjectClass *oc = object_class_by_name(q_typename);
    ObjectPropertyInfoList *list, **link;

    if (!oc) {
        error_set(errp, ERROR_CLASS_DEVICE_NOT_FOUND, "Device '%s' not found", q_typename);
        return NULL;
    }
    if (!object_class_dynamic_cast(oc, TYPE_DEVICE) || object_class_is_abstract(oc)) {
        error_setg(errp, "Parameter 'typename' expects a non-abstract device type");
        return NULL;
    }
    list = type_properties(oc);
    for (link = &list; *link;) {
        ObjectPropertyInfoList *el = *link;
        if (is_device_property(el->value->name)) {
            link = &el->next;
        } else {
            *link = el->next;
            el->next = NULL;
            qapi_free_ObjectPropertyInfoList(el);
        }
    }
    return list;
}

bool qmp_device_add(QObject *args, QObject **ret, Error **errp)
{
    const char *driver = qdict_get_try_str(args, "driver");
    ObjectClass *oc = driver ? object_class_by_name(driver) : NULL;
    g_autoptr(KeyVal) kv = keyval_from_qdict(args, qdev_device_keys, errp);

    if (!kv) {
        return false;
    }
    if (!driver) {
        error_setg(errp, "Parameter 'driver' is missing");
    } else if (!oc) {
        error_setg(errp, "'%s' is not a valid device model name", driver);
    } else if (!object_class_dynamic_cast(oc, TYPE_DEVICE) || object_class_is_abstract(oc)) {
        error_setg(errp, "Parameter 'driver' expects a non-abstract device type");
    } else if (!DEVICE_CLASS(oc)->user_creatable) {
        error_setg(errp, "Parameter 'driver' expects a pluggable device type");
    } else {
        return qdev_device_add(kv, errp);
    }
    return false;
}

void qmp_device_del(const char *id, Error **errp)
{
    DeviceState *dev = qdev_find_device(id, errp);

    if (dev) {
        qdev_unplug(dev, errp);
    }
}
