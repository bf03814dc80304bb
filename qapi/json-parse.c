/* SPDX-License-Identifier: MIT */
/*
 * JSON text to values. json-c parses; around it a scanner finds where a value ends, keeps to the
 * limits, refuses what json-c lets pass, and rewrites strings in single quotes.
 *
 * The scanner knows strings, brackets and words, no grammar: whatever is balanced goes to json-c,
 * which has the last word. A lexical error (a character that JSON does not have) drops what was
 * begun and starts anew behind it; over a limit, the rest of the value is skipped.
 */
#include "qemu/osdep.h"

#include <json-c/json.h>

#include "qapi/error.h"
#include "qapi/qobject.h"
#include "qemu/units.h"

void json_message_parser_init(JSONMessageParser *p,
                              void (*emit)(void *opaque, QObject *obj, Error *err), void *opaque)
{
    *p = (JSONMessageParser){ .emit = emit, .opaque = opaque, .text = g_string_new(NULL) };
}

void json_message_parser_destroy(JSONMessageParser *p)
{
    g_string_free(p->text, true);
}

static void start_anew(JSONMessageParser *p)
{
    if (p->text->allocated_len > 64 * KiB) {
        g_string_free(p->text, true);
        p->text = g_string_new(NULL);
    }
    g_string_truncate(p->text, 0);
    p->depth = p->members = 0;
    p->quote = 0;
    p->escape = p->word = p->discard = false;
}

static void fail(JSONMessageParser *p, Error *err)
{
    bool told = p->discard;

    start_anew(p);
    if (told) {
        error_free(err);
    } else {
        p->emit(p->opaque, NULL, err);
    }
}

static void stray(JSONMessageParser *p, uint8_t c)
{
    Error *err = NULL;

    if (g_ascii_isprint(c)) {
        error_setg(&err, "JSON parse error, stray '%c'", c);
    } else {
        error_setg(&err, "JSON parse error, stray byte 0x%02x", c);
    }
    fail(p, err);
}

/* ---- A complete value ---- */

/* A key that occurs twice is one member in json-c's object. */
static unsigned count_members(QObject *obj)
{
    unsigned n = 0;

    if (json_object_is_type(obj, json_type_array)) {
        for (size_t i = 0; i < json_object_array_length(obj); i++) {
            n += count_members(json_object_array_get_idx(obj, i));
        }
    } else if (json_object_is_type(obj, json_type_object)) {
        json_object_object_foreach(obj, key, value)
        {
            (void)key;
            n += 1 + count_members(value);
        }
    }
    return n;
}

static QObject *parse_text(const GString *text, unsigned members, Error **errp)
{
    /* One more level for the value inside of the deepest bracket. */
    json_tokener *tok = json_tokener_new_ex(JSON_MAX_NESTING + 1);
    QObject *obj;

    json_tokener_set_flags(tok, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
    /* The final NUL ends a number. */
    obj = json_tokener_parse_ex(tok, text->str, text->len + 1);
    enum json_tokener_error error = json_tokener_get_error(tok);
    if (error != json_tokener_success) {
        error_setg(errp, "JSON parse error, %s at character %zu", json_tokener_error_desc(error),
                   json_tokener_get_parse_end(tok));
    } else if (count_members(obj) != members) {
        error_setg(errp, "JSON parse error, duplicate key");
        qobject_unref(obj);
        obj = NULL;
    }
    json_tokener_free(tok);
    return obj;
}

static void complete(JSONMessageParser *p)
{
    Error *err = NULL;

    if (p->discard) {
        start_anew(p);
        return;
    }
    QObject *obj = parse_text(p->text, p->members, &err);
    start_anew(p);
    p->emit(p->opaque, obj, err);
}

/* ---- The scanner ---- */

/* An error that leaves no doubt about where the value ends: the rest of it is skipped. */
static void refuse(JSONMessageParser *p, Error *err)
{
    p->discard = true;
    g_string_truncate(p->text, 0);
    p->emit(p->opaque, NULL, err);
}

static void keep(JSONMessageParser *p, char c)
{
    Error *err = NULL;

    if (p->discard) {
        return;
    }
    g_string_append_c(p->text, c);
    if (p->text->len > JSON_MAX_SIZE) {
        error_setg(&err, "JSON text of more than %d MiB", (int)(JSON_MAX_SIZE / MiB));
    } else if (p->depth > JSON_MAX_NESTING) {
        error_setg(&err, "JSON nested deeper than %d", JSON_MAX_NESTING);
    }
    if (err) {
        refuse(p, err);
    }
}

static void string_char(JSONMessageParser *p, uint8_t c)
{
    /* These bytes are in no UTF-8 text. */
    if (c < ' ' || c == 0xc0 || c == 0xc1 || c > 0xf4) {
        stray(p, c);
    } else if (p->escape) {
        p->escape = false;
        if (c != '\'') {
            keep(p, '\\');
        }
        keep(p, c);
    } else if (c == '\\') {
        p->escape = true;
    } else if (c == (uint8_t)p->quote) {
        p->quote = 0;
        keep(p, '"');
        if (p->depth == 0) {
            complete(p);
        }
    } else {
        if (c == '"') {
            keep(p, '\\');
        }
        keep(p, c);
    }
}

static bool is_word_char(uint8_t c)
{
    return g_ascii_isalnum(c) || (c && strchr("-+._", c));
}

static const char *skip_digits(const char *at)
{
    while (g_ascii_isdigit(*at)) {
        at++;
    }
    return at;
}

/* A number by RFC 8259, section 6; an integer has to fit in 64 bits, which json-c does not check.
 */
static bool is_number(const char *word)
{
    const char *digits = word + (*word == '-'), *at = skip_digits(digits);
    bool integer = *at == '\0';

    if (at == digits || (*digits == '0' && at > digits + 1)) {
        return false;
    }
    if (*at == '.') {
        digits = ++at;
        at = skip_digits(at);
        if (at == digits) {
            return false;
        }
    }
    if (*at == 'e' || *at == 'E') {
        digits = at + 1 + (at[1] == '-' || at[1] == '+');
        at = skip_digits(digits);
        if (at == digits) {
            return false;
        }
    }
    errno = 0;
    if (integer && *word == '-') {
        (void)g_ascii_strtoll(word, NULL, 10);
    } else if (integer) {
        (void)g_ascii_strtoull(word, NULL, 10);
    }
    return *at == '\0' && errno == 0;
}

static void end_word(JSONMessageParser *p)
{
    const char *word = p->text->str + p->word_start;
    Error *err = NULL;

    p->word = false;
    if (!p->discard && strcmp(word, "true") && strcmp(word, "false") && strcmp(word, "null") &&
        !is_number(word)) {
        error_setg(&err, "JSON parse error, invalid keyword or number '%.40s'", word);
        refuse(p, err);
    }
    if (p->depth == 0) {
        complete(p);
    }
}

static void open_bracket(JSONMessageParser *p, char c)
{
    p->depth++;
    keep(p, c);
}

static void close_bracket(JSONMessageParser *p, char c)
{
    if (p->depth == 0) {
        stray(p, c);
        return;
    }
    p->depth--;
    keep(p, c);
    if (p->depth == 0) {
        complete(p);
    }
}

static void plain_char(JSONMessageParser *p, uint8_t c)
{
    if (is_word_char(c)) {
        if (!p->word) {
            p->word = true;
            p->word_start = p->text->len;
        }
        keep(p, c);
        return;
    }
    if (p->word) {
        end_word(p);
    }
    if (c == '"' || c == '\'') {
        p->quote = c;
        keep(p, '"');
    } else if (c == '{' || c == '[') {
        open_bracket(p, c);
    } else if (c == '}' || c == ']') {
        close_bracket(p, c);
    } else if ((c == ':' || c == ',') && p->depth > 0) {
        p->members += c == ':';
        keep(p, c);
    } else if (c != ' ' && c != '\t' && c != '\r' && c != '\n') {
        stray(p, c);
    } else if (p->depth > 0) {
        keep(p, c);
    }
}

void json_message_parser_feed(JSONMessageParser *p, const char *data, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (p->quote) {
            string_char(p, data[i]);
        } else {
            plain_char(p, data[i]);
        }
    }
}

void json_message_parser_flush(JSONMessageParser *p)
{
    Error *err = NULL;

    if (p->word) {
        end_word(p);
    }
    if (p->depth > 0 || p->quote) {
        error_setg(&err, "JSON parse error, the text ends inside a value");
        fail(p, err);
    }
}

/* ---- One value ---- */

typedef struct OneValue {
    QObject *obj;
    Error *err;
    unsigned count;
} OneValue;

static void take_value(void *opaque, QObject *obj, Error *err)
{
    OneValue *one = opaque;

    if (one->count++ == 0) {
        one->obj = obj;
        one->err = err;
    } else {
        qobject_unref(obj);
        error_free(err);
    }
}

bool qobject_from_json(const char *text, QObject **obj, Error **errp)
{
    OneValue one = { 0 };
    JSONMessageParser p;

    json_message_parser_init(&p, take_value, &one);
    json_message_parser_feed(&p, text, strlen(text));
    json_message_parser_flush(&p);
    json_message_parser_destroy(&p);
    if (!one.err && one.count != 1) {
        error_setg(&one.err, one.count ? "JSON parse error, more than one value"
                                       : "JSON parse error, there is no value");
    }
    if (one.err) {
        qobject_unref(one.obj);
        error_propagate(errp, one.err);
        return false;
    }
    *obj = one.obj;
    return true;
}
