/* SPDX-License-Identifier: MIT */
/* Objects that users make with -object; `complete` checks the properties once they are set. */
#ifndef QOM_OBJECT_INTERFACES_H
#define QOM_OBJECT_INTERFACES_H

#include "qom/object.h"

#define TYPE_USER_CREATABLE "user-creatable"

typedef struct UserCreatable UserCreatable;

typedef struct UserCreatableClass {
    InterfaceClass parent_class;
    void (*complete)(UserCreatable *uc, Error **errp);
    bool (*can_be_deleted)(UserCreatable *uc);
} UserCreatableClass;

DECLARE_CLASS_CHECKERS(UserCreatableClass, USER_CREATABLE, TYPE_USER_CREATABLE)
#define USER_CREATABLE(obj) INTERFACE_CHECK(UserCreatable, (obj), TYPE_USER_CREATABLE)

bool user_creatable_complete(UserCreatable *uc, Error **errp);
bool user_creatable_can_be_deleted(UserCreatable *uc);
/* Sets the properties of a new object. */
typedef bool(UserCreatableSetup)(Object *obj, const void *opaque, Error **errp);
/* Makes, sets up and completes object @id of type @type. NULL and *errp on failure. */
Object *user_creatable_add(const char *type, const char *id, UserCreatableSetup *set,
                           const void *opaque, Error **errp);
/* The same with properties as (name, value) strings up to NULL. */
Object *user_creatable_add_type(const char *type, const char *id, const char *const *props,
                                Error **errp);
/* Removes /objects/@id. */
bool user_creatable_del(const char *id, Error **errp);

#endif
