/* SPDX-License-Identifier: MIT */
/* Properties that name other objects: children, links and aliases. */
#include "qemu/osdep.h"

#include "qapi/error.h"
#include "qom-internal.h"

/* ---- Children: the parent holds a reference, the child knows its parent. ---- */

static void child_get(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)
{
    g_autofree char *path = object_get_canonical_path(opaque);
    char *value = path ? path : (char *)"";

    visit_type_str(v, name, &value, errp);
}

static Object *child_resolve(Object *parent, void *opaque, const char *part)
{
    return opaque;
}

static void child_release(Object *obj, const char *name, void *opaque)
{
    Object *child = opaque;

    /* The path stays readable meanwhile: what unparent does may still report it. */
    if (child->class->unparent) {
        child->class->unparent(child);
    }
    child->parent = NULL;
    child->parent_prop = NULL;
    object_unref(child);
}

ObjectProperty *object_property_try_add_child(Object *obj, const char *name, Object *child,
                                              Error **errp)
{
    g_autofree char *type = g_strdup_printf("child<%s>", object_get_typename(child));
    ObjectProperty *prop;

    assert(!child->parent);
    prop = object_property_try_add(obj, name, type, child_get, NULL, child_release, child, errp);
    if (prop) {
        prop->resolve = child_resolve;
        child->parent = obj;
        child->parent_prop = prop;
        object_ref(child);
    }
    return prop;
}

ObjectProperty *object_property_add_child(Object *obj, const char *name, Object *child)
{
    return object_property_try_add_child(obj, name, child, &error_abort);
}

bool object_property_is_child(ObjectProperty *prop)
{
    return prop->release == child_release;
}

/* ---- Links ---- */

typedef struct LinkProperty {
    union {
        Object **targetp; /* LINK_AT_POINTER */
        Object *target;   /* LINK_FIXED */
        ptrdiff_t offset; /* LINK_AT_OFFSET into the instance */
    };
    enum { LINK_AT_POINTER, LINK_FIXED, LINK_AT_OFFSET } place;
    ObjectLinkCheck *check;
    ObjectPropertyLinkFlags flags;
    const char *target_type; /* NULL: any */
} LinkProperty;

static Object **link_slot(Object *obj, LinkProperty *link)
{
    switch (link->place) {
    case LINK_AT_POINTER:
        return link->targetp;
    case LINK_FIXED:
        return &link->target;
    case LINK_AT_OFFSET:
    default:
        return (Object **)((char *)obj + link->offset);
    }
}

void object_property_allow_set_link(const Object *obj, const char *name, Object *val, Error **errp)
{
}

static void link_get(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)
{
    Object *target = *link_slot(obj, opaque);
    g_autofree char *path = target ? object_get_canonical_path(target) : NULL;
    char *value = path ? path : (char *)"";

    visit_type_str(v, name, &value, errp);
}

static Object *link_resolve(Object *obj, void *opaque, const char *part)
{
    return *link_slot(obj, opaque);
}

static bool link_assign(Object *obj, LinkProperty *link, const char *name, Object *value,
                        Error **errp)
{
    Object **slot = link_slot(obj, link), *old = *slot;
    Error *err = NULL;

    if (value && link->target_type && !object_dynamic_cast(value, link->target_type)) {
        error_setg(errp, "Property '%s.%s' links to a '%s', not to a '%s'",
                   object_get_typename(obj), name, link->target_type, object_get_typename(value));
        return false;
    }
    link->check(obj, name, value, &err);
    if (err) {
        error_propagate(errp, err);
        return false;
    }
    *slot = value;
    if (link->flags & OBJ_PROP_LINK_STRONG) {
        object_ref(value);
        object_unref(old);
    }
    return true;
}

/* The object that text @path means for @link; NULL with an error, or without one for "". */
static Object *link_parse(Object *obj, LinkProperty *link, const char *name, const char *path,
                          Error **errp)
{
    bool ambiguous = false;
    Object *target;

    if (!*path) {
        return NULL;
    }
    target = object_resolve_path_type(path, link->target_type ? link->target_type : TYPE_OBJECT,
                                      &ambiguous);
    if (target) {
        return target;
    }
    if (ambiguous) {
        error_setg(errp, "Path '%s' does not uniquely identify an object; give it from the root",
                   path);
    } else if (object_resolve_path(path, NULL)) {
        error_setg(errp, "Property '%s.%s' links to a '%s', which '%s' is not",
                   object_get_typename(obj), name, link->target_type, path);
    } else {
        error_setg(errp, "Device '%s' not found", path);
    }
    return NULL;
}

static void link_set(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)
{
    g_autofree char *path = NULL;
    Error *err = NULL;
    Object *target;

    if (!visit_type_str(v, name, &path, errp)) {
        return;
    }
    target = link_parse(obj, opaque, name, path, &err);
    if (err) {
        error_propagate(errp, err);
        return;
    }
    link_assign(obj, opaque, name, target, errp);
}

static void link_drop_target(Object *obj, LinkProperty *link)
{
    Object **slot = link_slot(obj, link);

    if ((link->flags & OBJ_PROP_LINK_STRONG) && *slot) {
        object_unref(*slot);
        *slot = NULL;
    }
}

static void link_release(Object *obj, const char *name, void *opaque)
{
    link_drop_target(obj, opaque);
    g_free(opaque);
}

/* The class keeps the LinkProperty for its next instance. */
static void class_link_release(Object *obj, const char *name, void *opaque)
{
    link_drop_target(obj, opaque);
}

bool object_link_assign(Object *obj, ObjectProperty *prop, Object *value, bool *is_link,
                        Error **errp)
{
    *is_link = prop->set == link_set;
    return !*is_link || link_assign(obj, prop->opaque, prop->name, value, errp);
}

static ObjectProperty *link_add(Object *obj, ObjectClass *klass, const char *name,
                                const char *target_type, LinkProperty link)
{
    g_autofree char *type = g_strdup_printf("link<%s>", target_type ? target_type : TYPE_OBJECT);
    LinkProperty *l = g_memdup2(&link, sizeof(link));
    ObjectProperty *prop;

    l->target_type = target_type ? g_intern_string(target_type) : NULL;
    if (klass) {
        prop = object_class_property_add(klass, name, type, link_get, l->check ? link_set : NULL,
                                         class_link_release, l);
    } else {
        prop = object_property_add(obj, name, type, link_get, l->check ? link_set : NULL,
                                   link_release, l);
    }
    prop->resolve = link_resolve;
    return prop;
}

ObjectProperty *object_property_add_link(Object *obj, const char *name, const char *type,
                                         Object **targetp, ObjectLinkCheck *check,
                                         ObjectPropertyLinkFlags flags)
{
    return link_add(
        obj, NULL, name, type,
        (LinkProperty){
            .targetp = targetp, .place = LINK_AT_POINTER, .check = check, .flags = flags });
}

ObjectProperty *object_class_property_add_link(ObjectClass *oc, const char *name, const char *type,
                                               ptrdiff_t offset, ObjectLinkCheck *check,
                                               ObjectPropertyLinkFlags flags)
{
    return link_add(
        NULL, oc, name, type,
        (LinkProperty){
            .offset = offset, .place = LINK_AT_OFFSET, .check = check, .flags = flags });
}

ObjectProperty *object_property_add_const_link(Object *obj, const char *name, Object *target)
{
    return link_add(obj, NULL, name, object_get_typename(target),
                    (LinkProperty){ .target = target, .place = LINK_FIXED });
}

/* ---- Aliases ---- */

typedef struct AliasProperty {
    Object *target_obj;
    char *target_name;
} AliasProperty;

static void alias_get(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)
{
    AliasProperty *alias = opaque;

    object_property_get(alias->target_obj, alias->target_name, v, errp);
}

static void alias_set(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)
{
    AliasProperty *alias = opaque;

    object_property_set(alias->target_obj, alias->target_name, v, errp);
}

static Object *alias_resolve(Object *obj, void *opaque, const char *part)
{
    AliasProperty *alias = opaque;

    return object_resolve_path_component(alias->target_obj, alias->target_name);
}

static void alias_release(Object *obj, const char *name, void *opaque)
{
    AliasProperty *alias = opaque;

    g_free(alias->target_name);
    g_free(alias);
}

ObjectProperty *object_property_add_alias(Object *obj, const char *name, Object *target_obj,
                                          const char *target_name)
{
    ObjectProperty *target = object_property_find_err(target_obj, target_name, &error_abort), *prop;
    AliasProperty *alias = g_new(AliasProperty, 1);
    g_autofree char *type = object_property_is_child(target)
                                ? g_strdup_printf("link%s", target->type + strlen("child"))
                                : g_strdup(target->type);

    alias->target_obj = target_obj;
    alias->target_name = g_strdup(target_name);
    prop = object_property_add(obj, name, type, alias_get, target->set ? alias_set : NULL,
                               alias_release, alias);
    if (target->resolve) {
        prop->resolve = alias_resolve;
    }
    if (target->description) {
        object_property_set_description(obj, name, target->description);
    }
    return prop;
}
