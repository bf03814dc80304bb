/* SPDX-License-Identifier: MIT */
/* Option arguments in JSON, and properties from option arguments of either form. */
#include "qemu/osdep.h"

#include <json-c/json.h>

#include "qapi/error.h"
#include "qapi/qobject.h"
#include "qom/object.h"

static bool add_member(KeyVal *kv, const char *key, QObject *value, const char *const *names,
                       Error **errp)
{
    bool is_string = json_object_is_type(value, json_type_string);

    if (g_strv_contains(names, key) && !is_string) {
        error_setg(errp, "Invalid parameter type for '%s', expected: string", key);
        return false;
    }
    if (!value) {
        error_setg(errp, "Parameter '%s' is null", key);
        return false;
    }
    if (is_string) {
        keyval_set_json(kv, key, json_object_get_string(value), qobject_ref(value));
    } else {
        GString *text = qobject_to_json(value, false);
        keyval_set_json(kv, key, text->str, qobject_ref(value));
        g_string_free(text, true);
    }
    return true;
}

KeyVal *keyval_from_qdict(QObject *dict, const char *const *names, Error **errp)
{
    g_autoptr(KeyVal) kv = keyval_new();

    json_object_object_foreach(dict, key, value)
    {
        if (!add_member(kv, key, value, names, errp)) {
            return NULL;
        }
    }
    return g_steal_pointer(&kv);
}

KeyVal *keyval_from_json(const char *text, const char *const *names, Error **errp)
{
    g_autoptr(QObject) obj = NULL;

    if (!qobject_from_json(text, &obj, errp)) {
        return NULL;
    }
    if (!json_object_is_type(obj, json_type_object)) {
        error_setg(errp, "expected a JSON object");
        return NULL;
    }
    return keyval_from_qdict(obj, names, errp);
}

bool object_property_set_keyval(Object *obj, const KeyVal *kv, size_t index, Error **errp)
{
    const char *key = keyval_key(kv, index);
    QObject *json = keyval_json(kv, index);

    if (!json) {
        return object_property_parse(obj, key, keyval_value(kv, index), errp);
    }
    Visitor *v = qobject_input_visitor_new(json);
    bool ok = object_property_set(obj, key, v, errp);
    visit_free(v);
    return ok;
}
