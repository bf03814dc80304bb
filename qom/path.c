/* SPDX-License-Identifier: MIT */
/* The composition tree: its root, paths, and walking it. */
#include "qemu/osdep.h"

#include "qapi/error.h"
#include "qom-internal.h"

/* Made on first use, which is before there is a second thread. */
static Object *tree_root, *internal_root;

static const TypeInfo container_info = {
    .name = TYPE_CONTAINER,
    .parent = TYPE_OBJECT,
    .instance_size = sizeof(Object),
};

static void container_register_types(void)
{
    type_register_static(&container_info);
}

type_init(container_register_types)

    Object *object_get_root(void)
{
    if (!tree_root) {
        tree_root = object_new(TYPE_CONTAINER);
    }
    return tree_root;
}

Object *object_get_internal_root(void)
{
    if (!internal_root) {
        internal_root = object_new(TYPE_CONTAINER);
    }
    return internal_root;
}

Object *object_get_container(const char *name)
{
    Object *root = object_get_root();
    Object *obj = object_resolve_path_component(root, name);

    if (!obj) {
        obj = object_new(TYPE_CONTAINER);
        object_property_add_child(root, name, obj);
        object_unref(obj);
    }
    return obj;
}

Object *object_get_objects_root(void)
{
    return object_get_container("objects");
}

const char *object_get_canonical_path_component(const Object *obj)
{
    return obj->parent_prop ? obj->parent_prop->name : NULL;
}

char *object_get_canonical_path(const Object *obj)
{
    const Object *root = object_get_root();
    GString *path;

    if (obj == root) {
        return g_strdup("/");
    }
    path = g_string_new(NULL);
    for (; obj && obj != root; obj = obj->parent) {
        if (!obj->parent) {
            g_string_free(path, TRUE);
            return NULL;
        }
        g_string_prepend(path, obj->parent_prop->name);
        g_string_prepend_c(path, '/');
    }
    return g_string_free(path, FALSE);
}

Object *object_resolve_path_component(Object *parent, const char *part)
{
    ObjectProperty *prop = object_property_find(parent, part);

    return prop && prop->resolve ? prop->resolve(parent, prop->opaque, part) : NULL;
}

/* Follows @parts from @obj; NULL if one is missing or the end is not a @type_name. */
static Object *resolve_parts(Object *obj, char **parts, const char *type_name)
{
    for (; obj && *parts; parts++) {
        if (**parts) {
            obj = object_resolve_path_component(obj, *parts);
        }
    }
    return obj && object_dynamic_cast(obj, type_name) ? obj : NULL;
}

/* Follows @parts from @obj and from everything below; two different ends are ambiguous. */
static Object *resolve_anywhere(Object *obj, char **parts, const char *type_name, bool *ambiguous)
{
    Object *found = resolve_parts(obj, parts, type_name);

    for (ObjectProperty *p = obj->properties.first; p && !*ambiguous; p = p->next) {
        Object *below;

        if (!object_property_is_child(p)) {
            continue;
        }
        below = resolve_anywhere(p->opaque, parts, type_name, ambiguous);
        if (below && found && below != found) {
            *ambiguous = true;
        }
        found = found ? found : below;
    }
    return *ambiguous ? NULL : found;
}

Object *object_resolve_path_type(const char *path, const char *type_name, bool *ambiguous)
{
    g_auto(GStrv) parts = g_strsplit(path, "/", 0);
    bool twice = false;
    Object *obj;

    if (path[0] == '/') {
        obj = resolve_parts(object_get_root(), parts, type_name);
    } else {
        obj = resolve_anywhere(object_get_root(), parts, type_name, &twice);
    }
    if (ambiguous) {
        *ambiguous = twice;
    }
    return obj;
}

Object *object_resolve_path(const char *path, bool *ambiguous)
{
    return object_resolve_path_type(path, TYPE_OBJECT, ambiguous);
}

Object *object_resolve_type_unambiguous(const char *type_name, Error **errp)
{
    bool ambiguous;
    Object *obj = object_resolve_path_type("", type_name, &ambiguous);

    if (ambiguous) {
        error_setg(errp, "More than one object of type '%s'", type_name);
    } else if (!obj) {
        error_setg(errp, "No object of type '%s'", type_name);
    }
    return obj;
}

Object *object_resolve_path_at(Object *parent, const char *path)
{
    g_auto(GStrv) parts = g_strsplit(path, "/", 0);

    return resolve_parts(path[0] == '/' ? object_get_root() : parent, parts, TYPE_OBJECT);
}

static int child_foreach(Object *obj, int (*fn)(Object *child, void *opaque), void *opaque,
                         bool recurse)
{
    ObjectProperty *next;
    int ret = 0;

    for (ObjectProperty *p = obj->properties.first; p && !ret; p = next) {
        Object *child = p->opaque;

        next = p->next; /* @fn may take the child out */
        if (!object_property_is_child(p)) {
            continue;
        }
        object_ref(child);
        ret = fn(child, opaque);
        if (!ret && recurse) {
            ret = child_foreach(child, fn, opaque, true);
        }
        object_unref(child);
    }
    return ret;
}

int object_child_foreach(Object *obj, int (*fn)(Object *child, void *opaque), void *opaque)
{
    return child_foreach(obj, fn, opaque, false);
}

int object_child_foreach_recursive(Object *obj, int (*fn)(Object *child, void *opaque),
                                   void *opaque)
{
    return child_foreach(obj, fn, opaque, true);
}
