/* SPDX-License-Identifier: MIT */
/* -object: what devices are connected to and is no device itself. */
#include "qemu/osdep.h"

#include "qapi/error.h"
#include "qom/object_interfaces.h"

#include "launch.h"

static void print_types(void)
{
    g_autoptr(GSList) list = object_class_get_list_sorted(TYPE_USER_CREATABLE, false);

    printf("List of user creatable objects:\n");
    for (GSList *el = list; el; el = el->next) {
        printf("  %s\n", object_class_get_name(el->data));
    }
}

bool opt_object(Launch *l, const char *arg, Error **errp)
{
    if (arg[0] == '{') {
        error_setg(errp, "the JSON form is not supported yet; use TYPE,id=ID,PROP=VALUE,…");
        return false;
    }
    g_autoptr(KeyVal) kv = keyval_parse(arg, "qom-type", errp);
    if (!kv) {
        return false;
    }
    const char *type = keyval_get(kv, "qom-type");

    if (keyval_wants_help(kv)) {
        ObjectClass *oc = type ? object_class_by_name(type) : NULL;

        l->done = true;
        if (oc) {
            print_class_properties(type, oc);
        } else {
            print_types();
        }
        return true;
    }
    if (!type || !keyval_get(kv, "id")) {
        error_setg(errp, "%s is missing, as in -object rng-random,id=rng0,filename=/dev/urandom",
                   type ? "id=" : "an object's type");
        return false;
    }
    g_ptr_array_add(l->objects, g_steal_pointer(&kv));
    return true;
}

static bool create_object(const KeyVal *kv, Error **errp)
{
    g_autoptr(GPtrArray) props = g_ptr_array_new();

    for (size_t i = 0; i < keyval_count(kv); i++) {
        const char *key = keyval_key(kv, i);

        if (strcmp(key, "qom-type") && strcmp(key, "id")) {
            g_ptr_array_add(props, (char *)key);
            g_ptr_array_add(props, (char *)keyval_value(kv, i));
        }
    }
    g_ptr_array_add(props, NULL);
    return user_creatable_add_type(keyval_get(kv, "qom-type"), keyval_get(kv, "id"),
                                   (const char *const *)props->pdata, errp) != NULL;
}

bool launch_create_objects(Launch *l, Error **errp)
{
    ERRP_GUARD();

    for (guint i = 0; i < l->objects->len; i++) {
        const KeyVal *kv = g_ptr_array_index(l->objects, i);

        if (!create_object(kv, errp)) {
            error_prepend(errp, "-object %s,id=%s: ", keyval_get(kv, "qom-type"),
                          keyval_get(kv, "id"));
            return false;
        }
    }
    return true;
}
