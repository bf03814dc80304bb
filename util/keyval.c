/* SPDX-License-Identifier: MIT */
/*
 * Option arguments: see qemu/keyval.h for the syntax. The text comes from the command line and
 * from the monitor, so every length is bounded or taken from strlen, and nothing recurses.
 */
#include "qemu/osdep.h"

#include "qapi/error.h"
#include "qemu/cutils.h"
#include "qemu/keyval.h"

typedef struct Pair {
    char *key;
    char *value;
    QObject *json; /* NULL: given as text */
} Pair;

struct KeyVal {
    GArray *pairs; /* of Pair, in the order given */
    bool help;
};

static void pair_clear(gpointer data)
{
    Pair *pair = data;
    g_free(pair->key);
    g_free(pair->value);
    qobject_unref(pair->json);
}

KeyVal *keyval_new(void)
{
    KeyVal *kv = g_new0(KeyVal, 1);
    kv->pairs = g_array_new(false, false, sizeof(Pair));
    g_array_set_clear_func(kv->pairs, pair_clear);
    return kv;
}

void keyval_free(KeyVal *kv)
{
    if (kv) {
        g_array_free(kv->pairs, true);
        g_free(kv);
    }
}

void keyval_set(KeyVal *kv, const char *key, const char *value)
{
    Pair pair = { g_strdup(key), g_strdup(value), NULL };
    g_array_append_val(kv->pairs, pair);
}

void keyval_set_json(KeyVal *kv, const char *key, const char *text, QObject *json)
{
    Pair pair = { g_strdup(key), g_strdup(text), json };
    g_array_append_val(kv->pairs, pair);
}

void keyval_append(KeyVal *kv, const KeyVal *from)
{
    for (size_t i = 0; i < from->pairs->len; i++) {
        const Pair *pair = &g_array_index(from->pairs, Pair, i);
        assert(!pair->json);
        keyval_set(kv, pair->key, pair->value);
    }
    kv->help |= from->help;
}

const char *keyval_get(const KeyVal *kv, const char *key)
{
    for (size_t i = kv->pairs->len; i-- > 0;) {
        const Pair *pair = &g_array_index(kv->pairs, Pair, i);
        if (!strcmp(pair->key, key)) {
            return pair->value;
        }
    }
    return NULL;
}

size_t keyval_count(const KeyVal *kv)
{
    return kv->pairs->len;
}

const char *keyval_key(const KeyVal *kv, size_t index)
{
    assert(index < kv->pairs->len);
    return g_array_index(kv->pairs, Pair, index).key;
}

const char *keyval_value(const KeyVal *kv, size_t index)
{
    assert(index < kv->pairs->len);
    return g_array_index(kv->pairs, Pair, index).value;
}

QObject *keyval_json(const KeyVal *kv, size_t index)
{
    assert(index < kv->pairs->len);
    return g_array_index(kv->pairs, Pair, index).json;
}

bool keyval_wants_help(const KeyVal *kv)
{
    return kv->help;
}

static size_t key_length(const char *text)
{
    size_t n = 0;
    while (g_ascii_isalnum(text[n]) || (text[n] && strchr("-_.", text[n]))) {
        n++;
    }
    return n;
}

/* Read a value up to the first single comma; *end is left on it or on the final NUL. */
static char *read_value(const char *text, const char **end)
{
    GString *value = g_string_new(NULL);
    while (*text && (text[0] != ',' || text[1] == ',')) {
        g_string_append_c(value, *text);
        text += text[0] == ',' ? 2 : 1;
    }
    *end = text;
    return g_string_free(value, false);
}

/* A bare word that is not the implied value: help, a switch, or a mistake. */
static bool add_bare_word(KeyVal *kv, const char *word, Error **errp)
{
    if (!strcmp(word, "help") || !strcmp(word, "?")) {
        kv->help = true;
    } else if (key_length(word) != strlen(word) || strlen(word) > KEYVAL_KEY_MAX) {
        error_setg(errp, "expected 'key=value' but found '%.*s'", KEYVAL_KEY_MAX, word);
        return false;
    } else if (g_str_has_prefix(word, "no") && word[2]) {
        keyval_set(kv, word + 2, "off");
    } else {
        keyval_set(kv, word, "on");
    }
    return true;
}

/* One element at @text; returns what follows it, or NULL on error. */
static const char *parse_element(KeyVal *kv, const char *text, const char *implied, Error **errp)
{
    size_t len = key_length(text);
    const char *end;

    if (text[len] == '=') {
        if (len == 0 || len > KEYVAL_KEY_MAX) {
            error_setg(errp,
                       len ? "parameter name is longer than %d characters"
                           : "parameter name missing before '=' (at most %d characters)",
                       KEYVAL_KEY_MAX);
            return NULL;
        }
        g_autofree char *key = g_strndup(text, len);
        g_autofree char *value = read_value(text + len + 1, &end);
        keyval_set(kv, key, value);
        return end;
    }

    g_autofree char *word = read_value(text, &end);
    if (implied && strcmp(word, "help") && strcmp(word, "?")) {
        keyval_set(kv, implied, word);
    } else if (*word == '\0') {
        error_setg(errp, "parameter expected between commas");
        return NULL;
    } else if (!add_bare_word(kv, word, errp)) {
        return NULL;
    }
    return end;
}

KeyVal *keyval_parse(const char *text, const char *implied_key, Error **errp)
{
    g_autoptr(KeyVal) kv = keyval_new();

    while (*text) {
        text = parse_element(kv, text, implied_key, errp);
        if (!text) {
            return NULL;
        }
        implied_key = NULL;
        text += *text == ',';
    }
    return g_steal_pointer(&kv);
}

bool keyval_get_bool(const KeyVal *kv, const char *key, bool *out, Error **errp)
{
    const char *text = keyval_get(kv, key);
    if (text && !qemu_parse_bool_str(text, out)) {
        error_setg(errp, "parameter '%s' is '%s' but should be 'on' or 'off'", key, text);
        return false;
    }
    return true;
}

bool keyval_get_uint(const KeyVal *kv, const char *key, uint64_t max, uint64_t *out, Error **errp)
{
    const char *text = keyval_get(kv, key);
    uint64_t value;

    if (!text) {
        return true;
    }
    if (qemu_strtou64(text, NULL, 0, &value) || value > max) {
        error_setg(errp, "parameter '%s' is '%s' but should be a number from 0 to %" PRIu64, key,
                   text, max);
        return false;
    }
    *out = value;
    return true;
}

bool keyval_get_size(const KeyVal *kv, const char *key, bool in_mib, uint64_t *out, Error **errp)
{
    const char *text = keyval_get(kv, key);
    if (text && (in_mib ? qemu_strtosz_MiB(text, NULL, out) : qemu_strtosz(text, NULL, out))) {
        error_setg(errp, "parameter '%s' is '%s' but should be a size such as 512M or 4G", key,
                   text);
        return false;
    }
    return true;
}

char *did_you_mean(const char *wanted, const char *const *names)
{
    const char *near = nearest_name(wanted, names);
    return near ? g_strdup_printf("; did you mean '%s'?", near) : g_strdup("");
}

bool keyval_check_keys(const KeyVal *kv, const char *const *known, const char *what, Error **errp)
{
    for (size_t i = 0; i < kv->pairs->len; i++) {
        const char *key = keyval_key(kv, i);
        if (!g_strv_contains(known, key)) {
            g_autofree char *hint = did_you_mean(key, known);
            error_setg(errp, "%s has no parameter '%s'%s", what, key, hint);
            return false;
        }
    }
    return true;
}
