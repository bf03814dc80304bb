/* SPDX-License-Identifier: MIT */
/*
 * Types of the QMP schema at run time. scripts/qapi-gen.py makes a C type and a descriptor
 * (QapiType) of each type in qapi/; the functions below visit and free any value by its
 * descriptor, and the generated visit_type_X() and qapi_free_X() are one call of them.
 *
 * In C, a bool, integer, number or enum is itself; a str is char *; everything else is a pointer
 * to its struct. An optional member is absent when its pointer is NULL or, for a plain value, when
 * has_NAME is false.
 */
#ifndef QAPI_TYPE_H
#define QAPI_TYPE_H

#include "qemu/osdep.h"
#include "qapi/util.h"

/* A JSON value; see qapi/qobject.h. */
typedef struct json_object QObject;

/* Drops a reference; NULL (JSON's null) is allowed. */
void qobject_unref(QObject *obj);

typedef enum QType {
    QTYPE_NONE,
    QTYPE_QNULL,
    QTYPE_QNUM,
    QTYPE_QSTRING,
    QTYPE_QDICT,
    QTYPE_QLIST,
    QTYPE_QBOOL,
    QTYPE__MAX,
} QType;

typedef enum QapiKind {
    QAPI_BOOL,
    QAPI_INT8,
    QAPI_INT16,
    QAPI_INT32,
    QAPI_INT64,
    QAPI_UINT8,
    QAPI_UINT16,
    QAPI_UINT32,
    QAPI_UINT64,
    QAPI_SIZE,
    QAPI_NUMBER,
    QAPI_STR,
    QAPI_NULL,
    QAPI_ANY,
    QAPI_ENUM,
    QAPI_STRUCT, /* and unions */
    QAPI_LIST,
    QAPI_ALTERNATE,
} QapiKind;

typedef struct QapiType QapiType;

#define QAPI_NO_FLAG UINT32_MAX

typedef struct QapiMember {
    const char *name;
    const QapiType *type;
    uint32_t offset;
    bool optional;
    uint32_t has_offset; /* of has_NAME, or QAPI_NO_FLAG */
} QapiMember;

struct QapiType {
    const char *name;
    QapiKind kind;
    size_t size;               /* of the struct, or of the list's element */
    const QapiMember *members; /* structs */
    unsigned n_members;
    /* Unions: by the tag's value; alternates: by QType. NULL: adds no members; not allowed. */
    const QapiType *const *variants;
    unsigned n_variants;
    uint32_t tag_offset, variant_offset;
    const QapiType *element;   /* lists */
    const QEnumLookup *lookup; /* enums */
};

/* Every list has this shape; @value is padded to eight bytes. */
typedef struct GenericList {
    struct GenericList *next;
    char value[];
} GenericList;

#define QAPI_BUILTIN_LIST(Name, ctype)                                                             \
    typedef struct Name##List Name##List;                                                          \
    struct Name##List {                                                                            \
        Name##List *next;                                                                          \
        ctype value;                                                                               \
    };                                                                                             \
    extern const QapiType qapi_type_##Name, Name##List_qapi;                                       \
    static inline void qapi_free_##Name##List(Name##List *list)                                    \
    {                                                                                              \
        qapi_free(&Name##List_qapi, &list);                                                        \
    }                                                                                              \
    G_DEFINE_AUTOPTR_CLEANUP_FUNC(Name##List, qapi_free_##Name##List)

/* Free what the variable @obj of this type holds; pointers may be NULL. The variable itself stays
 * as it is. */
void qapi_free(const QapiType *type, void *obj);

/* Visit the variable @obj (an input visitor need not find it initialised). On failure false, *errp
 * set, and for an input visitor nothing to be freed. */
bool qapi_visit(Visitor *v, const char *name, const QapiType *type, void *obj, Error **errp);

/* The members of the struct @obj, which is there already (an input visitor: zeroed). On failure
 * qapi_free_members() has to be called. */
bool qapi_visit_members(Visitor *v, const QapiType *type, void *obj, Error **errp);
void qapi_free_members(const QapiType *type, void *obj);

QAPI_BUILTIN_LIST(bool, bool)
QAPI_BUILTIN_LIST(int, int64_t)
QAPI_BUILTIN_LIST(int8, int8_t)
QAPI_BUILTIN_LIST(int16, int16_t)
QAPI_BUILTIN_LIST(int32, int32_t)
QAPI_BUILTIN_LIST(int64, int64_t)
QAPI_BUILTIN_LIST(uint8, uint8_t)
QAPI_BUILTIN_LIST(uint16, uint16_t)
QAPI_BUILTIN_LIST(uint32, uint32_t)
QAPI_BUILTIN_LIST(uint64, uint64_t)
QAPI_BUILTIN_LIST(size, uint64_t)
QAPI_BUILTIN_LIST(number, double)
QAPI_BUILTIN_LIST(str, char *)
QAPI_BUILTIN_LIST(null, bool)
QAPI_BUILTIN_LIST(any, QObject *)

/* Put @element in front of a list. */
#define QAPI_LIST_PREPEND(list, element)                                                           \
    do {                                                                                           \
        __typeof__(list) node_ = g_malloc0(sizeof(*(list)));                                       \
        node_->value = (element);                                                                  \
        node_->next = (list);                                                                      \
        (list) = node_;                                                                            \
    } while (0)

/* Append @element at @tail, a pointer to the last `next` (at first: to the list's variable). */
#define QAPI_LIST_APPEND(tail, element)                                                            \
    do {                                                                                           \
        *(tail) = g_malloc0(sizeof(**(tail)));                                                     \
        (*(tail))->value = (element);                                                              \
        (tail) = &(*(tail))->next;                                                                 \
    } while (0)

#endif
