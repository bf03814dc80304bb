/* SPDX-License-Identifier: MIT */
/* Visitors from and to text. */
#include "qemu/osdep.h"

#include "qapi/error.h"
#include "qapi/visitor.h"
#include "qemu/cutils.h"

typedef struct StringInput {
    Visitor v;
    const char *str;
} StringInput;

static const char *input_text(Visitor *v)
{
    return container_of(v, StringInput, v)->str;
}

static bool bad_value(Visitor *v, const char *name, const char *expected, int ret, Error **errp)
{
    error_setg(errp, "Parameter '%s' expects %s%s, not '%s'", name, expected,
               ret == -ERANGE ? " within range" : "", input_text(v));
    return false;
}

static bool in_int64(Visitor *v, const char *name, int64_t *obj, Error **errp)
{
    int ret = qemu_strtoi64(input_text(v), NULL, 0, obj);

    return ret ? bad_value(v, name, "an integer", ret, errp) : true;
}

static bool in_uint64(Visitor *v, const char *name, uint64_t *obj, Error **errp)
{
    int ret = qemu_strtou64(input_text(v), NULL, 0, obj);

    return ret ? bad_value(v, name, "a non-negative integer", ret, errp) : true;
}

static bool in_size(Visitor *v, const char *name, uint64_t *obj, Error **errp)
{
    int ret = qemu_strtosz(input_text(v), NULL, obj);

    return ret ? bad_value(v, name, "a size (a number, then one of BKMGTPE)", ret, errp) : true;
}

static bool in_bool(Visitor *v, const char *name, bool *obj, Error **errp)
{
    return qemu_parse_bool_str(input_text(v), obj) || bad_value(v, name, "'on' or 'off'", 0, errp);
}

static bool in_str(Visitor *v, const char *name, char **obj, Error **errp)
{
    *obj = g_strdup(input_text(v));
    return true;
}

static bool in_number(Visitor *v, const char *name, double *obj, Error **errp)
{
    char *end;

    *obj = g_ascii_strtod(input_text(v), &end);
    return (end != input_text(v) && !*end) || bad_value(v, name, "a number", 0, errp);
}

static void input_free(Visitor *v)
{
    g_free(container_of(v, StringInput, v));
}

Visitor *string_input_visitor_new(const char *str)
{
    StringInput *in = g_new(StringInput, 1);

    in->str = str;
    in->v = (Visitor){
        .input = true,
        .type_int64 = in_int64,
        .type_uint64 = in_uint64,
        .type_size = in_size,
        .type_bool = in_bool,
        .type_str = in_str,
        .type_number = in_number,
        .free = input_free,
    };
    return &in->v;
}

typedef struct StringOutput {
    Visitor v;
    bool human;
    char **result;
} StringOutput;

static bool output_text(Visitor *v, char *text)
{
    StringOutput *out = container_of(v, StringOutput, v);

    g_free(*out->result);
    *out->result = text;
    return true;
}

static bool out_int64(Visitor *v, const char *name, int64_t *obj, Error **errp)
{
    return output_text(v, g_strdup_printf("%" PRId64, *obj));
}

static bool out_uint64(Visitor *v, const char *name, uint64_t *obj, Error **errp)
{
    bool human = container_of(v, StringOutput, v)->human;

    return output_text(v, human ? g_strdup_printf("%" PRIu64 " (0x%" PRIx64 ")", *obj, *obj)
                                : g_strdup_printf("%" PRIu64, *obj));
}

static bool out_size(Visitor *v, const char *name, uint64_t *obj, Error **errp)
{
    g_autofree char *units = NULL;

    if (!container_of(v, StringOutput, v)->human) {
        return output_text(v, g_strdup_printf("%" PRIu64, *obj));
    }
    units = size_to_str(*obj);
    return output_text(v, g_strdup_printf("%" PRIu64 " (%s)", *obj, units));
}

static bool out_bool(Visitor *v, const char *name, bool *obj, Error **errp)
{
    return output_text(v, g_strdup(*obj ? "true" : "false"));
}

static bool out_str(Visitor *v, const char *name, char **obj, Error **errp)
{
    const char *text = *obj ? *obj : "";

    return output_text(v, container_of(v, StringOutput, v)->human
                              ? (*obj ? g_strdup_printf("\"%s\"", text) : g_strdup("<null>"))
                              : g_strdup(text));
}

static bool out_number(Visitor *v, const char *name, double *obj, Error **errp)
{
    return output_text(v, g_strdup_printf("%.17g", *obj));
}

static void output_free(Visitor *v)
{
    g_free(container_of(v, StringOutput, v));
}

Visitor *string_output_visitor_new(bool human, char **result)
{
    StringOutput *out = g_new(StringOutput, 1);

    *result = NULL;
    out->human = human;
    out->result = result;
    out->v = (Visitor){
        .type_int64 = out_int64,
        .type_uint64 = out_uint64,
        .type_size = out_size,
        .type_bool = out_bool,
        .type_str = out_str,
        .type_number = out_number,
        .free = output_free,
    };
    return &out->v;
}
