/* SPDX-License-Identifier: MIT */
/* Properties whose accessors work on C values: string, bool, enum, and integers behind a pointer.
 */
#include "qemu/osdep.h"

#include "qapi/error.h"
#include "qom-internal.h"

/* The accessors of the user, kept for as long as the property. */
typedef struct TypedAccess {
    const QEnumLookup *lookup; /* enum only */
    union {
        char *(*get_str)(Object *, Error **);
        bool (*get_bool)(Object *, Error **);
        int (*get_enum)(Object *, Error **);
    };
    union {
        void (*set_str)(Object *, const char *, Error **);
        void (*set_bool)(Object *, bool, Error **);
        void (*set_enum)(Object *, int, Error **);
    };
} TypedAccess;

static void typed_release(Object *obj, const char *name, void *opaque)
{
    g_free(opaque);
}

static ObjectProperty *typed_add(Object *obj, ObjectClass *klass, const char *name,
                                 const char *type, ObjectPropertyAccessor *get,
                                 ObjectPropertyAccessor *set, TypedAccess access)
{
    TypedAccess *a = g_memdup2(&access, sizeof(access));

    if (klass) {
        return object_class_property_add(klass, name, type, get, set, NULL, a);
    }
    return object_property_add(obj, name, type, get, set, typed_release, a);
}

static void str_get(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)
{
    TypedAccess *a = opaque;
    Error *err = NULL;
    char *value = a->get_str(obj, &err);

    if (err) {
        error_propagate(errp, err);
    } else {
        visit_type_str(v, name, &value, errp);
    }
    g_free(value);
}

static void str_set(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)
{
    TypedAccess *a = opaque;
    char *value;

    if (visit_type_str(v, name, &value, errp)) {
        a->set_str(obj, value, errp);
        g_free(value);
    }
}

static void bool_get(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)
{
    TypedAccess *a = opaque;
    Error *err = NULL;
    bool value = a->get_bool(obj, &err);

    if (err) {
        error_propagate(errp, err);
    } else {
        visit_type_bool(v, name, &value, errp);
    }
}

static void bool_set(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)
{
    TypedAccess *a = opaque;
    bool value;

    if (visit_type_bool(v, name, &value, errp)) {
        a->set_bool(obj, value, errp);
    }
}

static void enum_get(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)
{
    TypedAccess *a = opaque;
    Error *err = NULL;
    int value = a->get_enum(obj, &err);

    if (err) {
        error_propagate(errp, err);
    } else {
        visit_type_enum(v, name, &value, a->lookup, errp);
    }
}

static void enum_set(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)
{
    TypedAccess *a = opaque;
    int value;

    if (visit_type_enum(v, name, &value, a->lookup, errp)) {
        a->set_enum(obj, value, errp);
    }
}

ObjectProperty *object_property_add_str(Object *obj, const char *name,
                                        char *(*get)(Object *, Error **),
                                        void (*set)(Object *, const char *, Error **))
{
    return typed_add(obj, NULL, name, "string", get ? str_get : NULL, set ? str_set : NULL,
                     (TypedAccess){ .get_str = get, .set_str = set });
}

ObjectProperty *object_class_property_add_str(ObjectClass *klass, const char *name,
                                              char *(*get)(Object *, Error **),
                                              void (*set)(Object *, const char *, Error **))
{
    return typed_add(NULL, klass, name, "string", get ? str_get : NULL, set ? str_set : NULL,
                     (TypedAccess){ .get_str = get, .set_str = set });
}

ObjectProperty *object_property_add_bool(Object *obj, const char *name,
                                         bool (*get)(Object *, Error **),
                                         void (*set)(Object *, bool, Error **))
{
    return typed_add(obj, NULL, name, "bool", get ? bool_get : NULL, set ? bool_set : NULL,
                     (TypedAccess){ .get_bool = get, .set_bool = set });
}

ObjectProperty *object_class_property_add_bool(ObjectClass *klass, const char *name,
                                               bool (*get)(Object *, Error **),
                                               void (*set)(Object *, bool, Error **))
{
    return typed_add(NULL, klass, name, "bool", get ? bool_get : NULL, set ? bool_set : NULL,
                     (TypedAccess){ .get_bool = get, .set_bool = set });
}

ObjectProperty *object_property_add_enum(Object *obj, const char *name, const char *type_name,
                                         const QEnumLookup *lookup, int (*get)(Object *, Error **),
                                         void (*set)(Object *, int, Error **))
{
    return typed_add(obj, NULL, name, type_name, get ? enum_get : NULL, set ? enum_set : NULL,
                     (TypedAccess){ .lookup = lookup, .get_enum = get, .set_enum = set });
}

ObjectProperty *object_class_property_add_enum(ObjectClass *klass, const char *name,
                                               const char *type_name, const QEnumLookup *lookup,
                                               int (*get)(Object *, Error **),
                                               void (*set)(Object *, int, Error **))
{
    return typed_add(NULL, klass, name, type_name, get ? enum_get : NULL, set ? enum_set : NULL,
                     (TypedAccess){ .lookup = lookup, .get_enum = get, .set_enum = set });
}

int object_property_get_enum(Object *obj, const char *name, const char *type_name, Error **errp)
{
    ObjectProperty *prop = object_property_find_err(obj, name, errp);
    g_autofree char *text = NULL;

    if (!prop) {
        return -1;
    }
    if (strcmp(prop->type, type_name) != 0 || prop->get != enum_get) {
        error_setg(errp, "Property '%s.%s' is of type '%s', not '%s'", object_get_typename(obj),
                   name, prop->type, type_name);
        return -1;
    }
    text = object_property_get_str(obj, name, errp);
    return text ? qapi_enum_parse(((TypedAccess *)prop->opaque)->lookup, text, -1, errp) : -1;
}

/* ---- Integers behind a pointer ---- */

#define UINT_PTR_PROPERTY(bits)                                                                    \
    static void uint##bits##_ptr_get(Object *obj, Visitor *v, const char *name, void *opaque,      \
                                     Error **errp)                                                 \
    {                                                                                              \
        uint##bits##_t value = *(uint##bits##_t *)opaque;                                          \
        visit_type_uint##bits(v, name, &value, errp);                                              \
    }                                                                                              \
    static void uint##bits##_ptr_set(Object *obj, Visitor *v, const char *name, void *opaque,      \
                                     Error **errp)                                                 \
    {                                                                                              \
        visit_type_uint##bits(v, name, opaque, errp);                                              \
    }                                                                                              \
    ObjectProperty *object_property_add_uint##bits##_ptr(                                          \
        Object *obj, const char *name, const uint##bits##_t *v, ObjectPropertyFlags flags)         \
    {                                                                                              \
        return object_property_add(                                                                \
            obj, name, "uint" #bits, flags & OBJ_PROP_FLAG_READ ? uint##bits##_ptr_get : NULL,     \
            flags & OBJ_PROP_FLAG_WRITE ? uint##bits##_ptr_set : NULL, NULL, (void *)v);           \
    }                                                                                              \
    ObjectProperty *object_class_property_add_uint##bits##_ptr(                                    \
        ObjectClass *klass, const char *name, const uint##bits##_t *v, ObjectPropertyFlags flags)  \
    {                                                                                              \
        return object_class_property_add(                                                          \
            klass, name, "uint" #bits, flags & OBJ_PROP_FLAG_READ ? uint##bits##_ptr_get : NULL,   \
            flags & OBJ_PROP_FLAG_WRITE ? uint##bits##_ptr_set : NULL, NULL, (void *)v);           \
    }

UINT_PTR_PROPERTY(8)
UINT_PTR_PROPERTY(16)
UINT_PTR_PROPERTY(32)
UINT_PTR_PROPERTY(64)

/* ---- What every object has ---- */

static void type_get(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)
{
    char *type = (char *)object_get_typename(obj);

    visit_type_str(v, name, &type, errp);
}

void object_root_class_init(ObjectClass *klass, const void *data)
{
    object_class_property_add(klass, "type", "string", type_get, NULL, NULL, NULL);
}
