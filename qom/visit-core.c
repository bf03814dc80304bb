/* SPDX-License-Identifier: MIT */
/* What all visitors share: integer widths and enumerations, on top of the visitor's own types. */
#include "qemu/osdep.h"

#include "qapi/error.h"
#include "qapi/visitor.h"
#include "qemu/cutils.h"

bool visit_is_input(Visitor *v)
{
    return v->input;
}

void visit_free(Visitor *v)
{
    if (v && v->free) {
        v->free(v);
    }
}

#define VISIT_SIGNED(bits)                                                                         \
    bool visit_type_int##bits(Visitor *v, const char *name, int##bits##_t *obj, Error **errp)      \
    {                                                                                              \
        int64_t value = v->input ? 0 : *obj;                                                       \
        if (!v->type_int64(v, name, &value, errp)) {                                               \
            return false;                                                                          \
        }                                                                                          \
        if (value != (int##bits##_t)value) {                                                       \
            error_setg(errp, "Parameter '%s': %" PRId64 " does not fit in int" #bits, name,        \
                       value);                                                                     \
            return false;                                                                          \
        }                                                                                          \
        *obj = (int##bits##_t)value;                                                               \
        return true;                                                                               \
    }

#define VISIT_UNSIGNED(bits)                                                                       \
    bool visit_type_uint##bits(Visitor *v, const char *name, uint##bits##_t *obj, Error **errp)    \
    {                                                                                              \
        uint64_t value = v->input ? 0 : *obj;                                                      \
        if (!v->type_uint64(v, name, &value, errp)) {                                              \
            return false;                                                                          \
        }                                                                                          \
        if (value > UINT##bits##_MAX) {                                                            \
            error_setg(errp, "Parameter '%s': %" PRIu64 " does not fit in uint" #bits, name,       \
                       value);                                                                     \
            return false;                                                                          \
        }                                                                                          \
        *obj = (uint##bits##_t)value;                                                              \
        return true;                                                                               \
    }

VISIT_SIGNED(8)
VISIT_SIGNED(16)
VISIT_SIGNED(32)
VISIT_UNSIGNED(8)
VISIT_UNSIGNED(16)
VISIT_UNSIGNED(32)

bool visit_type_int64(Visitor *v, const char *name, int64_t *obj, Error **errp)
{
    return v->type_int64(v, name, obj, errp);
}

bool visit_type_int(Visitor *v, const char *name, int64_t *obj, Error **errp)
{
    return v->type_int64(v, name, obj, errp);
}

bool visit_type_uint64(Visitor *v, const char *name, uint64_t *obj, Error **errp)
{
    return v->type_uint64(v, name, obj, errp);
}

bool visit_type_size(Visitor *v, const char *name, uint64_t *obj, Error **errp)
{
    return v->type_size(v, name, obj, errp);
}

bool visit_type_bool(Visitor *v, const char *name, bool *obj, Error **errp)
{
    return v->type_bool(v, name, obj, errp);
}

bool visit_type_str(Visitor *v, const char *name, char **obj, Error **errp)
{
    return v->type_str(v, name, obj, errp);
}

bool visit_type_number(Visitor *v, const char *name, double *obj, Error **errp)
{
    return v->type_number(v, name, obj, errp);
}

bool visit_type_enum(Visitor *v, const char *name, int *obj, const QEnumLookup *lookup,
                     Error **errp)
{
    g_autofree char *text = NULL;
    char *out;
    int value;

    if (!v->input) {
        out = (char *)qapi_enum_lookup(lookup, *obj);
        return v->type_str(v, name, &out, errp);
    }
    if (!v->type_str(v, name, &text, errp)) {
        return false;
    }
    value = qapi_enum_parse(lookup, text, -1, errp);
    if (value < 0) {
        error_prepend(errp, "Parameter '%s': ", name);
        return false;
    }
    *obj = value;
    return true;
}

/* ---- Structure ---- */

static bool no_structure(const char *name, Error **errp)
{
    error_setg(errp, "Parameter '%s' has a structure and can not be given as text; use JSON",
               name ? name : "value");
    return false;
}

bool visit_has_structure(Visitor *v)
{
    return v->start_struct != NULL;
}

bool visit_type_null(Visitor *v, const char *name, Error **errp)
{
    return v->type_null ? v->type_null(v, name, errp) : no_structure(name, errp);
}

bool visit_type_any(Visitor *v, const char *name, QObject **obj, Error **errp)
{
    return v->type_any ? v->type_any(v, name, obj, errp) : no_structure(name, errp);
}

bool visit_start_struct(Visitor *v, const char *name, void **obj, size_t size, Error **errp)
{
    if (!v->start_struct) {
        return no_structure(name, errp);
    }
    if (!v->start_struct(v, name, errp)) {
        return false;
    }
    if (v->input && obj) {
        *obj = g_malloc0(size);
    }
    return true;
}

bool visit_check_struct(Visitor *v, Error **errp)
{
    return !v->check_struct || v->check_struct(v, errp);
}

void visit_end_struct(Visitor *v, void **obj)
{
    v->end_struct(v);
}

bool visit_next_element(Visitor *v)
{
    return v->next_list && v->next_list(v);
}

bool visit_start_list(Visitor *v, const char *name, GenericList **list, size_t size, Error **errp)
{
    if (!v->start_list) {
        return no_structure(name, errp);
    }
    if (!v->start_list(v, name, errp)) {
        return false;
    }
    if (v->input && list) {
        *list = visit_next_element(v) ? g_malloc0(size) : NULL;
    }
    return true;
}

GenericList *visit_next_list(Visitor *v, GenericList *tail, size_t size)
{
    if (v->input) {
        tail->next = visit_next_element(v) ? g_malloc0(size) : NULL;
    }
    return tail->next;
}

bool visit_check_list(Visitor *v, Error **errp)
{
    return true;
}

void visit_end_list(Visitor *v, void **list)
{
    v->end_list(v);
}

bool visit_start_alternate(Visitor *v, const char *name, QType *type, Error **errp)
{
    if (!v->input) {
        return true;
    }
    return v->start_alternate ? v->start_alternate(v, name, type, errp) : no_structure(name, errp);
}

bool visit_optional(Visitor *v, const char *name, bool *present)
{
    if (v->optional) {
        *present = v->optional(v, name, *present);
    }
    return *present;
}

/* ---- Enumerations ---- */

const char *qapi_enum_lookup(const QEnumLookup *lookup, int val)
{
    assert(val >= 0 && val < lookup->size);
    return lookup->array[val];
}

int qapi_enum_parse(const QEnumLookup *lookup, const char *buf, int def, Error **errp)
{
    g_autofree char *choices = NULL;
    GString *s;

    if (!buf) {
        return def;
    }
    for (int i = 0; i < lookup->size; i++) {
        if (lookup->array[i] && strcmp(buf, lookup->array[i]) == 0) {
            return i;
        }
    }
    s = g_string_new(NULL);
    for (int i = 0; i < lookup->size; i++) {
        if (lookup->array[i]) {
            g_string_append_printf(s, "%s%s", s->len ? ", " : "", lookup->array[i]);
        }
    }
    choices = g_string_free(s, FALSE);
    error_setg(errp, "invalid value '%s'; choose from: %s", buf, choices);
    return def;
}
