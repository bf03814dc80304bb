/* SPDX-License-Identifier: MIT */
/*
 * The object model: types registered by name, single inheritance, interfaces, reference counts,
 * properties, and the composition tree of who is part of whom.
 *
 *   static const TypeInfo foo_info = {
 *       .name = TYPE_FOO, .parent = TYPE_OBJECT, .instance_size = sizeof(Foo),
 *       .instance_init = foo_init, .class_init = foo_class_init,
 *   };
 *   DEFINE_TYPES(...) or type_init(fn) with type_register_static(&foo_info)
 *
 * A class is built when it is first needed: a copy of its parent's, then class_base_init of every
 * ancestor, then its own class_init. An instance runs instance_init from the root type to its own,
 * then instance_post_init in the same order; finalisers run the other way. All of this happens
 * under the big lock or before there is a second thread; only object_ref(), object_unref() (not
 * the last one) and casts may be used from any thread.
 *
 * Property accessors take a Visitor (qapi/visitor.h). Names given to functions are copied.
 */
#ifndef QOM_OBJECT_H
#define QOM_OBJECT_H

#include "qemu/osdep.h"
#include "qemu/module.h"

typedef struct TypeImpl TypeImpl;

typedef void(ObjectUnparent)(Object *obj);
typedef void(ObjectFree)(void *obj);
typedef void(ObjectPropertyAccessor)(Object *obj, Visitor *v, const char *name, void *opaque,
                                     Error **errp);
typedef Object *(ObjectPropertyResolve)(Object *obj, void *opaque, const char *part);
typedef void(ObjectPropertyRelease)(Object *obj, const char *name, void *opaque);
typedef void(ObjectPropertyInit)(Object *obj, ObjectProperty *prop);

/* The properties of one class or one object, in the order in which they were added. */
typedef struct ObjectPropertyTable {
    ObjectProperty *first, *last;
    GHashTable *index; /* by name; NULL while the table is short enough to walk */
    unsigned count;
} ObjectPropertyTable;

struct ObjectProperty {
    ObjectProperty *next;
    const char *name;
    const char *type;  /* "bool", "uint32", "str", "child<...>", "link<...>", an enum's name */
    char *description; /* NULL if none */
    ObjectPropertyAccessor *get; /* NULL: write only */
    ObjectPropertyAccessor *set; /* NULL: read only */
    ObjectPropertyResolve *resolve;
    ObjectPropertyRelease *release;
    ObjectPropertyInit *init; /* class properties: applied to each new instance */
    void *opaque;
    struct QValue *defval; /* NULL if none */
};

enum { OBJECT_CLASS_CAST_CACHE = 4 };

struct ObjectClass {
    Type type;
    GSList *interfaces;                              /* of InterfaceClass * */
    const char *cast_cache[OBJECT_CLASS_CAST_CACHE]; /* atomic; see qom/cast.c */
    ObjectUnparent *unparent;
    ObjectPropertyTable properties;
};

struct Object {
    ObjectClass *class;
    ObjectFree *free; /* NULL: the memory is somebody else's */
    ObjectPropertyTable properties;
    uint32_t ref;                /* atomic */
    Object *parent;              /* does not hold a reference */
    ObjectProperty *parent_prop; /* the child property through which it holds us */
};

struct InterfaceInfo {
    const char *type;
};

struct InterfaceClass {
    ObjectClass parent_class;
    ObjectClass *concrete_class; /* the class that implements it */
    Type interface_type;
};

struct TypeInfo {
    const char *name;
    const char *parent;
    size_t instance_size;  /* 0: as the parent */
    size_t instance_align; /* 0: as the parent, or what malloc gives */
    void (*instance_init)(Object *obj);
    void (*instance_post_init)(Object *obj);
    void (*instance_finalize)(Object *obj);
    bool abstract;
    size_t class_size; /* 0: as the parent */
    void (*class_init)(ObjectClass *klass, const void *data);
    void (*class_base_init)(ObjectClass *klass, const void *data);
    const void *class_data;
    const InterfaceInfo *interfaces; /* ends with a NULL type */
};

#define TYPE_OBJECT    "object"
#define TYPE_INTERFACE "interface"
#define TYPE_CONTAINER "container"

/* ---- Casts. The type name of a checked cast must be a constant: its address is cached. ---- */

#define OBJECT(obj)         ((Object *)(obj))
#define OBJECT_CLASS(class) ((ObjectClass *)(class))
#define OBJECT_CHECK(type, obj, name)                                                              \
    ((type *)object_dynamic_cast_assert(OBJECT(obj), (name), __FILE__, __LINE__, __func__))
#define OBJECT_CLASS_CHECK(class_type, class, name)                                                \
    ((class_type *)object_class_dynamic_cast_assert(OBJECT_CLASS(class), (name), __FILE__,         \
                                                    __LINE__, __func__))
#define OBJECT_GET_CLASS(class, obj, name)                                                         \
    OBJECT_CLASS_CHECK(class, object_get_class(OBJECT(obj)), name)

#define INTERFACE_CLASS(klass) OBJECT_CLASS_CHECK(InterfaceClass, klass, TYPE_INTERFACE)

#define INTERFACE_CHECK(interface, obj, name) OBJECT_CHECK(interface, obj, name)

#define DECLARE_INSTANCE_CHECKER(InstanceType, OBJ_NAME, TYPENAME)                                 \
    static inline G_GNUC_UNUSED InstanceType *OBJ_NAME(const void *obj)                            \
    {                                                                                              \
        return OBJECT_CHECK(InstanceType, obj, TYPENAME);                                          \
    }
#define DECLARE_CLASS_CHECKERS(ClassType, OBJ_NAME, TYPENAME)                                      \
    static inline G_GNUC_UNUSED ClassType *OBJ_NAME##_GET_CLASS(const void *obj)                   \
    {                                                                                              \
        return OBJECT_GET_CLASS(ClassType, obj, TYPENAME);                                         \
    }                                                                                              \
    static inline G_GNUC_UNUSED ClassType *OBJ_NAME##_CLASS(const void *klass)                     \
    {                                                                                              \
        return OBJECT_CLASS_CHECK(ClassType, klass, TYPENAME);                                     \
    }
#define DECLARE_OBJ_CHECKERS(InstanceType, ClassType, OBJ_NAME, TYPENAME)                          \
    DECLARE_INSTANCE_CHECKER(InstanceType, OBJ_NAME, TYPENAME)                                     \
    DECLARE_CLASS_CHECKERS(ClassType, OBJ_NAME, TYPENAME)
#define OBJECT_DECLARE_TYPE(InstanceType, ClassType, MODULE_OBJ_NAME)                              \
    typedef struct InstanceType InstanceType;                                                      \
    typedef struct ClassType ClassType;                                                            \
    G_DEFINE_AUTOPTR_CLEANUP_FUNC(InstanceType, object_unref)                                      \
    DECLARE_OBJ_CHECKERS(InstanceType, ClassType, MODULE_OBJ_NAME, TYPE_##MODULE_OBJ_NAME)
#define OBJECT_DECLARE_SIMPLE_TYPE(InstanceType, MODULE_OBJ_NAME)                                  \
    typedef struct InstanceType InstanceType;                                                      \
    G_DEFINE_AUTOPTR_CLEANUP_FUNC(InstanceType, object_unref)                                      \
    DECLARE_INSTANCE_CHECKER(InstanceType, MODULE_OBJ_NAME, TYPE_##MODULE_OBJ_NAME)

/* Defines and registers a type whose functions are called <module_obj_name>_init and so on. */
#define OBJECT_DEFINE_TYPE_EXTENDED(ModuleObjName, module_obj_name, MODULE_OBJ_NAME, PARENT,       \
                                    ABSTRACT, ...)                                                 \
    static void module_obj_name##_init(Object *obj);                                               \
    static void module_obj_name##_finalize(Object *obj);                                           \
    static void module_obj_name##_class_init(ObjectClass *oc, const void *data);                   \
    static void module_obj_name##_register_types(void)                                             \
    {                                                                                              \
        static const TypeInfo info = {                                                             \
            .parent = TYPE_##PARENT,                                                               \
            .name = TYPE_##MODULE_OBJ_NAME,                                                        \
            .instance_size = sizeof(ModuleObjName),                                                \
            .instance_align = __alignof__(ModuleObjName),                                          \
            .instance_init = module_obj_name##_init,                                               \
            .instance_finalize = module_obj_name##_finalize,                                       \
            .class_size = sizeof(ModuleObjName##Class),                                            \
            .class_init = module_obj_name##_class_init,                                            \
            .abstract = ABSTRACT,                                                                  \
            .interfaces = (const InterfaceInfo[]){ __VA_ARGS__ },                                  \
        };                                                                                         \
        type_register_static(&info);                                                               \
    }                                                                                              \
    type_init(module_obj_name##_register_types)
#define OBJECT_DEFINE_TYPE(ModuleObjName, module_obj_name, MODULE_OBJ_NAME, PARENT)                \
    OBJECT_DEFINE_TYPE_EXTENDED(ModuleObjName, module_obj_name, MODULE_OBJ_NAME, PARENT, false,    \
                                { NULL })
#define OBJECT_DEFINE_ABSTRACT_TYPE(ModuleObjName, module_obj_name, MODULE_OBJ_NAME, PARENT)       \
    OBJECT_DEFINE_TYPE_EXTENDED(ModuleObjName, module_obj_name, MODULE_OBJ_NAME, PARENT, true,     \
                                { NULL })

/* NULL stays NULL; a wrong type aborts with the place of the cast. */
Object *object_dynamic_cast_assert(Object *obj, const char *type_name, const char *file, int line,
                                   const char *func);
ObjectClass *object_class_dynamic_cast_assert(ObjectClass *klass, const char *type_name,
                                              const char *file, int line, const char *func);
/* NULL if @obj is not of that type (or interface). */
Object *object_dynamic_cast(Object *obj, const char *type_name);
/* The class itself, or for an interface its InterfaceClass; NULL if it is not of that type. */
ObjectClass *object_class_dynamic_cast(ObjectClass *klass, const char *type_name);

/* ---- Types and classes ---- */

/* @info stays the caller's and must live for ever. Two types of one name are our bug. */
void type_register_static(const TypeInfo *info);
void type_register_static_array(const TypeInfo *infos, int nr_infos);
/* As above; strings and interfaces are copied. */
void type_register(const TypeInfo *info);

#define DEFINE_TYPES(type_array)                                                                   \
    static void do_qemu_init_##type_array(void)                                                    \
    {                                                                                              \
        type_register_static_array(type_array, ARRAY_SIZE(type_array));                            \
    }                                                                                              \
    type_init(do_qemu_init_##type_array)

ObjectClass *object_get_class(Object *obj);
const char *object_get_typename(const Object *obj);
const char *object_class_get_name(ObjectClass *klass);
ObjectClass *object_class_get_parent(ObjectClass *klass);
bool object_class_is_abstract(ObjectClass *klass);
/* NULL if no such type is registered. */
ObjectClass *object_class_by_name(const char *type_name);
ObjectClass *module_object_class_by_name(const char *type_name);
size_t object_type_get_instance_size(const char *type_name);
/* Calls @fn for every class that is a @implements_type (NULL: any). */
void object_class_foreach(void (*fn)(ObjectClass *klass, void *opaque), const char *implements_type,
                          bool include_abstract, void *opaque);
/* The same as a list; sorted by name in the second form. The caller frees the list. */
GSList *object_class_get_list(const char *implements_type, bool include_abstract);
GSList *object_class_get_list_sorted(const char *implements_type, bool include_abstract);

/* ---- Instances ---- */

/* One reference, the caller's. The type must exist and not be abstract. */
Object *object_new(const char *type_name);
Object *object_new_with_class(ObjectClass *klass);
/* With (name, value) strings up to NULL, set and made a child @id of @parent, in this order. */
Object *object_new_with_props(const char *type_name, Object *parent, const char *id, Error **errp,
                              ...) QEMU_SENTINEL;
/* In memory of the caller, which must outlive the references. */
void object_initialize(void *obj, size_t size, const char *type_name);
/* The same as a child of @parent, which then holds the only reference. */
#define object_initialize_child(parent, propname, child, type)                                     \
    object_initialize_child_internal((parent), (propname), (child), sizeof(*(child)), (type))
void object_initialize_child_internal(Object *parent, const char *propname, void *child,
                                      size_t size, const char *type);
bool object_initialize_child_with_props(Object *parent, const char *propname, void *child,
                                        size_t size, const char *type, Error **errp,
                                        ...) QEMU_SENTINEL;
bool object_set_props(Object *obj, Error **errp, ...) QEMU_SENTINEL;
bool object_set_propv(Object *obj, Error **errp, va_list vargs);

/* Any object; NULL is allowed. */
Object *object_ref(void *obj);
void object_unref(void *obj);
/* Takes @obj out of the tree (and drops its parent's reference); nothing if it is not in it. */
void object_unparent(Object *obj);

/* ---- Properties ---- */

/*
 * Adds a property to one object. A @name that ends in "[*]" gets the first free number. try_add
 * fails if the name is taken; add asserts.
 */
ObjectProperty *object_property_try_add(Object *obj, const char *name, const char *type,
                                        ObjectPropertyAccessor *get, ObjectPropertyAccessor *set,
                                        ObjectPropertyRelease *release, void *opaque, Error **errp);
ObjectProperty *object_property_add(Object *obj, const char *name, const char *type,
                                    ObjectPropertyAccessor *get, ObjectPropertyAccessor *set,
                                    ObjectPropertyRelease *release, void *opaque);
ObjectProperty *object_class_property_add(ObjectClass *klass, const char *name, const char *type,
                                          ObjectPropertyAccessor *get, ObjectPropertyAccessor *set,
                                          ObjectPropertyRelease *release, void *opaque);
void object_property_del(Object *obj, const char *name);

/* Defaults of class properties, set on each new instance. */
void object_property_set_default_bool(ObjectProperty *prop, bool value);
void object_property_set_default_str(ObjectProperty *prop, const char *value);
void object_property_set_default_int(ObjectProperty *prop, int64_t value);
void object_property_set_default_uint(ObjectProperty *prop, uint64_t value);

/* Own, class and inherited properties; NULL if there is none of that name ... */
ObjectProperty *object_property_find(Object *obj, const char *name);
ObjectProperty *object_class_property_find(ObjectClass *klass, const char *name);
/* ... with an error that names the nearest one. */
ObjectProperty *object_property_find_err(Object *obj, const char *name, Error **errp);
ObjectProperty *object_class_property_find_err(ObjectClass *klass, const char *name, Error **errp);

/* All of them: the object's own first, then from its class up. Do not add or delete meanwhile. */
typedef struct ObjectPropertyIterator {
    ObjectClass *nextclass;
    ObjectProperty *next;
} ObjectPropertyIterator;
void object_property_iter_init(ObjectPropertyIterator *iter, Object *obj);
void object_class_property_iter_init(ObjectPropertyIterator *iter, ObjectClass *klass);
ObjectProperty *object_property_iter_next(ObjectPropertyIterator *iter);

bool object_property_get(Object *obj, const char *name, Visitor *v, Error **errp);
bool object_property_set(Object *obj, const char *name, Visitor *v, Error **errp);
/* From text, as on the command line. */
bool object_property_parse(Object *obj, const char *name, const char *string, Error **errp);
/* To text; the caller frees. @human: strings quoted, sizes with units. NULL on failure. */
char *object_property_print(Object *obj, const char *name, bool human, Error **errp);

bool object_property_set_str(Object *obj, const char *name, const char *value, Error **errp);
bool object_property_set_bool(Object *obj, const char *name, bool value, Error **errp);
bool object_property_set_int(Object *obj, const char *name, int64_t value, Error **errp);
bool object_property_set_uint(Object *obj, const char *name, uint64_t value, Error **errp);
bool object_property_set_link(Object *obj, const char *name, Object *value, Error **errp);
/* The caller frees the string. On failure: NULL, false, -1, 0. */
char *object_property_get_str(Object *obj, const char *name, Error **errp);
bool object_property_get_bool(Object *obj, const char *name, Error **errp);
int64_t object_property_get_int(Object *obj, const char *name, Error **errp);
uint64_t object_property_get_uint(Object *obj, const char *name, Error **errp);
Object *object_property_get_link(Object *obj, const char *name, Error **errp);
int object_property_get_enum(Object *obj, const char *name, const char *type_name, Error **errp);
const char *object_property_get_type(Object *obj, const char *name, Error **errp);

void object_property_set_description(Object *obj, const char *name, const char *description);
void object_class_property_set_description(ObjectClass *klass, const char *name,
                                           const char *description);

/* ---- Properties with typed accessors ---- */

ObjectProperty *object_property_add_str(Object *obj, const char *name,
                                        char *(*get)(Object *, Error **),
                                        void (*set)(Object *, const char *, Error **));
ObjectProperty *object_class_property_add_str(ObjectClass *klass, const char *name,
                                              char *(*get)(Object *, Error **),
                                              void (*set)(Object *, const char *, Error **));
ObjectProperty *object_property_add_bool(Object *obj, const char *name,
                                         bool (*get)(Object *, Error **),
                                         void (*set)(Object *, bool, Error **));
ObjectProperty *object_class_property_add_bool(ObjectClass *klass, const char *name,
                                               bool (*get)(Object *, Error **),
                                               void (*set)(Object *, bool, Error **));
struct QEnumLookup;
ObjectProperty *object_property_add_enum(Object *obj, const char *name, const char *type_name,
                                         const struct QEnumLookup *lookup,
                                         int (*get)(Object *, Error **),
                                         void (*set)(Object *, int, Error **));
ObjectProperty *object_class_property_add_enum(ObjectClass *klass, const char *name,
                                               const char *type_name,
                                               const struct QEnumLookup *lookup,
                                               int (*get)(Object *, Error **),
                                               void (*set)(Object *, int, Error **));

typedef enum {
    OBJ_PROP_FLAG_READ = 1 << 0,
    OBJ_PROP_FLAG_WRITE = 1 << 1,
    OBJ_PROP_FLAG_READWRITE = OBJ_PROP_FLAG_READ | OBJ_PROP_FLAG_WRITE,
} ObjectPropertyFlags;

/* The value at @v, which must live as long as the object (or, for a class, is shared by all). */
ObjectProperty *object_property_add_uint8_ptr(Object *obj, const char *name, const uint8_t *v,
                                              ObjectPropertyFlags flags);
ObjectProperty *object_property_add_uint16_ptr(Object *obj, const char *name, const uint16_t *v,
                                               ObjectPropertyFlags flags);
ObjectProperty *object_property_add_uint32_ptr(Object *obj, const char *name, const uint32_t *v,
                                               ObjectPropertyFlags flags);
ObjectProperty *object_property_add_uint64_ptr(Object *obj, const char *name, const uint64_t *v,
                                               ObjectPropertyFlags flags);
ObjectProperty *object_class_property_add_uint8_ptr(ObjectClass *klass, const char *name,
                                                    const uint8_t *v, ObjectPropertyFlags flags);
ObjectProperty *object_class_property_add_uint16_ptr(ObjectClass *klass, const char *name,
                                                     const uint16_t *v, ObjectPropertyFlags flags);
ObjectProperty *object_class_property_add_uint32_ptr(ObjectClass *klass, const char *name,
                                                     const uint32_t *v, ObjectPropertyFlags flags);
ObjectProperty *object_class_property_add_uint64_ptr(ObjectClass *klass, const char *name,
                                                     const uint64_t *v, ObjectPropertyFlags flags);

/* ---- Links, children, aliases ---- */

typedef enum {
    /* The link holds a reference. */
    OBJ_PROP_LINK_STRONG = 1 << 0,
    /* @check and the pointer are found through the object: class properties only. */
    OBJ_PROP_LINK_DIRECT = 1 << 1,
    OBJ_PROP_LINK_CLASS = 1 << 2,
} ObjectPropertyLinkFlags;

/* @check may refuse @val with an error; NULL: the link can not be set through the property. */
typedef void(ObjectLinkCheck)(const Object *obj, const char *name, Object *val, Error **errp);
void object_property_allow_set_link(const Object *obj, const char *name, Object *val, Error **errp);
ObjectProperty *object_property_add_link(Object *obj, const char *name, const char *type,
                                         Object **targetp, ObjectLinkCheck *check,
                                         ObjectPropertyLinkFlags flags);
/* The pointer is @offset bytes into the instance. */
ObjectProperty *object_class_property_add_link(ObjectClass *oc, const char *name, const char *type,
                                               ptrdiff_t offset, ObjectLinkCheck *check,
                                               ObjectPropertyLinkFlags flags);
/* A link that never changes and holds no reference. */
ObjectProperty *object_property_add_const_link(Object *obj, const char *name, Object *target);
/* Property @name of @obj stands for @target_name of @target_obj (not referenced). */
ObjectProperty *object_property_add_alias(Object *obj, const char *name, Object *target_obj,
                                          const char *target_name);

/* Makes @child part of @obj, which takes a reference; it must not have a parent yet. */
ObjectProperty *object_property_add_child(Object *obj, const char *name, Object *child);
ObjectProperty *object_property_try_add_child(Object *obj, const char *name, Object *child,
                                              Error **errp);
bool object_property_is_child(ObjectProperty *prop);

/* ---- The composition tree ---- */

Object *object_get_root(void);
/* /objects, where user-created objects live. */
Object *object_get_objects_root(void);
/* Parent of objects that are not shown to users; not in the tree. */
Object *object_get_internal_root(void);
/* The container @name under the root, made on first use. */
Object *object_get_container(const char *name);

/* The name under its parent, NULL if it has none; the object's to keep. */
const char *object_get_canonical_path_component(const Object *obj);
/* From the root; the caller frees. NULL if the object is not in the tree. */
char *object_get_canonical_path(const Object *obj);
/*
 * "/absolute/path", or a path that ends some absolute one: found anywhere, NULL and *@ambiguous
 * (may be NULL) if there are two. In the second form only objects of @type_name count.
 */
Object *object_resolve_path(const char *path, bool *ambiguous);
Object *object_resolve_path_type(const char *path, const char *type_name, bool *ambiguous);
/* The only object of the type in the tree; error if there is none or more than one. */
Object *object_resolve_type_unambiguous(const char *type_name, Error **errp);
Object *object_resolve_path_at(Object *parent, const char *path);
Object *object_resolve_path_component(Object *parent, const char *part);

/* Calls @fn for each child until it returns nonzero, and returns that. @fn may unparent its
 * argument. */
int object_child_foreach(Object *obj, int (*fn)(Object *child, void *opaque), void *opaque);
int object_child_foreach_recursive(Object *obj, int (*fn)(Object *child, void *opaque),
                                   void *opaque);

#endif
