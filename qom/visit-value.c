/* SPDX-License-Identifier: MIT */
/* Visitors from and to a QValue: how C code reads and writes properties. */
#include "qemu/osdep.h"

#include "qapi/error.h"
#include "qapi/visitor.h"

static QValue *visited(Visitor *v)
{
    return container_of(v, ValueVisitor, v)->value;
}

static bool bad_kind(const char *name, const char *expected, Error **errp)
{
    error_setg(errp, "Invalid parameter type for '%s', expected: %s", name, expected);
    return false;
}

static bool in_int64(Visitor *v, const char *name, int64_t *obj, Error **errp)
{
    QValue *value = visited(v);

    if (value->kind == QVALUE_INT || (value->kind == QVALUE_UINT && value->u <= INT64_MAX)) {
        *obj = value->i;
        return true;
    }
    return bad_kind(name, "integer", errp);
}

static bool in_uint64(Visitor *v, const char *name, uint64_t *obj, Error **errp)
{
    QValue *value = visited(v);

    /* C code passes small negative constants for all ones. */
    if (value->kind == QVALUE_UINT || value->kind == QVALUE_INT) {
        *obj = value->u;
        return true;
    }
    return bad_kind(name, "uint64", errp);
}

static bool in_bool(Visitor *v, const char *name, bool *obj, Error **errp)
{
    QValue *value = visited(v);

    *obj = value->kind == QVALUE_BOOL && value->b;
    return value->kind == QVALUE_BOOL || bad_kind(name, "boolean", errp);
}

static bool in_str(Visitor *v, const char *name, char **obj, Error **errp)
{
    QValue *value = visited(v);

    *obj = NULL;
    if (value->kind != QVALUE_STR) {
        return bad_kind(name, "string", errp);
    }
    *obj = g_strdup(value->str);
    return true;
}

static bool in_number(Visitor *v, const char *name, double *obj, Error **errp)
{
    QValue *value = visited(v);

    switch (value->kind) {
    case QVALUE_NUMBER:
        *obj = value->number;
        return true;
    case QVALUE_INT:
        *obj = (double)value->i;
        return true;
    case QVALUE_UINT:
        *obj = (double)value->u;
        return true;
    default:
        return bad_kind(name, "number", errp);
    }
}

Visitor *value_input_visitor_init(ValueVisitor *vv, QValue *value)
{
    *vv = (ValueVisitor){
        .v = { .input = true,
               .type_int64 = in_int64,
               .type_uint64 = in_uint64,
               .type_size = in_uint64,
               .type_bool = in_bool,
               .type_str = in_str,
               .type_number = in_number },
        .value = value,
    };
    return &vv->v;
}

static bool out_int64(Visitor *v, const char *name, int64_t *obj, Error **errp)
{
    *visited(v) = (QValue){ .kind = QVALUE_INT, .i = *obj };
    return true;
}

static bool out_uint64(Visitor *v, const char *name, uint64_t *obj, Error **errp)
{
    *visited(v) = (QValue){ .kind = QVALUE_UINT, .u = *obj };
    return true;
}

static bool out_bool(Visitor *v, const char *name, bool *obj, Error **errp)
{
    *visited(v) = (QValue){ .kind = QVALUE_BOOL, .b = *obj };
    return true;
}

static bool out_str(Visitor *v, const char *name, char **obj, Error **errp)
{
    *visited(v) = (QValue){ .kind = QVALUE_STR, .str = g_strdup(*obj ? *obj : "") };
    return true;
}

static bool out_number(Visitor *v, const char *name, double *obj, Error **errp)
{
    *visited(v) = (QValue){ .kind = QVALUE_NUMBER, .number = *obj };
    return true;
}

Visitor *value_output_visitor_init(ValueVisitor *vv, QValue *value)
{
    *vv = (ValueVisitor){
        .v = { .type_int64 = out_int64,
               .type_uint64 = out_uint64,
               .type_size = out_uint64,
               .type_bool = out_bool,
               .type_str = out_str,
               .type_number = out_number },
        .value = value,
    };
    return &vv->v;
}
