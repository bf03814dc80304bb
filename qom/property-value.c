/* SPDX-License-Identifier: MIT */
/* Setting and getting properties from C values and from text. */
#include "qemu/osdep.h"

#include "qapi/error.h"
#include "qom-internal.h"

bool object_property_parse(Object *obj, const char *name, const char *string, Error **errp)
{
    Visitor *v = string_input_visitor_new(string);
    bool ok = object_property_set(obj, name, v, errp);

    visit_free(v);
    return ok;
}

char *object_property_print(Object *obj, const char *name, bool human, Error **errp)
{
    char *text = NULL;
    Visitor *v = string_output_visitor_new(human, &text);

    if (!object_property_get(obj, name, v, errp)) {
        g_free(text);
        text = NULL;
    }
    visit_free(v);
    return text;
}

static bool property_set_value(Object *obj, const char *name, QValue value, Error **errp)
{
    ValueVisitor vv;

    return object_property_set(obj, name, value_input_visitor_init(&vv, &value), errp);
}

bool object_property_set_str(Object *obj, const char *name, const char *value, Error **errp)
{
    return property_set_value(obj, name, (QValue){ .kind = QVALUE_STR, .str = (char *)value },
                              errp);
}

bool object_property_set_bool(Object *obj, const char *name, bool value, Error **errp)
{
    return property_set_value(obj, name, (QValue){ .kind = QVALUE_BOOL, .b = value }, errp);
}

bool object_property_set_int(Object *obj, const char *name, int64_t value, Error **errp)
{
    return property_set_value(obj, name, (QValue){ .kind = QVALUE_INT, .i = value }, errp);
}

bool object_property_set_uint(Object *obj, const char *name, uint64_t value, Error **errp)
{
    return property_set_value(obj, name, (QValue){ .kind = QVALUE_UINT, .u = value }, errp);
}

/* False with *@errp set if the property can not be read or is not of kind @kind. */
static bool property_get_value(Object *obj, const char *name, QValueKind kind, QValue *value,
                               Error **errp)
{
    static const char *const kinds[] = {
        [QVALUE_BOOL] = "boolean",  [QVALUE_INT] = "integer", [QVALUE_UINT] = "unsigned integer",
        [QVALUE_NUMBER] = "number", [QVALUE_STR] = "string",
    };
    ValueVisitor vv;

    *value = (QValue){ .kind = QVALUE_NONE };
    if (!object_property_get(obj, name, value_output_visitor_init(&vv, value), errp)) {
        return false;
    }
    if (value->kind == QVALUE_UINT && kind == QVALUE_INT && value->u <= INT64_MAX) {
        value->kind = QVALUE_INT;
    } else if (value->kind == QVALUE_INT && kind == QVALUE_UINT && value->i >= 0) {
        value->kind = QVALUE_UINT;
    }
    if (value->kind == kind) {
        return true;
    }
    if (value->kind == QVALUE_STR) {
        g_free(value->str);
    }
    error_setg(errp, "Property '%s.%s' is not a %s", object_get_typename(obj), name, kinds[kind]);
    return false;
}

char *object_property_get_str(Object *obj, const char *name, Error **errp)
{
    QValue value;

    return property_get_value(obj, name, QVALUE_STR, &value, errp) ? value.str : NULL;
}

bool object_property_get_bool(Object *obj, const char *name, Error **errp)
{
    QValue value;

    return property_get_value(obj, name, QVALUE_BOOL, &value, errp) && value.b;
}

int64_t object_property_get_int(Object *obj, const char *name, Error **errp)
{
    QValue value;

    return property_get_value(obj, name, QVALUE_INT, &value, errp) ? value.i : -1;
}

uint64_t object_property_get_uint(Object *obj, const char *name, Error **errp)
{
    QValue value;

    return property_get_value(obj, name, QVALUE_UINT, &value, errp) ? value.u : 0;
}

bool object_property_set_link(Object *obj, const char *name, Object *value, Error **errp)
{
    ObjectProperty *prop = object_property_find_err(obj, name, errp);
    g_autofree char *path = NULL;
    bool is_link;

    if (!prop) {
        return false;
    }
    if (!object_link_assign(obj, prop, value, &is_link, errp)) {
        return false;
    }
    if (is_link) {
        return true;
    }
    path = value ? object_get_canonical_path(value) : g_strdup("");
    if (!path) {
        error_setg(errp, "Property '%s.%s' takes the path of an object, and this '%s' has none",
                   object_get_typename(obj), name, object_get_typename(value));
        return false;
    }
    return object_property_set_str(obj, name, path, errp);
}

Object *object_property_get_link(Object *obj, const char *name, Error **errp)
{
    ObjectProperty *prop = object_property_find_err(obj, name, errp);
    g_autofree char *path = NULL;
    Object *target = NULL;

    if (!prop) {
        return NULL;
    }
    if (prop->resolve) {
        return prop->resolve(obj, prop->opaque, name);
    }
    path = object_property_get_str(obj, name, errp);
    if (path && *path) {
        target = object_resolve_path(path, NULL);
        if (!target) {
            error_setg(errp, "Object '%s' not found", path);
        }
    }
    return target;
}

const char *object_property_get_type(Object *obj, const char *name, Error **errp)
{
    ObjectProperty *prop = object_property_find_err(obj, name, errp);

    return prop ? prop->type : NULL;
}
