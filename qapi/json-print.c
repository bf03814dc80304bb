/* SPDX-License-Identifier: MIT */
/* JSON values to text: ASCII only, with a blank behind ':' and ','. */
#include "qemu/osdep.h"

#include <json-c/json.h>
#include <math.h>

#include "qapi/qobject.h"

static void print_escaped(GString *out, gunichar c)
{
    if (c > 0xffff) {
        c -= 0x10000;
        g_string_append_printf(out, "\\u%04X\\u%04X", 0xd800 + (c >> 10), 0xdc00 + (c & 0x3ff));
    } else {
        g_string_append_printf(out, "\\u%04X", c);
    }
}

static void print_char(GString *out, gunichar c)
{
    static const char named[] = "\"\"\\\\\bb\ff\nn\rr\tt";

    for (const char *pair = named; *pair; pair += 2) {
        if (c == (gunichar)*pair) {
            g_string_append_c(out, '\\');
            g_string_append_c(out, pair[1]);
            return;
        }
    }
    if (c >= ' ' && c < 0x7f) {
        g_string_append_c(out, c);
    } else {
        print_escaped(out, c);
    }
}

/* What is not UTF-8 (names of files, text from a guest) becomes U+FFFD. */
static void print_string(GString *out, const char *text, size_t len)
{
    const char *end = text + len;

    g_string_append_c(out, '"');
    while (text < end) {
        gunichar c = *text ? g_utf8_get_char_validated(text, end - text) : 0;
        bool bad = c == (gunichar)-1 || c == (gunichar)-2;
        print_char(out, bad ? 0xfffd : c);
        text = bad || !*text ? text + 1 : g_utf8_next_char(text);
    }
    g_string_append_c(out, '"');
}

/* JSON has neither infinities nor NaN. */
static void print_double(GString *out, double number)
{
    char text[G_ASCII_DTOSTR_BUF_SIZE];

    if (isfinite(number)) {
        g_string_append(out, g_ascii_formatd(text, sizeof(text), "%.17g", number));
    } else {
        g_string_append(out, "null");
    }
}

static void new_line(GString *out, bool pretty, int indent)
{
    if (pretty) {
        g_string_append_printf(out, "\n%*s", indent * 4, "");
    }
}

static void print_value(GString *out, QObject *obj, bool pretty, int indent);

static void print_object(GString *out, QObject *obj, bool pretty, int indent)
{
    bool first = true;

    g_string_append_c(out, '{');
    json_object_object_foreach(obj, key, value)
    {
        g_string_append(out, first ? "" : pretty ? "," : ", ");
        first = false;
        new_line(out, pretty, indent + 1);
        print_string(out, key, strlen(key));
        g_string_append(out, ": ");
        print_value(out, value, pretty, indent + 1);
    }
    if (!first) {
        new_line(out, pretty, indent);
    }
    g_string_append_c(out, '}');
}

static void print_array(GString *out, QObject *obj, bool pretty, int indent)
{
    size_t n = json_object_array_length(obj);

    g_string_append_c(out, '[');
    for (size_t i = 0; i < n; i++) {
        g_string_append(out, i == 0 ? "" : pretty ? "," : ", ");
        new_line(out, pretty, indent + 1);
        print_value(out, json_object_array_get_idx(obj, i), pretty, indent + 1);
    }
    if (n > 0) {
        new_line(out, pretty, indent);
    }
    g_string_append_c(out, ']');
}

static void print_value(GString *out, QObject *obj, bool pretty, int indent)
{
    switch (json_object_get_type(obj)) {
    case json_type_null:
        g_string_append(out, "null");
        break;
    case json_type_boolean:
        g_string_append(out, json_object_get_boolean(obj) ? "true" : "false");
        break;
    case json_type_int:
        /* json-c prints 64-bit unsigned numbers right; reading them signed would not. */
        g_string_append(out, json_object_to_json_string(obj));
        break;
    case json_type_double:
        print_double(out, json_object_get_double(obj));
        break;
    case json_type_string:
        print_string(out, json_object_get_string(obj), json_object_get_string_len(obj));
        break;
    case json_type_array:
        print_array(out, obj, pretty, indent);
        break;
    case json_type_object:
        print_object(out, obj, pretty, indent);
        break;
    }
}

GString *qobject_to_json(QObject *obj, bool pretty)
{
    GString *out = g_string_new(NULL);

    print_value(out, obj, pretty, 0);
    return out;
}
