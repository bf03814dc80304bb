/* SPDX-License-Identifier: MIT */
/*
 * What a device's saved state consists of, as data: a table of fields, each with its place in the
 * structure, its size, how it is encoded, and the versions that have it. The engine that saves,
 * loads and prints walks these tables; a device only declares one:
 *
 *     static const VMStateDescription vmstate_foo = {
 *         .name = "foo", .version_id = 1, .minimum_version_id = 1,
 *         .fields = (const VMStateField[]) {
 *             VMSTATE_UINT32(ctrl, FooState),
 *             VMSTATE_END_OF_LIST()
 *         },
 *     };
 */
#ifndef MIGRATION_VMSTATE_H
#define MIGRATION_VMSTATE_H

#include "qemu/osdep.h"
#include "qemu/timer.h"

/* How one value is encoded. */
struct VMStateInfo {
    const char *name;
    /* 0, or -errno if what is read can not be. */
    int (*get)(QEMUFile *f, void *pv, size_t size, const VMStateField *field);
    int (*put)(QEMUFile *f, void *pv, size_t size, const VMStateField *field, JSONWriter *vmdesc);
};

enum VMStateFlags {
    VMS_SINGLE = 0x001,
    VMS_POINTER = 0x002,            /* the field is a pointer to the value */
    VMS_ARRAY = 0x004,              /* num elements in the structure */
    VMS_STRUCT = 0x008,             /* described by vmsd */
    VMS_VARRAY_INT32 = 0x010,       /* number of elements: int32_t at num_offset */
    VMS_BUFFER = 0x020,             /* size bytes as they are */
    VMS_ARRAY_OF_POINTER = 0x040,   /* each element is a pointer to the value */
    VMS_VARRAY_UINT16 = 0x080,      /* number of elements: uint16_t at num_offset */
    VMS_VBUFFER = 0x100,            /* size in bytes: int32_t at size_offset */
    VMS_MULTIPLY = 0x200,           /* that size is in units of `size` */
    VMS_VARRAY_UINT8 = 0x400,       /* number of elements: uint8_t at num_offset */
    VMS_VARRAY_UINT32 = 0x800,      /* number of elements: uint32_t at num_offset */
    VMS_MUST_EXIST = 0x1000,        /* loading must find it */
    VMS_ALLOC = 0x2000,             /* loading allocates it */
    VMS_MULTIPLY_ELEMENTS = 0x4000, /* number of elements is `num` times the counted one */
    VMS_VSTRUCT = 0x8000,           /* struct of version struct_version_id */
    VMS_END = 0x10000,
};

typedef enum {
    MIG_PRI_DEFAULT,
    MIG_PRI_IOMMU,
    MIG_PRI_PCI_BUS,
    MIG_PRI_GICV3_ITS,
    MIG_PRI_GICV3,
    MIG_PRI_MAX,
} MigrationPriority;

struct VMStateField {
    const char *name;
    size_t offset; /* in the structure */
    size_t size;   /* of one element */
    size_t start;
    /*
     * Of elements. With VMS_VARRAY_*: the most that the field has room for; 0: as many as before
     * loading. The stream can not make it hold more, unless loading allocates it.
     */
    int num;
    size_t num_offset;
    size_t size_offset;
    const VMStateInfo *info; /* NULL with VMS_STRUCT */
    enum VMStateFlags flags;
    const VMStateDescription *vmsd;
    int version_id; /* the first that has the field */
    int struct_version_id;
    bool (*field_exists)(void *opaque, int version_id); /* NULL: by version_id alone */
    const char *err_hint; /* what to do when a comparison fails; may be NULL */
};

struct VMStateDescription {
    const char *name;
    bool unmigratable;
    bool early_setup;
    int version_id;         /* what is written */
    int minimum_version_id; /* the oldest that can be read */
    MigrationPriority priority;
    int (*pre_load)(void *opaque);
    bool (*pre_load_errp)(void *opaque, Error **errp);
    int (*post_load)(void *opaque, int version_id);
    bool (*post_load_errp)(void *opaque, int version_id, Error **errp);
    int (*pre_save)(void *opaque);
    bool (*pre_save_errp)(void *opaque, Error **errp);
    int (*post_save)(void *opaque);
    bool (*needed)(void *opaque);
    bool (*dev_unplug_pending)(void *opaque);
    const VMStateField *fields;
    /* Written if their `needed` says so; ends with NULL. */
    const VMStateDescription *const *subsections;
};

extern const VMStateInfo vmstate_info_bool;
extern const VMStateInfo vmstate_info_int8;
extern const VMStateInfo vmstate_info_int16;
extern const VMStateInfo vmstate_info_int32;
extern const VMStateInfo vmstate_info_int64;
extern const VMStateInfo vmstate_info_uint8;
extern const VMStateInfo vmstate_info_uint16;
extern const VMStateInfo vmstate_info_uint32;
extern const VMStateInfo vmstate_info_uint64;
extern const VMStateInfo vmstate_info_int32_equal;
extern const VMStateInfo vmstate_info_int32_le;
extern const VMStateInfo vmstate_info_uint8_equal;
extern const VMStateInfo vmstate_info_uint16_equal;
extern const VMStateInfo vmstate_info_uint32_equal;
extern const VMStateInfo vmstate_info_uint64_equal;
extern const VMStateInfo vmstate_info_timer;
extern const VMStateInfo vmstate_info_buffer;
extern const VMStateInfo vmstate_info_unused_buffer;
extern const VMStateInfo vmstate_info_bitmap;

/* ---- Offsets, with the type of the field checked ---- */

#define vmstate_offset_value(_state, _field, _type)                                                \
    (offsetof(_state, _field) + type_check(_type, typeof_field(_state, _field)))
#define vmstate_offset_pointer(_state, _field, _type)                                              \
    (offsetof(_state, _field) + type_check(_type *, typeof_field(_state, _field)))
#define vmstate_type_check_array(t1, t2, n) type_check(__typeof__(t1[n]), t2)
#define vmstate_offset_array(_state, _field, _type, _num)                                          \
    (offsetof(_state, _field) + vmstate_type_check_array(_type, typeof_field(_state, _field), _num))
#define vmstate_offset_2darray(_state, _field, _type, _n1, _n2)                                    \
    (offsetof(_state, _field) +                                                                    \
     type_check(__typeof__(_type[_n1][_n2]), typeof_field(_state, _field)))
#define vmstate_offset_sub_array(_state, _field, _type, _start) (offsetof(_state, _field[_start]))
#define vmstate_offset_buffer(_state, _field)                                                      \
    vmstate_offset_array(_state, _field, uint8_t, sizeof(typeof_field(_state, _field)))

/* ---- The general forms ---- */

#define VMSTATE_SINGLE_FULL(_field, _state, _test, _version, _version_min, _info, _type)           \
    {                                                                                              \
        .name = (stringify(_field)), .version_id = (_version), .field_exists = (_test),            \
        .size = sizeof(_type), .info = &(_info), .flags = VMS_SINGLE,                              \
        .offset = vmstate_offset_value(_state, _field, _type),                                     \
    }
#define VMSTATE_SINGLE_TEST(_field, _state, _test, _version, _info, _type)                         \
    VMSTATE_SINGLE_FULL(_field, _state, _test, _version, 0, _info, _type)
#define VMSTATE_SINGLE(_field, _state, _version, _info, _type)                                     \
    VMSTATE_SINGLE_TEST(_field, _state, NULL, _version, _info, _type)

#define VMSTATE_POINTER_TEST(_field, _state, _test, _info, _type)                                  \
    {                                                                                              \
        .name = (stringify(_field)), .info = &(_info), .field_exists = (_test),                    \
        .size = sizeof(_type), .flags = VMS_SINGLE | VMS_POINTER,                                  \
        .offset = vmstate_offset_value(_state, _field, _type),                                     \
    }
#define VMSTATE_POINTER(_field, _state, _version, _info, _type)                                    \
    {                                                                                              \
        .name = (stringify(_field)), .version_id = (_version), .info = &(_info),                   \
        .size = sizeof(_type), .flags = VMS_SINGLE | VMS_POINTER,                                  \
        .offset = vmstate_offset_value(_state, _field, _type),                                     \
    }

#define VMSTATE_ARRAY(_field, _state, _num, _version, _info, _type)                                \
    VMSTATE_ARRAY_TEST_V(_field, _state, _num, NULL, _version, _info, _type)
#define VMSTATE_ARRAY_TEST(_field, _state, _num, _test, _info, _type)                              \
    VMSTATE_ARRAY_TEST_V(_field, _state, _num, _test, 0, _info, _type)
#define VMSTATE_ARRAY_TEST_V(_field, _state, _num, _test, _version, _info, _type)                  \
    {                                                                                              \
        .name = (stringify(_field)), .version_id = (_version), .field_exists = (_test),            \
        .num = (_num), .info = &(_info), .size = sizeof(_type), .flags = VMS_ARRAY,                \
        .offset = vmstate_offset_array(_state, _field, _type, _num),                               \
    }
#define VMSTATE_2DARRAY(_field, _state, _n1, _n2, _version, _info, _type)                          \
    {                                                                                              \
        .name = (stringify(_field)), .version_id = (_version), .num = (_n1) * (_n2),               \
        .info = &(_info), .size = sizeof(_type), .flags = VMS_ARRAY,                               \
        .offset = vmstate_offset_2darray(_state, _field, _type, _n1, _n2),                         \
    }
#define VMSTATE_SUB_ARRAY(_field, _state, _start, _num, _version, _info, _type)                    \
    {                                                                                              \
        .name = (stringify(_field)), .version_id = (_version), .num = (_num), .info = &(_info),    \
        .size = sizeof(_type), .flags = VMS_ARRAY,                                                 \
        .offset = vmstate_offset_sub_array(_state, _field, _type, _start),                         \
    }
#define VMSTATE_ARRAY_OF_POINTER(_field, _state, _num, _version, _info, _type)                     \
    {                                                                                              \
        .name = (stringify(_field)), .version_id = (_version), .num = (_num), .info = &(_info),    \
        .size = sizeof(_type), .flags = VMS_ARRAY | VMS_ARRAY_OF_POINTER,                          \
        .offset = vmstate_offset_array(_state, _field, _type, _num),                               \
    }
#define VMSTATE_VARRAY_(_field, _state, _field_num, _count_type, _version, _info, _type, _flags)   \
    {                                                                                              \
        .name = (stringify(_field)), .version_id = (_version), .info = &(_info),                   \
        .num_offset = vmstate_offset_value(_state, _field_num, _count_type),                       \
        .size = sizeof(_type), .flags = (_flags), .offset = offsetof(_state, _field),              \
    }
#define VMSTATE_VARRAY_INT32(_f, _s, _n, _v, _info, _type)                                         \
    VMSTATE_VARRAY_(_f, _s, _n, int32_t, _v, _info, _type, VMS_VARRAY_INT32 | VMS_POINTER)
#define VMSTATE_VARRAY_UINT32(_f, _s, _n, _v, _info, _type)                                        \
    VMSTATE_VARRAY_(_f, _s, _n, uint32_t, _v, _info, _type, VMS_VARRAY_UINT32 | VMS_POINTER)
#define VMSTATE_VARRAY_UINT32_ALLOC(_f, _s, _n, _v, _info, _type)                                  \
    VMSTATE_VARRAY_(_f, _s, _n, uint32_t, _v, _info, _type,                                        \
                    VMS_VARRAY_UINT32 | VMS_POINTER | VMS_ALLOC)
#define VMSTATE_VARRAY_UINT16_UNSAFE(_f, _s, _n, _v, _info, _type)                                 \
    {                                                                                              \
        .name = (stringify(_f)), .version_id = (_v), .info = &(_info),                             \
        .num_offset = vmstate_offset_value(_s, _n, uint16_t), .size = sizeof(_type),               \
        .num = sizeof(typeof_field(_s, _f)) / sizeof(_type), .flags = VMS_VARRAY_UINT16,           \
        .offset = offsetof(_s, _f),                                                                \
    }

#define VMSTATE_STRUCT_(_field, _state, _test, _version, _vmsd, _size, _num, _flags, _offset)      \
    {                                                                                              \
        .name = (stringify(_field)), .version_id = (_version), .field_exists = (_test),            \
        .vmsd = &(_vmsd), .size = (_size), .num = (_num), .flags = (_flags), .offset = (_offset),  \
    }
#define VMSTATE_STRUCT_TEST(_field, _state, _test, _version, _vmsd, _type)                         \
    VMSTATE_STRUCT_(_field, _state, _test, _version, _vmsd, sizeof(_type), 0, VMS_STRUCT,          \
                    vmstate_offset_value(_state, _field, _type))
#define VMSTATE_STRUCT(_field, _state, _version, _vmsd, _type)                                     \
    VMSTATE_STRUCT_TEST(_field, _state, NULL, _version, _vmsd, _type)
#define VMSTATE_STRUCT_POINTER_TEST_V(_field, _state, _test, _version, _vmsd, _type)               \
    VMSTATE_STRUCT_(_field, _state, _test, _version, _vmsd, sizeof(_type *), 0,                    \
                    VMS_STRUCT | VMS_POINTER, vmstate_offset_pointer(_state, _field, _type))
#define VMSTATE_STRUCT_POINTER_V(_field, _state, _version, _vmsd, _type)                           \
    VMSTATE_STRUCT_POINTER_TEST_V(_field, _state, NULL, _version, _vmsd, _type)
#define VMSTATE_STRUCT_POINTER(_field, _state, _vmsd, _type)                                       \
    VMSTATE_STRUCT_POINTER_V(_field, _state, 0, _vmsd, _type)
#define VMSTATE_STRUCT_ARRAY_TEST(_field, _state, _num, _test, _version, _vmsd, _type)             \
    VMSTATE_STRUCT_(_field, _state, _test, _version, _vmsd, sizeof(_type), _num,                   \
                    VMS_STRUCT | VMS_ARRAY, vmstate_offset_array(_state, _field, _type, _num))
#define VMSTATE_STRUCT_ARRAY(_field, _state, _num, _version, _vmsd, _type)                         \
    VMSTATE_STRUCT_ARRAY_TEST(_field, _state, _num, NULL, _version, _vmsd, _type)
#define VMSTATE_STRUCT_2DARRAY(_field, _state, _n1, _n2, _version, _vmsd, _type)                   \
    VMSTATE_STRUCT_(_field, _state, NULL, _version, _vmsd, sizeof(_type), (_n1) * (_n2),           \
                    VMS_STRUCT | VMS_ARRAY,                                                        \
                    vmstate_offset_2darray(_state, _field, _type, _n1, _n2))
#define VMSTATE_STRUCT_VARRAY_POINTER_UINT32(_field, _state, _field_num, _vmsd, _type)             \
    {                                                                                              \
        .name = (stringify(_field)), .vmsd = &(_vmsd), .size = sizeof(_type),                      \
        .num_offset = vmstate_offset_value(_state, _field_num, uint32_t),                          \
        .flags = VMS_POINTER | VMS_VARRAY_UINT32 | VMS_STRUCT,                                     \
        .offset = vmstate_offset_pointer(_state, _field, _type),                                   \
    }
#define VMSTATE_STRUCT_VARRAY_POINTER_INT32(_field, _state, _field_num, _vmsd, _type)              \
    {                                                                                              \
        .name = (stringify(_field)), .vmsd = &(_vmsd), .size = sizeof(_type),                      \
        .num_offset = vmstate_offset_value(_state, _field_num, int32_t),                           \
        .flags = VMS_POINTER | VMS_VARRAY_INT32 | VMS_STRUCT,                                      \
        .offset = vmstate_offset_pointer(_state, _field, _type),                                   \
    }

/* An array in the structure of which the first _field_num elements count. */
#define VMSTATE_STRUCT_VARRAY_(_field, _state, _field_num, _count_type, _version, _vmsd, _type,    \
                               _flag)                                                              \
    {                                                                                              \
        .name = (stringify(_field)), .version_id = (_version), .vmsd = &(_vmsd),                   \
        .num_offset = vmstate_offset_value(_state, _field_num, _count_type),                       \
        .num = sizeof(typeof_field(_state, _field)) / sizeof(_type), .size = sizeof(_type),        \
        .flags = VMS_STRUCT | (_flag), .offset = offsetof(_state, _field),                         \
    }
#define VMSTATE_STRUCT_VARRAY_UINT8(_f, _s, _n, _v, _vmsd, _type)                                  \
    VMSTATE_STRUCT_VARRAY_(_f, _s, _n, uint8_t, _v, _vmsd, _type, VMS_VARRAY_UINT8)
#define VMSTATE_STRUCT_VARRAY_UINT32(_f, _s, _n, _v, _vmsd, _type)                                 \
    VMSTATE_STRUCT_VARRAY_(_f, _s, _n, uint32_t, _v, _vmsd, _type, VMS_VARRAY_UINT32)

#define VMSTATE_STATIC_BUFFER(_field, _state, _version, _test, _start, _size)                      \
    {                                                                                              \
        .name = (stringify(_field)), .version_id = (_version), .field_exists = (_test),            \
        .size = (_size) - (_start), .info = &vmstate_info_buffer, .flags = VMS_BUFFER,             \
        .offset = vmstate_offset_buffer(_state, _field) + (_start),                                \
    }
#define VMSTATE_BUFFER(_f, _s)                                                                     \
    VMSTATE_STATIC_BUFFER(_f, _s, 0, NULL, 0, sizeof(typeof_field(_s, _f)))
#define VMSTATE_BUFFER_V(_f, _s, _v)                                                               \
    VMSTATE_STATIC_BUFFER(_f, _s, _v, NULL, 0, sizeof(typeof_field(_s, _f)))
#define VMSTATE_PARTIAL_BUFFER(_f, _s, _size) VMSTATE_STATIC_BUFFER(_f, _s, 0, NULL, 0, _size)
#define VMSTATE_BUFFER_UNSAFE(_field, _state, _version, _size)                                     \
    {                                                                                              \
        .name = (stringify(_field)), .version_id = (_version), .size = (_size),                    \
        .info = &vmstate_info_buffer, .flags = VMS_BUFFER, .offset = offsetof(_state, _field),     \
    }
#define VMSTATE_VBUFFER_UINT32(_field, _state, _version, _test, _field_size)                       \
    {                                                                                              \
        .name = (stringify(_field)), .version_id = (_version), .field_exists = (_test),            \
        .size_offset = vmstate_offset_value(_state, _field_size, uint32_t),                        \
        .info = &vmstate_info_buffer, .flags = VMS_VBUFFER | VMS_POINTER,                          \
        .offset = offsetof(_state, _field),                                                        \
    }
/* Bytes that older versions wrote. */
#define VMSTATE_UNUSED_BUFFER(_test, _version, _size)                                              \
    {                                                                                              \
        .name = "unused", .version_id = (_version), .field_exists = (_test), .size = (_size),      \
        .info = &vmstate_info_unused_buffer, .flags = VMS_BUFFER,                                  \
    }
#define VMSTATE_UNUSED_V(_v, _size) VMSTATE_UNUSED_BUFFER(NULL, _v, _size)
#define VMSTATE_UNUSED(_size)       VMSTATE_UNUSED_V(0, _size)
#define VMSTATE_BITMAP(_field, _state, _version, _field_size)                                      \
    {                                                                                              \
        .name = (stringify(_field)), .version_id = (_version),                                     \
        .size_offset = vmstate_offset_value(_state, _field_size, int32_t),                         \
        .info = &vmstate_info_bitmap, .flags = VMS_VBUFFER | VMS_POINTER,                          \
        .offset = offsetof(_state, _field),                                                        \
    }

/* ---- The forms devices use, from one row a type ---- */

#define VMSTATE_BOOL_V(_f, _s, _v)   VMSTATE_SINGLE(_f, _s, _v, vmstate_info_bool, bool)
#define VMSTATE_INT8_V(_f, _s, _v)   VMSTATE_SINGLE(_f, _s, _v, vmstate_info_int8, int8_t)
#define VMSTATE_INT16_V(_f, _s, _v)  VMSTATE_SINGLE(_f, _s, _v, vmstate_info_int16, int16_t)
#define VMSTATE_INT32_V(_f, _s, _v)  VMSTATE_SINGLE(_f, _s, _v, vmstate_info_int32, int32_t)
#define VMSTATE_INT64_V(_f, _s, _v)  VMSTATE_SINGLE(_f, _s, _v, vmstate_info_int64, int64_t)
#define VMSTATE_UINT8_V(_f, _s, _v)  VMSTATE_SINGLE(_f, _s, _v, vmstate_info_uint8, uint8_t)
#define VMSTATE_UINT16_V(_f, _s, _v) VMSTATE_SINGLE(_f, _s, _v, vmstate_info_uint16, uint16_t)
#define VMSTATE_UINT32_V(_f, _s, _v) VMSTATE_SINGLE(_f, _s, _v, vmstate_info_uint32, uint32_t)
#define VMSTATE_UINT64_V(_f, _s, _v) VMSTATE_SINGLE(_f, _s, _v, vmstate_info_uint64, uint64_t)

#define VMSTATE_BOOL(_f, _s)   VMSTATE_BOOL_V(_f, _s, 0)
#define VMSTATE_INT8(_f, _s)   VMSTATE_INT8_V(_f, _s, 0)
#define VMSTATE_INT16(_f, _s)  VMSTATE_INT16_V(_f, _s, 0)
#define VMSTATE_INT32(_f, _s)  VMSTATE_INT32_V(_f, _s, 0)
#define VMSTATE_INT64(_f, _s)  VMSTATE_INT64_V(_f, _s, 0)
#define VMSTATE_UINT8(_f, _s)  VMSTATE_UINT8_V(_f, _s, 0)
#define VMSTATE_UINT16(_f, _s) VMSTATE_UINT16_V(_f, _s, 0)
#define VMSTATE_UINT32(_f, _s) VMSTATE_UINT32_V(_f, _s, 0)
#define VMSTATE_UINT64(_f, _s) VMSTATE_UINT64_V(_f, _s, 0)

#define VMSTATE_BOOL_TEST(_f, _s, _t) VMSTATE_SINGLE_TEST(_f, _s, _t, 0, vmstate_info_bool, bool)
#define VMSTATE_UINT8_TEST(_f, _s, _t)                                                             \
    VMSTATE_SINGLE_TEST(_f, _s, _t, 0, vmstate_info_uint8, uint8_t)
#define VMSTATE_UINT16_TEST(_f, _s, _t)                                                            \
    VMSTATE_SINGLE_TEST(_f, _s, _t, 0, vmstate_info_uint16, uint16_t)
#define VMSTATE_UINT32_TEST(_f, _s, _t)                                                            \
    VMSTATE_SINGLE_TEST(_f, _s, _t, 0, vmstate_info_uint32, uint32_t)
#define VMSTATE_UINT64_TEST(_f, _s, _t)                                                            \
    VMSTATE_SINGLE_TEST(_f, _s, _t, 0, vmstate_info_uint64, uint64_t)
#define VMSTATE_INT32_TEST(_f, _s, _t)                                                             \
    VMSTATE_SINGLE_TEST(_f, _s, _t, 0, vmstate_info_int32, int32_t)

#define VMSTATE_BOOL_ARRAY_V(_f, _s, _n, _v) VMSTATE_ARRAY(_f, _s, _n, _v, vmstate_info_bool, bool)
#define VMSTATE_INT8_ARRAY_V(_f, _s, _n, _v)                                                       \
    VMSTATE_ARRAY(_f, _s, _n, _v, vmstate_info_int8, int8_t)
#define VMSTATE_INT16_ARRAY_V(_f, _s, _n, _v)                                                      \
    VMSTATE_ARRAY(_f, _s, _n, _v, vmstate_info_int16, int16_t)
#define VMSTATE_INT32_ARRAY_V(_f, _s, _n, _v)                                                      \
    VMSTATE_ARRAY(_f, _s, _n, _v, vmstate_info_int32, int32_t)
#define VMSTATE_INT64_ARRAY_V(_f, _s, _n, _v)                                                      \
    VMSTATE_ARRAY(_f, _s, _n, _v, vmstate_info_int64, int64_t)
#define VMSTATE_UINT8_ARRAY_V(_f, _s, _n, _v)                                                      \
    VMSTATE_ARRAY(_f, _s, _n, _v, vmstate_info_uint8, uint8_t)
#define VMSTATE_UINT16_ARRAY_V(_f, _s, _n, _v)                                                     \
    VMSTATE_ARRAY(_f, _s, _n, _v, vmstate_info_uint16, uint16_t)
#define VMSTATE_UINT32_ARRAY_V(_f, _s, _n, _v)                                                     \
    VMSTATE_ARRAY(_f, _s, _n, _v, vmstate_info_uint32, uint32_t)
#define VMSTATE_UINT64_ARRAY_V(_f, _s, _n, _v)                                                     \
    VMSTATE_ARRAY(_f, _s, _n, _v, vmstate_info_uint64, uint64_t)

#define VMSTATE_BOOL_ARRAY(_f, _s, _n)   VMSTATE_BOOL_ARRAY_V(_f, _s, _n, 0)
#define VMSTATE_INT8_ARRAY(_f, _s, _n)   VMSTATE_INT8_ARRAY_V(_f, _s, _n, 0)
#define VMSTATE_INT16_ARRAY(_f, _s, _n)  VMSTATE_INT16_ARRAY_V(_f, _s, _n, 0)
#define VMSTATE_INT32_ARRAY(_f, _s, _n)  VMSTATE_INT32_ARRAY_V(_f, _s, _n, 0)
#define VMSTATE_INT64_ARRAY(_f, _s, _n)  VMSTATE_INT64_ARRAY_V(_f, _s, _n, 0)
#define VMSTATE_UINT8_ARRAY(_f, _s, _n)  VMSTATE_UINT8_ARRAY_V(_f, _s, _n, 0)
#define VMSTATE_UINT16_ARRAY(_f, _s, _n) VMSTATE_UINT16_ARRAY_V(_f, _s, _n, 0)
#define VMSTATE_UINT32_ARRAY(_f, _s, _n) VMSTATE_UINT32_ARRAY_V(_f, _s, _n, 0)
#define VMSTATE_UINT64_ARRAY(_f, _s, _n) VMSTATE_UINT64_ARRAY_V(_f, _s, _n, 0)

#define VMSTATE_UINT8_SUB_ARRAY(_f, _s, _start, _n)                                                \
    VMSTATE_SUB_ARRAY(_f, _s, _start, _n, 0, vmstate_info_uint8, uint8_t)
#define VMSTATE_UINT32_SUB_ARRAY(_f, _s, _start, _n)                                               \
    VMSTATE_SUB_ARRAY(_f, _s, _start, _n, 0, vmstate_info_uint32, uint32_t)
#define VMSTATE_UINT64_SUB_ARRAY(_f, _s, _start, _n)                                               \
    VMSTATE_SUB_ARRAY(_f, _s, _start, _n, 0, vmstate_info_uint64, uint64_t)
#define VMSTATE_UINT8_2DARRAY(_f, _s, _n1, _n2)                                                    \
    VMSTATE_2DARRAY(_f, _s, _n1, _n2, 0, vmstate_info_uint8, uint8_t)
#define VMSTATE_UINT32_2DARRAY(_f, _s, _n1, _n2)                                                   \
    VMSTATE_2DARRAY(_f, _s, _n1, _n2, 0, vmstate_info_uint32, uint32_t)
#define VMSTATE_UINT64_2DARRAY(_f, _s, _n1, _n2)                                                   \
    VMSTATE_2DARRAY(_f, _s, _n1, _n2, 0, vmstate_info_uint64, uint64_t)

/* Fixed by the configuration: loading compares, and says _hint (may be NULL) if they differ. */
#define VMSTATE_EQUAL_(_f, _s, _info, _type, _hint)                                                \
    {                                                                                              \
        .name = (stringify(_f)), .size = sizeof(_type), .info = &(_info), .flags = VMS_SINGLE,     \
        .offset = vmstate_offset_value(_s, _f, _type), .err_hint = (_hint),                        \
    }
#define VMSTATE_INT32_EQUAL(_f, _s, _hint)                                                         \
    VMSTATE_EQUAL_(_f, _s, vmstate_info_int32_equal, int32_t, _hint)
#define VMSTATE_UINT8_EQUAL(_f, _s, _hint)                                                         \
    VMSTATE_EQUAL_(_f, _s, vmstate_info_uint8_equal, uint8_t, _hint)
#define VMSTATE_UINT16_EQUAL(_f, _s, _hint)                                                        \
    VMSTATE_EQUAL_(_f, _s, vmstate_info_uint16_equal, uint16_t, _hint)
#define VMSTATE_UINT32_EQUAL(_f, _s, _hint)                                                        \
    VMSTATE_EQUAL_(_f, _s, vmstate_info_uint32_equal, uint32_t, _hint)
#define VMSTATE_UINT64_EQUAL(_f, _s, _hint)                                                        \
    VMSTATE_EQUAL_(_f, _s, vmstate_info_uint64_equal, uint64_t, _hint)
/* May not exceed the value that is there. */
#define VMSTATE_INT32_POSITIVE_LE(_f, _s) VMSTATE_SINGLE(_f, _s, 0, vmstate_info_int32_le, int32_t)

/* No data: a check of what was loaded so far. _test(opaque, version_id) false: the load fails. */
#define VMSTATE_VALIDATE(_name, _test)                                                             \
    {                                                                                              \
        .name = (_name), .field_exists = (_test), .flags = VMS_ARRAY | VMS_MUST_EXIST, .num = 0,   \
    }

/* A timer: its expiry time, loaded by setting or deleting it. */
#define VMSTATE_TIMER_PTR_V(_f, _s, _v) VMSTATE_POINTER(_f, _s, _v, vmstate_info_timer, QEMUTimer *)
#define VMSTATE_TIMER_PTR(_f, _s)       VMSTATE_TIMER_PTR_V(_f, _s, 0)
#define VMSTATE_TIMER_PTR_TEST(_f, _s, _test)                                                      \
    VMSTATE_POINTER_TEST(_f, _s, _test, vmstate_info_timer, QEMUTimer *)
#define VMSTATE_TIMER_PTR_ARRAY(_f, _s, _n)                                                        \
    VMSTATE_ARRAY_OF_POINTER(_f, _s, _n, 0, vmstate_info_timer, QEMUTimer *)
#define VMSTATE_TIMER_V(_f, _s, _v)     VMSTATE_SINGLE(_f, _s, _v, vmstate_info_timer, QEMUTimer)
#define VMSTATE_TIMER(_f, _s)           VMSTATE_TIMER_V(_f, _s, 0)
#define VMSTATE_TIMER_ARRAY(_f, _s, _n) VMSTATE_ARRAY(_f, _s, _n, 0, vmstate_info_timer, QEMUTimer)

#define VMSTATE_CLOCK_V(_field, _state, _version)                                                  \
    VMSTATE_STRUCT_POINTER_V(_field, _state, _version, vmstate_clock, Clock)
#define VMSTATE_CLOCK(_field, _state) VMSTATE_CLOCK_V(_field, _state, 0)
extern const VMStateDescription vmstate_clock;

#define VMSTATE_END_OF_LIST()                                                                      \
    {                                                                                              \
        .flags = VMS_END                                                                           \
    }

/* For a device of which nothing has to be saved beyond what it is made of. */
extern const VMStateDescription vmstate_dummy;

/*
 * Write or read the state at @opaque. 0, or -errno with *errp set. Loading checks versions, counts
 * and what the fields demand; after a failure the state is valid memory without meaning, fit for a
 * reset. @version_id is the one that was written. Under the big lock, vCPUs standing.
 */
int vmstate_save_state(QEMUFile *f, const VMStateDescription *vmsd, void *opaque,
                       JSONWriter *vmdesc, Error **errp);
int vmstate_load_state(QEMUFile *f, const VMStateDescription *vmsd, void *opaque, int version_id,
                       Error **errp);

enum { VMSTATE_INSTANCE_ID_ANY = -1 };

/* State that is saved apart from the devices, which are found in the composition tree. */
typedef struct VMStateEntry {
    Object *obj; /* NULL if none */
    int instance_id;
    const VMStateDescription *vmsd;
    void *opaque;
} VMStateEntry;

/* All of them, in the order of registration. */
const GPtrArray *vmstate_entries(void);
/* Registers @opaque, described by @vmsd, for saving; @obj (may be NULL) gives the name. 0 or -1. */
int vmstate_register(Object *obj, int instance_id, const VMStateDescription *vmsd, void *opaque);
int vmstate_register_any(Object *obj, const VMStateDescription *vmsd, void *opaque);
void vmstate_unregister(Object *obj, const VMStateDescription *vmsd, void *opaque);

#endif
