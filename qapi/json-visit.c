/* SPDX-License-Identifier: MIT */
/*
 * Visitors from and to JSON values. Both keep a stack of the objects and arrays they are in; the
 * one on the way in remembers which members nobody has asked for yet.
 */
#include "qemu/osdep.h"

#include <json-c/json.h>

#include "qapi/error.h"
#include "qapi/qobject.h"

QObject *qobject_ref(QObject *obj)
{
    return json_object_get(obj);
}

void qobject_unref(QObject *obj)
{
    json_object_put(obj);
}

const char *qdict_get_try_str(QObject *dict, const char *key)
{
    QObject *value = NULL;

    json_object_object_get_ex(dict, key, &value);
    return json_object_is_type(value, json_type_string) ? json_object_get_string(value) : NULL;
}

/* ---- Input ---- */

typedef struct InputFrame {
    QObject *obj;
    char *name;            /* of the object or array in its parent; NULL at the top */
    GHashTable *unvisited; /* objects: of keys, which @obj owns */
    size_t index;          /* arrays: of the next element */
} InputFrame;

typedef struct QObjectInput {
    Visitor v;
    QObject *root;
    GArray *stack; /* of InputFrame */
} QObjectInput;

static QObjectInput *input_of(Visitor *v)
{
    return container_of(v, QObjectInput, v);
}

static InputFrame *top_frame(QObjectInput *in)
{
    return in->stack->len ? &g_array_index(in->stack, InputFrame, in->stack->len - 1) : NULL;
}

/* "a.b[2].c" for messages; the caller frees. */
static char *full_name(QObjectInput *in, const char *name)
{
    g_autoptr(GString) text = g_string_new(NULL);

    for (guint i = 1; i <= in->stack->len; i++) {
        InputFrame *frame = &g_array_index(in->stack, InputFrame, i - 1);
        const char *next = i < in->stack->len ? g_array_index(in->stack, InputFrame, i).name : name;
        if (frame->unvisited) {
            g_string_append_printf(text, "%s%s", text->len ? "." : "", next ? next : "");
        } else {
            g_string_append_printf(text, "[%zu]", frame->index - 1);
        }
    }
    if (!in->stack->len) {
        g_string_append(text, name ? name : "value");
    }
    return g_string_free(g_steal_pointer(&text), false);
}

/* The value called @name, or the next of an array. False if there is none. */
static bool find_value(QObjectInput *in, const char *name, bool consume, QObject **value)
{
    InputFrame *frame = top_frame(in);

    if (!frame) {
        *value = in->root;
        return true;
    }
    if (!frame->unvisited) {
        /* next_list has moved on to the element. */
        *value = json_object_array_get_idx(frame->obj, frame->index - 1);
        return true;
    }
    if (consume) {
        g_hash_table_remove(frame->unvisited, name);
    }
    return json_object_object_get_ex(frame->obj, name, value);
}

static bool bad_type(QObjectInput *in, const char *name, const char *expected, Error **errp)
{
    g_autofree char *path = full_name(in, name);

    error_setg(errp, "Invalid parameter type for '%s', expected: %s", path, expected);
    return false;
}

/* The value, which must be there. */
static bool need_value(QObjectInput *in, const char *name, QObject **value, Error **errp)
{
    if (find_value(in, name, true, value)) {
        return true;
    }
    g_autofree char *path = full_name(in, name);
    error_setg(errp, "Parameter '%s' is missing", path);
    return false;
}

static bool need_type(Visitor *v, const char *name, enum json_type type, const char *expected,
                      QObject **value, Error **errp)
{
    if (!need_value(input_of(v), name, value, errp)) {
        return false;
    }
    return json_object_is_type(*value, type) || bad_type(input_of(v), name, expected, errp);
}

static bool in_int64(Visitor *v, const char *name, int64_t *obj, Error **errp)
{
    QObject *value;

    if (!need_type(v, name, json_type_int, "integer", &value, errp)) {
        return false;
    }
    *obj = json_object_get_int64(value);
    return (*obj < 0 || json_object_get_uint64(value) == (uint64_t)*obj) ||
           bad_type(input_of(v), name, "integer", errp);
}

/* A negative number stands for its two's complement, as in C. */
static bool in_uint64(Visitor *v, const char *name, uint64_t *obj, Error **errp)
{
    QObject *value;

    if (!need_type(v, name, json_type_int, "uint64", &value, errp)) {
        return false;
    }
    int64_t as_signed = json_object_get_int64(value);
    *obj = as_signed < 0 ? (uint64_t)as_signed : json_object_get_uint64(value);
    return true;
}

static bool in_bool(Visitor *v, const char *name, bool *obj, Error **errp)
{
    QObject *value;

    if (!need_type(v, name, json_type_boolean, "boolean", &value, errp)) {
        return false;
    }
    *obj = json_object_get_boolean(value);
    return true;
}

static bool in_str(Visitor *v, const char *name, char **obj, Error **errp)
{
    QObject *value;

    *obj = NULL;
    if (!need_type(v, name, json_type_string, "string", &value, errp)) {
        return false;
    }
    if (strlen(json_object_get_string(value)) != (size_t)json_object_get_string_len(value)) {
        return bad_type(input_of(v), name, "string without NUL characters", errp);
    }
    *obj = g_strdup(json_object_get_string(value));
    return true;
}

static bool in_number(Visitor *v, const char *name, double *obj, Error **errp)
{
    QObject *value;

    if (!need_value(input_of(v), name, &value, errp)) {
        return false;
    }
    *obj = json_object_get_double(value);
    return json_object_is_type(value, json_type_int) ||
           json_object_is_type(value, json_type_double) ||
           bad_type(input_of(v), name, "number", errp);
}

static bool in_null(Visitor *v, const char *name, Error **errp)
{
    QObject *value;

    return need_type(v, name, json_type_null, "null", &value, errp);
}

static bool in_any(Visitor *v, const char *name, QObject **obj, Error **errp)
{
    QObject *value;

    if (!need_value(input_of(v), name, &value, errp)) {
        return false;
    }
    *obj = qobject_ref(value);
    return true;
}

static bool in_optional(Visitor *v, const char *name, bool present)
{
    QObject *value;

    return find_value(input_of(v), name, false, &value);
}

static void push_frame(Visitor *v, const char *name, QObject *obj)
{
    InputFrame frame = { .obj = obj, .name = g_strdup(name) };

    if (json_object_is_type(obj, json_type_object)) {
        frame.unvisited = g_hash_table_new(g_str_hash, g_str_equal);
        json_object_object_foreach(obj, key, value)
        {
            (void)value;
            g_hash_table_add(frame.unvisited, key);
        }
    }
    g_array_append_val(input_of(v)->stack, frame);
}

static void in_end(Visitor *v)
{
    QObjectInput *in = input_of(v);
    InputFrame *frame = top_frame(in);

    g_free(frame->name);
    g_clear_pointer(&frame->unvisited, g_hash_table_unref);
    g_array_set_size(in->stack, in->stack->len - 1);
}

static bool in_start_struct(Visitor *v, const char *name, Error **errp)
{
    QObject *value;

    if (!need_type(v, name, json_type_object, "object", &value, errp)) {
        return false;
    }
    push_frame(v, name, value);
    return true;
}

static bool in_check_struct(Visitor *v, Error **errp)
{
    QObjectInput *in = input_of(v);
    GHashTableIter iter;
    gpointer key;

    g_hash_table_iter_init(&iter, top_frame(in)->unvisited);
    if (!g_hash_table_iter_next(&iter, &key, NULL)) {
        return true;
    }
    g_autofree char *path = full_name(in, key);
    error_setg(errp, "Parameter '%s' is unexpected", path);
    return false;
}

static bool in_start_list(Visitor *v, const char *name, Error **errp)
{
    QObject *value;

    if (!need_type(v, name, json_type_array, "array", &value, errp)) {
        return false;
    }
    push_frame(v, name, value);
    return true;
}

static bool in_next_list(Visitor *v)
{
    InputFrame *frame = top_frame(input_of(v));

    if (frame->index >= json_object_array_length(frame->obj)) {
        return false;
    }
    frame->index++;
    return true;
}

static bool in_alternate(Visitor *v, const char *name, QType *type, Error **errp)
{
    static const QType types[] = {
        [json_type_null] = QTYPE_QNULL,     [json_type_boolean] = QTYPE_QBOOL,
        [json_type_double] = QTYPE_QNUM,    [json_type_int] = QTYPE_QNUM,
        [json_type_object] = QTYPE_QDICT,   [json_type_array] = QTYPE_QLIST,
        [json_type_string] = QTYPE_QSTRING,
    };
    QObject *value;

    if (!need_value(input_of(v), name, &value, errp)) {
        return false;
    }
    *type = types[json_object_get_type(value)];
    return true;
}

static void in_free(Visitor *v)
{
    QObjectInput *in = input_of(v);

    while (in->stack->len) {
        in_end(v);
    }
    g_array_unref(in->stack);
    qobject_unref(in->root);
    g_free(in);
}

Visitor *qobject_input_visitor_new(QObject *obj)
{
    QObjectInput *in = g_new0(QObjectInput, 1);

    in->root = qobject_ref(obj);
    in->stack = g_array_new(false, false, sizeof(InputFrame));
    in->v = (Visitor){
        .input = true,
        .type_int64 = in_int64,
        .type_uint64 = in_uint64,
        .type_size = in_uint64,
        .type_bool = in_bool,
        .type_str = in_str,
        .type_number = in_number,
        .type_null = in_null,
        .type_any = in_any,
        .optional = in_optional,
        .start_struct = in_start_struct,
        .check_struct = in_check_struct,
        .end_struct = in_end,
        .start_list = in_start_list,
        .next_list = in_next_list,
        .end_list = in_end,
        .start_alternate = in_alternate,
        .free = in_free,
    };
    return &in->v;
}

/* ---- Output ---- */

typedef struct QObjectOutput {
    Visitor v;
    QObject **result;
    GPtrArray *stack; /* of QObject, owned by what they are in */
} QObjectOutput;

static QObjectOutput *output_of(Visitor *v)
{
    return container_of(v, QObjectOutput, v);
}

static bool put(Visitor *v, const char *name, QObject *value)
{
    QObjectOutput *out = output_of(v);
    QObject *into = out->stack->len ? g_ptr_array_index(out->stack, out->stack->len - 1) : NULL;

    if (!into) {
        *out->result = value;
    } else if (json_object_is_type(into, json_type_array)) {
        json_object_array_add(into, value);
    } else {
        json_object_object_add(into, name, value);
    }
    return true;
}

static bool out_int64(Visitor *v, const char *name, int64_t *obj, Error **errp)
{
    return put(v, name, json_object_new_int64(*obj));
}

static bool out_uint64(Visitor *v, const char *name, uint64_t *obj, Error **errp)
{
    return put(v, name, json_object_new_uint64(*obj));
}

static bool out_bool(Visitor *v, const char *name, bool *obj, Error **errp)
{
    return put(v, name, json_object_new_boolean(*obj));
}

static bool out_str(Visitor *v, const char *name, char **obj, Error **errp)
{
    return put(v, name, json_object_new_string(*obj ? *obj : ""));
}

static bool out_number(Visitor *v, const char *name, double *obj, Error **errp)
{
    return put(v, name, json_object_new_double(*obj));
}

static bool out_null(Visitor *v, const char *name, Error **errp)
{
    return put(v, name, NULL);
}

static bool out_any(Visitor *v, const char *name, QObject **obj, Error **errp)
{
    return put(v, name, qobject_ref(*obj));
}

static bool out_start(Visitor *v, const char *name, QObject *value)
{
    put(v, name, value);
    g_ptr_array_add(output_of(v)->stack, value);
    return true;
}

static bool out_start_struct(Visitor *v, const char *name, Error **errp)
{
    return out_start(v, name, json_object_new_object());
}

static bool out_start_list(Visitor *v, const char *name, Error **errp)
{
    return out_start(v, name, json_object_new_array());
}

static void out_end(Visitor *v)
{
    QObjectOutput *out = output_of(v);

    g_ptr_array_set_size(out->stack, out->stack->len - 1);
}

static void out_free(Visitor *v)
{
    QObjectOutput *out = output_of(v);

    g_ptr_array_unref(out->stack);
    g_free(out);
}

Visitor *qobject_output_visitor_new(QObject **result)
{
    QObjectOutput *out = g_new0(QObjectOutput, 1);

    *result = NULL;
    out->result = result;
    out->stack = g_ptr_array_new();
    out->v = (Visitor){
        .type_int64 = out_int64,
        .type_uint64 = out_uint64,
        .type_size = out_uint64,
        .type_bool = out_bool,
        .type_str = out_str,
        .type_number = out_number,
        .type_null = out_null,
        .type_any = out_any,
        .start_struct = out_start_struct,
        .end_struct = out_end,
        .start_list = out_start_list,
        .end_list = out_end,
        .free = out_free,
    };
    return &out->v;
}
