/* SPDX-License-Identifier: MIT */
/* Static properties of devices: from table to class, and the types of field there are. */
#include "qemu/osdep.h"

#include "hw/qdev-properties.h"

#include "qapi/error.h"
#include "qapi/visitor.h"

void *object_field_prop_ptr(Object *obj, const Property *prop)
{
    return (char *)obj + prop->offset;
}

/* ---- From table to class. The Property is the opaque of all accessors. ---- */

static bool settable_now(Object *obj, const char *name, const PropertyInfo *info, Error **errp)
{
    DeviceState *dev = (DeviceState *)object_dynamic_cast(obj, TYPE_DEVICE);

    if (dev && dev->realized && !info->realized_set_allowed) {
        error_setg(errp,
                   "Attempt to set property '%s' on device '%s' (type '%s') after it was "
                   "realized",
                   name, dev->id ? dev->id : "", object_get_typename(obj));
        return false;
    }
    return true;
}

static void field_prop_get(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)
{
    const Property *prop = opaque;

    prop->info->get(obj, v, name, opaque, errp);
}

static void field_prop_set(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)
{
    const Property *prop = opaque;

    if (settable_now(obj, name, prop->info, errp)) {
        prop->info->set(obj, v, name, opaque, errp);
    }
}

static void field_prop_init(Object *obj, ObjectProperty *op)
{
    const Property *prop = op->opaque;

    prop->info->set_default_value(object_field_prop_ptr(obj, prop), prop);
}

ObjectProperty *object_class_property_add_field(ObjectClass *oc, const char *name,
                                                const Property *prop)
{
    const PropertyInfo *info = prop->info;
    ObjectProperty *op;

    if (info->create) {
        op = info->create(oc, name, prop);
    } else {
        op = object_class_property_add(oc, name, info->type, info->get ? field_prop_get : NULL,
                                       info->set ? field_prop_set : NULL, info->release,
                                       (void *)prop);
        if (prop->set_default && info->set_default_value) {
            op->init = field_prop_init;
        }
    }
    if (info->description) {
        object_class_property_set_description(oc, name, info->description);
    }
    return op;
}

void device_class_set_props_n(DeviceClass *dc, const Property *props, size_t n)
{
    if (n && !props[n - 1].name) {
        n--; /* DEFINE_PROP_END_OF_LIST() */
    }
    dc->props_ = props;
    dc->props_count_ = n;
    for (size_t i = 0; i < n; i++) {
        assert(props[i].name && props[i].info);
        object_class_property_add_field(OBJECT_CLASS(dc), props[i].name, &props[i]);
    }
}

void qdev_property_add_static(DeviceState *dev, const Property *prop)
{
    const PropertyInfo *info = prop->info;

    assert(!info->create);
    object_property_add(OBJECT(dev), prop->name, info->type, info->get ? field_prop_get : NULL,
                        info->set ? field_prop_set : NULL, info->release, (void *)prop);
    if (prop->set_default && info->set_default_value) {
        info->set_default_value(object_field_prop_ptr(OBJECT(dev), prop), prop);
    }
    if (info->description) {
        object_property_set_description(OBJECT(dev), prop->name, info->description);
    }
}

void qdev_alias_all_properties(DeviceState *target, Object *source)
{
    for (ObjectClass *oc = object_get_class(source); object_class_dynamic_cast(oc, TYPE_DEVICE);
         oc = object_class_get_parent(oc)) {
        DeviceClass *dc = DEVICE_CLASS(oc);

        for (unsigned i = 0; i < dc->props_count_; i++) {
            const char *name = dc->props_[i].name;

            if (!object_property_find(OBJECT(target), name)) {
                object_property_add_alias(OBJECT(target), name, source, name);
            }
        }
    }
}

/* ---- Numbers ---- */

#define NUMBER_PROPERTY(kind, ctype, visit, member, type_name)                                     \
    static void kind##_get(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)  \
    {                                                                                              \
        visit(v, name, object_field_prop_ptr(obj, opaque), errp);                                  \
    }                                                                                              \
    static void kind##_set(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)  \
    {                                                                                              \
        ctype value = 0;                                                                           \
        if (visit(v, name, &value, errp)) {                                                        \
            *(ctype *)object_field_prop_ptr(obj, opaque) = value;                                  \
        }                                                                                          \
    }                                                                                              \
    static void kind##_default(void *field, const Property *prop)                                  \
    {                                                                                              \
        *(ctype *)field = (ctype)prop->defval.member;                                              \
    }                                                                                              \
    const PropertyInfo qdev_prop_##kind = {                                                        \
        .type = type_name,                                                                         \
        .get = kind##_get,                                                                         \
        .set = kind##_set,                                                                         \
        .set_default_value = kind##_default,                                                       \
    };

NUMBER_PROPERTY(bool, bool, visit_type_bool, u, "bool")
NUMBER_PROPERTY(uint8, uint8_t, visit_type_uint8, u, "uint8")
NUMBER_PROPERTY(uint16, uint16_t, visit_type_uint16, u, "uint16")
NUMBER_PROPERTY(uint32, uint32_t, visit_type_uint32, u, "uint32")
NUMBER_PROPERTY(uint64, uint64_t, visit_type_uint64, u, "uint64")
NUMBER_PROPERTY(int32, int32_t, visit_type_int32, i, "int32")
NUMBER_PROPERTY(int64, int64_t, visit_type_int64, i, "int64")
NUMBER_PROPERTY(size, uint64_t, visit_type_size, u, "size")

/* A size that has to fit 32 bits. */
static bool visit_size32(Visitor *v, const char *name, uint32_t *obj, Error **errp)
{
    uint64_t value = *obj;

    if (!visit_type_size(v, name, &value, errp)) {
        return false;
    }
    if (value > UINT32_MAX) {
        error_setg(errp, "Parameter '%s': %" PRIu64 " is more than %" PRIu32, name, value,
                   UINT32_MAX);
        return false;
    }
    *obj = (uint32_t)value;
    return true;
}

NUMBER_PROPERTY(size32, uint32_t, visit_size32, u, "size")

/* ---- Bits ---- */

#define BIT_PROPERTY(kind, ctype)                                                                  \
    static void kind##_get(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)  \
    {                                                                                              \
        const Property *prop = opaque;                                                             \
        bool value = *(ctype *)object_field_prop_ptr(obj, prop) >> prop->bitnr & 1;                \
        visit_type_bool(v, name, &value, errp);                                                    \
    }                                                                                              \
    static void kind##_store(void *field, const Property *prop, bool value)                        \
    {                                                                                              \
        ctype mask = (ctype)1 << prop->bitnr;                                                      \
        *(ctype *)field = (*(ctype *)field & ~mask) | (value ? mask : 0);                          \
    }                                                                                              \
    static void kind##_set(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)  \
    {                                                                                              \
        bool value;                                                                                \
        if (visit_type_bool(v, name, &value, errp)) {                                              \
            kind##_store(object_field_prop_ptr(obj, opaque), opaque, value);                       \
        }                                                                                          \
    }                                                                                              \
    static void kind##_default(void *field, const Property *prop)                                  \
    {                                                                                              \
        kind##_store(field, prop, prop->defval.u != 0);                                            \
    }                                                                                              \
    const PropertyInfo qdev_prop_##kind = {                                                        \
        .type = "bool",                                                                            \
        .description = "on/off",                                                                   \
        .get = kind##_get,                                                                         \
        .set = kind##_set,                                                                         \
        .set_default_value = kind##_default,                                                       \
    };

BIT_PROPERTY(bit, uint32_t)
BIT_PROPERTY(bit64, uint64_t)

/* ---- Strings ---- */

static void string_get(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)
{
    visit_type_str(v, name, object_field_prop_ptr(obj, opaque), errp);
}

static void string_set(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)
{
    char **field = object_field_prop_ptr(obj, opaque), *value;

    if (visit_type_str(v, name, &value, errp)) {
        g_free(*field);
        *field = value;
    }
}

static void string_release(Object *obj, const char *name, void *opaque)
{
    char **field = object_field_prop_ptr(obj, opaque);

    g_free(*field);
    *field = NULL;
}

const PropertyInfo qdev_prop_string = {
    .type = "str",
    .get = string_get,
    .set = string_set,
    .release = string_release,
};

/* ---- Enumerations ---- */

static const char *const on_off_auto_names[] = {
    [ON_OFF_AUTO_AUTO] = "auto",
    [ON_OFF_AUTO_ON] = "on",
    [ON_OFF_AUTO_OFF] = "off",
};

const QEnumLookup OnOffAuto_lookup = { on_off_auto_names, ON_OFF_AUTO__MAX };

static void enum_get(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)
{
    const Property *prop = opaque;

    visit_type_enum(v, name, object_field_prop_ptr(obj, prop), prop->info->enum_table, errp);
}

static void enum_set(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)
{
    const Property *prop = opaque;

    visit_type_enum(v, name, object_field_prop_ptr(obj, prop), prop->info->enum_table, errp);
}

static void enum_default(void *field, const Property *prop)
{
    *(int *)field = (int)prop->defval.i;
}

const PropertyInfo qdev_prop_on_off_auto = {
    .type = "OnOffAuto",
    .description = "on/off/auto",
    .enum_table = &OnOffAuto_lookup,
    .get = enum_get,
    .set = enum_set,
    .set_default_value = enum_default,
};

/* ---- Links ---- */

static void link_check(const Object *obj, const char *name, Object *val, Error **errp)
{
    settable_now((Object *)obj, name, &qdev_prop_link, errp);
}

static ObjectProperty *link_create(ObjectClass *oc, const char *name, const Property *prop)
{
    return object_class_property_add_link(oc, name, prop->link_type, prop->offset, link_check,
                                          OBJ_PROP_LINK_STRONG);
}

const PropertyInfo qdev_prop_link = {
    .type = "link",
    .create = link_create,
};

/* ---- Arrays: a count in the field, the elements behind a pointer beside it ---- */

static char **array_elements(Object *obj, const Property *prop)
{
    return (char **)((char *)obj + prop->arrayoffset);
}

/* Element @i as a property of its own. */
static Property array_element(Object *obj, const Property *prop, unsigned i)
{
    char *elem = *array_elements(obj, prop) + (size_t)i * prop->arrayfieldsize;

    return (Property){ .name = prop->name, .info = prop->arrayinfo, .offset = elem - (char *)obj };
}

static void array_release(Object *obj, const char *name, void *opaque)
{
    const Property *prop = opaque;
    uint32_t *count = object_field_prop_ptr(obj, prop);
    char **elements = array_elements(obj, prop);

    for (uint32_t i = 0; prop->arrayinfo->release && i < *count; i++) {
        Property elem = array_element(obj, prop, i);

        prop->arrayinfo->release(obj, name, &elem);
    }
    g_free(*elements);
    *elements = NULL;
    *count = 0;
}

/* Room for one more element, which is zeroed. */
static Property array_grow(Object *obj, const Property *prop)
{
    uint32_t *count = object_field_prop_ptr(obj, prop);
    char **elements = array_elements(obj, prop);

    *elements = g_realloc_n(*elements, *count + 1, prop->arrayfieldsize);
    memset(*elements + (size_t)*count * prop->arrayfieldsize, 0, prop->arrayfieldsize);
    return array_element(obj, prop, (*count)++);
}

/* Text: the elements with commas between them. */
static void array_set_text(Object *obj, Visitor *v, const char *name, const Property *prop,
                           Error **errp)
{
    g_autofree char *text = NULL;
    g_auto(GStrv) parts = NULL;
    Error *err = NULL;

    if (!visit_type_str(v, name, &text, errp)) {
        return;
    }
    array_release(obj, name, (void *)prop);
    parts = g_strsplit(text, ",", 0);
    for (char **part = parts; *part && !err; part++) {
        Property elem = array_grow(obj, prop);
        Visitor *ev = string_input_visitor_new(*part);

        prop->arrayinfo->set(obj, ev, name, &elem, &err);
        visit_free(ev);
    }
    error_propagate(errp, err);
}

static void array_set(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)
{
    const Property *prop = opaque;
    Error *err = NULL;

    if (!visit_has_structure(v)) {
        array_set_text(obj, v, name, prop, errp);
        return;
    }
    if (!visit_start_list(v, name, NULL, 0, errp)) {
        return;
    }
    array_release(obj, name, opaque);
    while (!err && visit_next_element(v)) {
        Property elem = array_grow(obj, prop);
        prop->arrayinfo->set(obj, v, NULL, &elem, &err);
    }
    visit_end_list(v, NULL);
    error_propagate(errp, err);
}

static void array_get_text(Object *obj, Visitor *v, const char *name, const Property *prop,
                           Error **errp)
{
    uint32_t count = *(uint32_t *)object_field_prop_ptr(obj, prop);
    g_autoptr(GString) text = g_string_new(NULL);

    for (uint32_t i = 0; i < count; i++) {
        Property elem = array_element(obj, prop, i);
        g_autofree char *part = NULL;
        Visitor *ev = string_output_visitor_new(false, &part);

        prop->arrayinfo->get(obj, ev, name, &elem, errp);
        visit_free(ev);
        g_string_append_printf(text, "%s%s", i ? "," : "", part ? part : "");
    }
    visit_type_str(v, name, &text->str, errp);
}

static void array_get(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)
{
    const Property *prop = opaque;
    uint32_t count = *(uint32_t *)object_field_prop_ptr(obj, prop);

    if (!visit_has_structure(v)) {
        array_get_text(obj, v, name, prop, errp);
        return;
    }
    if (!visit_start_list(v, name, NULL, 0, errp)) {
        return;
    }
    for (uint32_t i = 0; i < count; i++) {
        Property elem = array_element(obj, prop, i);
        prop->arrayinfo->get(obj, v, NULL, &elem, errp);
    }
    visit_end_list(v, NULL);
}

static void array_default(void *field, const Property *prop)
{
    *(uint32_t *)field = 0;
}

const PropertyInfo qdev_prop_array = {
    .type = "list",
    .get = array_get,
    .set = array_set,
    .release = array_release,
    .set_default_value = array_default,
};
