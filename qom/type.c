/* SPDX-License-Identifier: MIT */
/*
 * Types and classes.
 *
 * A registered type is a TypeImpl that points to its TypeInfo; nothing is looked at until the type
 * is needed, so registration of hundreds of types costs a hash insertion each. `types.list` keeps
 * the order of registration, `types.table` finds by name.
 *
 * type_class() builds a class: allocate, copy the parent's class, give it an own property table and
 * own copies of the parent's interface classes (so methods set by the parent are inherited and may
 * be replaced), add the interfaces that the type names itself, run class_base_init of the
 * ancestors, then class_init. The init, post_init and finalize functions of the whole line are
 * gathered in arrays here, so that making an instance does not walk the line again.
 *
 * An interface is a type below TYPE_INTERFACE. Its own class is the template from which the
 * InterfaceClass of each implementing class is copied.
 */
#include "qemu/osdep.h"

#include "qemu/cutils.h"
#include "qom-internal.h"

static struct {
    GHashTable *table; /* name -> TypeImpl */
    GPtrArray *list;
} types;

static void types_prepare(void)
{
    if (!types.table) {
        types.table = g_hash_table_new(g_str_hash, g_str_equal);
        types.list = g_ptr_array_new();
    }
}

void type_register_static(const TypeInfo *info)
{
    TypeImpl *type = g_new0(TypeImpl, 1);

    types_prepare();
    assert(info->name);
    type->info = info;
    type->abstract = info->abstract;
    if (!g_hash_table_insert(types.table, (gpointer)info->name, type)) {
        fprintf(stderr, "type '%s' is registered twice\n", info->name);
        abort();
    }
    g_ptr_array_add(types.list, type);
}

void type_register_static_array(const TypeInfo *infos, int nr_infos)
{
    for (int i = 0; i < nr_infos; i++) {
        type_register_static(&infos[i]);
    }
}

void type_register(const TypeInfo *info)
{
    TypeInfo *copy = g_memdup2(info, sizeof(*info));
    unsigned n = 0;

    copy->name = g_intern_string(info->name);
    copy->parent = g_intern_string(info->parent);
    if (info->interfaces) {
        InterfaceInfo *ifaces;

        while (info->interfaces[n].type) {
            n++;
        }
        ifaces = g_new0(InterfaceInfo, n + 1);
        for (unsigned i = 0; i < n; i++) {
            ifaces[i].type = g_intern_string(info->interfaces[i].type);
        }
        copy->interfaces = ifaces;
    }
    type_register_static(copy);
}

TypeImpl *type_by_name(const char *name)
{
    return types.table && name ? g_hash_table_lookup(types.table, name) : NULL;
}

TypeImpl *type_require(const char *name, const char *what)
{
    TypeImpl *type = type_by_name(name);

    if (!type) {
        fprintf(stderr, "%s: no type '%s' is registered\n", what, name);
        abort();
    }
    type_class(type);
    return type;
}

TypeImpl *type_parent(TypeImpl *type)
{
    if (!type->parent_known) {
        if (type->info->parent) {
            type->parent = type_by_name(type->info->parent);
            if (!type->parent) {
                fprintf(stderr, "parent '%s' of type '%s' is not registered\n", type->info->parent,
                        type->info->name);
                abort();
            }
        }
        type->parent_known = true;
    }
    return type->parent;
}

bool type_is_ancestor(TypeImpl *type, const TypeImpl *target)
{
    while (type && type != target) {
        type = type_parent(type);
    }
    return type != NULL;
}

/* As above, and true for interfaces that @type or an ancestor implements; builds no class. */
static bool type_implements(TypeImpl *type, const TypeImpl *target)
{
    for (TypeImpl *t = type; t; t = type_parent(t)) {
        if (t == target) {
            return true;
        }
        for (const InterfaceInfo *i = t->info->interfaces; i && i->type; i++) {
            TypeImpl *iface = type_by_name(i->type);

            if (iface && type_is_ancestor(iface, target)) {
                return true;
            }
        }
    }
    return false;
}

static void class_add_interface(TypeImpl *type, TypeImpl *iface, const InterfaceClass *template)
{
    InterfaceClass *ic = g_malloc0(iface->class_size);

    memcpy(ic, template, iface->class_size);
    ic->parent_class.type = iface;
    ic->parent_class.interfaces = NULL;
    memset(ic->parent_class.cast_cache, 0, sizeof(ic->parent_class.cast_cache));
    ic->concrete_class = type->class;
    ic->interface_type = iface;
    type->class->interfaces = g_slist_append(type->class->interfaces, ic);
}

static void class_init_interfaces(TypeImpl *type, TypeImpl *parent)
{
    for (GSList *l = parent ? parent->class->interfaces : NULL; l; l = l->next) {
        const InterfaceClass *ic = l->data;

        class_add_interface(type, ic->interface_type, ic);
    }
    for (const InterfaceInfo *i = type->info->interfaces; i && i->type; i++) {
        TypeImpl *iface = type_require(i->type, type->info->name);
        bool have = false;

        for (GSList *l = type->class->interfaces; l && !have; l = l->next) {
            have = type_is_ancestor(((InterfaceClass *)l->data)->interface_type, iface);
        }
        if (!have) {
            class_add_interface(type, iface, (InterfaceClass *)iface->class);
        }
    }
}

/* The hooks of the parent, and @own behind them (or before them, if @own_first). */
static ObjectHooks hooks_extend(const ObjectHooks *parent, ObjectHook *own, bool own_first)
{
    unsigned n = parent ? parent->n : 0;
    ObjectHooks hooks = { NULL, n + (own != NULL) };

    if (!own) {
        return parent ? *parent : hooks;
    }
    hooks.fn = g_new(ObjectHook *, hooks.n);
    if (n) {
        memcpy(hooks.fn + own_first, parent->fn, n * sizeof(hooks.fn[0]));
    }
    hooks.fn[own_first ? 0 : n] = own;
    return hooks;
}

static void type_lay_out(TypeImpl *type, TypeImpl *parent)
{
    const TypeInfo *info = type->info;

    type->class_size = info->class_size;
    type->instance_size = info->instance_size;
    type->instance_align = info->instance_align;
    if (parent) {
        type->class_size = type->class_size ? type->class_size : parent->class_size;
        type->instance_size = type->instance_size ? type->instance_size : parent->instance_size;
        type->instance_align = MAX(type->instance_align, parent->instance_align);
        assert(type->class_size >= parent->class_size);
        assert(type->instance_size >= parent->instance_size);
    } else {
        type->class_size = type->class_size ? type->class_size : sizeof(ObjectClass);
    }
    if (type->instance_size == 0) {
        type->abstract = true;
    }
    type->init = hooks_extend(parent ? &parent->init : NULL, info->instance_init, false);
    type->post_init =
        hooks_extend(parent ? &parent->post_init : NULL, info->instance_post_init, false);
    type->finalize = hooks_extend(parent ? &parent->finalize : NULL, info->instance_finalize, true);
}

ObjectClass *type_class(TypeImpl *type)
{
    TypeImpl *parent;

    if (type->class) {
        return type->class;
    }
    parent = type_parent(type);
    if (parent) {
        type_class(parent);
    }
    type_lay_out(type, parent);
    type->class = g_malloc0(type->class_size);
    if (parent) {
        memcpy(type->class, parent->class, parent->class_size);
        type->class->interfaces = NULL;
        memset(type->class->cast_cache, 0, sizeof(type->class->cast_cache));
        memset(&type->class->properties, 0, sizeof(type->class->properties));
    }
    type->class->type = type;
    class_init_interfaces(type, parent);

    for (TypeImpl *t = parent; t; t = t->parent) {
        if (t->info->class_base_init) {
            t->info->class_base_init(type->class, type->info->class_data);
        }
    }
    if (type->info->class_init) {
        type->info->class_init(type->class, type->info->class_data);
    }
    return type->class;
}

const char *object_class_get_name(ObjectClass *klass)
{
    return klass->type->info->name;
}

ObjectClass *object_class_get_parent(ObjectClass *klass)
{
    TypeImpl *parent = type_parent(klass->type);

    return parent ? type_class(parent) : NULL;
}

bool object_class_is_abstract(ObjectClass *klass)
{
    return klass->type->abstract;
}

ObjectClass *object_class_by_name(const char *type_name)
{
    TypeImpl *type = type_by_name(type_name);

    return type ? type_class(type) : NULL;
}

ObjectClass *module_object_class_by_name(const char *type_name)
{
    return object_class_by_name(type_name);
}

size_t object_type_get_instance_size(const char *type_name)
{
    return type_require(type_name, __func__)->instance_size;
}

void object_class_foreach(void (*fn)(ObjectClass *klass, void *opaque), const char *implements_type,
                          bool include_abstract, void *opaque)
{
    TypeImpl *target = implements_type ? type_by_name(implements_type) : NULL;

    if (implements_type && !target) {
        return;
    }
    for (unsigned i = 0; types.list && i < types.list->len; i++) {
        TypeImpl *type = types.list->pdata[i];

        if (target && !type_implements(type, target)) {
            continue;
        }
        type_class(type); /* a type without instance size is abstract: known from here on */
        if (include_abstract || !type->abstract) {
            fn(type->class, opaque);
        }
    }
}

static void class_list_add(ObjectClass *klass, void *opaque)
{
    GSList **list = opaque;

    *list = g_slist_prepend(*list, klass);
}

GSList *object_class_get_list(const char *implements_type, bool include_abstract)
{
    GSList *list = NULL;

    object_class_foreach(class_list_add, implements_type, include_abstract, &list);
    return g_slist_reverse(list);
}

static int class_name_order(const void *a, const void *b)
{
    return strcasecmp(object_class_get_name((ObjectClass *)a),
                      object_class_get_name((ObjectClass *)b));
}

GSList *object_class_get_list_sorted(const char *implements_type, bool include_abstract)
{
    return g_slist_sort(object_class_get_list(implements_type, include_abstract), class_name_order);
}

static const TypeInfo root_types[] = {
    { .name = TYPE_OBJECT,
      .instance_size = sizeof(Object),
      .abstract = true,
      .class_init = object_root_class_init },
    { .name = TYPE_INTERFACE, .class_size = sizeof(InterfaceClass), .abstract = true },
};

DEFINE_TYPES(root_types)
