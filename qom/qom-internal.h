/* SPDX-License-Identifier: MIT */
/* What the files of qom/ share. */
#ifndef QOM_INTERNAL_H
#define QOM_INTERNAL_H

#include "qapi/visitor.h"
#include "qom/object.h"

typedef void(ObjectHook)(Object *obj);

/* Functions gathered along the line of ancestors when the class is built, in calling order. */
typedef struct ObjectHooks {
    ObjectHook **fn;
    unsigned n;
} ObjectHooks;

struct TypeImpl {
    const TypeInfo *info;
    TypeImpl *parent;   /* valid once parent_known */
    ObjectClass *class; /* NULL until first needed */
    size_t class_size, instance_size, instance_align;
    bool parent_known, abstract;
    ObjectHooks init, post_init, finalize;
};

TypeImpl *type_by_name(const char *name);
TypeImpl *type_parent(TypeImpl *type);
/* True if @type is @target or derives from it; interfaces are not looked at. */
bool type_is_ancestor(TypeImpl *type, const TypeImpl *target);
/* Builds the class of @type and of its ancestors if that has not been done. */
ObjectClass *type_class(TypeImpl *type);
/* The type of that name with its class; aborts if there is none, with @what in the message. */
TypeImpl *type_require(const char *name, const char *what);

ObjectProperty *property_table_find(const ObjectPropertyTable *table, const char *name);
/* What every object has: the property "type". */
void object_root_class_init(ObjectClass *klass, const void *data);
/* Runs `init` of the class properties of a fresh instance. */
void object_class_properties_init(Object *obj);
/* Releases all properties of an instance that goes away. */
void object_properties_release(Object *obj);
void object_property_remove(Object *obj, ObjectProperty *prop);

/* If @prop is a link, assigns @value (checked) and tells so by *@is_link; false on error. */
bool object_link_assign(Object *obj, ObjectProperty *prop, Object *value, bool *is_link,
                        Error **errp);

#endif
