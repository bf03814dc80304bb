/* SPDX-License-Identifier: MIT */
#include "qemu/osdep.h"

#include "qom/object_interfaces.h"

#include "qapi/error.h"
#include "qemu/cutils.h"

static const TypeInfo user_creatable_info = {
    .name = TYPE_USER_CREATABLE,
    .parent = TYPE_INTERFACE,
    .class_size = sizeof(UserCreatableClass),
};

static void user_creatable_register_types(void)
{
    type_register_static(&user_creatable_info);
}

type_init(user_creatable_register_types)

    bool user_creatable_complete(UserCreatable *uc, Error **errp)
{
    UserCreatableClass *ucc = USER_CREATABLE_GET_CLASS(uc);
    Error *err = NULL;

    if (ucc->complete) {
        ucc->complete(uc, &err);
    }
    error_propagate(errp, err);
    return !err;
}

bool user_creatable_can_be_deleted(UserCreatable *uc)
{
    UserCreatableClass *ucc = USER_CREATABLE_GET_CLASS(uc);

    return !ucc->can_be_deleted || ucc->can_be_deleted(uc);
}

static void unknown_type(const char *type, Error **errp)
{
    GSList *list = object_class_get_list(TYPE_USER_CREATABLE, false);
    NearestName near = nearest_name_init(type);
    const char *hint;

    for (GSList *l = list; l; l = l->next) {
        nearest_name_add(&near, object_class_get_name(l->data));
    }
    g_slist_free(list);
    hint = nearest_name_get(&near);
    error_setg(errp, "Invalid object type '%s'%s%s%s", type, hint ? "; did you mean '" : "",
               hint ? hint : "", hint ? "'?" : "; '-object help' lists them");
}

Object *user_creatable_add(const char *type, const char *id, UserCreatableSetup *set,
                           const void *opaque, Error **errp)
{
    ObjectClass *klass = object_class_by_name(type);
    Object *obj, *result = NULL;

    if (!klass || object_class_is_abstract(klass) ||
        !object_class_dynamic_cast(klass, TYPE_USER_CREATABLE)) {
        unknown_type(type, errp);
        return NULL;
    }
    if (object_resolve_path_component(object_get_objects_root(), id)) {
        error_setg(errp, "there is already an object with id '%s'", id);
        return NULL;
    }
    obj = object_new_with_class(klass);
    if (set(obj, opaque, errp) &&
        object_property_try_add_child(object_get_objects_root(), id, obj, errp)) {
        if (user_creatable_complete(USER_CREATABLE(obj), errp)) {
            result = obj;
        } else {
            object_unparent(obj);
        }
    }
    object_unref(obj);
    return result;
}

static bool set_pairs(Object *obj, const void *opaque, Error **errp)
{
    for (const char *const *props = opaque; props && *props; props += 2) {
        if (!object_property_parse(obj, props[0], props[1], errp)) {
            return false;
        }
    }
    return true;
}

Object *user_creatable_add_type(const char *type, const char *id, const char *const *props,
                                Error **errp)
{
    return user_creatable_add(type, id, set_pairs, props, errp);
}

bool user_creatable_del(const char *id, Error **errp)
{
    Object *obj = object_resolve_path_component(object_get_objects_root(), id);

    if (!obj) {
        error_setg(errp, "object '%s' not found", id);
        return false;
    }
    if (!user_creatable_can_be_deleted(USER_CREATABLE(obj))) {
        error_setg(errp, "object '%s' is in use, can not be deleted", id);
        return false;
    }
    object_unparent(obj);
    return true;
}
