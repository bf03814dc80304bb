/* SPDX-License-Identifier: MIT */
/*
 * Properties of devices as tables:
 *     static const Property foo_properties[] = {
 *         DEFINE_PROP_UINT32("clock-frequency", FooState, freq, 24000000),
 *     };
 *     device_class_set_props(dc, foo_properties);      in class_init
 * Each names a field of the state. They can be set until the device is realized.
 */
#ifndef HW_QDEV_PROPERTIES_H
#define HW_QDEV_PROPERTIES_H

#include "hw/qdev-core.h"
#include "qapi/util.h"

struct Property {
    const char *name;
    const PropertyInfo *info;
    ptrdiff_t offset;      /* of the field in the state */
    const char *link_type; /* links only */
    union {
        int64_t i;
        uint64_t u;
        const char *s;
    } defval;
    const PropertyInfo *arrayinfo; /* arrays: of an element */
    int arrayoffset;               /* arrays: of the pointer to the elements */
    int arrayfieldsize;
    uint8_t bitnr;
    bool set_default;
};

struct PropertyInfo {
    const char *type;
    const char *description;
    const QEnumLookup *enum_table; /* enumerations only */
    bool realized_set_allowed;
    /* Stores the default into the field; NULL: leave it zero. */
    void (*set_default_value)(void *field, const Property *prop);
    /* Adds the property to the class; NULL: the usual way. */
    ObjectProperty *(*create)(ObjectClass *oc, const char *name, const Property *prop);
    ObjectPropertyAccessor *get; /* opaque: the Property */
    ObjectPropertyAccessor *set;
    ObjectPropertyRelease *release;
};

/* The field that @prop describes, for accessors. */
void *object_field_prop_ptr(Object *obj, const Property *prop);

extern const PropertyInfo qdev_prop_bit;
extern const PropertyInfo qdev_prop_bit64;
extern const PropertyInfo qdev_prop_bool;
extern const PropertyInfo qdev_prop_uint8;
extern const PropertyInfo qdev_prop_uint16;
extern const PropertyInfo qdev_prop_uint32;
extern const PropertyInfo qdev_prop_uint64;
extern const PropertyInfo qdev_prop_int32;
extern const PropertyInfo qdev_prop_int64;
extern const PropertyInfo qdev_prop_size;
extern const PropertyInfo qdev_prop_size32;
extern const PropertyInfo qdev_prop_string;
extern const PropertyInfo qdev_prop_on_off_auto;
extern const PropertyInfo qdev_prop_link;
extern const PropertyInfo qdev_prop_array;

#define DEFINE_PROP(_name, _state, _field, _prop, _type, ...)                                      \
    {                                                                                              \
        .name = (_name), .info = &(_prop),                                                         \
        .offset = offsetof(_state, _field) + type_check(_type, typeof_field(_state, _field)),      \
        __VA_ARGS__                                                                                \
    }
#define DEFINE_PROP_SIGNED(_name, _state, _field, _defval, _prop, _type)                           \
    DEFINE_PROP(_name, _state, _field, _prop, _type, .set_default = true,                          \
                .defval.i = (_type)(_defval))
#define DEFINE_PROP_UNSIGNED(_name, _state, _field, _defval, _prop, _type)                         \
    DEFINE_PROP(_name, _state, _field, _prop, _type, .set_default = true,                          \
                .defval.u = (_type)(_defval))
#define DEFINE_PROP_SIGNED_NODEFAULT(_name, _state, _field, _prop, _type)                          \
    DEFINE_PROP(_name, _state, _field, _prop, _type)
#define DEFINE_PROP_UNSIGNED_NODEFAULT(_name, _state, _field, _prop, _type)                        \
    DEFINE_PROP(_name, _state, _field, _prop, _type)

/* Bit @_bit of a 32- or 64-bit field. */
#define DEFINE_PROP_BIT(_name, _state, _field, _bit, _defval)                                      \
    DEFINE_PROP(_name, _state, _field, qdev_prop_bit, uint32_t, .bitnr = (_bit),                   \
                .set_default = true, .defval.u = (bool)(_defval))
#define DEFINE_PROP_BIT64(_name, _state, _field, _bit, _defval)                                    \
    DEFINE_PROP(_name, _state, _field, qdev_prop_bit64, uint64_t, .bitnr = (_bit),                 \
                .set_default = true, .defval.u = (bool)(_defval))
#define DEFINE_PROP_BOOL(_name, _state, _field, _defval)                                           \
    DEFINE_PROP(_name, _state, _field, qdev_prop_bool, bool, .set_default = true,                  \
                .defval.u = (bool)(_defval))
#define DEFINE_PROP_UINT8(_n, _s, _f, _d)                                                          \
    DEFINE_PROP_UNSIGNED(_n, _s, _f, _d, qdev_prop_uint8, uint8_t)
#define DEFINE_PROP_UINT16(_n, _s, _f, _d)                                                         \
    DEFINE_PROP_UNSIGNED(_n, _s, _f, _d, qdev_prop_uint16, uint16_t)
#define DEFINE_PROP_UINT32(_n, _s, _f, _d)                                                         \
    DEFINE_PROP_UNSIGNED(_n, _s, _f, _d, qdev_prop_uint32, uint32_t)
#define DEFINE_PROP_UINT64(_n, _s, _f, _d)                                                         \
    DEFINE_PROP_UNSIGNED(_n, _s, _f, _d, qdev_prop_uint64, uint64_t)
#define DEFINE_PROP_INT32(_n, _s, _f, _d)                                                          \
    DEFINE_PROP_SIGNED(_n, _s, _f, _d, qdev_prop_int32, int32_t)
#define DEFINE_PROP_INT64(_n, _s, _f, _d)                                                          \
    DEFINE_PROP_SIGNED(_n, _s, _f, _d, qdev_prop_int64, int64_t)
#define DEFINE_PROP_SIZE(_n, _s, _f, _d)                                                           \
    DEFINE_PROP_UNSIGNED(_n, _s, _f, _d, qdev_prop_size, uint64_t)
#define DEFINE_PROP_SIZE32(_n, _s, _f, _d)                                                         \
    DEFINE_PROP_UNSIGNED(_n, _s, _f, _d, qdev_prop_size32, uint32_t)
/* A char * that the property owns; NULL until set. */
#define DEFINE_PROP_STRING(_n, _s, _f) DEFINE_PROP(_n, _s, _f, qdev_prop_string, char *)
#define DEFINE_PROP_ON_OFF_AUTO(_n, _s, _f, _d)                                                    \
    DEFINE_PROP_SIGNED(_n, _s, _f, _d, qdev_prop_on_off_auto, OnOffAuto)
/* A pointer to an object of type @_type; holds a reference. */
#define DEFINE_PROP_LINK(_name, _state, _field, _type, _ptr_type)                                  \
    DEFINE_PROP(_name, _state, _field, qdev_prop_link, _ptr_type, .link_type = (_type))
/* @_field (uint32_t) counts the elements of type @_arraytype behind the pointer @_arrayfield; the
 * text is a comma separated list. */
#define DEFINE_PROP_ARRAY(_name, _state, _field, _arrayfield, _arrayprop, _arraytype)              \
    DEFINE_PROP(_name, _state, _field, qdev_prop_array, uint32_t, .set_default = true,             \
                .defval.u = 0, .arrayinfo = &(_arrayprop), .arrayfieldsize = sizeof(_arraytype),   \
                .arrayoffset = offsetof(_state, _arrayfield))
#define DEFINE_PROP_END_OF_LIST()                                                                  \
    {                                                                                              \
        .name = NULL                                                                               \
    }

typedef enum OnOffAuto {
    ON_OFF_AUTO_AUTO,
    ON_OFF_AUTO_ON,
    ON_OFF_AUTO_OFF,
    ON_OFF_AUTO__MAX,
} OnOffAuto;
extern const QEnumLookup OnOffAuto_lookup;

/* Set a property that must exist and accept the value. */
void qdev_prop_set_bit(DeviceState *dev, const char *name, bool value);
void qdev_prop_set_uint8(DeviceState *dev, const char *name, uint8_t value);
void qdev_prop_set_uint16(DeviceState *dev, const char *name, uint16_t value);
void qdev_prop_set_uint32(DeviceState *dev, const char *name, uint32_t value);
void qdev_prop_set_int32(DeviceState *dev, const char *name, int32_t value);
void qdev_prop_set_uint64(DeviceState *dev, const char *name, uint64_t value);
void qdev_prop_set_string(DeviceState *dev, const char *name, const char *value);
void qdev_prop_set_enum(DeviceState *dev, const char *name, int value);

/* ---- -global: properties set on every new device of a type or of one derived from it ---- */

typedef struct GlobalProperty {
    const char *driver;
    const char *property;
    const char *value;
    bool used;     /* some device took it */
    bool optional; /* a device without such a property is no error */
} GlobalProperty;

/* @prop must live for ever. */
void qdev_prop_register_global(GlobalProperty *prop);
/* Warns of globals that name no device type; true if there is one. */
bool qdev_prop_check_globals(void);
/* Called for each new device; error ends the process, for devices made later it is a warning. */
void qdev_prop_set_globals(DeviceState *dev);

/* Error for a property that a board or -device set wrongly: "Property 'x.y' can't take ...". */
void error_set_from_qdev_prop_error(Error **errp, int ret, Object *obj, const char *name,
                                    const char *value);

/* Adds one property of a table to a class or to one object. */
void qdev_property_add_static(DeviceState *dev, const Property *prop);
ObjectProperty *object_class_property_add_field(ObjectClass *oc, const char *name,
                                                const Property *prop);
/* Aliases for all static properties of @source on @target. */
void qdev_alias_all_properties(DeviceState *target, Object *source);

#endif
