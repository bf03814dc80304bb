/* SPDX-License-Identifier: MIT */
/* -object: what devices and other options refer to by its id, such as a source of random bytes. */
#include "qemu/osdep.h"

#include "qapi/error.h"
#include "qapi/qobject.h"
#include "qemu/cutils.h"
#include "qemu/id.h"
#include "qom/object_interfaces.h"

#include "launch.h"

/* Types that people know from QEMU; the message should not call them unknown. */
static const char *const planned_types[] = {
    "authz-list",
    "authz-list-file",
    "authz-pam",
    "authz-simple",
    "can-bus",
    "can-host-socketcan",
    "colo-compare",
    "cryptodev-backend",
    "cryptodev-backend-builtin",
    "cryptodev-vhost-user",
    "dbus-vmstate",
    "filter-buffer",
    "filter-dump",
    "filter-mirror",
    "filter-redirector",
    "filter-replay",
    "filter-rewriter",
    "input-barrier",
    "input-linux",
    "iommufd",
    "iothread",
    "main-loop",
    "memory-backend-epc",
    "memory-backend-file",
    "memory-backend-memfd",
    "memory-backend-ram",
    "memory-backend-shm",
    "pr-manager-helper",
    "qtest",
    "rng-builtin",
    "rng-egd",
    "rng-random",
    "secret",
    "secret_keyring",
    "thread-context",
    "throttle-group",
    "tls-cipher-suites",
    "tls-creds-anon",
    "tls-creds-psk",
    "tls-creds-x509",
    NULL,
};

static void print_object_types(void)
{
    g_autoptr(GSList) list = object_class_get_list_sorted(TYPE_USER_CREATABLE, false);

    printf("List of user creatable objects:\n");
    for (GSList *el = list; el; el = el->next) {
        printf("  %s\n", object_class_get_name(el->data));
    }
}

static ObjectClass *find_type(const char *type, Error **errp)
{
    g_autoptr(GSList) list = object_class_get_list_sorted(TYPE_USER_CREATABLE, false);
    g_autoptr(GPtrArray) names = g_ptr_array_new();

    for (GSList *el = list; el; el = el->next) {
        if (!strcmp(object_class_get_name(el->data), type)) {
            return el->data;
        }
        g_ptr_array_add(names, (char *)object_class_get_name(el->data));
    }
    g_ptr_array_add(names, NULL);
    if (g_strv_contains(planned_types, type)) {
        error_setg(errp,
                   "object type '%s' is not supported yet; '-object help' lists those that are",
                   type);
        return NULL;
    }
    const char *near = nearest_name(type, (const char *const *)names->pdata);
    if (near) {
        error_setg(errp, "unknown object type '%s'; did you mean '%s'?", type, near);
    } else {
        error_setg(errp, "unknown object type '%s'; '-object help' lists them", type);
    }
    return NULL;
}

static bool print_type_properties(const char *type, Error **errp)
{
    ObjectClass *oc = find_type(type, errp);
    if (oc) {
        print_class_properties(type, oc);
    }
    return oc != NULL;
}

static bool check_id(const char *id, Error **errp)
{
    if (!id) {
        error_setg(errp, "an id is missing, as in -object TYPE,id=NAME");
        return false;
    }
    return id_check(id, errp);
}

/* What is said of an object besides its properties. */
static const char *const object_keys[] = { "qom-type", "id", NULL };

bool opt_object(Launch *l, const char *arg, Error **errp)
{
    g_autoptr(KeyVal) kv = *arg == '{' ? keyval_from_json(arg, object_keys, errp)
                                       : keyval_parse(arg, "qom-type", errp);
    if (!kv) {
        return false;
    }
    const char *type = keyval_get(kv, "qom-type");
    if (keyval_wants_help(kv)) {
        l->done = true;
        if (type) {
            return print_type_properties(type, errp);
        }
        print_object_types();
        return true;
    }
    if (!type) {
        error_setg(errp, "an object's type is missing, as in -object TYPE,id=NAME");
        return false;
    }
    if (!find_type(type, errp) || !check_id(keyval_get(kv, "id"), errp)) {
        return false;
    }
    g_ptr_array_add(l->objects, g_steal_pointer(&kv));
    return true;
}

static bool set_properties(Object *obj, const void *opaque, Error **errp)
{
    const KeyVal *kv = opaque;

    for (size_t i = 0; i < keyval_count(kv); i++) {
        if (!g_strv_contains(object_keys, keyval_key(kv, i)) &&
            !object_property_set_keyval(obj, kv, i, errp)) {
            return false;
        }
    }
    return true;
}

static bool create_object(const KeyVal *kv, Error **errp)
{
    return user_creatable_add(keyval_get(kv, "qom-type"), keyval_get(kv, "id"), set_properties, kv,
                              errp) != NULL;
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
