/* SPDX-License-Identifier: MIT */
/* Instances: making, counting references, finalising. */
#include "qemu/osdep.h"

#include "qapi/error.h"
#include "qemu/atomic.h"
#include "qom-internal.h"

ObjectClass *object_get_class(Object *obj)
{
    return obj->class;
}

const char *object_get_typename(const Object *obj)
{
    return obj->class->type->info->name;
}

static void object_run_hooks(Object *obj, const ObjectHooks *hooks)
{
    for (unsigned i = 0; i < hooks->n; i++) {
        hooks->fn[i](obj);
    }
}

/* @obj is zeroed memory of the type's size. */
static void object_init_type(Object *obj, TypeImpl *type)
{
    if (type->abstract) {
        fprintf(stderr, "type '%s' is abstract: it has no instances\n", type->info->name);
        abort();
    }
    obj->class = type->class;
    obj->ref = 1;
    object_class_properties_init(obj);
    object_run_hooks(obj, &type->init);
    object_run_hooks(obj, &type->post_init);
}

void object_initialize(void *obj, size_t size, const char *type_name)
{
    TypeImpl *type = type_require(type_name, __func__);

    assert(size >= type->instance_size);
    memset(obj, 0, type->instance_size);
    object_init_type(obj, type);
}

static Object *object_new_of_type(TypeImpl *type)
{
    Object *obj;

    if (type->instance_align > __alignof__(max_align_t)) {
        obj = qemu_memalign(type->instance_align, type->instance_size);
        memset(obj, 0, type->instance_size);
        object_init_type(obj, type);
        obj->free = qemu_vfree;
    } else {
        obj = g_malloc0(type->instance_size);
        object_init_type(obj, type);
        obj->free = g_free;
    }
    return obj;
}

Object *object_new(const char *type_name)
{
    return object_new_of_type(type_require(type_name, __func__));
}

Object *object_new_with_class(ObjectClass *klass)
{
    return object_new_of_type(klass->type);
}

bool object_set_propv(Object *obj, Error **errp, va_list vargs)
{
    const char *name;

    while ((name = va_arg(vargs, const char *))) {
        const char *value = va_arg(vargs, const char *);

        assert(value);
        if (!object_property_parse(obj, name, value, errp)) {
            return false;
        }
    }
    return true;
}

bool object_set_props(Object *obj, Error **errp, ...)
{
    va_list vargs;
    bool ok;

    va_start(vargs, errp);
    ok = object_set_propv(obj, errp, vargs);
    va_end(vargs);
    return ok;
}

Object *object_new_with_props(const char *type_name, Object *parent, const char *id, Error **errp,
                              ...)
{
    ObjectClass *klass = object_class_by_name(type_name);
    va_list vargs;
    Object *obj;
    bool ok;

    if (!klass || object_class_is_abstract(klass)) {
        error_setg(errp, klass ? "Object type '%s' is abstract" : "Invalid object type '%s'",
                   type_name);
        return NULL;
    }
    obj = object_new_with_class(klass);
    va_start(vargs, errp);
    ok = object_set_propv(obj, errp, vargs);
    va_end(vargs);
    if (ok && id) {
        ok = object_property_try_add_child(parent, id, obj, errp) != NULL;
    }
    if (!ok || id) {
        object_unref(obj); /* the tree holds it now, or nobody */
    }
    return ok ? obj : NULL;
}

void object_initialize_child_internal(Object *parent, const char *propname, void *child,
                                      size_t size, const char *type)
{
    object_initialize(child, size, type);
    object_property_add_child(parent, propname, child);
    object_unref(child);
}

bool object_initialize_child_with_props(Object *parent, const char *propname, void *child,
                                        size_t size, const char *type, Error **errp, ...)
{
    va_list vargs;
    bool ok;

    object_initialize(child, size, type);
    va_start(vargs, errp);
    ok = object_set_propv(child, errp, vargs);
    va_end(vargs);
    if (ok) {
        object_property_add_child(parent, propname, child);
    }
    object_unref(child);
    return ok;
}

Object *object_ref(void *objptr)
{
    Object *obj = objptr;

    if (obj) {
        uint32_t old = qatomic_fetch_inc(&obj->ref);

        assert(old > 0 && old < INT_MAX);
    }
    return obj;
}

static void object_finalize(Object *obj)
{
    object_properties_release(obj);
    object_run_hooks(obj, &obj->class->type->finalize);
    assert(obj->ref == 0);
    assert(obj->parent == NULL);
    if (obj->free) {
        obj->free(obj);
    }
}

void object_unref(void *objptr)
{
    Object *obj = objptr;

    if (obj) {
        uint32_t old = qatomic_fetch_dec(&obj->ref);

        assert(old > 0);
        if (old == 1) {
            object_finalize(obj);
        }
    }
}

void object_unparent(Object *obj)
{
    if (obj->parent) {
        object_property_remove(obj->parent, obj->parent_prop);
    }
}
