/* SPDX-License-Identifier: MIT */
/*
 * Property tables: adding, finding, walking, removing; setting and getting by visitor.
 *
 * A table is a list in order of addition. Most have a handful of entries, and walking those is
 * faster than hashing; beyond TABLE_WALK entries a hash index is built and kept up to date.
 * Lookup goes through the object's own table, then those of its class and the ancestors.
 */
#include "qemu/osdep.h"

#include "qapi/error.h"
#include "qemu/cutils.h"
#include "qom-internal.h"

enum { TABLE_WALK = 12 };

ObjectProperty *property_table_find(const ObjectPropertyTable *table, const char *name)
{
    if (table->index) {
        return g_hash_table_lookup(table->index, name);
    }
    for (ObjectProperty *p = table->first; p; p = p->next) {
        if (strcmp(p->name, name) == 0) {
            return p;
        }
    }
    return NULL;
}

static void property_table_add(ObjectPropertyTable *table, ObjectProperty *prop)
{
    if (table->last) {
        table->last->next = prop;
    } else {
        table->first = prop;
    }
    table->last = prop;
    table->count++;
    if (table->index) {
        g_hash_table_insert(table->index, (gpointer)prop->name, prop);
    } else if (table->count > TABLE_WALK) {
        table->index = g_hash_table_new(g_str_hash, g_str_equal);
        for (ObjectProperty *p = table->first; p; p = p->next) {
            g_hash_table_insert(table->index, (gpointer)p->name, p);
        }
    }
}

static void property_table_unlink(ObjectPropertyTable *table, ObjectProperty *prop)
{
    ObjectProperty *before = NULL;

    if (table->first != prop) {
        before = table->first;
        while (before->next != prop) {
            before = before->next;
        }
        before->next = prop->next;
    } else {
        table->first = prop->next;
    }
    if (table->last == prop) {
        table->last = before;
    }
    table->count--;
    if (table->index) {
        g_hash_table_remove(table->index, prop->name);
    }
}

static ObjectProperty *property_new(const char *name, const char *type, ObjectPropertyAccessor *get,
                                    ObjectPropertyAccessor *set, ObjectPropertyRelease *release,
                                    void *opaque)
{
    size_t len = strlen(name) + 1;
    ObjectProperty *prop = g_malloc0(sizeof(*prop) + len);

    prop->name = memcpy(prop + 1, name, len);
    prop->type = g_intern_string(type);
    prop->get = get;
    prop->set = set;
    prop->release = release;
    prop->opaque = opaque;
    return prop;
}

static void property_free(ObjectProperty *prop)
{
    if (prop->defval && prop->defval->kind == QVALUE_STR) {
        g_free(prop->defval->str);
    }
    g_free(prop->defval);
    g_free(prop->description);
    g_free(prop);
}

/* @name "foo[*]" as "foo[N]" with the first N that is free; the caller frees. */
static char *property_number(Object *obj, const char *name)
{
    int stem = strlen(name) - 3;

    for (unsigned i = 0;; i++) {
        char *full = g_strdup_printf("%.*s[%u]", stem, name, i);

        if (!object_property_find(obj, full)) {
            return full;
        }
        g_free(full);
    }
}

ObjectProperty *object_property_try_add(Object *obj, const char *name, const char *type,
                                        ObjectPropertyAccessor *get, ObjectPropertyAccessor *set,
                                        ObjectPropertyRelease *release, void *opaque, Error **errp)
{
    g_autofree char *numbered = NULL;
    ObjectProperty *prop;

    if (g_str_has_suffix(name, "[*]")) {
        name = numbered = property_number(obj, name);
    } else if (object_property_find(obj, name)) {
        error_setg(errp, "attempt to add duplicate property '%s' to object (type '%s')", name,
                   object_get_typename(obj));
        return NULL;
    }
    prop = property_new(name, type, get, set, release, opaque);
    property_table_add(&obj->properties, prop);
    return prop;
}

ObjectProperty *object_property_add(Object *obj, const char *name, const char *type,
                                    ObjectPropertyAccessor *get, ObjectPropertyAccessor *set,
                                    ObjectPropertyRelease *release, void *opaque)
{
    return object_property_try_add(obj, name, type, get, set, release, opaque, &error_abort);
}

ObjectProperty *object_class_property_add(ObjectClass *klass, const char *name, const char *type,
                                          ObjectPropertyAccessor *get, ObjectPropertyAccessor *set,
                                          ObjectPropertyRelease *release, void *opaque)
{
    ObjectProperty *prop;

    assert(!object_class_property_find(klass, name));
    prop = property_new(name, type, get, set, release, opaque);
    property_table_add(&klass->properties, prop);
    return prop;
}

void object_property_remove(Object *obj, ObjectProperty *prop)
{
    property_table_unlink(&obj->properties, prop);
    if (prop->release) {
        prop->release(obj, prop->name, prop->opaque);
    }
    property_free(prop);
}

void object_property_del(Object *obj, const char *name)
{
    ObjectProperty *prop = property_table_find(&obj->properties, name);

    assert(prop);
    object_property_remove(obj, prop);
}

void object_properties_release(Object *obj)
{
    for (ObjectClass *k = obj->class; k; k = object_class_get_parent(k)) {
        for (ObjectProperty *p = k->properties.first; p; p = p->next) {
            if (p->release) {
                p->release(obj, p->name, p->opaque);
            }
        }
    }
    while (obj->properties.first) {
        object_property_remove(obj, obj->properties.first);
    }
    if (obj->properties.index) {
        g_hash_table_destroy(obj->properties.index);
        obj->properties.index = NULL;
    }
}

/* ---- Finding ---- */

ObjectProperty *object_class_property_find(ObjectClass *klass, const char *name)
{
    for (; klass; klass = object_class_get_parent(klass)) {
        ObjectProperty *prop = property_table_find(&klass->properties, name);

        if (prop) {
            return prop;
        }
    }
    return NULL;
}

ObjectProperty *object_property_find(Object *obj, const char *name)
{
    ObjectProperty *prop = property_table_find(&obj->properties, name);

    return prop ? prop : object_class_property_find(obj->class, name);
}

void object_property_iter_init(ObjectPropertyIterator *iter, Object *obj)
{
    iter->nextclass = obj->class;
    iter->next = obj->properties.first;
}

void object_class_property_iter_init(ObjectPropertyIterator *iter, ObjectClass *klass)
{
    iter->nextclass = object_class_get_parent(klass);
    iter->next = klass->properties.first;
}

ObjectProperty *object_property_iter_next(ObjectPropertyIterator *iter)
{
    ObjectProperty *prop;

    while (!iter->next && iter->nextclass) {
        iter->next = iter->nextclass->properties.first;
        iter->nextclass = object_class_get_parent(iter->nextclass);
    }
    prop = iter->next;
    if (prop) {
        iter->next = prop->next;
    }
    return prop;
}

static void property_not_found(ObjectPropertyIterator *iter, const char *type_name,
                               const char *name, Error **errp)
{
    NearestName near = nearest_name_init(name);
    ObjectProperty *prop;
    const char *hint;

    while ((prop = object_property_iter_next(iter))) {
        if (prop->set) {
            nearest_name_add(&near, prop->name);
        }
    }
    hint = nearest_name_get(&near);
    error_setg(errp, "Property '%s.%s' not found%s%s%s", type_name, name,
               hint ? "; did you mean '" : "", hint ? hint : "", hint ? "'?" : "");
}

ObjectProperty *object_property_find_err(Object *obj, const char *name, Error **errp)
{
    ObjectProperty *prop = object_property_find(obj, name);

    if (!prop) {
        ObjectPropertyIterator iter;

        object_property_iter_init(&iter, obj);
        property_not_found(&iter, object_get_typename(obj), name, errp);
    }
    return prop;
}

ObjectProperty *object_class_property_find_err(ObjectClass *klass, const char *name, Error **errp)
{
    ObjectProperty *prop = object_class_property_find(klass, name);

    if (!prop) {
        ObjectPropertyIterator iter;

        object_class_property_iter_init(&iter, klass);
        property_not_found(&iter, object_class_get_name(klass), name, errp);
    }
    return prop;
}

/* ---- Access ---- */

static bool property_access(Object *obj, const char *name, Visitor *v, bool write, Error **errp)
{
    ObjectProperty *prop = object_property_find_err(obj, name, errp);
    ObjectPropertyAccessor *accessor;
    Error *err = NULL;

    if (!prop) {
        return false;
    }
    accessor = write ? prop->set : prop->get;
    if (!accessor) {
        error_setg(errp, "Property '%s.%s' is not %s", object_get_typename(obj), name,
                   write ? "writable" : "readable");
        return false;
    }
    accessor(obj, v, name, prop->opaque, &err);
    error_propagate(errp, err);
    return !err;
}

bool object_property_get(Object *obj, const char *name, Visitor *v, Error **errp)
{
    return property_access(obj, name, v, false, errp);
}

bool object_property_set(Object *obj, const char *name, Visitor *v, Error **errp)
{
    return property_access(obj, name, v, true, errp);
}

/* ---- Defaults ---- */

static void property_init_default(Object *obj, ObjectProperty *prop)
{
    ValueVisitor vv;

    prop->set(obj, value_input_visitor_init(&vv, prop->defval), prop->name, prop->opaque,
              &error_abort);
}

static void property_set_default(ObjectProperty *prop, QValue value)
{
    assert(!prop->defval && !prop->init && prop->set);
    prop->defval = g_memdup2(&value, sizeof(value));
    prop->init = property_init_default;
}

void object_property_set_default_bool(ObjectProperty *prop, bool value)
{
    property_set_default(prop, (QValue){ .kind = QVALUE_BOOL, .b = value });
}

void object_property_set_default_str(ObjectProperty *prop, const char *value)
{
    property_set_default(prop, (QValue){ .kind = QVALUE_STR, .str = g_strdup(value) });
}

void object_property_set_default_int(ObjectProperty *prop, int64_t value)
{
    property_set_default(prop, (QValue){ .kind = QVALUE_INT, .i = value });
}

void object_property_set_default_uint(ObjectProperty *prop, uint64_t value)
{
    property_set_default(prop, (QValue){ .kind = QVALUE_UINT, .u = value });
}

void object_class_properties_init(Object *obj)
{
    for (ObjectClass *k = obj->class; k; k = object_class_get_parent(k)) {
        for (ObjectProperty *p = k->properties.first; p; p = p->next) {
            if (p->init) {
                p->init(obj, p);
            }
        }
    }
}

/* ---- Descriptions ---- */

static void property_describe(ObjectProperty *prop, const char *description)
{
    assert(prop);
    g_free(prop->description);
    prop->description = g_strdup(description);
}

void object_property_set_description(Object *obj, const char *name, const char *description)
{
    property_describe(object_property_find(obj, name), description);
}

void object_class_property_set_description(ObjectClass *klass, const char *name,
                                           const char *description)
{
    property_describe(object_class_property_find(klass, name), description);
}
