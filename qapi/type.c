/* SPDX-License-Identifier: MIT */
/* Values of schema types, by descriptor: free, visit. */
#include "qemu/osdep.h"

#include "qapi/error.h"
#include "qapi/event.h"
#include "qapi/type.h"
#include "qapi/visitor.h"

#define BUILTIN(Name, Kind, ctype)                                                                 \
    const QapiType qapi_type_##Name = { .name = #Name, .kind = Kind, .size = sizeof(ctype) };      \
    const QapiType Name##List_qapi = { .name = #Name "List",                                       \
                                       .kind = QAPI_LIST,                                          \
                                       .size = sizeof(Name##List),                                 \
                                       .element = &qapi_type_##Name };

BUILTIN(bool, QAPI_BOOL, bool)
BUILTIN(int, QAPI_INT64, int64_t)
BUILTIN(int8, QAPI_INT8, int8_t)
BUILTIN(int16, QAPI_INT16, int16_t)
BUILTIN(int32, QAPI_INT32, int32_t)
BUILTIN(int64, QAPI_INT64, int64_t)
BUILTIN(uint8, QAPI_UINT8, uint8_t)
BUILTIN(uint16, QAPI_UINT16, uint16_t)
BUILTIN(uint32, QAPI_UINT32, uint32_t)
BUILTIN(uint64, QAPI_UINT64, uint64_t)
BUILTIN(size, QAPI_SIZE, uint64_t)
BUILTIN(number, QAPI_NUMBER, double)
BUILTIN(str, QAPI_STR, char *)
BUILTIN(null, QAPI_NULL, bool)
BUILTIN(any, QAPI_ANY, QObject *)

static void *field(void *obj, uint32_t offset)
{
    return (char *)obj + offset;
}

/* What the tag says of a union's or an alternate's variant; NULL: nothing is there. */
static const QapiType *variant_of(const QapiType *type, void *obj)
{
    if (!type->n_variants) {
        return NULL;
    }
    unsigned tag = *(unsigned *)field(obj, type->tag_offset);
    return tag < type->n_variants ? type->variants[tag] : NULL;
}

/* ---- Freeing ---- */

static void free_alternate(const QapiType *type, void *obj)
{
    const QapiType *variant = variant_of(type, obj);
    void *value = field(obj, type->variant_offset);

    if (variant && variant->kind == QAPI_STRUCT) {
        qapi_free_members(variant, value);
    } else if (variant) {
        qapi_free(variant, value);
    }
    g_free(obj);
}

static void free_list(const QapiType *type, GenericList *list)
{
    while (list) {
        GenericList *next = list->next;
        qapi_free(type->element, list->value);
        g_free(list);
        list = next;
    }
}

void qapi_free_members(const QapiType *type, void *obj)
{
    const QapiType *variant = variant_of(type, obj);

    for (unsigned i = 0; i < type->n_members; i++) {
        qapi_free(type->members[i].type, field(obj, type->members[i].offset));
    }
    if (variant) {
        qapi_free_members(variant, field(obj, type->variant_offset));
    }
}

void qapi_free(const QapiType *type, void *obj)
{
    void **pointer = obj;

    switch (type->kind) {
    case QAPI_STR:
        g_free(*pointer);
        break;
    case QAPI_ANY:
        qobject_unref(*pointer);
        break;
    case QAPI_STRUCT:
        if (*pointer) {
            qapi_free_members(type, *pointer);
            g_free(*pointer);
        }
        break;
    case QAPI_LIST:
        free_list(type, *pointer);
        break;
    case QAPI_ALTERNATE:
        if (*pointer) {
            free_alternate(type, *pointer);
        }
        break;
    default:
        break;
    }
}

/* ---- Visiting ---- */

static bool is_present(const QapiMember *member, void *obj)
{
    return member->has_offset == QAPI_NO_FLAG ? *(void **)field(obj, member->offset) != NULL
                                              : *(bool *)field(obj, member->has_offset);
}

bool qapi_visit_members(Visitor *v, const QapiType *type, void *obj, Error **errp)
{
    for (unsigned i = 0; i < type->n_members; i++) {
        const QapiMember *member = &type->members[i];
        bool present = !member->optional || is_present(member, obj);

        if (member->optional) {
            visit_optional(v, member->name, &present);
            if (member->has_offset != QAPI_NO_FLAG) {
                *(bool *)field(obj, member->has_offset) = present;
            }
        }
        if (present &&
            !qapi_visit(v, member->name, member->type, field(obj, member->offset), errp)) {
            return false;
        }
    }
    const QapiType *variant = variant_of(type, obj);
    return !variant || qapi_visit_members(v, variant, field(obj, type->variant_offset), errp);
}

static bool visit_struct(Visitor *v, const char *name, const QapiType *type, void **obj,
                         Error **errp)
{
    if (!visit_start_struct(v, name, obj, type->size, errp)) {
        return false;
    }
    bool ok = qapi_visit_members(v, type, *obj, errp) && visit_check_struct(v, errp);
    visit_end_struct(v, obj);
    return ok;
}

static bool visit_list(Visitor *v, const char *name, const QapiType *type, GenericList **list,
                       Error **errp)
{
    if (!visit_start_list(v, name, list, type->size, errp)) {
        return false;
    }
    bool ok = true;
    for (GenericList *el = *list; ok && el; el = visit_next_list(v, el, type->size)) {
        ok = qapi_visit(v, NULL, type->element, el->value, errp);
    }
    ok = ok && visit_check_list(v, errp);
    visit_end_list(v, (void **)list);
    return ok;
}

static bool visit_alternate(Visitor *v, const char *name, const QapiType *type, void **obj,
                            Error **errp)
{
    if (visit_is_input(v)) {
        *obj = g_malloc0(type->size);
    }
    QType *qtype = field(*obj, type->tag_offset);
    if (!visit_start_alternate(v, name, qtype, errp)) {
        return false;
    }
    const QapiType *variant = variant_of(type, *obj);
    void *value = field(*obj, type->variant_offset);
    if (!variant) {
        error_setg(errp, "Invalid parameter type for '%s', expected: %s", name ? name : "element",
                   type->name);
        return false;
    }
    if (variant->kind != QAPI_STRUCT) {
        return qapi_visit(v, name, variant, value, errp);
    }
    void *none = NULL;
    if (!visit_start_struct(v, name, visit_is_input(v) ? NULL : &none, 0, errp)) {
        return false;
    }
    bool ok = qapi_visit_members(v, variant, value, errp) && visit_check_struct(v, errp);
    visit_end_struct(v, NULL);
    return ok;
}

static bool visit_scalar(Visitor *v, const char *name, const QapiType *type, void *obj,
                         Error **errp)
{
    switch (type->kind) {
    case QAPI_BOOL:
        return visit_type_bool(v, name, obj, errp);
    case QAPI_INT8:
        return visit_type_int8(v, name, obj, errp);
    case QAPI_INT16:
        return visit_type_int16(v, name, obj, errp);
    case QAPI_INT32:
        return visit_type_int32(v, name, obj, errp);
    case QAPI_INT64:
        return visit_type_int64(v, name, obj, errp);
    case QAPI_UINT8:
        return visit_type_uint8(v, name, obj, errp);
    case QAPI_UINT16:
        return visit_type_uint16(v, name, obj, errp);
    case QAPI_UINT32:
        return visit_type_uint32(v, name, obj, errp);
    case QAPI_UINT64:
        return visit_type_uint64(v, name, obj, errp);
    case QAPI_SIZE:
        return visit_type_size(v, name, obj, errp);
    case QAPI_NUMBER:
        return visit_type_number(v, name, obj, errp);
    case QAPI_NULL:
        return visit_type_null(v, name, errp);
    case QAPI_ENUM:
        return visit_type_enum(v, name, obj, type->lookup, errp);
    default:
        g_assert_not_reached();
    }
}

static bool visit_pointer(Visitor *v, const char *name, const QapiType *type, void **obj,
                          Error **errp)
{
    switch (type->kind) {
    case QAPI_STR:
        return visit_type_str(v, name, (char **)obj, errp);
    case QAPI_ANY:
        return visit_type_any(v, name, (QObject **)obj, errp);
    case QAPI_STRUCT:
        return visit_struct(v, name, type, obj, errp);
    case QAPI_LIST:
        return visit_list(v, name, type, (GenericList **)obj, errp);
    case QAPI_ALTERNATE:
        return visit_alternate(v, name, type, obj, errp);
    default:
        g_assert_not_reached();
    }
}

bool qapi_visit(Visitor *v, const char *name, const QapiType *type, void *obj, Error **errp)
{
    bool pointer = type->kind == QAPI_STR || type->kind == QAPI_ANY || type->kind == QAPI_STRUCT ||
                   type->kind == QAPI_LIST || type->kind == QAPI_ALTERNATE;

    if (!pointer) {
        return visit_scalar(v, name, type, obj, errp);
    }
    if (visit_is_input(v)) {
        *(void **)obj = NULL;
    }
    if (visit_pointer(v, name, type, obj, errp)) {
        return true;
    }
    if (visit_is_input(v)) {
        qapi_free(type, obj);
        *(void **)obj = NULL;
    }
    return false;
}

/* ---- Events ---- */

/* Set once while monitors start, under the big lock. */
static QapiEventSink *event_sink;

void qapi_event_set_sink(QapiEventSink *sink)
{
    event_sink = sink;
}

void qapi_event_send(const char *name, const QapiType *type, const void *data)
{
    if (event_sink) {
        event_sink(name, type, data);
    }
}
