/* SPDX-License-Identifier: MIT */
/*
 * Casts.
 *
 * The type name of a checked cast is a string constant, so its address stands for it: a class
 * remembers a few addresses of its own and its ancestors' names, in slots chosen by the address. A
 * hit is one load and one compare; anything else, interfaces too, takes the full check. Slots are
 * relaxed atomics: any value ever stored there is right for this class.
 */
#include "qemu/osdep.h"

#include "qemu/atomic.h"
#include "qom-internal.h"

static const char **cast_slot(ObjectClass *klass, const char *type_name)
{
    uintptr_t a = (uintptr_t)type_name;

    return &klass->cast_cache[(a ^ a >> 3 ^ a >> 6) % OBJECT_CLASS_CAST_CACHE];
}

ObjectClass *object_class_dynamic_cast(ObjectClass *klass, const char *type_name)
{
    TypeImpl *target;
    ObjectClass *found = NULL;

    if (!klass) {
        return NULL;
    }
    if (klass->type->info->name == type_name) {
        return klass;
    }
    target = type_by_name(type_name);
    if (!target) {
        return NULL;
    }
    if (type_is_ancestor(klass->type, target)) {
        return klass;
    }
    for (GSList *l = klass->interfaces; l; l = l->next) {
        ObjectClass *iface = l->data;

        if (type_is_ancestor(iface->type, target)) {
            if (found) {
                return NULL; /* two interfaces below @type_name: which one is meant? */
            }
            found = iface;
        }
    }
    return found;
}

Object *object_dynamic_cast(Object *obj, const char *type_name)
{
    TypeImpl *target;

    if (!obj) {
        return NULL;
    }
    if (object_class_dynamic_cast(obj->class, type_name)) {
        return obj;
    }
    /* An object may be seen as an interface that it implements twice over. */
    target = type_by_name(type_name);
    for (GSList *l = target ? obj->class->interfaces : NULL; l; l = l->next) {
        if (type_is_ancestor(((ObjectClass *)l->data)->type, target)) {
            return obj;
        }
    }
    return NULL;
}

static G_NORETURN void cast_fail(const void *ptr, const char *is, const char *type_name,
                                 const char *file, int line, const char *func)
{
    fprintf(stderr, "%s:%d: %s: %p is a '%s', not a '%s'\n", file, line, func, ptr, is, type_name);
    abort();
}

Object *object_dynamic_cast_assert(Object *obj, const char *type_name, const char *file, int line,
                                   const char *func)
{
    const char **slot;

    if (!obj) {
        return NULL;
    }
    slot = cast_slot(obj->class, type_name);
    if (likely(qatomic_read(slot) == type_name)) {
        return obj;
    }
    if (!object_dynamic_cast(obj, type_name)) {
        cast_fail(obj, object_get_typename(obj), type_name, file, line, func);
    }
    if (object_class_dynamic_cast(obj->class, type_name) == obj->class) {
        qatomic_set(slot, type_name);
    }
    return obj;
}

ObjectClass *object_class_dynamic_cast_assert(ObjectClass *klass, const char *type_name,
                                              const char *file, int line, const char *func)
{
    ObjectClass *found;

    if (!klass) {
        return NULL;
    }
    if (likely(qatomic_read(cast_slot(klass, type_name)) == type_name)) {
        return klass;
    }
    found = object_class_dynamic_cast(klass, type_name);
    if (!found) {
        cast_fail(klass, object_class_get_name(klass), type_name, file, line, func);
    }
    if (found == klass) {
        qatomic_set(cast_slot(klass, type_name), type_name);
    }
    return found;
}
