/* SPDX-License-Identifier: MIT */
/*
 * Option arguments of the form "implied,key=value,key,nokey": an ordered list of pairs.
 *
 * A comma inside a value is written ",,". The first element may leave out its key when the
 * option has an implied one. A bare key means key=on, a bare "noKEY" means KEY=off. A key that
 * occurs twice keeps both pairs; lookups see the last.
 */
#ifndef QEMU_KEYVAL_H
#define QEMU_KEYVAL_H

#include <glib.h>
#include <stdint.h>

#include "qapi/error.h"
#include "qapi/type.h"

typedef struct KeyVal KeyVal;

/* Longest key accepted, in bytes. */
#define KEYVAL_KEY_MAX 127

KeyVal *keyval_new(void);
void keyval_free(KeyVal *kv);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(KeyVal, keyval_free)

/* Parse @text; @implied_key may be NULL. NULL and *errp on malformed input. */
KeyVal *keyval_parse(const char *text, const char *implied_key, Error **errp);

/* Append a pair; both strings are copied. */
void keyval_set(KeyVal *kv, const char *key, const char *value);

/* Append a pair from the JSON form of an option (qapi/qobject.h): @json, which it takes, and the
 * text that stands for it where a text is wanted. */
void keyval_set_json(KeyVal *kv, const char *key, const char *text, QObject *json);

/* Append every pair of @from, which has no JSON. */
void keyval_append(KeyVal *kv, const KeyVal *from);

/* The last value of @key, or NULL. The string lives as long as @kv. */
const char *keyval_get(const KeyVal *kv, const char *key);

size_t keyval_count(const KeyVal *kv);
const char *keyval_key(const KeyVal *kv, size_t index);
const char *keyval_value(const KeyVal *kv, size_t index);

/* The JSON value, @kv's, or NULL for a value that was given as text. */
QObject *keyval_json(const KeyVal *kv, size_t index);

/* "help" or "?" was given as a bare word anywhere. */
bool keyval_wants_help(const KeyVal *kv);

/* Typed lookups: *out keeps its value (the default) when @key is absent; false and *errp when
 * the value does not read as the type. keyval_get_size reads as qemu_strtosz does, a bare
 * number in MiB with @in_mib. */
bool keyval_get_bool(const KeyVal *kv, const char *key, bool *out, Error **errp);
bool keyval_get_uint(const KeyVal *kv, const char *key, uint64_t max, uint64_t *out, Error **errp);
bool keyval_get_size(const KeyVal *kv, const char *key, bool in_mib, uint64_t *out, Error **errp);

/* False and *errp, with the nearest known name, when @kv has a key not in the NULL-terminated
 * list @known. @what names the owner in the message: "-smp". */
bool keyval_check_keys(const KeyVal *kv, const char *const *known, const char *what, Error **errp);

/* The end of a message about an unknown name: "; did you mean 'x'?" with the nearest of the
 * NULL-terminated @names, or "". The caller frees. */
char *did_you_mean(const char *wanted, const char *const *names);

#endif
